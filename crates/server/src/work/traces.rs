//! Traces: takes ended spans from their queue and hands them to the collector, some at a time. Nobody waits for it.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{mpsc, watch},
    time::{sleep, timeout},
};
use tracing::{info, warn};

use crate::{
    send::traces::Exporter,
    telemetry::{Metrics, otlp, trace::Span},
};

/// Spans of one export.
const EXPORTED_MAX: usize = 512;
/// How often what waits is exported: a queue's worth of spans each time, at least.
const EVERY: Duration = Duration::from_millis(500);
/// How long a stop waits for the collector.
const LAST: Duration = Duration::from_secs(2);

/// Exports until `stop`; what waits then, once more.
pub async fn run(
    exporter: Exporter,
    spans: mpsc::Receiver<Span>,
    metrics: Arc<Metrics>,
    mut stop: watch::Receiver<bool>,
) {
    let mut worker = Worker { exporter, spans, metrics, failing: false };
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => {}
            () = sleep(EVERY) => {
                // What a stop cuts short is lost, so that a collector that is away keeps no node from stopping.
                tokio::select! {
                    _ = stop.changed() => {}
                    () = worker.export_all() => {}
                }
            }
        }
    }
    let _in_time = timeout(LAST, worker.export_all()).await;
}

struct Worker {
    exporter: Exporter,
    spans: mpsc::Receiver<Span>,
    metrics: Arc<Metrics>,
    /// Whether the last export failed: it is logged when that changes.
    failing: bool,
}

impl Worker {
    async fn export_all(&mut self) {
        loop {
            let batch: Vec<Span> = std::iter::from_fn(|| self.spans.try_recv().ok()).take(EXPORTED_MAX).collect();
            if batch.is_empty() {
                return;
            }
            self.export(batch).await;
        }
    }

    async fn export(&mut self, batch: Vec<Span>) {
        let count = u64::try_from(batch.len()).unwrap_or(u64::MAX);
        let exported = self.exporter.export(otlp::body(batch)).await;
        self.metrics.spans(if exported.is_ok() { "exported" } else { "lost" }, count);
        let failed = exported.is_err();
        match exported {
            Err(why) if !self.failing => warn!(why, "the collector does not take spans: they are lost"),
            Ok(()) if self.failing => info!("the collector takes spans again"),
            Ok(()) | Err(_) => {}
        }
        self.failing = failed;
    }
}
