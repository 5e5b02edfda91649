//! The promises, checked from what people were told and what came to phones, against what the store holds in the end.

use std::collections::{BTreeMap, HashMap};

use domain::{
    address::PhoneNumber,
    budget::Budget,
    channel::{self, Channel},
    delivery::{Reason, State},
    digest::Digest,
    key::{KeyRing, NumberKey},
    limit::{self, NUMBERS_MAX},
    time::{Millis, Time, days, hours, minutes},
    verification::{Generation, Status, Verification},
};
use serde_json::Value;

use super::{climate::Climate, desk::Told, frame::Letter, weather::Submitted};

/// All that is known when a storm is over.
pub struct Evidence<'a> {
    pub climate: &'a Climate,
    pub keys: &'a KeyRing,
    pub now: Time,
    pub told: &'a BTreeMap<String, Told>,
    /// How the API says that each stands now.
    pub shown: &'a BTreeMap<String, Value>,
    pub rows: &'a [Verification],
    pub submitted: &'a [Submitted],
    /// How often each code came to each phone.
    pub received: &'a BTreeMap<Letter, u64>,
    pub numbers: &'a [u64],
    /// Messages that wait.
    pub queued: i64,
    /// Processes that died.
    pub kills: u64,
    /// Messages that the metric says may have been sent twice.
    pub counted: u64,
    /// Messages of which a gateway told that they arrived, which was acknowledged.
    pub acknowledged: &'a [Letter],
}

/// One message of a verification.
struct Sent<'a> {
    row: &'a Verification,
    message: &'a Generation,
    letter: Letter,
}

impl Evidence<'_> {
    /// Every promise that is broken, in words.
    pub fn broken(&self) -> Vec<String> {
        let sent = self.sent();
        let mut broken = Vec::new();
        self.told.iter().for_each(|(id, told)| self.durable(id, told, &mut broken));
        self.goes_or_is_reported(&sent, &mut broken);
        self.in_time(&sent, &mut broken);
        self.limits(&sent, &mut broken);
        self.repeats(&sent, &mut broken);
        if self.queued != 0 {
            broken.push(format!("{} messages are still queued", self.queued));
        }
        broken
    }

    fn sent(&self) -> Vec<Sent<'_>> {
        let mut numbers: HashMap<NumberKey, u64> = HashMap::new();
        for (row, number) in self.rows.iter().flat_map(|row| self.numbers.iter().map(move |number| (row, number))) {
            let known = PhoneNumber::read(&format!("+{number}"), None)
                .map(|(it, _)| self.keys.index().number(row.service, &it));
            numbers.extend(known.map(|key| (key, *number)));
        }
        let all = self.rows.iter().flat_map(|row| row.generations.iter().map(move |message| (row, message)));
        let sent = all.filter_map(|(row, message)| {
            let code = row.code(message, self.keys)?.digits().to_owned();
            Some(Sent { row, message, letter: Letter { number: *numbers.get(&row.number_of(message))?, code } })
        });
        sent.collect()
    }

    /// What was acknowledged is so: it is there, each message, each wrong code, the one approval, the end.
    fn durable(&self, id: &str, told: &Told, broken: &mut Vec<String>) {
        let mut say = |what: String| broken.push(format!("{id}: {what}"));
        let Some(row) = self.rows.iter().find(|row| row.id.to_string() == id) else {
            return say("it was acknowledged and is not there".into());
        };
        let status = row.status(self.now);
        if told.sends > u64::from(row.sends()) {
            say(format!("{} messages were acknowledged, {} are there", told.sends, row.sends()));
        }
        if told.approvals > 1 || told.redeemed > 1 {
            say(format!("approved {} times, redeemed {} times", told.approvals, told.redeemed));
        }
        if told.approvals > 0 && status != Status::Approved {
            say(format!("its approval was acknowledged, and it is {status:?}"));
        }
        if told.canceled && status != Status::Canceled {
            say(format!("its end was acknowledged, and it is {status:?}"));
        }
        let (heard, used) = (told.incorrect.len() as u64, u64::from(row.checks_used));
        if heard > used || used > heard + told.unheard || used > u64::from(row.checks_max) {
            say(format!(
                "{heard} wrong codes were answered, {} not, {used} of {} are counted",
                told.unheard, row.checks_max
            ));
        }
        let mut left = told.incorrect.clone();
        left.sort_unstable();
        left.dedup();
        if left.len() != told.incorrect.len() {
            say(format!("two wrong codes were one try: {:?}", told.incorrect));
        }
        let shown = self.shown.get(id).map(|view| (&view["status"], view["sends"].as_u64()));
        let wanted = serde_json::to_value(status).unwrap_or_default();
        if shown != Some((&wanted, Some(u64::from(row.sends())))) {
            say(format!("it is {status:?} with {} messages, and the API shows {shown:?}", row.sends()));
        }
    }

    /// A code goes out, or is reported as not gone; and what arrived is known to have arrived.
    fn goes_or_is_reported(&self, sent: &[Sent], broken: &mut Vec<String>) {
        let garbled = self.climate.rates.garble > 0;
        let jumped = self.climate.has_jump(minutes(5));
        for Sent { row, message, letter } in sent {
            let mut say = |what: &str| {
                broken.push(format!("{} message {}: {what} ({:?})", row.id, message.code, message.progress));
            };
            let went = self.submitted.iter().filter(|submitted| submitted.letter == *letter).count();
            let arrived = self.received.contains_key(letter);
            match message.progress.state {
                State::Queued => say("neither sent nor reported"),
                // A message that went by two routes is known by the second one's receipt.
                State::Submitted if went == 1 && self.acknowledged.contains(letter) && !jumped => {
                    say("its receipt was acknowledged, and is lost");
                }
                State::Submitted if message.progress.reason == Some(Reason::Unconfirmed) => {}
                State::Submitted | State::Delivered if went == 0 => say("said to be sent, and never was"),
                State::Submitted if arrived && !garbled && !jumped => {
                    say("it arrived, and its receipt was lost");
                }
                State::Delivered if !arrived && !garbled => say("said to have arrived, and did not"),
                State::Undelivered | State::Expired
                    if arrived && self.kills + self.climate.lapses() == 0 && !garbled =>
                {
                    say("it arrived, and is said not to have");
                }
                State::Submitted | State::Delivered | State::Undelivered | State::Expired => {}
            }
        }
    }

    /// Nothing is sent at or after its deadline, and nothing that nobody asked for.
    fn in_time(&self, sent: &[Sent], broken: &mut Vec<String>) {
        for Submitted { letter, at_ms } in self.submitted {
            let deadlines = sent.iter().filter(|sent| sent.letter == *letter).map(|sent| sent.message.expires_at.ms());
            match deadlines.max() {
                None => broken.push(format!("a message of no verification was sent to +{}", letter.number)),
                Some(deadline_ms) if *at_ms >= deadline_ms => {
                    broken.push(format!("a message to +{} was sent {} ms late", letter.number, at_ms - deadline_ms));
                }
                Some(_) => {}
            }
        }
    }

    /// No limit is ever exceeded, by whatever was answered.
    fn limits(&self, sent: &[Sent], broken: &mut Vec<String>) {
        let policy = &self.climate.policy;
        let mut say = |what: &str, most: usize, max: u32| {
            if most > max as usize {
                broken.push(format!("{what}: {most} messages, at most {max} may be"));
            }
        };
        let times =
            |these: &dyn Fn(&&Sent) -> bool| sent.iter().filter(these).map(|sent| sent.message.sent_at).collect();
        let of_phone = if self.climate.known { 10 } else { 5 };
        for number in self.numbers {
            let to = |sent: &&Sent| sent.letter.number == *number;
            say("a phone in an hour", most_within(times(&to), hours(1)), of_phone);
            let called = |sent: &&Sent| to(sent) && sent.message.channel == Channel::Call;
            say("a phone's calls in a day", most_within(times(&called), days(1)), limit::CALLS_MAX as u32);
        }
        for row in self.rows {
            say("a verification", row.generations.len(), policy.sends_max.into());
            let calls = row.generations.iter().filter(|message| message.channel == Channel::Call).count();
            say("a verification's calls", calls, channel::CALLS_MAX as u32);
        }
        // Whoever asks for another message does not say from where.
        let first = |sent: &&Sent| sent.message.message == sent.row.generations[0].message;
        say(
            "an address in ten minutes",
            most_within(times(&first), minutes(10)),
            policy.sources.address_per_10_minutes,
        );
        say("a day", most_in_a_day(sent.iter()), policy.sms_per_day);
        for Budget { place, sms_per_day, .. } in &policy.budgets {
            let there = sent.iter().filter(|sent| {
                let number = PhoneNumber::read(&format!("+{}", sent.letter.number), None);
                number.is_ok_and(|(number, plan)| place.holds(&number, plan.country))
            });
            say("a place in a day", most_in_a_day(there), sms_per_day.unwrap_or(u32::MAX));
        }
        if !self.climate.known {
            let mut asked: BTreeMap<Digest, Vec<NumberKey>> = BTreeMap::new();
            for sent in sent.iter().filter(|sent| !sent.row.context.is_zero()) {
                let numbers = asked.entry(sent.row.context).or_default();
                let number = sent.row.number_of(sent.message);
                if !numbers.contains(&number) {
                    numbers.push(number);
                }
            }
            let most = asked.into_values().map(|numbers| numbers.len()).max().unwrap_or(0);
            say("numbers of a context", most, NUMBERS_MAX as u32);
        }
    }

    /// Only a process that died sends anything twice; it is counted, and once a death.
    fn repeats(&self, sent: &[Sent], broken: &mut Vec<String>) {
        let mut repeats = 0;
        for (letter, came) in self.received {
            let meant = sent.iter().filter(|sent| sent.letter == *letter).count() as u64;
            let again = came.saturating_sub(meant);
            if again > self.kills + self.climate.lapses() {
                broken.push(format!("a message to +{} came {came} times, with {} deaths", letter.number, self.kills));
            }
            repeats += again;
        }
        if repeats > self.counted {
            broken.push(format!("{repeats} messages came again, {} were counted", self.counted));
        }
        let failed = self.kills + self.climate.lapses() > 0 || self.climate.has_store_trouble();
        if self.counted > 0 && !failed {
            broken.push(format!("{} messages were counted as repeated, and nothing had failed", self.counted));
        }
    }
}

/// The most that fall into one day (UTC).
fn most_in_a_day<'a>(sent: impl Iterator<Item = &'a Sent<'a>>) -> usize {
    let mut by_day: BTreeMap<i64, usize> = BTreeMap::new();
    sent.for_each(|sent| *by_day.entry(sent.message.sent_at.ms().div_euclid(days(1))).or_default() += 1);
    by_day.into_values().max().unwrap_or(0)
}

/// The most that fall into any span of this length.
fn most_within(mut times: Vec<Time>, span: Millis) -> usize {
    times.sort_unstable();
    let within = |first: usize| times[first..].iter().take_while(|at| at.since(times[first]) < span).count();
    (0..times.len()).map(within).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fullest_span_is_found() {
        let times = |all: &[i64]| all.iter().map(|ms| Time::from_ms(*ms)).collect();
        assert_eq!(most_within(times(&[10, 0, 19, 20, 40]), 20), 3);
        assert_eq!(most_within(times(&[]), 20), 0);
    }
}
