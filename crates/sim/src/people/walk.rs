//! What a person does, whoever leads: time passes, patience ends, remedies are done or botched, codes are typed. The guide
//! and the page have only this to lead.

use std::collections::{BTreeMap, BTreeSet};

use domain::guide::{Cause, Guide, Kind, Known, Then};

use super::answer;
use super::assumptions::Assumptions;
use super::person::{Person, ms, other, own};
use super::population::Population;
use super::service::{Asked, Mode, Service, Typed};
use crate::world::{Folder, Number, Phone, Switch};

/// The most steps that anybody takes before the walk counts as a circle.
const STEPS_MAX: u32 = 150;

/// How often somebody sees whether a message has come, in milliseconds.
const SLICE_MS: i64 = 2_000;

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Alone,
    Human,
    Stuck,
    Lost,
}

/// Goes on, or ends.
pub(super) type Going = Result<(), End>;

/// What came of a remedy, if it was not the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// Done, and a new code was sent.
    Sent,
    /// Done, or passed over, and nothing came.
    Nothing,
    /// It could not be done.
    Unable,
}

/// One person on the way to a code.
pub(super) struct Walk<'a> {
    pub(super) guide: &'a Guide,
    pub(super) population: &'a Population,
    pub(super) person: &'a Person,
    pub(super) assumed: &'a Assumptions,
    pub(super) service: Service<'a>,
    /// Whether one step is shown at a time, with a human in sight, or all on one page.
    one_at_a_time: bool,
    /// Where the person has learnt to look.
    folders: BTreeSet<Folder>,
    typed: BTreeSet<u64>,
    /// How often each remedy was tried.
    tries: BTreeMap<String, u32>,
    pub(super) steps: u32,
    /// How long they waited for a desk to open, in milliseconds.
    closed_ms: i64,
    /// The step before the person.
    pub(super) at: String,
}

impl<'a> Walk<'a> {
    /// Asks for a code and waits until help is looked for; `None` if the code comes before.
    pub(super) fn begin(
        guide: &'a Guide,
        population: &'a Population,
        person: &'a Person,
        assumed: &'a Assumptions,
        mode: Mode,
        one_at_a_time: bool,
    ) -> Option<Walk<'a>> {
        let service = Service::begin(person, &population.sender, mode);
        let (folders, typed, tries, steps, closed_ms, at) = Default::default();
        let mut walk = Walk {
            guide,
            population,
            person,
            assumed,
            service,
            one_at_a_time,
            folders,
            typed,
            tries,
            steps,
            closed_ms,
            at,
        };
        walk.service.pass_until(person.asks_ms + person.opens_ms);
        walk.service.in_sight(&walk.folders).is_empty().then_some(walk)
    }

    /// Minutes since help was looked for.
    pub(super) fn minutes(&self) -> f64 {
        (self.service.now_ms() - self.person.asks_ms - self.person.opens_ms) as f64 / 60_000.0
    }

    /// How many of them went by until a desk opened.
    pub(super) fn minutes_closed(&self) -> f64 {
        self.closed_ms as f64 / 60_000.0
    }

    /// The next step is before the person.
    pub(super) fn step(&mut self, name: &str) -> Going {
        self.steps += 1;
        name.clone_into(&mut self.at);
        if self.steps > STEPS_MAX { Err(End::Lost) } else { Ok(()) }
    }

    /// Seconds of work go by; a code that comes meanwhile is typed, and patience may end.
    pub(super) fn work(&mut self, seconds: f64) -> Going {
        self.pass(ms(seconds * self.person.pace))
    }

    /// Time goes by.
    pub(super) fn pass(&mut self, span_ms: i64) -> Going {
        let gives_up_ms = self.person.asks_ms + self.person.patience_ms;
        let until_ms = self.service.now_ms() + span_ms;
        while self.service.now_ms() < until_ms {
            self.service.pass_until((self.service.now_ms() + SLICE_MS).min(until_ms));
            self.look()?;
            if self.service.now_ms() >= gives_up_ms {
                return Err(self.had_enough());
            }
        }
        Ok(())
    }

    /// Who wants a human from the start goes to one, unless nobody is there.
    pub(super) fn set_out(&mut self) -> Going {
        let prefers = self.person.chance("prefers a human").is(self.assumed.prefers);
        if prefers && self.closed_ms() == 0 { Err(self.human()) } else { Ok(()) }
    }

    fn had_enough(&mut self) -> End {
        let share = if self.one_at_a_time { self.assumed.asks } else { self.assumed.seeks };
        self.human_or_not(share)
    }

    /// At the end of guide or page the human is all that is left; who has got so far with patience takes it.
    pub(super) fn only_human_left(&mut self) -> End {
        "contact".clone_into(&mut self.at);
        self.human()
    }

    fn human_or_not(&mut self, share: f64) -> End {
        let share = if self.closed_ms() > 0 { share * self.assumed.closed } else { share };
        if self.person.chance("had enough").is(share) { self.human() } else { End::Stuck }
    }

    /// How long nobody is there yet, in milliseconds.
    fn closed_ms(&self) -> i64 {
        const HOUR_MS: i64 = 3_600_000;
        const DAY_MS: i64 = 24 * HOUR_MS;
        let of_day_ms = self.service.now_ms().rem_euclid(DAY_MS);
        let [opens_ms, closes_ms] = self.population.desk.map(|hour| i64::from(hour) * HOUR_MS);
        let open = (opens_ms..closes_ms).contains(&of_day_ms);
        if open { 0 } else { (opens_ms - of_day_ms).rem_euclid(DAY_MS) }
    }

    /// Waits for a human, and is helped.
    pub(super) fn human(&mut self) -> End {
        let queue = -self.person.chance("queue").unit().ln() * self.assumed.queue_min;
        let closed_ms = self.closed_ms();
        let helped_ms = closed_ms + ms((queue + self.assumed.talk_min) * 60.0);
        let until_ms = self.service.now_ms() + helped_ms;
        // The phone lies there meanwhile: a code that comes while it is good is typed, and nobody needs the human any more.
        let code_ends_ms = self.service.code_ends_ms().map_or(until_ms, |ends_ms| ends_ms.min(until_ms));
        while self.service.now_ms() < code_ends_ms {
            self.service.pass_until((self.service.now_ms() + SLICE_MS).min(until_ms));
            if let Err(end) = self.look() {
                return end;
            }
        }
        self.service.pass_until(until_ms);
        self.closed_ms = closed_ms;
        End::Human
    }

    /// Types the codes that are before the person's eyes.
    fn look(&mut self) -> Going {
        let new: Vec<u64> = self.service.in_sight(&self.folders);
        for id in new.into_iter().rev().filter(|id| !self.typed.contains(id)).collect::<Vec<_>>() {
            self.typed.insert(id);
            let typing_ms = ms(self.assumed.types_s * self.person.pace);
            self.service.pass_until(self.service.now_ms() + typing_ms);
            match self.service.type_code(id) {
                Typed::Right => return Err(End::Alone),
                Typed::Expired => {
                    self.ask_again()?;
                }
                Typed::Old => {}
            }
        }
        Ok(())
    }

    /// Asks for a new code, waiting until that is possible. Whether it was sent.
    pub(super) fn ask_again(&mut self) -> Result<bool, End> {
        match self.service.ask_again() {
            Asked::Sent => Ok(true),
            Asked::UsedUp => Ok(false),
            Asked::Wait(until_ms) => {
                self.pass(until_ms - self.service.now_ms() + 1)?;
                Ok(self.service.ask_again() == Asked::Sent)
            }
        }
    }

    /// Waits as long as the newest code is good.
    pub(super) fn wait_for_code(&mut self) -> Going {
        let ends_ms = self.service.code_ends_ms().unwrap_or(0);
        self.pass((ends_ms - self.service.now_ms()).max(0))
    }

    /// Whether no code can arrive in time at this number, whatever is done to the phone.
    pub(super) fn hopeless(&self) -> bool {
        let gets_none = !self.service.phone().settings.is_on(Switch::SmsContract);
        let cannot_correct = self.service.is_wrong_number() && !self.person.typed;
        !self.person.begins() || gets_none || cannot_correct || self.service.is_too_slow()
    }

    /// What is true of the person now.
    pub(super) fn truth(&self) -> Known {
        answer::truth(self.population, self.person, &self.service)
    }

    /// Tries a remedy: reads it, does it as well as people do, looks what comes of it.
    pub(super) fn attempt(&mut self, cause: &Cause) -> Result<Came, End> {
        let tries = self.tries.entry(cause.id.clone()).or_default();
        *tries += 1;
        let mut chance = self.person.chance(&format!("remedy {} {tries}", cause.id));
        let (skips, slips, unable) = (chance.unit(), chance.unit(), chance.unit());
        let oftener = if self.one_at_a_time { 1.0 } else { self.assumed.skims };
        if skips < self.assumed.skips * oftener {
            self.work(self.assumed.glance_s)?;
            return Ok(Came::Nothing);
        }
        if cause.then == Then::OtherWay {
            return self.other_way(cause, slips >= self.assumed.slips);
        }
        self.work(cause.cost_s)?;
        let changes = cause.kind == Kind::Change;
        if changes && unable < self.assumed.unable {
            return Ok(Came::Unable);
        }
        let slip = if changes { self.assumed.slips_changing } else { self.assumed.slips };
        let well = slips >= slip;
        let corrected = well && self.mend(cause);
        self.look()?;
        match cause.then {
            Then::Nothing | Then::Number if corrected => self.resend(),
            Then::Resend if self.waits_to_ask(cause) => self.resend(),
            // What is looked at is seen at once; what was mended may bring the message that waits.
            Then::Nothing if cause.kind == Kind::Look => Ok(Came::Nothing),
            Then::Nothing | Then::Number | Then::Resend => self.pass(ms(self.assumed.checks_s)).map(|()| Came::Nothing),
            Then::OtherWay | Then::Contact => self.contact(cause),
        }
    }

    /// Does what a remedy says; what is not wrong stays as it is. Whether codes go to another number now.
    fn mend(&mut self, cause: &Cause) -> bool {
        let mut corrected = false;
        for fix in &cause.fixes {
            if let Some(folder) = hides(fix) {
                self.folders.insert(folder);
            }
            let phone = self.service.phone();
            let only_looks = cause.kind == Kind::Look && hides(fix).is_some();
            if let Some(mended) = mended(&phone, fix).filter(|mended| !only_looks && *mended != phone) {
                self.service.set_phone(mended);
            }
            if let Some(number) = self.corrected(fix) {
                self.service.correct(number);
                corrected = true;
            }
        }
        corrected
    }

    /// The number that codes should go to, if a fix of this name finds a wrong one and the person can give a better.
    fn corrected(&self, fix: &str) -> Option<Number> {
        match fix {
            "wrong_number" if self.service.is_wrong_number() && self.person.typed => Some(own()),
            "number_kind" if !self.service.number_is_used() && self.person.has_another_number => Some(other()),
            _ => None,
        }
    }

    /// Whether a new code is asked for, though that may be possible in two minutes only. Where the phone was made
    /// reachable again the message that waits comes by itself, and nobody waits to ask for another.
    fn waits_to_ask(&self, cause: &Cause) -> bool {
        let phone = self.service.phone();
        let harmless = cause.kind != Kind::Change && cause.fixes.iter().any(|fix| mended(&phone, fix).is_some());
        !harmless || self.service.can_ask_within(ms(self.assumed.checks_s))
    }

    /// A new code is asked for, which the remedy's own estimate contains, and awaited for a while.
    fn resend(&mut self) -> Result<Came, End> {
        let sent = self.ask_again()?;
        self.pass(ms(self.assumed.checks_s))?;
        Ok(if sent { Came::Sent } else { Came::Nothing })
    }

    /// Whether a remedy was tried so often.
    pub(super) fn was_tried(&self, cause: &Cause, times: u32) -> bool {
        self.tries.get(&cause.id).is_some_and(|tries| *tries >= times)
    }

    /// Only a human can go on: the person turns to one if this is what is wrong.
    fn contact(&mut self, cause: &Cause) -> Result<Came, End> {
        if self.concerns(cause) { Err(self.human()) } else { Ok(Came::Nothing) }
    }

    /// Whether something that the cause names is wrong with this person's phone, line or number.
    pub(super) fn concerns(&self, cause: &Cause) -> bool {
        let phone = self.service.phone();
        let wrong = |fix: &String| match fix.as_str() {
            "sms_contract" => !phone.settings.is_on(Switch::SmsContract),
            "wrong_number" => self.service.is_wrong_number(),
            "number_kind" => !self.person.begins(),
            fix => mended(&phone, fix).is_some_and(|mended| mended != phone),
        };
        cause.fixes.iter().any(wrong)
    }
}

/// Where messages hide that a fix of this name finds.
fn hides(fix: &str) -> Option<Folder> {
    match fix {
        "unknown_sender_filter" => Some(Folder::UnknownSenders),
        "spam_filter" | "blocked_senders" => Some(Folder::Spam),
        "other_app" => Some(Folder::OtherApp),
        "other_device" => Some(Folder::OtherDevice),
        _ => None,
    }
}

/// The phone after a fix of this name; `None` if the fix is not one of a phone, or nobody can do it alone.
fn mended(phone: &Phone, fix: &str) -> Option<Phone> {
    let mut phone = phone.clone();
    match (fix, Switch::from_key(fix)) {
        ("blocked_senders", _) => phone.settings.blocked_senders.clear(),
        (_, Some(Switch::SmsContract) | None) => return None,
        (_, Some(switch)) => phone.settings.turn(switch, false),
    }
    Some(phone)
}
