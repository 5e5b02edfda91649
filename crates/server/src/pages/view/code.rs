//! The page that asks for the code: where the message stands, the one field, and the ways out.

use askama::Template;
use fluent_bundle::FluentValue;
use serde::{Deserialize, Serialize};

use super::Page;
use super::frame::{Frame, Slip};
use super::message::{CallState, MessageState};

/// Asks for the code.
#[derive(Clone, Debug, Template)]
#[template(path = "code.html")]
pub struct CodePage {
    /// What surrounds the page.
    pub frame: Frame,
    /// The number it went to: in full to the browser that typed it, else masked.
    pub number: String,
    /// What the phone shows as the sender; empty if it is not known.
    pub sender: String,
    /// Digits of the code.
    pub digits: u8,
    /// Where the newest message stands.
    pub message: MessageState,
    /// When the newest code was asked for, in Unix milliseconds.
    pub sent_at_ms: i64,
    /// When it ends, in Unix milliseconds.
    pub valid_until_ms: i64,
    /// Tries left, once one was wrong.
    pub checks_left: Option<u8>,
    /// Sending again.
    pub resend: Resend,
    /// How the code can come again.
    pub again: Again,
    /// What has just happened.
    pub notice: Option<CodeNotice>,
    /// What was wrong with what was typed.
    pub slip: Option<CodeSlip>,
    /// What was typed, shown again after `CodeSlip::Format` only.
    pub typed: String,
    /// Addresses.
    pub links: CodeLinks,
}

/// Where the page's forms and links lead.
#[derive(Clone, Debug)]
pub struct CodeLinks {
    /// This page, for the script.
    pub page: String,
    /// Where the code is posted (`code`).
    pub check: String,
    /// Where sending again is posted.
    pub resend: String,
    /// "SMS did not arrive?"
    pub help: String,
    /// Correcting the number; `None` if this flow allows no other.
    pub correct: Option<String>,
    /// Where giving up is posted.
    pub cancel: String,
    /// The event stream; `None` if this reader gets none.
    pub events: Option<String>,
}

/// How the code can come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// By SMS.
    Sms,
    /// By SMS, or read out in a call.
    SmsOrCall,
    /// Read out in a call: no SMS reaches the number.
    Call,
    /// It comes by itself: a call was asked for that cannot be made yet.
    Due,
    /// Not at all: the number, which no SMS reaches, was called as often as it may be.
    Never,
}

/// Sending again.
#[derive(Clone, Copy, Debug)]
pub struct Resend {
    /// From when, in Unix milliseconds.
    pub from_ms: i64,
    /// How often the code was sent.
    pub sends: u8,
    /// How often it can be sent.
    pub sends_max: u8,
    /// Whether an earlier code ends when a new one is sent.
    pub replaces: bool,
}

/// What has just happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeNotice {
    /// Sent again at this instant, in Unix milliseconds.
    Resent(i64),
    /// A call was asked for at this instant, in Unix milliseconds.
    Called(i64),
    /// Sent to the corrected number at this instant, in Unix milliseconds.
    Corrected(i64),
    /// Not sent again: too early.
    ResendTooEarly,
    /// This verification was under way already; no second SMS.
    UnderWay,
}

/// Why a code was not taken, while another can be typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeSlip {
    /// Nothing was typed.
    Empty,
    /// Something else than a code's digits; costs no try.
    Format,
    /// Another code than the one sent.
    Incorrect,
    /// The code of an older SMS; costs no try.
    Superseded,
}

impl Resend {
    /// Whether nothing more can be sent.
    #[must_use]
    pub const fn is_exhausted(self) -> bool {
        self.sends >= self.sends_max
    }

    /// Seconds until the code can be sent again, for the script's countdown.
    #[must_use]
    pub fn seconds(self, frame: &Frame) -> i64 {
        frame.clock.seconds_until(self.from_ms)
    }

    /// From when the number can be called again; nothing, if it can be now.
    #[must_use]
    pub fn call_hint(self, frame: &Frame) -> Option<String> {
        let time = || frame.clock.second(frame.lang, self.from_ms);
        (self.seconds(frame) > 0).then(|| frame.with("code-call-from", &[("time", time().into())]))
    }

    /// From when, how often it was sent, and what becomes of an earlier code: sentence by sentence.
    #[must_use]
    pub fn hints(self, frame: &Frame) -> Vec<String> {
        let mut sentences = vec![frame.with("code-resend-count", &self.counts())];
        if self.seconds(frame) > 0 {
            let time = frame.clock.second(frame.lang, self.from_ms);
            sentences.insert(0, frame.with("code-resend-from", &[("time", time.into())]));
        }
        if self.replaces {
            sentences.push(frame.t("code-resend-replaces"));
        }
        sentences
    }

    fn counts(self) -> [(&'static str, FluentValue<'static>); 2] {
        [("n", i64::from(self.sends).into()), ("max", i64::from(self.sends_max).into())]
    }
}

impl CodePage {
    fn digits(&self) -> (&'static str, FluentValue<'static>) {
        ("digits", i64::from(self.digits).into())
    }

    fn hints(&self) -> [String; 2] {
        let frame = &self.frame;
        [frame.with("code-hint", &[self.digits()]), frame.timed("code-valid-until", self.valid_until_ms)]
    }

    fn asked_at(&self) -> String {
        self.frame.clock.minute(self.frame.lang, self.sent_at_ms)
    }

    fn left(&self) -> Option<String> {
        self.checks_left.map(|left| self.frame.with("code-checks-left", &[("n", i64::from(left).into())]))
    }

    fn message_sentence(&self) -> String {
        self.message.sentence(self.frame.lang, self.frame.clock)
    }

    fn notice_text(&self) -> Option<String> {
        let frame = &self.frame;
        Some(match self.notice? {
            CodeNotice::Resent(at_ms) => {
                let time = frame.clock.minute(frame.lang, at_ms);
                let [n, max] = self.resend.counts();
                let key = if self.is_held() { "code-notice-resent-held" } else { "code-notice-resent" };
                frame.with(key, &[("time", time.into()), n, max])
            }
            CodeNotice::Called(at_ms) => {
                let key = if self.is_held() { "code-notice-called-held" } else { "code-notice-called" };
                frame.timed(key, at_ms)
            }
            CodeNotice::Corrected(at_ms) => {
                let key = if self.is_held() { "code-notice-corrected-held" } else { "code-notice-corrected" };
                frame.timed(key, at_ms)
            }
            CodeNotice::ResendTooEarly => {
                let time = frame.clock.second(frame.lang, self.resend.from_ms);
                frame.with("code-notice-too-early", &[("time", time.into())])
            }
            CodeNotice::UnderWay if self.is_call() => frame.t("code-notice-under-way-call"),
            CodeNotice::UnderWay => frame.t("code-notice-under-way"),
        })
    }

    /// Whether what has just happened is what was asked for.
    fn is_done(&self) -> bool {
        match self.notice {
            Some(CodeNotice::Resent(_) | CodeNotice::Called(_) | CodeNotice::Corrected(_)) => !self.is_held(),
            None | Some(CodeNotice::ResendTooEarly | CodeNotice::UnderWay) => false,
        }
    }

    /// Whether the notice says that a message goes out later: untrue once it has gone.
    fn waits(&self) -> bool {
        let asked =
            matches!(self.notice, Some(CodeNotice::Resent(_) | CodeNotice::Called(_) | CodeNotice::Corrected(_)));
        self.is_held() && asked
    }

    /// Whether nothing goes out for now.
    fn is_held(&self) -> bool {
        matches!(self.message, MessageState::LinkDown { .. } | MessageState::Call(CallState::Held { .. }))
    }

    /// What the part about another code is called.
    fn again_key(&self) -> &'static str {
        match self.again {
            Again::Sms => "code-again",
            Again::SmsOrCall => "code-again-or-call",
            Again::Call | Again::Due | Again::Never => "code-again-call",
        }
    }

    /// Whether no SMS reaches the number.
    fn is_only_called(&self) -> bool {
        matches!(self.again, Again::Call | Again::Due | Again::Never)
    }

    /// Whether the newest code comes by phone call.
    fn is_call(&self) -> bool {
        matches!(self.message, MessageState::Call(_))
    }

    fn slip_text(&self) -> Option<String> {
        let frame = &self.frame;
        Some(match self.slip? {
            CodeSlip::Empty => frame.with("code-slip-empty", &[self.digits()]),
            CodeSlip::Format if self.is_call() => frame.with("code-slip-format-call", &[self.digits()]),
            CodeSlip::Incorrect if self.is_call() => frame.with("code-slip-incorrect-call", &[self.digits()]),
            CodeSlip::Superseded if self.is_call() => frame.t("code-slip-superseded-call"),
            CodeSlip::Format => frame.with("code-slip-format", &[self.digits()]),
            CodeSlip::Incorrect => frame.with("code-slip-incorrect", &[self.digits()]),
            CodeSlip::Superseded => frame.t("code-slip-superseded"),
        })
    }

    /// A wrong code is never shown again; a slip of the fingers is.
    fn value(&self) -> &str {
        match self.slip {
            Some(CodeSlip::Format) => &self.typed,
            None | Some(CodeSlip::Empty | CodeSlip::Incorrect | CodeSlip::Superseded) => "",
        }
    }
}

impl Page for CodePage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.frame.with(if self.is_call() { "code-heading-call" } else { "code-heading" }, &[self.digits()])
    }

    fn slips(&self) -> Vec<Slip> {
        self.slip_text().map(|text| Slip { field: "code", text }).into_iter().collect()
    }

    fn is_live(&self) -> bool {
        true
    }
}
