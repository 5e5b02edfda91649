//! The accept loop: bounded connections, of each source too, a time for the head, and a drain at the end.
//!
//! Not `axum::serve`, which has neither bound nor head timeout.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, http::Request};
use hyper::server::conn::http1::Builder;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
};
use tower::{ServiceExt, service_fn};
use tracing::{debug, warn};

use super::{connections::Sources, source::Peer};
use crate::config::Http;

/// Serves until `stop`, then lets requests under way end.
pub async fn serve(listener: TcpListener, router: Router, http: Http, mut stop: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(http.connections_max));
    let sources = Sources::new(&http);
    let graceful = GracefulShutdown::new();
    let builder = Arc::new(builder(&http));
    while !*stop.borrow() {
        let Ok(place) = places.clone().acquire_owned().await else { break };
        let accepted = tokio::select! {
            _ = stop.changed() => break,
            accepted = listener.accept() => accepted,
        };
        let Some((stream, peer)) = usable(accepted).await else { continue };
        let Some(held) = sources.take(peer.ip()) else {
            debug!("a source has its share of the connections");
            continue;
        };
        let router = router.clone();
        let service = service_fn(move |mut request: Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(Peer(peer));
            router.clone().oneshot(request.map(Body::new))
        });
        let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                debug!(%error, "a connection ended early");
            }
            drop((held, place));
        });
    }
    drop(listener);
    let drained = tokio::time::timeout(Duration::from_millis(http.drain_timeout_ms), graceful.shutdown()).await;
    if drained.is_err() {
        warn!("requests were cut off: the drain's time is over");
    }
}

fn builder(http: &Http) -> Builder {
    let mut builder = Builder::new();
    let head = Duration::from_millis(http.header_timeout_ms);
    builder.timer(TokioTimer::new()).header_read_timeout(head).max_buf_size(64 * 1024);
    builder
}

/// Being out of file descriptors passes: the loop waits instead of spinning.
async fn usable(accepted: io::Result<(TcpStream, SocketAddr)>) -> Option<(TcpStream, SocketAddr)> {
    match accepted {
        Ok((stream, peer)) => stream.set_nodelay(true).is_ok().then_some((stream, peer)),
        Err(error) => {
            warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}
