//! What an application is told of a guide's session.

use domain::{
    contact::{Kind, Opening},
    guide::Outcome,
    locale::Locale,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::{
        App,
        guide::{Opened, Standing},
        service::Known,
    },
    guide::{
        Arguments, Text,
        step::{Question, Reader, Remedy, StepView, Way},
    },
};

/// A guide's session as its application sees it. Texts are plain but for `**bold**`.
#[derive(Serialize, ToSchema)]
pub struct GuideSessionView {
    /// Its id.
    #[schema(example = "gui_00000000000000000000000000")]
    id: String,
    /// The guide.
    guide: String,
    /// A page of ours that shows the same session; only when it is made. Whoever has the address has the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// What comes next.
    step: GuideStep,
    /// What is known of the person's phone.
    known: Vec<GuideFact>,
    /// The remedies that are behind the person, oldest first.
    tried: Vec<GuideTried>,
    /// Humans who help, open now or not.
    contacts: Vec<GuideContact>,
    /// When it ends (RFC 3339, UTC).
    expires_at: String,
}

/// What comes next.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum GuideStep {
    /// Something to ask the person.
    Question {
        /// The fact that is asked: give it back with the answer.
        fact: String,
        /// The question.
        title: String,
        /// How to find out.
        hint: Option<String>,
        /// The answers to choose from.
        answers: Vec<GuideAnswer>,
    },
    /// Something for the person to do.
    Remedy {
        /// The cause it is for: give it back with what came of it.
        cause: String,
        /// What to do.
        title: String,
        /// One action each.
        steps: Vec<String>,
        /// Where the setting is, screen by screen.
        place: Vec<String>,
        /// What one sees when it worked.
        worked: String,
        /// What else is good to know.
        note: Option<String>,
        /// Pages of others.
        links: Vec<GuideLink>,
        /// What follows when it is done.
        then: GuideThen,
    },
    /// Only a human can go on from here.
    Contact {
        /// Protections that were switched off on the way, to be switched on again.
        restore: Vec<String>,
    },
    /// It is over.
    Solved {
        /// Protections that were switched off on the way, to be switched on again.
        restore: Vec<String>,
    },
}

/// What follows a remedy.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GuideThen {
    /// The message comes, or it does not.
    Wait,
    /// The code is there, or it is not.
    Look,
    /// The message on its way may arrive by itself; if it does not, `outcome: done` sends a new code.
    Await,
    /// A new code is to be sent: `outcome: done` sends it.
    Resend,
    /// A new code is to be asked for where the verification is.
    ResendElsewhere,
    /// The number that is right is to be typed.
    Number,
    /// Another number of the person's is to be typed.
    OtherNumber,
    /// A code by e-mail is to be asked for, at the service's `email_code_url`.
    EmailCode,
    /// The code can be read out in a phone call: `outcome: done` asks for it.
    Call,
    /// A human is to be asked.
    Contact,
}

/// One answer.
#[derive(Serialize, ToSchema)]
pub struct GuideAnswer {
    /// Its name.
    value: String,
    /// Its words.
    label: String,
}

/// One thing that is known.
#[derive(Serialize, ToSchema)]
pub struct GuideFact {
    /// The fact.
    fact: String,
    /// Its value.
    value: String,
    /// The question in words.
    question: String,
    /// The answer in words.
    label: String,
}

/// A remedy that is behind the person.
#[derive(Serialize, ToSchema)]
pub struct GuideTried {
    /// Its cause.
    cause: String,
    /// What came of it.
    #[schema(value_type = super::Came)]
    outcome: Outcome,
}

/// A page of somebody else.
#[derive(Serialize, ToSchema)]
pub struct GuideLink {
    /// Its text.
    text: String,
    /// Its address.
    to: String,
}

/// A human.
#[derive(Serialize, ToSchema)]
pub struct GuideContact {
    /// How they are reached.
    #[schema(value_type = crate::api::schema::ContactKind)]
    kind: Kind,
    /// Their name.
    name: String,
    /// Where they are.
    to: String,
    /// Whether somebody is there now.
    open: bool,
    /// When they close, or next open (RFC 3339, UTC), if that is known.
    until: Option<String>,
}

impl GuideSessionView {
    /// A session where it stands.
    pub fn of(app: &App, known: &Known, opened: &Opened, standing: &Standing) -> GuideSessionView {
        let lang = opened.kept.locale.unwrap_or_default();
        let reader = Reader {
            loaded: &opened.loaded,
            facts: &standing.facts,
            session: &opened.kept.session,
            sends: standing.verification.is_some(),
            correctable: opened.kept.correctable,
            lang,
            arguments: arguments(app, known, opened, standing, lang),
        };
        let tried = opened.kept.session.tried();
        GuideSessionView {
            id: opened.kept.id.to_string(),
            guide: opened.kept.guide.clone(),
            url: None,
            step: GuideStep::of(reader.step(standing.decision.step)),
            known: reader
                .known()
                .into_iter()
                .map(|known| GuideFact {
                    fact: known.fact,
                    value: known.value,
                    question: known.question,
                    label: known.label,
                })
                .collect(),
            tried: tried.map(|tried| GuideTried { cause: tried.cause.clone(), outcome: tried.outcome }).collect(),
            contacts: contacts(app, known, lang),
            expires_at: opened.kept.expires_at.rfc3339(),
        }
    }
}

impl GuideSessionView {
    /// The same, with the address of its page.
    pub fn at(self, url: String) -> GuideSessionView {
        GuideSessionView { url: Some(url), ..self }
    }
}

fn arguments(app: &App, known: &Known, opened: &Opened, standing: &Standing, lang: Locale) -> Arguments {
    let number = standing.verification.as_ref().and_then(|found| app.number_of(found));
    let number = number.map_or(String::new(), |number| number.masked());
    Arguments::new(opened.guide(), &standing.facts)
        .sender(&app.sender(known))
        .number(&number)
        .brand(known.service.brand_in(lang))
}

fn contacts(app: &App, known: &Known, lang: Locale) -> Vec<GuideContact> {
    let of = |contact: &domain::contact::Contact| {
        let (open, until) = match contact.opening(app.now()) {
            Opening::Always => (true, None),
            Opening::Open { until } => (true, Some(until)),
            Opening::Closed { opens } => (false, opens),
        };
        GuideContact {
            kind: contact.kind,
            name: contact.name_in(lang).to_owned(),
            to: contact.to.clone(),
            open,
            until: until.map(|time| time.rfc3339()),
        }
    };
    known.service.contacts.iter().map(of).collect()
}

impl GuideStep {
    fn of(view: StepView) -> GuideStep {
        match view {
            StepView::Ask(question) => GuideStep::question(question),
            StepView::Act(remedy) => GuideStep::remedy(*remedy),
            StepView::Contact { restore } => GuideStep::Contact { restore: marked(&restore) },
            StepView::Solved { restore } => GuideStep::Solved { restore: marked(&restore) },
        }
    }

    fn question(question: Question) -> GuideStep {
        let answers = question.answers.into_iter().map(|(value, label)| GuideAnswer { value, label }).collect();
        GuideStep::Question { fact: question.fact, title: question.title, hint: question.hint, answers }
    }

    fn remedy(remedy: Remedy) -> GuideStep {
        GuideStep::Remedy {
            then: match remedy.way {
                Way::Wait | Way::Ringing => GuideThen::Wait,
                Way::Look | Way::Try => GuideThen::Look,
                Way::Await => GuideThen::Await,
                Way::Resend => GuideThen::Resend,
                Way::NoResend => GuideThen::ResendElsewhere,
                Way::Number => GuideThen::Number,
                Way::OtherNumber => GuideThen::OtherNumber,
                Way::EmailCode => GuideThen::EmailCode,
                Way::Call => GuideThen::Call,
                Way::CallBack | Way::Contact => GuideThen::Contact,
            },
            cause: remedy.cause,
            title: remedy.title,
            steps: remedy.steps.iter().map(|step| step.marked().to_owned()).collect(),
            place: remedy.place,
            worked: remedy.worked.marked().to_owned(),
            note: remedy.note.map(|note| note.marked().to_owned()),
            links: remedy.links.into_iter().map(|(text, to)| GuideLink { text, to }).collect(),
        }
    }
}

fn marked(texts: &[Text]) -> Vec<String> {
    texts.iter().map(|text| text.marked().to_owned()).collect()
}
