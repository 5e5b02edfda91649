//! A guide's page: one step, its one action, and the human at the bottom.

use askama::Template;
use domain::{time::Time, verification::Verification};

use super::{
    Page,
    code::Resend,
    contact::{Contact, ContactKind},
    frame::{Frame, Slip},
    message::MessageState,
    number::NumberField,
};
use crate::guide::{
    Text,
    step::{Known, StepView, Way},
};

/// One step of a guide.
#[derive(Clone, Debug, Template)]
#[template(path = "guide.html")]
pub struct GuidePage {
    /// What surrounds the page.
    pub frame: Frame,
    /// The message that does not arrive; `None` for a guide opened from a help page.
    pub about: Option<About>,
    /// What is to be done.
    pub step: StepView,
    /// What is known of the person's phone, each with where it is corrected.
    pub known: Vec<Known>,
    /// Something that has just happened.
    pub notice: Option<GuideNotice>,
    /// Humans.
    pub contacts: Vec<Contact>,
    /// Addresses.
    pub links: GuideLinks,
}

/// The first page of a guide that was opened from a help page.
#[derive(Clone, Debug, Template)]
#[template(path = "guide_start.html")]
pub struct GuideStart {
    /// What surrounds the page.
    pub frame: Frame,
    /// What the guide helps with.
    pub title: String,
    /// How it helps.
    pub intro: Text,
    /// Humans.
    pub contacts: Vec<Contact>,
    /// Where beginning is posted.
    pub action: String,
}

impl Page for GuideStart {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        self.title.clone()
    }
}

/// The message that does not arrive.
#[derive(Clone, Debug)]
pub struct About {
    /// The number it went to: in full to the browser that typed it, else masked.
    pub number: String,
    /// Where the newest message stands.
    pub message: MessageState,
    /// Sending again to the same number.
    pub resend: Resend,
    /// Another number; `None` if this flow allows no other.
    pub field: Option<NumberField>,
}

/// Something that has just happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuideNotice {
    /// No message could be sent yet; from when it can.
    ResendTooEarly(i64),
}

/// Where the page's forms and links lead.
#[derive(Clone, Debug)]
pub struct GuideLinks {
    /// This page, for the script.
    pub page: String,
    /// The page that takes the code; `None` if it is not ours.
    pub code: Option<String>,
    /// Where answers are posted (`fact`, `value`).
    pub answer: String,
    /// Where outcomes are posted (`cause`, `outcome`).
    pub outcome: String,
    /// Where a step back is posted; `None` at the beginning.
    pub back: Option<String>,
    /// Where the corrected number is posted (`country`, `number`).
    pub correct: String,
    /// The page that takes another number; `None` if this flow allows no other.
    pub other_number: Option<String>,
    /// Where the application gives a code by e-mail; `None` if it gives none.
    pub email_code: Option<String>,
    /// Where giving up is posted; `None` outside of a flow.
    pub cancel: Option<String>,
    /// A message to support; `None` if the service takes none.
    pub message: Option<String>,
    /// A message that asks for a call; `None` if the service takes none.
    pub call: Option<String>,
    /// The event stream; `None` if this reader gets none.
    pub events: Option<String>,
}

impl GuideNotice {
    /// That no message can be sent yet, as long as it cannot.
    pub fn too_early(verification: &Verification, now: Time) -> Option<GuideNotice> {
        (now < verification.resend_at).then(|| GuideNotice::ResendTooEarly(verification.resend_at.ms()))
    }
}

impl GuidePage {
    /// From when the number can be called, if not yet.
    fn call_wait(&self) -> Option<String> {
        self.about.as_ref().and_then(|about| about.resend.call_hint(&self.frame))
    }

    fn about_sentence(&self) -> String {
        self.about.as_ref().map_or(String::new(), |about| about.message.brief(self.frame.lang, self.frame.clock))
    }

    /// Whether humans are what is left: then all of them stand open.
    fn is_at_the_end(&self) -> bool {
        match &self.step {
            StepView::Contact { .. } => true,
            StepView::Act(remedy) => remedy.way == Way::Contact,
            StepView::Ask(_) | StepView::Solved { .. } => false,
        }
    }

    /// How many humans stand folded.
    fn more_contacts(&self) -> usize {
        self.contacts.len().saturating_sub(1)
    }

    /// Where a known fact is corrected.
    fn asking(&self, known: &Known) -> String {
        let mark = if self.links.page.contains('?') { '&' } else { '?' };
        format!("{}{mark}ask={}", self.links.page, known.fact)
    }

    fn notice_text(&self) -> Option<String> {
        let GuideNotice::ResendTooEarly(at_ms) = self.notice?;
        let clock = self.frame.clock;
        let left = ("n", clock.seconds_until(at_ms).into());
        Some(self.frame.with("guide-notice-too-early", &[left, ("time", clock.second(self.frame.lang, at_ms).into())]))
    }
}

impl Page for GuidePage {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn heading(&self) -> String {
        match &self.step {
            StepView::Act(remedy) => remedy.title.clone(),
            StepView::Ask(question) => question.title.clone(),
            StepView::Contact { .. } => self.frame.t("guide-contact-heading"),
            StepView::Solved { .. } => self.frame.t("guide-solved-heading"),
        }
    }

    fn slips(&self) -> Vec<Slip> {
        match &self.step {
            StepView::Ask(question) if question.is_empty => {
                vec![Slip { field: "answer-1", text: self.frame.t("guide-slip-empty") }]
            }
            StepView::Ask(_) | StepView::Contact { .. } | StepView::Solved { .. } => Vec::new(),
            StepView::Act(_) => {
                let field = self.about.as_ref().and_then(|about| about.field.as_ref());
                field.and_then(|field| field.slip(&self.frame)).into_iter().collect()
            }
        }
    }

    fn is_live(&self) -> bool {
        true
    }
}
