//! Which rows an operation needs.

use super::{Event, Operation, Verification};
use crate::{
    key::NumberKey,
    limit::{self, LimitKey},
};

/// Which rows an operation needs, once its verification is loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The number's row.
    pub number: Option<NumberKey>,
    /// The corrected number's row.
    pub corrected: Option<NumberKey>,
    /// The sources' rows.
    pub sources: Vec<LimitKey>,
    /// The phone's row.
    pub phone: Option<LimitKey>,
    /// The context's row.
    pub context: Option<LimitKey>,
}

impl Operation {
    /// The rows that it needs, given the verification that it names, if that exists.
    pub fn needs(&self, verification: Option<&Verification>) -> Needs {
        let sources = self.sources.iter().map(|(key, _)| *key).collect();
        let own = verification.filter(|v| self.service.is_none_or(|service| service == v.service));
        let number = own.map(|v| v.number);
        match &self.event {
            Event::Create(create) => {
                let context = limit::numbers_of(create.service, &create.context).filter(|_| !create.known);
                let (number, phone) = (Some(create.to.number), Some(create.to.phone));
                Needs { number, corrected: None, sources, phone, context }
            }
            Event::Resend(resend) => {
                let corrected = resend.to.as_ref().filter(|to| number.is_some_and(|number| number != to.number));
                let phone = corrected.map(|to| to.phone).or(own.map(|v| v.phone));
                let stranger = own.filter(|v| corrected.is_some() && !v.known);
                let context = stranger.and_then(|v| limit::numbers_of(v.service, &v.context));
                Needs { number, corrected: corrected.map(|to| to.number), sources, phone, context }
            }
            Event::Check { .. } | Event::Cancel => Needs { number, sources, ..Needs::default() },
            Event::Redeem { .. } | Event::Report(_) => Needs { sources, ..Needs::default() },
        }
    }
}
