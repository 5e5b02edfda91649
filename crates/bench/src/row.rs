//! A row of the result, as a line of JSON and as a line of a table.

use serde_json::{Value, json};

use crate::{latency::Latencies, process::Used};

/// What one store did at one number of connections.
pub struct Row {
    /// What was measured.
    pub store: &'static str,
    /// Verifications that were there when the span began.
    pub rows: usize,
    /// Whether rows were put there before.
    pub old: bool,
    /// Connections, each with one request under way.
    pub connections: usize,
    /// Requests; end to end, messages.
    pub count: usize,
    /// Seconds that they took.
    pub seconds: f64,
    /// Milliseconds.
    pub p50_ms: f64,
    /// Milliseconds.
    pub p99_ms: f64,
    /// Processor time.
    pub used: Used,
    /// The server's memory at the end, in MiB; of several, the one that has most.
    pub rss_mb: f64,
    /// What the ceiling did a second at as many connections.
    pub ceiling: Option<f64>,
    /// What the server without a store did.
    pub storeless: Option<f64>,
}

/// The table's head.
pub const HEAD: &str = "\
store       connections     rows   a second  of http  of none   p50 ms   p99 ms   CPU µs each: server  (store)  database  generator   MiB  others";

impl Row {
    /// A row of these latencies.
    pub fn new(
        (store, rows, connections): (&'static str, usize, usize),
        mut latencies: Latencies,
        seconds: f64,
        used: Used,
        rss_mb: f64,
    ) -> Row {
        let count = latencies.count();
        let [p50_ms, p99_ms] = [50, 99].map(|percent| latencies.percentile_ms(percent));
        let (ceiling, storeless) = (None, None);
        let old = false;
        Row { store, rows, old, connections, count, seconds, p50_ms, p99_ms, used, rss_mb, ceiling, storeless }
    }

    /// Requests a second.
    pub fn per_second(&self) -> f64 {
        self.count as f64 / self.seconds.max(f64::EPSILON)
    }

    /// Of what the ceiling and the server without a store did.
    fn shares(&self) -> [Option<f64>; 2] {
        [self.ceiling, self.storeless].map(|other| other.map(|other| self.per_second() / other))
    }

    /// How many cores other programs kept busy meanwhile: without them there would have been more.
    fn others(&self) -> f64 {
        self.used.others_ms() as f64 / 1_000.0 / self.seconds.max(f64::EPSILON)
    }

    /// Processor time a request, in microseconds.
    pub fn each_us(&self, ms: u64) -> f64 {
        ms as f64 * 1_000.0 / self.count.max(1) as f64
    }

    /// One line of JSON. `cpu_us_per_request` is what a request costs the operator: server and database.
    pub fn json(&self) -> Value {
        let Used { server_ms, store_ms, generator_ms, database_ms, .. } = self.used;
        json!({
            "store": self.store,
            "rows": self.rows,
            "connections": self.connections,
            "per_second": self.per_second().round(),
            "p50_ms": rounded(self.p50_ms, 100.0),
            "p99_ms": rounded(self.p99_ms, 100.0),
            "cpu_us_per_request": rounded(self.each_us(server_ms + database_ms), 10.0),
            "rss_mb": rounded(self.rss_mb, 10.0),
            "server_cpu_us": rounded(self.each_us(server_ms), 10.0),
            "store_threads_cpu_us": rounded(self.each_us(store_ms), 10.0),
            "database_cpu_us": rounded(self.each_us(database_ms), 10.0),
            "generator_cpu_us": rounded(self.each_us(generator_ms), 10.0),
            "others_cores": rounded(self.others(), 100.0),
            "share_of_http": self.shares()[0].map(|share| rounded(share, 1_000.0)),
            "share_of_none": self.shares()[1].map(|share| rounded(share, 1_000.0)),
        })
    }

    /// One line of the table.
    pub fn line(&self) -> String {
        let percent = |share: Option<f64>| share.map_or("-".into(), |share| format!("{:.0} %", share * 100.0));
        let [of_http, of_none] = self.shares().map(percent);
        let Used { server_ms, store_ms, generator_ms, database_ms, .. } = self.used;
        let [server, store, database, generator] =
            [server_ms, store_ms, database_ms, generator_ms].map(|ms| self.each_us(ms));
        format!(
            "{:<12}{:>11}{:>9}{:>11.0}{of_http:>9}{of_none:>9}{:>9.2}{:>9.2}{server:>22.1}{:>9}{database:>10.1}{generator:>11.1}\
             {:>6.0}{:>8.2}",
            self.store,
            self.connections,
            self.rows,
            self.per_second(),
            self.p50_ms,
            self.p99_ms,
            format!("({store:.1})"),
            self.rss_mb,
            self.others(),
        )
    }
}

fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}
