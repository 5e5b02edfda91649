//! What requests wait for, as their traces tell it.

use domain::{
    refusal::Refusal,
    verification::{Answer, Event, Operation},
};

use super::App;
use crate::telemetry::trace::{Kind, Traces, Value};

impl App {
    /// With traces.
    #[must_use]
    pub fn traced(self, traces: Traces) -> App {
        App { traces, ..self }
    }

    /// Has the store decide an operation: a part of the request's span, as long as it waits for the batch's commit. What
    /// follows from it, a message or a webhook, belongs to the same trace.
    ///
    /// # Errors
    /// As the store's.
    pub(crate) async fn apply(&self, operation: Operation) -> Result<Answer, Refusal> {
        let Some(span) = self.traces.part(Kind::Internal) else { return self.store.apply(operation).await };
        let (event, verification) = match &operation.event {
            Event::Create(create) => ("create", Some(create.id)),
            Event::Resend(_) => ("resend", operation.verification),
            Event::Check { .. } => ("check", operation.verification),
            Event::Cancel => ("cancel", operation.verification),
            Event::Redeem { .. } => ("redeem", operation.verification),
            Event::Report(_) => ("report", operation.verification),
        };
        // Before the commit, which wakes whoever sends.
        if let Some(verification) = verification {
            self.traces.remember(verification);
        }
        let answer = self.store.apply(operation).await;
        let outcome = answer.as_ref().map_or_else(Refusal::code, |_| "committed");
        let failed = matches!(answer, Err(Refusal::Internal | Refusal::Unavailable));
        let attributes = [("tegata.event", event), ("tegata.outcome", outcome)];
        let attributes = attributes.map(|(key, name)| (key, Value::Name(name.to_owned()))).to_vec();
        span.end("store.batch".to_owned(), attributes, failed);
        answer
    }
}
