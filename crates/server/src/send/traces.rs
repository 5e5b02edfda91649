//! Spans to a collector: OTLP over HTTP, as protobuf. One try: what a collector does not take is counted and gone.

use std::time::Duration;

use crate::config::{ConfigError, Traces};

/// How long a collector may take; spans queue meanwhile.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Who exports.
pub struct Exporter {
    client: reqwest::Client,
    traces: Traces,
}

impl Exporter {
    /// An exporter to the configured collector.
    ///
    /// # Errors
    /// When the system's certificates cannot be used.
    pub fn new(traces: &Traces) -> Result<Exporter, ConfigError> {
        let client = reqwest::Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none()).no_proxy();
        let client = client.build().map_err(|error| ConfigError(format!("traces: {error}")))?;
        Ok(Exporter { client, traces: traces.clone() })
    }

    /// Hands over the body of one export.
    ///
    /// # Errors
    /// Why the collector did not take it.
    pub async fn export(&self, body: Vec<u8>) -> Result<(), String> {
        let mut request = self.client.post(&self.traces.endpoint).header("content-type", "application/x-protobuf");
        if let Some(authorization) = &self.traces.authorization {
            request = request.header("authorization", &authorization.0);
        }
        // The address may hold what only the collector should know.
        let answer = request.body(body).send().await.map_err(|error| error.without_url().to_string())?;
        if answer.status().is_success() { Ok(()) } else { Err(format!("it answered {}", answer.status().as_u16())) }
    }
}
