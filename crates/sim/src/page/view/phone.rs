//! One phone: what its owner sees, and everything that can be set.

use askama::Template;

use super::field::{Choice, Field, Mistake, Place};
use super::message::{self, Bubble, bubbles, is_japanese, pretty};
use super::{Frame, Note, Toggle, carrier_choice, system_choice};
use crate::page::labels;
use crate::page::words::Lang;
use crate::times;
use crate::world::{Folder, Handset, Number, Phone, Place as Setting, Switch, Waiting, World};

/// The most messages that did not arrive, and calls that nobody heard, of which a page tells.
const STOPPED_MAX: usize = 3;

/// A phone's own page.
#[derive(Template)]
#[template(path = "sim/phone.html")]
pub(in crate::page) struct PhonePage {
    frame: Frame,
    phone: Shown,
    on_phone: Vec<Toggle>,
    at_carrier: Vec<Toggle>,
    blocked: Field,
    owner: Field,
    choices: [Choice; 2],
}

/// What its owner sees.
struct Shown {
    number: String,
    pretty: String,
    title: String,
    title_lang: Option<&'static str>,
    carrier: &'static str,
    /// The carrier as the phone's upper edge shows it.
    on_screen: &'static str,
    system: &'static str,
    system_key: &'static str,
    airplane: bool,
    wifi: bool,
    off: bool,
    shown: Vec<Bubble>,
    hidden: Vec<(&'static str, Vec<Bubble>)>,
    notes: Vec<Note>,
}

/// The page of a phone, if there is one with this number.
pub(in crate::page) fn phone(world: &World, number: Number, lang: Lang, mistake: Option<Mistake>) -> Option<PhonePage> {
    let handset = world.handset(number)?;
    let (phone, w) = (&handset.phone, lang.words());
    let (place, wrong) = (Place::Phone(number), mistake.as_ref());
    let senders = phone.settings.blocked_senders.join(", ");
    Some(PhonePage {
        phone: shown(handset, world.waiting().get(&number), lang),
        on_phone: toggles(phone, Setting::Phone, lang),
        at_carrier: toggles(phone, Setting::Carrier, lang),
        blocked: {
            let words = (w.blocked_senders, w.blocked_senders_hint);
            Field::new(place, "blocked_senders", words, senders, wrong, lang)
        },
        owner: Field::new(place, "owner", (w.owner, ""), phone.owner.clone(), wrong, lang),
        choices: [carrier_choice(place.id(), phone.carrier, lang), system_choice(place.id(), phone.system, lang)],
        frame: Frame::new(lang, format!("/phones/{number}"), mistake),
    })
}

fn shown(handset: &Handset, waiting: Option<&Waiting>, lang: Lang) -> Shown {
    let Handset { phone, mailbox, .. } = handset;
    let on = |switch| phone.settings.is_on(switch);
    let in_folder = |folder| bubbles(mailbox.messages.iter().filter(move |message| message.folder == Some(folder)));
    let hidden = Folder::ALL.into_iter();
    let hidden = hidden.map(|folder| (labels::folder(folder, phone.system, lang), in_folder(folder)));
    Shown {
        number: phone.number.to_string(),
        title: title(phone, lang),
        title_lang: is_japanese(&phone.owner).then_some("ja"),
        pretty: pretty(phone.number),
        carrier: labels::carrier(phone.carrier, lang),
        on_screen: labels::on_screen(phone.carrier),
        system: labels::system(phone.system, lang),
        system_key: phone.system.key(),
        airplane: on(Switch::AirplaneMode),
        wifi: on(Switch::Wifi),
        off: on(Switch::PowerOff),
        shown: message::shown(mailbox, lang),
        hidden: hidden.filter(|(_, bubbles)| !bubbles.is_empty()).collect(),
        notes: notes(handset, waiting, lang).into_iter().filter(|note| note.kind != HIDDEN).collect(),
    }
}

/// What people call it: by its owner, else by its number.
pub(super) fn title(phone: &Phone, lang: Lang) -> String {
    if phone.owner.is_empty() {
        return format!("{}{}", lang.pick("電話 ", "Phone "), pretty(phone.number));
    }
    phone.owner.clone()
}

/// The kind of a note that a message hides in a folder.
const HIDDEN: &str = "aside";

/// Where the messages are that the owner does not see at once, and which calls nobody heard.
pub(super) fn notes(handset: &Handset, waiting: Option<&Waiting>, lang: Lang) -> Vec<Note> {
    let Handset { phone, mailbox, .. } = handset;
    let w = lang.words();
    let hidden = Folder::ALL.into_iter().filter_map(|folder| {
        let count = mailbox.messages.iter().filter(|message| message.folder == Some(folder)).count();
        let text = format!("{}{} ({count})", w.hidden, labels::folder(folder, phone.system, lang));
        (count > 0).then_some(Note { kind: HIDDEN, text })
    });
    let waiting = waiting.map(|waiting| {
        let text = format!("{}{} – {}", w.waiting, waiting.count, labels::waits_for(waiting.reason, lang));
        Note { kind: "waiting", text }
    });
    let stopped = mailbox.stopped.iter().take(STOPPED_MAX).map(|one| {
        let (time, how) = (times::time_of_day(one.at_ms), labels::ending(one.ending, lang));
        Note { kind: "stopped", text: format!("{time} {}: {how}", one.from) }
    });
    let missed = mailbox.calls.list.iter().filter(|call| !call.ending.is_heard()).take(STOPPED_MAX).map(|call| {
        let (time, from) = (times::time_of_day(call.rang_ms), labels::caller(&call.from, lang));
        Note { kind: "stopped", text: format!("{time} {}{from} – {}", w.call, labels::missed(call.ending, lang)) }
    });
    hidden.chain(waiting).chain(stopped).chain(missed).collect()
}

/// What is set so that it matters to messages or calls.
pub(super) fn in_the_way(phone: &Phone, lang: Lang) -> Vec<&'static str> {
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

fn toggles(phone: &Phone, place: Setting, lang: Lang) -> Vec<Toggle> {
    let here = Switch::ALL.into_iter().filter(|switch| switch.place() == place);
    here.map(|switch| Toggle {
        key: switch.key(),
        label: labels::switch(switch, phone.system, lang),
        effect: labels::effect(switch, lang),
        on: phone.settings.is_on(switch),
    })
    .collect()
}
