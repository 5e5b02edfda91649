//! The rules that a service asks under.

use serde::{Deserialize, Serialize};

use crate::{
    address::{NumberProblem, NumberType},
    budget::{Budget, Caps, PLACES_MAX},
    channel::Channel,
    code, count,
    country::Country,
    limit::{Limited, SourceRules},
    time::{Millis, days, minutes, seconds},
};

/// The rules of a service's verifications; the defaults are those of docs/configuration.md.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Digits of a code, 6 to 10 (NIST SP 800-63B-4 §3.1.3.2: at least 6).
    #[serde(deserialize_with = "count::nearest")]
    pub code_digits: u8,
    /// How long each code is good, at most ten minutes (NIST SP 800-63B-4 §3.1.3.2, ASVS 6.5.5).
    pub code_lifetime_ms: Millis,
    /// Wrong codes until a verification is locked.
    #[serde(deserialize_with = "count::nearest")]
    pub checks_max: u8,
    /// Messages for one verification, and for one number and context in an hour.
    #[serde(deserialize_with = "count::nearest")]
    pub sends_max: u8,
    /// How long to wait after the first, second … message before the next; the last one repeats.
    pub resend_after_ms: Vec<Millis>,
    /// Whether a resend repeats the code instead of making a new one. Never across numbers (rule V2).
    pub same_code_on_resend: bool,
    /// Whether another message may be a phone call, in which the code is read out.
    pub calls: bool,
    /// Types of numbers that no SMS reaches and that are called from the first message on; the others are refused.
    pub calls_first: Vec<NumberType>,
    /// Countries whose numbers are accepted; a fresh service allows its own only (rule M2).
    pub countries: Vec<Country>,
    /// SMS that the service may send in a day (UTC).
    pub sms_per_day: u32,
    /// SMS that it may send in a month (UTC); `None` is as many as its days let.
    pub sms_per_month: Option<u32>,
    /// What they may cost in a day, in minor units of the installation's currency; `None` is whatever they cost.
    pub cost_per_day: Option<u32>,
    /// The same in a month.
    pub cost_per_month: Option<u32>,
    /// Budgets of countries and prefixes, within those of the service.
    pub budgets: Vec<Budget>,
    /// How long a number is kept, sealed, after its verification began.
    pub retention_ms: Millis,
    /// How long it is remembered, by blind index, that a number was verified, for the reserve of the budgets (rule M2);
    /// `None` is not at all, and then there is no reserve.
    pub remember_verified_ms: Option<Millis>,
    /// What one source may ask for.
    pub sources: SourceRules,
    /// Rules that are only counted: what they would refuse goes on.
    pub shadow: Vec<Limited>,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            code_digits: code::DIGITS_MIN,
            code_lifetime_ms: minutes(10),
            checks_max: 5,
            sends_max: 5,
            resend_after_ms: vec![seconds(30), seconds(60), seconds(120), seconds(240)],
            same_code_on_resend: false,
            calls: false,
            calls_first: Vec::new(),
            countries: vec![Country::JP],
            sms_per_day: 1_000,
            sms_per_month: None,
            cost_per_day: None,
            cost_per_month: None,
            budgets: Vec::new(),
            retention_ms: days(7),
            remember_verified_ms: None,
            sources: SourceRules::default(),
            shadow: Vec::new(),
        }
    }
}

impl Policy {
    /// What is wrong with it, as `(field, what it must)`; empty if nothing.
    pub fn problems(&self) -> Vec<(&'static str, &'static str)> {
        let rules = [
            ((code::DIGITS_MIN..=code::DIGITS_MAX).contains(&self.code_digits), "code_digits", "be 6 to 10"),
            (
                (minutes(1)..=minutes(10)).contains(&self.code_lifetime_ms),
                "code_lifetime_ms",
                "be 60000 to 600000 (10 minutes)",
            ),
            ((1..=10).contains(&self.checks_max), "checks_max", "be 1 to 10"),
            ((1..=10).contains(&self.sends_max), "sends_max", "be 1 to 10"),
            ((1..=10).contains(&self.resend_after_ms.len()), "resend_after_ms", "have 1 to 10 waits"),
            (
                self.resend_after_ms.iter().all(|wait| (seconds(1)..=minutes(60)).contains(wait)),
                "resend_after_ms",
                "have waits of 1000 to 3600000 each",
            ),
            (self.calls || self.calls_first.is_empty(), "calls_first", "be empty, or have calls be true"),
            (
                self.calls_first.iter().all(|number_type| number_type.without_sms().is_some()),
                "calls_first",
                "have numbers without SMS only: fixed_line, voip",
            ),
            (is_each_once(&self.calls_first), "calls_first", "have each type once"),
            ((1..=250).contains(&self.countries.len()), "countries", "have 1 to 250 countries"),
            (is_each_once(&self.countries), "countries", "have each country once"),
            (self.shadow.len() <= 5, "shadow", "have at most 5 rules"),
            (
                self.shadow.iter().all(|rule| rule.is_tuned()),
                "shadow",
                "have rules that are tuned only: address, account, key, range, budget",
            ),
            (self.budgets.len() <= PLACES_MAX, "budgets", "have at most 50 places"),
            (
                self.budgets.iter().enumerate().all(|(nth, b)| self.budgets[..nth].iter().all(|a| a.place != b.place)),
                "budgets",
                "have one for each place",
            ),
            (
                (minutes(120)..=days(400)).contains(&self.retention_ms),
                "retention_ms",
                "be 7200000 (2 hours) to 34560000000 (400 days)",
            ),
            (
                self.remember_verified_ms.is_none_or(|span| (days(14)..=days(400)).contains(&span)),
                "remember_verified_ms",
                "be null, or 1209600000 (14 days) to 34560000000 (400 days)",
            ),
        ];
        rules.into_iter().filter(|(holds, ..)| !holds).map(|(_, field, must)| (field, must)).collect()
    }

    /// How a code goes to a number of this type, unless a call is asked for.
    ///
    /// # Errors
    /// Why none does.
    pub fn channel_to(&self, number_type: Option<NumberType>) -> Result<Channel, NumberProblem> {
        let Some((problem, number_type)) = number_type.and_then(|it| it.without_sms().zip(Some(it))) else {
            return Ok(Channel::Sms);
        };
        let is_called = self.calls && self.calls_first.contains(&number_type);
        if is_called { Ok(Channel::Call) } else { Err(problem) }
    }

    /// What the service may send everywhere together.
    pub fn caps(&self) -> Caps {
        Caps { sms: [Some(self.sms_per_day), self.sms_per_month], cost: [self.cost_per_day, self.cost_per_month] }
    }

    /// Whether a rule is only counted.
    pub fn shadows(&self, rule: Limited) -> bool {
        self.shadow.contains(&rule)
    }

    /// How long to wait after so many messages.
    pub fn resend_wait_ms(&self, sends: u8) -> Millis {
        let place = usize::from(sends.saturating_sub(1));
        let wait = self.resend_after_ms.get(place).or(self.resend_after_ms.last());
        wait.copied().unwrap_or(seconds(30))
    }
}

fn is_each_once<T: PartialEq>(list: &[T]) -> bool {
    list.iter().enumerate().all(|(nth, one)| !list[..nth].contains(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_named() {
        let policy = Policy { code_digits: 4, code_lifetime_ms: minutes(11), countries: vec![], ..Policy::default() };
        let fields: Vec<_> = policy.problems().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["code_digits", "code_lifetime_ms", "countries"]);
        let twice = Policy { countries: vec![Country::JP, Country::JP], ..Policy::default() };
        assert_eq!(twice.problems(), [("countries", "have each country once")]);
        let first = |calls, calls_first| Policy { calls, calls_first, ..Policy::default() }.problems();
        assert_eq!(first(true, vec![NumberType::Voip, NumberType::FixedLine]), []);
        assert_eq!(first(false, vec![NumberType::Voip]), [("calls_first", "be empty, or have calls be true")]);
        let mobile = [("calls_first", "have numbers without SMS only: fixed_line, voip")];
        assert_eq!(first(true, vec![NumberType::Mobile]), mobile);
        assert_eq!(first(true, vec![NumberType::Voip; 2]), [("calls_first", "have each type once")]);
    }

    #[test]
    fn what_no_sms_reaches_is_called_or_refused() {
        let fixed = Policy { calls: true, calls_first: vec![NumberType::FixedLine], ..Policy::default() };
        assert_eq!(fixed.channel_to(Some(NumberType::FixedLine)), Ok(Channel::Call));
        assert_eq!(fixed.channel_to(Some(NumberType::Voip)), Err(NumberProblem::Voip));
        assert_eq!(fixed.channel_to(Some(NumberType::Mobile)), Ok(Channel::Sms));
        assert_eq!(fixed.channel_to(None), Ok(Channel::Sms));
        let refused = Policy::default().channel_to(Some(NumberType::FixedLine));
        assert_eq!(refused, Err(NumberProblem::FixedLine));
    }
}
