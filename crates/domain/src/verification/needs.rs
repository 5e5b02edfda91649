//! Which rows an operation needs.

use super::{Event, Operation, Recipient, Verification};
use crate::{
    key::NumberKey,
    limit::{self, LimitKey},
};

/// Which rows an operation needs, once its verification is loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// What is remembered of the number, and of its phone.
    pub number: Option<(NumberKey, LimitKey)>,
    /// The same of the number that it is corrected to.
    pub corrected: Option<(NumberKey, LimitKey)>,
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
        let number = own.map(|v| (v.number, v.phone));
        match &self.event {
            Event::Create(create) => {
                let context = limit::numbers_of(create.service, &create.context).filter(|_| !create.known);
                let to = (create.to.number, create.to.phone);
                Needs { number: Some(to), corrected: None, sources, phone: Some(to.1), context }
            }
            Event::Resend(resend) => {
                let another = |to: &&Recipient| own.is_some_and(|v| v.number != to.number);
                let corrected = resend.to.as_ref().filter(another).map(|to| (to.number, to.phone));
                let phone = corrected.or(number).map(|(_, phone)| phone);
                let stranger = own.filter(|v| corrected.is_some() && !v.known);
                let context = stranger.and_then(|v| limit::numbers_of(v.service, &v.context));
                Needs { number, corrected, sources, phone, context }
            }
            Event::Check { .. } | Event::Cancel => Needs { number, sources, ..Needs::default() },
            Event::Redeem { .. } | Event::Report(_) => Needs { sources, ..Needs::default() },
        }
    }
}
