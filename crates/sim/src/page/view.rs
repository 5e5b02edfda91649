//! What the page shows, worked out of the world; the templates only lay it out.

use std::collections::HashMap;

use askama::Template;

use super::labels;
use super::words::{Lang, Words};
use crate::api::MOUNT;
use crate::times;
use crate::world::{
    CarrierName, Folder, Handset, Message, Number, Phone, Place, Receipts, Switch, System, Waiting, World,
};

/// The most phones on the page.
const CARDS_MAX: usize = 48;
/// The most messages of one folder on the page; the API has them all.
const BUBBLES_MAX: usize = 30;

#[derive(Template)]
#[template(path = "page.html")]
pub(super) struct Page {
    pub(super) w: &'static Words,
    pub(super) lang: &'static str,
    mount: &'static str,
    style: &'static str,
    script: &'static str,
    mistake: Option<Mistake>,
    now: String,
    steps: Vec<(u64, &'static str)>,
    cards: Vec<Card>,
    more: bool,
    carriers: Vec<CarrierPanel>,
    carrier_choices: Vec<Choice>,
    system_choices: Vec<Choice>,
}

impl Page {
    fn typed(&self) -> Option<&str> {
        self.mistake.as_ref().and_then(|mistake| mistake.number.as_deref())
    }
}

/// What was wrong with the form before.
pub(super) struct Mistake {
    pub(super) why: &'static str,
    /// The number that could not be read, as typed.
    pub(super) number: Option<String>,
}

/// One card alone, for the script.
#[derive(Template)]
#[template(path = "card.html")]
pub(super) struct CardPage {
    pub(super) card: Card,
    pub(super) w: &'static Words,
    pub(super) lang: &'static str,
}

pub(super) struct Card {
    mount: &'static str,
    number: String,
    digits: u64,
    pretty: String,
    owner: String,
    title: String,
    carrier: &'static str,
    on_screen: &'static str,
    system: &'static str,
    system_key: &'static str,
    airplane: bool,
    wifi: bool,
    off: bool,
    /// What is set so that it matters to messages.
    in_the_way: Vec<&'static str>,
    shown: Vec<Bubble>,
    hidden: Vec<(&'static str, Vec<Bubble>)>,
    waiting: Option<(usize, &'static str)>,
    stopped: Vec<(String, String, String)>,
    on_phone: Vec<Toggle>,
    at_carrier: Vec<Toggle>,
    blocked: String,
    carriers: Vec<Choice>,
    systems: Vec<Choice>,
}

struct Bubble {
    from: String,
    time: String,
    instant: String,
    before: String,
    code: String,
    after: String,
}

struct Toggle {
    key: &'static str,
    label: &'static str,
    effect: &'static str,
    on: bool,
}

struct Choice {
    key: &'static str,
    label: &'static str,
    chosen: bool,
}

struct CarrierPanel {
    key: &'static str,
    label: &'static str,
    delay_ms: u32,
    loss: f64,
    throttle: String,
    receipts: Vec<Choice>,
    outage: bool,
    reasons: bool,
}

/// The whole page.
pub(super) fn page(world: &World, now_ms: i64, lang: Lang, mistake: Option<Mistake>) -> Page {
    let waiting = world.waiting();
    let mut cards: Vec<Card> =
        world.handsets(CARDS_MAX + 1).into_iter().map(|handset| card_of(handset, &waiting, lang)).collect();
    let more = cards.len() > CARDS_MAX;
    cards.truncate(CARDS_MAX);
    Page {
        w: lang.words(),
        lang: lang.tag(),
        mount: MOUNT,
        style: super::STYLE,
        script: super::SCRIPT,
        mistake,
        now: times::date_and_time(now_ms),
        steps: vec![
            (30_000, lang.pick("30秒進める", "+30 s")),
            (60_000, lang.pick("1分進める", "+1 min")),
            (300_000, lang.pick("5分進める", "+5 min")),
            (600_000, lang.pick("10分進める", "+10 min")),
        ],
        cards,
        more,
        carriers: CarrierName::ALL.into_iter().filter_map(|name| panel(world, name, lang)).collect(),
        carrier_choices: carrier_choices(CarrierName::Docomo, lang),
        system_choices: system_choices(System::Ios, lang),
    }
}

/// One phone's card.
pub(super) fn card(world: &World, number: Number, lang: Lang) -> Option<Card> {
    world.handset(number).map(|handset| card_of(handset, &world.waiting(), lang))
}

fn card_of(handset: &Handset, waiting: &HashMap<Number, Waiting>, lang: Lang) -> Card {
    let Handset { phone, mailbox, .. } = handset;
    let on = |switch| phone.settings.is_on(switch);
    let waiting = waiting.get(&phone.number);
    let pretty = pretty(phone.number);
    let in_folder = |folder| bubbles(mailbox.messages.iter().filter(move |message| message.folder == folder));
    let hidden = [Folder::UnknownSenders, Folder::Spam].into_iter();
    let hidden = hidden.map(|folder| (labels::folder(folder, phone.system, lang), in_folder(Some(folder))));
    let stopped = mailbox.stopped.iter().take(3);
    Card {
        mount: MOUNT,
        number: phone.number.to_string(),
        digits: phone.number.digits(),
        title: if phone.owner.is_empty() { pretty.clone() } else { phone.owner.clone() },
        pretty,
        owner: phone.owner.clone(),
        carrier: labels::carrier(phone.carrier, lang),
        on_screen: labels::on_screen(phone.carrier),
        system: labels::system(phone.system, lang),
        system_key: phone.system.key(),
        airplane: on(Switch::AirplaneMode),
        wifi: on(Switch::Wifi),
        off: on(Switch::PowerOff),
        in_the_way: in_the_way(phone, lang),
        shown: in_folder(None),
        hidden: hidden.filter(|(_, bubbles)| !bubbles.is_empty()).collect(),
        waiting: waiting.map(|waiting| (waiting.count, labels::waits_for(waiting.reason, lang))),
        stopped: stopped
            .map(|one| (times::time_of_day(one.at_ms), one.from.clone(), labels::ending(one.ending, lang)))
            .collect(),
        on_phone: toggles(phone, Place::Phone, lang),
        at_carrier: toggles(phone, Place::Carrier, lang),
        blocked: phone.settings.blocked_senders.join(", "),
        carriers: carrier_choices(phone.carrier, lang),
        systems: system_choices(phone.system, lang),
    }
}

fn in_the_way(phone: &Phone, lang: Lang) -> Vec<&'static str> {
    let matters = |switch: &Switch| match switch {
        Switch::SmsContract => false,
        Switch::Wifi => false,
        other => phone.settings.is_on(*other),
    };
    let mut set: Vec<&'static str> =
        Switch::ALL.iter().filter(|switch| matters(switch)).map(|s| labels::switch(*s, phone.system, lang)).collect();
    if !phone.settings.is_on(Switch::SmsContract) {
        set.push(lang.pick("SMSの契約なし", "No SMS in the contract"));
    }
    if !phone.settings.blocked_senders.is_empty() {
        set.push(lang.words().blocked_senders);
    }
    set
}

fn toggles(phone: &Phone, place: Place, lang: Lang) -> Vec<Toggle> {
    let here = Switch::ALL.into_iter().filter(|switch| switch.place() == place);
    here.map(|switch| Toggle {
        key: switch.key(),
        label: labels::switch(switch, phone.system, lang),
        effect: labels::effect(switch, lang),
        on: phone.settings.is_on(switch),
    })
    .collect()
}

fn carrier_choices(chosen: CarrierName, lang: Lang) -> Vec<Choice> {
    let names = CarrierName::ALL.into_iter().filter(|name| name.has_customers());
    names.map(|name| Choice { key: name.key(), label: labels::carrier(name, lang), chosen: name == chosen }).collect()
}

fn system_choices(chosen: System, lang: Lang) -> Vec<Choice> {
    let systems = System::ALL.into_iter();
    systems.map(|s| Choice { key: s.key(), label: labels::system(s, lang), chosen: s == chosen }).collect()
}

fn panel(world: &World, name: CarrierName, lang: Lang) -> Option<CarrierPanel> {
    let carrier = world.carriers().get(&name)?;
    let choice = |r: Receipts| Choice { key: r.key(), label: labels::receipts(r, lang), chosen: r == carrier.receipts };
    Some(CarrierPanel {
        key: name.key(),
        label: labels::carrier(name, lang),
        delay_ms: carrier.delay_ms,
        loss: carrier.loss,
        throttle: carrier.throttle_per_second.map(|limit| limit.to_string()).unwrap_or_default(),
        receipts: Receipts::ALL.into_iter().map(choice).collect(),
        outage: carrier.outage,
        reasons: carrier.reasons,
    })
}

fn bubbles<'a>(messages: impl Iterator<Item = &'a Message>) -> Vec<Bubble> {
    messages.take(BUBBLES_MAX).map(bubble).collect()
}

fn bubble(message: &Message) -> Bubble {
    let (before, code, after) = around_code(&message.text);
    Bubble {
        from: message.from.clone(),
        time: times::time_of_day(message.received_ms),
        instant: times::rfc3339(message.received_ms),
        before: before.into(),
        code: code.into(),
        after: after.into(),
    }
}

/// Splits a text around its code: the first run of 4 to 10 digits.
fn around_code(text: &str) -> (&str, &str, &str) {
    let mut at = 0;
    while let Some(found) = text[at..].find(|c: char| c.is_ascii_digit()) {
        let start = at + found;
        let length = text[start..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - start);
        if (4..=10).contains(&length) {
            return (&text[..start], &text[start..start + length], &text[start + length..]);
        }
        at = start + length;
    }
    (text, "", "")
}

/// A Japanese mobile or 050 number as people write it; others in E.164.
fn pretty(number: Number) -> String {
    let e164 = number.to_string();
    match e164.strip_prefix("+81").filter(|national| national.len() == 10 && national.as_bytes()[1] == b'0') {
        Some(national) => format!("0{}-{}-{}", &national[..2], &national[2..6], &national[6..]),
        None => e164,
    }
}
