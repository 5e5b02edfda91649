//! A guide's step in words: what a page shows, and what an application is told.

use domain::{
    channel::Channel,
    guide::{
        Cause, CauseAt, Guide, Kind, Outcome, Session, Step, Then,
        facts::{FactAt, Facts},
    },
    locale::Locale,
};

use super::{Arguments, Loaded, Text};

/// What is to be done.
#[derive(Clone, Debug)]
pub enum StepView {
    /// A remedy.
    Act(Box<Remedy>),
    /// A question.
    Ask(Question),
    /// Only humans are left.
    Contact {
        /// Protections that were switched off on the way.
        restore: Vec<Text>,
    },
    /// It is over.
    Solved {
        /// Protections that were switched off on the way.
        restore: Vec<Text>,
    },
}

/// One remedy.
#[derive(Clone, Debug)]
pub struct Remedy {
    /// Its cause's name.
    pub cause: String,
    /// What to do, in one line.
    pub title: String,
    /// One action each.
    pub steps: Vec<Text>,
    /// Where the setting is, from the first screen to the switch; empty if it is not drawn.
    pub place: Vec<String>,
    /// What one sees when it worked.
    pub worked: Text,
    /// What else is good to know.
    pub note: Option<Text>,
    /// Pages of others: text and address.
    pub links: Vec<(String, String)>,
    /// What follows.
    pub way: Way,
}

/// What a person does after a remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Waits: the message comes, or it does not.
    Wait,
    /// Waits for a call that was asked for.
    Ringing,
    /// Looks: the code is there, or it is not.
    Look,
    /// Does something harmless: the message comes then, or it does not.
    Try,
    /// The message on its way may arrive by itself now; else a new code is asked for.
    Await,
    /// Asks for a new code.
    Resend,
    /// Has used up all messages, or none can be asked for here.
    NoResend,
    /// Types the number that is right.
    Number,
    /// Types another number of theirs.
    OtherNumber,
    /// Goes on where the application gives a code by e-mail.
    EmailCode,
    /// Asks for a call that reads a new code out.
    Call,
    /// Asks a human to call.
    CallBack,
    /// Turns to a human.
    Contact,
}

/// How the new code goes out that a remedy asks for; `None` if it asks for none.
pub fn channel(guide: &Guide, cause: &Cause) -> Option<Channel> {
    match cause.then {
        Then::Resend => Some(Channel::Sms),
        Then::OtherWay if calls(guide, cause) => Some(Channel::Call),
        Then::Nothing | Then::Number | Then::OtherWay | Then::Contact => None,
    }
}

/// Whether another way is a call by a machine: what hangs on the fact that says so.
fn calls(guide: &Guide, cause: &Cause) -> bool {
    guide.hangs_on(cause, "call")
}

/// A question.
#[derive(Clone, Debug)]
pub struct Question {
    /// Its fact's name.
    pub fact: String,
    /// What is asked.
    pub title: String,
    /// How to find out.
    pub hint: Option<String>,
    /// Value and label of each answer.
    pub answers: Vec<(String, String)>,
    /// The answer that stands now.
    pub picked: Option<String>,
    /// Whether the form came back without an answer.
    pub is_empty: bool,
}

/// Something known of the person's phone.
#[derive(Clone, Debug)]
pub struct Known {
    /// The answer in words.
    pub label: String,
    /// The question it answers, in words.
    pub question: String,
    /// The fact's name.
    pub fact: String,
    /// The answer's.
    pub value: String,
}

impl Remedy {
    /// Whether a number is typed on its page.
    pub fn takes_number(&self) -> bool {
        matches!(self.way, Way::Number | Way::OtherNumber)
    }

    /// The switch at the end of the place.
    pub fn switch(&self) -> &str {
        self.place.last().map_or("", String::as_str)
    }

    /// The screens before it.
    pub fn screens(&self) -> &[String] {
        self.place.split_last().map_or(&[], |(_, screens)| screens)
    }
}

/// What a person said and tried, in words.
#[derive(Clone, Debug, Default)]
pub struct Walked {
    /// What was said.
    pub told: Vec<Known>,
    /// What was tried, by title.
    pub tried: Vec<String>,
}

/// Reads a session's guide in one language.
pub struct Reader<'a> {
    /// The guide and its texts.
    pub loaded: &'a Loaded,
    /// What is known.
    pub facts: &'a Facts,
    /// What the person said and did.
    pub session: &'a Session,
    /// Whether a verification is under way here, so that a new code can be sent from the page.
    pub sends: bool,
    /// Whether another number can be typed here.
    pub correctable: bool,
    /// The reader's language.
    pub lang: Locale,
    /// What texts are filled with.
    pub arguments: Arguments,
}

impl Reader<'_> {
    /// A step as its page shows it.
    pub fn step(&self, step: Step) -> StepView {
        match step {
            Step::Act(cause) => StepView::Act(Box::new(self.remedy(cause))),
            Step::Ask(fact) => StepView::Ask(self.question(fact)),
            Step::Contact => StepView::Contact { restore: self.restore() },
            Step::Solved(_) => StepView::Solved { restore: self.restore() },
        }
    }

    /// The step of a cause whose new code could not go out yet: it stays until it can, whatever else was seen meanwhile.
    pub fn kept(&self, cause: &str) -> Option<StepView> {
        let at = self.guide().cause_at(cause)?;
        channel(self.guide(), self.guide().cause(at)).map(|_| self.step(Step::Act(at)))
    }

    fn guide(&self) -> &Guide {
        &self.loaded.guide
    }

    fn text(&self, key: &str) -> Text {
        self.loaded.text(self.lang, key, &self.arguments)
    }

    fn find(&self, key: &str) -> Option<Text> {
        self.loaded.find(self.lang, key, &self.arguments)
    }

    /// One cause's remedy.
    pub fn remedy(&self, at: CauseAt) -> Remedy {
        let cause = self.guide().cause(at);
        let of = |part: &str| format!("cause-{}-{part}", cause.id);
        let steps = self.loaded.steps(self.lang, at, &self.arguments);
        Remedy {
            cause: cause.id.clone(),
            title: self.text(&of("title")).plain(),
            way: self.way(cause, steps.len()),
            steps,
            place: if cause.drawing { self.text(&of("place")).parts() } else { Vec::new() },
            worked: self.text(&of("worked")),
            note: self.find(&of("note")),
            links: cause
                .links
                .iter()
                .map(|link| (self.text(&format!("link-{}", link.id)).plain(), link.to.clone()))
                .collect(),
        }
    }

    fn way(&self, cause: &Cause, steps: usize) -> Way {
        let can_send = self.sends && !self.is("resend", "used_up");
        let on_its_way = self.is("message", "waiting") || self.is("message", "handed_over");
        let hangs_on = |fact| self.guide().hangs_on(cause, fact);
        match cause.then {
            Then::Nothing if cause.kind == Kind::Wait && self.is("message", "calling") => Way::Ringing,
            Then::Nothing if cause.kind == Kind::Wait => Way::Wait,
            Then::Nothing if cause.kind == Kind::Try => Way::Try,
            Then::Nothing => Way::Look,
            // Something was done for the message on its way, and nothing was refused yet: a new code would only make the
            // one that arrives useless.
            Then::Resend if can_send && on_its_way && cause.kind == Kind::Try && steps > 1 => Way::Await,
            Then::Resend if can_send => Way::Resend,
            Then::Resend => Way::NoResend,
            Then::Number if self.sends && self.correctable => Way::Number,
            Then::OtherWay if self.sends && self.correctable && hangs_on("another_number") => Way::OtherNumber,
            Then::OtherWay if self.sends && calls(self.guide(), cause) => Way::Call,
            Then::OtherWay if hangs_on("email_code") => Way::EmailCode,
            Then::OtherWay if hangs_on("call_back") => Way::CallBack,
            Then::Number | Then::OtherWay | Then::Contact => Way::Contact,
        }
    }

    fn is(&self, fact: &str, value: &str) -> bool {
        let guide = self.guide();
        let at = guide.fact_at(fact);
        at.is_some_and(|at| self.facts.get(at) == guide.fact(at).value(value))
    }

    /// The fact of that name, if it can be asked.
    pub fn askable(&self, fact: &str) -> Option<FactAt> {
        self.guide().fact_at(fact).filter(|at| self.guide().fact(*at).question.is_some())
    }

    /// One fact's question.
    pub fn question(&self, at: FactAt) -> Question {
        let fact = self.guide().fact(at);
        let of = |part: &str| format!("fact-{}-{part}", fact.id);
        let picked = self.facts.get(at).and_then(|value| fact.values.get(usize::from(value.0)).cloned());
        Question {
            title: self.text(&of("question")).plain(),
            hint: self.find(&of("hint")).map(|hint| hint.plain()),
            answers: fact.values.iter().map(|value| (value.clone(), self.text(&of(value)).plain())).collect(),
            fact: fact.id.clone(),
            picked,
            is_empty: false,
        }
    }

    /// What is known of the person's phone: what was told, and what was guessed.
    pub fn known(&self) -> Vec<Known> {
        let told: Vec<&str> = self.session.told().map(|(fact, _)| fact).collect();
        let shown = |at: &FactAt| {
            let fact = self.guide().fact(*at);
            let seen = fact.id == "phone" || told.contains(&fact.id.as_str());
            fact.question.is_some() && seen && fact.id != "number_right"
        };
        let known = |at: FactAt| {
            let Question { fact, title, answers, picked, .. } = self.question(at);
            let (value, label) = answers.into_iter().find(|(value, _)| Some(value) == picked.as_ref())?;
            Some(Known { label, question: title, fact, value })
        };
        self.guide().fact_places().filter(shown).filter_map(known).collect()
    }

    /// All that the person said and tried.
    pub fn walked(&self) -> Walked {
        let causes = self.session.tried().filter_map(|tried| self.guide().cause_at(&tried.cause));
        let title = |at| self.text(&format!("cause-{}-title", self.guide().cause(at).id)).plain();
        Walked { told: self.known(), tried: causes.map(title).collect() }
    }

    /// Protections that the person switched off on the way, and should switch on again.
    pub fn restore(&self) -> Vec<Text> {
        let guide = self.guide();
        let done = self.session.tried().filter(|tried| tried.outcome == Outcome::Done);
        let restored = done.filter(|tried| guide.cause_at(&tried.cause).is_some_and(|at| guide.cause(at).restore));
        restored.map(|tried| self.text(&format!("cause-{}-restore", tried.cause))).collect()
    }
}
