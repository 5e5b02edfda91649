//! Services whose operations failed lately wait apart, so that their failures cost nobody else a rerun (rule D3).

use std::collections::BTreeMap;

use domain::{
    id::ServiceId,
    time::{Millis, Time, minutes},
};

use super::Job;

/// How long a service stays apart after a failure.
const APART_MS: Millis = minutes(1);
/// How many are remembered; more failing services than this are a fault of ours, not of theirs.
const SUSPECTS_MAX: usize = 64;

/// Who failed lately, and until when that is remembered. Reports of our own have no service, and count as one.
#[derive(Default)]
pub(super) struct Suspects(BTreeMap<Option<ServiceId>, Time>);

impl Suspects {
    /// Remembers whose job failed.
    pub fn note(&mut self, job: &Job, now: Time) {
        if let Some(operation) = job.operation()
            && (self.0.len() < SUSPECTS_MAX || self.0.contains_key(&operation.service))
        {
            self.0.insert(operation.service, now.plus(APART_MS));
        }
    }

    /// A batch without the suspects' jobs, and one of these.
    pub fn part(&mut self, jobs: Vec<Job>, now: Time) -> (Vec<Job>, Vec<Job>) {
        self.0.retain(|_, until| *until > now);
        if self.0.is_empty() {
            return (jobs, Vec::new());
        }
        jobs.into_iter().partition(|job| job.operation().is_none_or(|o| !self.0.contains_key(&o.service)))
    }
}
