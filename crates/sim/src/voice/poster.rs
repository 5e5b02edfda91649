//! Posts receipts: signed, several at a time, again where nobody takes them, and given up after a minute.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use domain::signature::{Signed, Signer};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use serde_json::json;

use crate::exchange::Exchange;
use crate::world::{Report, ReportKey};

/// How many receipts are under way at a time.
const AT_ONCE: usize = 32;
/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// When a receipt that nobody took is posted again, in milliseconds; then twice that, and so on …
const AGAIN_FIRST_MS: i64 = 1_000;
/// … until this, after which it is given up.
const AGAIN_LAST_MS: i64 = 32_000;

/// Who posts receipts.
pub(super) struct Poster {
    exchange: Arc<Exchange>,
    signer: Signer,
    client: Client,
}

impl Poster {
    pub(super) fn new(exchange: Arc<Exchange>, signer: Signer) -> io::Result<Poster> {
        // The simulator runs where no certificates are installed, too.
        let client = Client::builder().timeout(TIMEOUT).redirect(Policy::none()).no_proxy().tls_certs_only([]);
        Ok(Poster { exchange, signer, client: client.build().map_err(io::Error::other)? })
    }

    /// Posts receipts as calls end, until the simulator does. Those that were not taken by then are posted at its next
    /// start.
    pub(super) async fn run(self) {
        let mut news = self.exchange.reports.subscribe();
        let mut under_way = FuturesUnordered::new();
        let mut taken: HashSet<ReportKey> = HashSet::new();
        let mut stopped = std::pin::pin!(self.exchange.stopped());
        loop {
            news.mark_unchanged();
            let room = AT_ONCE - under_way.len();
            let reports = self.exchange.read(|world| world.reports(room, |report| !taken.contains(&report.key())));
            for report in reports {
                taken.insert(report.key());
                under_way.push(self.tell(report));
            }
            tokio::select! {
                changed = news.changed() => if changed.is_err() { return },
                Some(key) = under_way.next() => {
                    self.exchange.reported(key);
                    taken.remove(&key);
                }
                () = &mut stopped => return,
            }
        }
    }

    /// Posts one receipt until it is taken or given up.
    async fn tell(&self, report: Report) -> ReportKey {
        let mut again_ms = AGAIN_FIRST_MS;
        while !self.post(&report).await {
            if again_ms > AGAIN_LAST_MS {
                tracing::warn!("a call's receipt is given up: nobody takes it");
                break;
            }
            let clock = self.exchange.clock();
            clock.sleep_until(clock.now_ms() + again_ms).await;
            again_ms *= 2;
        }
        report.key()
    }

    /// Posts a receipt once; whether it is done with.
    async fn post(&self, report: &Report) -> bool {
        let body = if report.heard {
            json!({ "state": "delivered" })
        } else {
            json!({ "state": "undelivered", "reason": "unreachable" })
        };
        let (body, id) = (body.to_string(), format!("call_{}", report.reference));
        let timestamp = (self.exchange.clock().now_ms() / 1_000).to_string();
        let signature = self.signer.sign(Signed { id: &id, timestamp: &timestamp, body: body.as_bytes() });
        let request = self.client.post(&report.receipt_url).header("content-type", "application/json");
        let request = request.header("webhook-id", id).header("webhook-timestamp", timestamp);
        match request.header("webhook-signature", signature).body(body).send().await {
            Ok(response) => is_final(response.status()),
            Err(error) => {
                // The address opens by itself.
                tracing::debug!(error = %error.without_url(), "a call's receipt is not taken");
                false
            }
        }
    }
}

/// Whether an answer is the last word on a receipt.
fn is_final(status: StatusCode) -> bool {
    if status.is_client_error() {
        tracing::warn!(status = status.as_u16(), "a call's receipt is refused");
    }
    !status.is_server_error()
}
