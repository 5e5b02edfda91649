//! Samples of the help page.

use domain::address::NumberProblem;

use super::{MINUTE_MS, NOW_MS, SECOND_MS, Sample, contacts, number, sample};
use crate::pages::view::code::Resend;
use crate::pages::view::frame::Frame;
use crate::pages::view::help::{HelpLinks, HelpPage};
use crate::pages::view::message::MessageState;
use crate::pages::view::number::{NumberField, NumberSlip};

pub(super) fn samples(frame: &Frame) -> Vec<Sample> {
    let typed = |text, slip| Some(number::field(frame, &["JP"], text, slip));
    let slip = |problem| Some(NumberSlip::Number(problem));
    let early = Resend { from_ms: NOW_MS + 20 * SECOND_MS, sends: 2, ..RESEND };
    let exhausted = Resend { sends: 5, ..RESEND };
    let undelivered = MessageState::Undelivered;
    let stranger =
        HelpPage { number: "•••-••••-••78".into(), message: undelivered, ..page(frame, None) };
    let mut waiting = page(frame, typed("090-1234-5678", None));
    waiting.resend = early;
    vec![
        sample("help", &page(frame, typed("090-1234-5678", None))),
        sample("help-empty", &page(frame, typed("", slip(NumberProblem::Empty)))),
        sample("help-voip", &page(frame, typed("050-1234-5678", slip(NumberProblem::Voip)))),
        sample("help-waiting", &waiting),
        sample("help-exhausted", &HelpPage { resend: exhausted, ..page(frame, typed("", None)) }),
        sample("help-stranger", &stranger),
    ]
}

const RESEND: Resend = Resend { from_ms: NOW_MS, sends: 1, sends_max: 5, replaces: true };

fn page(frame: &Frame, field: Option<NumberField>) -> HelpPage {
    HelpPage {
        frame: frame.clone(),
        number: "090-1234-5678".into(),
        sender: "TEGATA".into(),
        message: MessageState::Submitted { at_ms: NOW_MS - MINUTE_MS },
        resend: RESEND,
        field,
        contacts: contacts(frame.lang),
        links: HelpLinks {
            page: "/f/sample/help".into(),
            code: "/f/sample".into(),
            resend: "/f/sample/resend".into(),
            correct: "/f/sample/number".into(),
            cancel: "/f/sample/cancel".into(),
            events: Some("/f/sample/events".into()),
        },
    }
}
