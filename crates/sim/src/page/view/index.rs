//! All phones, each with its newest message or call, and the ways to the rest.

use std::cmp::Reverse;
use std::collections::HashMap;

use askama::Template;

use super::field::{Choice, Field, Mistake, Place};
use super::message::{Bubble, is_japanese, newest, pretty};
use super::phone::{in_the_way, notes, title};
use super::{Frame, Note, carrier_choice, system_choice, unusual};
use crate::api::Centre;
use crate::page::labels;
use crate::page::words::Lang;
use crate::times;
use crate::world::{CarrierName, Handset, Mailbox, Number, Switch, System, Waiting, World};

/// The most phones on the page.
const ROWS_MAX: usize = 48;

/// The page of all phones.
#[derive(Template)]
#[template(path = "sim/index.html")]
pub(in crate::page) struct Index {
    frame: Frame,
    now: String,
    steps: Vec<(u64, &'static str)>,
    rows: Vec<Row>,
    more: bool,
    add: Add,
    unusual: Vec<(String, bool)>,
    smpp_address: String,
    account_is_in: String,
}

/// One phone, in short.
struct Row {
    number: String,
    digits: u64,
    pretty: String,
    title: String,
    title_lang: Option<&'static str>,
    carrier: &'static str,
    system: &'static str,
    /// The newest message or call that its owner knows of.
    newest: Option<Bubble>,
    notes: Vec<Note>,
    in_the_way: Vec<&'static str>,
}

/// The form for one more.
struct Add {
    fields: [Field; 2],
    choices: [Choice; 2],
}

/// The page of all phones: those with the newest messages and calls first.
pub(in crate::page) fn index(
    world: &World,
    centre: &Centre,
    now_ms: i64,
    lang: Lang,
    mistake: Option<Mistake>,
) -> Index {
    let waiting = world.waiting();
    let mut handsets = world.handsets(ROWS_MAX + 1);
    let more = handsets.len() > ROWS_MAX;
    handsets.truncate(ROWS_MAX);
    handsets.sort_by_key(|handset| Reverse(newest_ms(&handset.mailbox)));
    let carriers = CarrierName::ALL.into_iter();
    let unusual = carriers.flat_map(|name| {
        let told = move |(what, is_down)| (format!("{}: {what}", labels::carrier(name, lang)), is_down);
        unusual(world, name, lang).into_iter().map(told)
    });
    Index {
        now: times::date_and_time(now_ms),
        steps: vec![
            (30_000, lang.pick("30秒進める", "+30 s")),
            (60_000, lang.pick("1分進める", "+1 min")),
            (300_000, lang.pick("5分進める", "+5 min")),
            (600_000, lang.pick("10分進める", "+10 min")),
            (2 * 3_600_000, lang.pick("2時間進める", "+2 h")),
            (24 * 3_600_000, lang.pick("1日進める", "+1 day")),
        ],
        rows: handsets.into_iter().map(|handset| row(handset, &waiting, lang)).collect(),
        more,
        add: add(mistake.as_ref(), lang),
        unusual: unusual.collect(),
        smpp_address: centre.address.clone(),
        account_is_in: centre.account_is_in.clone(),
        frame: Frame::new(lang, String::new(), mistake),
    }
}

/// When the newest message or call came, hidden and missed ones too.
fn newest_ms(mailbox: &Mailbox) -> Option<i64> {
    let message_ms = mailbox.messages.front().map(|message| message.received_ms);
    message_ms.max(mailbox.calls.list.front().map(|call| call.rang_ms))
}

fn row(handset: &Handset, waiting: &HashMap<Number, Waiting>, lang: Lang) -> Row {
    let Handset { phone, mailbox, .. } = handset;
    let off = phone.settings.is_on(Switch::PowerOff);
    Row {
        number: phone.number.to_string(),
        digits: phone.number.digits(),
        title: title(phone, lang),
        title_lang: is_japanese(&phone.owner).then_some("ja"),
        pretty: pretty(phone.number),
        carrier: labels::carrier(phone.carrier, lang),
        system: labels::system(phone.system, lang),
        newest: if off { None } else { newest(mailbox, lang) },
        notes: notes(handset, waiting.get(&phone.number), lang),
        in_the_way: in_the_way(phone, lang),
    }
}

fn add(mistake: Option<&Mistake>, lang: Lang) -> Add {
    let w = lang.words();
    let field = |name, label, hint| Field::new(Place::NewPhone, name, (label, hint), String::new(), mistake, lang);
    Add {
        fields: [field("phone", w.number, w.number_hint), field("owner", w.owner, "")],
        choices: [carrier_choice("new", CarrierName::Docomo, lang), system_choice("new", System::Ios, lang)],
    }
}
