//! Samples of the pages on which people write to a human.

use domain::locale::Locale;

use super::{DAY_MS, MINUTE_MS, NOW_MS, Sample, contacts, sample};
use crate::app::support::Unwritten;
use crate::pages::view::frame::Frame;
use crate::pages::view::support::{Line, SupportDonePage, SupportPage, SupportSlip};

pub(super) fn samples(frame: &Frame) -> Vec<Sample> {
    let slipped = |slip, text: &str| SupportPage { slip: Some(slip), text: text.into(), ..page(frame) };
    let (long, reply) = (Unwritten::TooLong { characters: 2_345 }, Unwritten::ReplyTooLong);
    let bare = SupportPage { seen: Vec::new(), told: Vec::new(), tried: Vec::new(), ..page(frame) };
    let written = words(frame.lang)[6];
    let done = SupportDonePage {
        frame: frame.clone(),
        calls: false,
        kept_until_ms: NOW_MS + 30 * DAY_MS,
        contacts: contacts(frame.lang),
        back: "/f/sample".into(),
    };
    let call = SupportPage { call: Some(String::new()), reply: "090-1234-5678".into(), ..page(frame) };
    let called = |slip| SupportPage { slip: Some(SupportSlip::Unwritten(slip)), ..call.clone() };
    vec![
        sample("support-call", &call),
        sample("support-call-number", &called(Unwritten::NoNumber)),
        sample("support-call-time", &called(Unwritten::TimeTooLong)),
        sample("support-call-done", &SupportDonePage { calls: true, ..done.clone() }),
        sample("support", &page(frame)),
        sample("support-bare", &bare),
        sample("support-empty", &slipped(SupportSlip::Unwritten(Unwritten::Empty), "")),
        sample("support-long", &slipped(SupportSlip::Unwritten(long), written)),
        sample("support-reply", &slipped(SupportSlip::Unwritten(reply), written)),
        sample("support-busy", &slipped(SupportSlip::Busy(NOW_MS + 10 * MINUTE_MS), written)),
        sample("support-unavailable", &slipped(SupportSlip::Unavailable, written)),
        sample("support-done", &done),
    ]
}

pub(super) fn typed(frame: &Frame, text: &str) -> Sample {
    let line = || vec![Line { name: text.into(), value: text.into() }];
    let page = SupportPage {
        seen: line(),
        told: line(),
        tried: vec![text.into()],
        text: text.into(),
        reply: text.into(),
        ..page(frame)
    };
    sample("typed", &page)
}

fn words(lang: Locale) -> [&'static str; 7] {
    match lang {
        Locale::Ja => [
            "通信会社に渡しました。まだ届いたという連絡はありません。",
            "どの通信会社の電話ですか",
            "ドコモ",
            "ほかのSMSは届きますか",
            "届く",
            "機内モードを切る",
            "何度送っても届きません。機種変更をしたばかりです。",
        ],
        Locale::En => [
            "Handed to the carrier, which has not confirmed it yet.",
            "Which carrier is the phone with?",
            "docomo",
            "Do other SMS arrive?",
            "Yes",
            "Switch aeroplane mode off",
            "It never arrives, however often I try. I have just changed my phone.",
        ],
    }
}

fn page(frame: &Frame) -> SupportPage {
    let [state, carrier, docomo, other, yes, tried, _] = words(frame.lang);
    let line = |name: &str, value: &str| Line { name: name.into(), value: value.into() };
    let own = |key: &str, value: &str| Line { name: frame.t(key), value: value.into() };
    SupportPage {
        frame: frame.clone(),
        seen: vec![
            own("support-seen-number", "••• •••• ••78"),
            own("support-seen-message", state),
            own("support-seen-sends", &frame.with("support-times", &[("n", 2.into())])),
        ],
        told: vec![line(carrier, docomo), line(other, yes)],
        tried: vec![tried.into()],
        text: String::new(),
        reply: String::new(),
        call: None,
        slip: None,
        kept_until_ms: NOW_MS + 30 * DAY_MS,
        contacts: contacts(frame.lang),
        action: "/f/sample/message".into(),
        back: "/f/sample/help".into(),
    }
}
