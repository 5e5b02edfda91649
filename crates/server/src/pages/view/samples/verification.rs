//! Samples of the code page and the page after it.

use super::{DAY_MS, MINUTE_MS, NOW_MS, SECOND_MS, Sample, sample};
use crate::pages::view::code::{Again, CodeLinks, CodeNotice, CodePage, CodeSlip, Resend};
use crate::pages::view::done::DonePage;
use crate::pages::view::frame::Frame;
use crate::pages::view::message::{Ahead, CallState, MessageState};

pub(super) fn samples(frame: &Frame) -> Vec<Sample> {
    let mut samples = vec![sample("code", &code(frame))];
    samples.extend(states().into_iter().map(|(name, message)| {
        let again = if matches!(message, MessageState::Call(_)) { Again::SmsOrCall } else { Again::Sms };
        let page = CodePage { message, again, ..code(frame) };
        sample(format!("code-{name}"), &page)
    }));
    samples.extend(slips(frame));
    samples.extend(notices(frame));
    samples.extend(only_called(frame));
    samples.push(sample("done", &done(frame)));
    samples
}

pub(super) fn typed(frame: &Frame, text: &str) -> Sample {
    let slip = Some(CodeSlip::Format);
    sample("typed", &CodePage { number: text.into(), sender: text.into(), typed: text.into(), slip, ..code(frame) })
}

fn states() -> Vec<(&'static str, MessageState)> {
    let queued = |ahead, eta_seconds| MessageState::Queued { ahead, eta_seconds };
    vec![
        ("queued-next", queued(Ahead::None, Some(10))),
        ("queued-under-10", queued(Ahead::Under10, None)),
        ("queued-under-50", queued(Ahead::Under50, Some(40))),
        ("queued-under-100", queued(Ahead::Under100, Some(90))),
        ("queued-hundreds", queued(Ahead::Hundreds, Some(400))),
        ("delivered", MessageState::Delivered),
        ("undelivered", MessageState::Undelivered),
        ("no-route", MessageState::NoRoute),
        ("link-down", MessageState::LinkDown { valid_until_ms: NOW_MS + 10 * MINUTE_MS }),
        ("expired", MessageState::Expired { at_ms: NOW_MS - MINUTE_MS }),
        ("call-soon", MessageState::Call(CallState::Soon)),
        ("call-ringing", MessageState::Call(CallState::Ringing { at_ms: NOW_MS })),
        ("call-heard", MessageState::Call(CallState::Heard)),
        ("call-missed", MessageState::Call(CallState::Missed)),
        ("call-held", MessageState::Call(CallState::Held { valid_until_ms: NOW_MS + 10 * MINUTE_MS })),
    ]
}

fn slips(frame: &Frame) -> Vec<Sample> {
    let slipped = |slip, typed: &str, left| CodePage {
        slip: Some(slip),
        typed: typed.into(),
        checks_left: left,
        resend: Resend { from_ms: NOW_MS - SECOND_MS, ..code(frame).resend },
        ..code(frame)
    };
    vec![
        sample("code-slip-empty", &slipped(CodeSlip::Empty, "", None)),
        sample("code-slip-format", &slipped(CodeSlip::Format, "12345", None)),
        sample("code-slip-incorrect", &slipped(CodeSlip::Incorrect, "123456", Some(4))),
        sample("code-slip-last-try", &slipped(CodeSlip::Incorrect, "123456", Some(1))),
        sample("code-slip-superseded", &slipped(CodeSlip::Superseded, "123456", Some(3))),
    ]
}

fn notices(frame: &Frame) -> Vec<Sample> {
    let noticed = |notice, sends| CodePage {
        notice: Some(notice),
        resend: Resend { sends, ..code(frame).resend },
        ..code(frame)
    };
    let masked = CodePage {
        number: "•••-••••-••78".into(),
        digits: 8,
        links: CodeLinks { correct: None, events: None, ..code(frame).links },
        ..code(frame)
    };
    let called = CodePage {
        again: Again::SmsOrCall,
        message: MessageState::Call(CallState::Ringing { at_ms: NOW_MS }),
        ..noticed(CodeNotice::Called(NOW_MS), 2)
    };
    let held = |notice| CodePage {
        message: MessageState::LinkDown { valid_until_ms: NOW_MS + 10 * MINUTE_MS },
        ..noticed(notice, 2)
    };
    vec![
        sample("code-resent-held", &held(CodeNotice::Resent(NOW_MS))),
        sample("code-corrected-held", &held(CodeNotice::Corrected(NOW_MS))),
        sample("code-resent", &noticed(CodeNotice::Resent(NOW_MS), 2)),
        sample("code-calls", &CodePage { again: Again::SmsOrCall, ..code(frame) }),
        sample("code-called", &called),
        sample("code-corrected", &noticed(CodeNotice::Corrected(NOW_MS), 2)),
        sample("code-too-early", &noticed(CodeNotice::ResendTooEarly, 1)),
        sample("code-under-way", &noticed(CodeNotice::UnderWay, 1)),
        sample("code-exhausted", &noticed(CodeNotice::Resent(NOW_MS), 5)),
        sample("code-masked", &masked),
    ]
}

/// A number that no SMS reaches.
fn only_called(frame: &Frame) -> Vec<Sample> {
    let page = CodePage {
        number: "03-1234-5678".into(),
        again: Again::Call,
        message: MessageState::Call(CallState::Ringing { at_ms: NOW_MS }),
        ..code(frame)
    };
    let slipped = |slip| CodePage { slip: Some(slip), checks_left: Some(4), ..page.clone() };
    vec![
        sample("code-only-called", &page),
        sample("code-only-called-under-way", &CodePage { notice: Some(CodeNotice::UnderWay), ..page.clone() }),
        sample("code-only-called-format", &slipped(CodeSlip::Format)),
        sample("code-only-called-incorrect", &slipped(CodeSlip::Incorrect)),
        sample("code-only-called-superseded", &slipped(CodeSlip::Superseded)),
        sample(
            "code-only-called-due",
            &CodePage {
                again: Again::Due,
                message: MessageState::Call(CallState::Held { valid_until_ms: NOW_MS + 10 * MINUTE_MS }),
                ..page.clone()
            },
        ),
        sample("code-only-called-never", &CodePage { again: Again::Never, ..page }),
    ]
}

fn code(frame: &Frame) -> CodePage {
    CodePage {
        frame: frame.clone(),
        number: "090-1234-5678".into(),
        sender: "TEGATA".into(),
        digits: 6,
        message: MessageState::Submitted { at_ms: NOW_MS },
        sent_at_ms: NOW_MS,
        valid_until_ms: NOW_MS + 10 * MINUTE_MS,
        checks_left: None,
        resend: Resend { from_ms: NOW_MS + 30 * SECOND_MS, sends: 1, sends_max: 5, replaces: true },
        again: Again::Sms,
        notice: None,
        slip: None,
        typed: String::new(),
        links: CodeLinks {
            page: "/f/sample".into(),
            check: "/f/sample/check".into(),
            resend: "/f/sample/resend".into(),
            help: "/f/sample/help".into(),
            correct: Some("/f/sample/help".into()),
            cancel: "/f/sample/cancel".into(),
            events: Some("/f/sample/events".into()),
        },
    }
}

fn done(frame: &Frame) -> DonePage {
    DonePage {
        frame: frame.clone(),
        number: "090-1234-5678".into(),
        verified_at_ms: NOW_MS,
        kept_until_ms: NOW_MS + 30 * DAY_MS,
        restore: Vec::new(),
        continue_action: "/f/sample/continue".into(),
    }
}
