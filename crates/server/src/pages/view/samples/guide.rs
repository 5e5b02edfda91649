//! Samples of the guides' pages: each remedy and each question of every shipped guide, and the ends.

use domain::{
    guide::{Session, Step, facts::Facts},
    locale::Locale,
};

use super::{MINUTE_MS, NOW_MS, SECOND_MS, Sample, contacts, number, sample};
use crate::{
    guide::{
        Arguments, Loaded, shipped,
        step::{Known, Reader, StepView, Way},
    },
    pages::view::{
        code::Resend,
        frame::Frame,
        guide::{About, GuideLinks, GuideNotice, GuidePage},
        message::MessageState,
    },
};

pub(super) fn samples(frame: &Frame) -> Vec<Sample> {
    let mut samples = Vec::new();
    for loaded in shipped() {
        let id = &loaded.guide.id;
        let steps = loaded.guide.cause_places().map(|at| (loaded.guide.cause(at).id.clone(), Step::Act(at)));
        let asked = loaded.guide.fact_places().filter(|at| loaded.guide.fact(*at).question.is_some());
        let steps = steps.chain(asked.map(|at| (format!("asks-{}", loaded.guide.fact(at).id), Step::Ask(at))));
        for (name, step) in steps {
            samples.push(sample(format!("guide-{id}-{name}"), &page(frame, read(loaded, frame.lang, step, true))));
        }
        samples
            .push(sample(format!("guide-{id}-contact"), &page(frame, read(loaded, frame.lang, Step::Contact, true))));
        samples.extend(states(frame, loaded));
    }
    samples
}

const WAYS: [Way; 13] = [
    Way::Wait,
    Way::Ringing,
    Way::Look,
    Way::Try,
    Way::Await,
    Way::Resend,
    Way::NoResend,
    Way::Number,
    Way::OtherNumber,
    Way::EmailCode,
    Way::Call,
    Way::CallBack,
    Way::Contact,
];

/// A page in each of its other states, on some remedy and some question.
fn states(frame: &Frame, loaded: &Loaded) -> Vec<Sample> {
    let act = loaded.guide.cause_places().next().map(Step::Act).expect("a guide has causes");
    let ask = loaded.guide.fact_places().find(|at| loaded.guide.fact(*at).question.is_some()).map(Step::Ask);
    let alone = GuidePage {
        about: None,
        links: GuideLinks { code: None, cancel: None, events: None, ..links() },
        ..page(frame, read(loaded, frame.lang, act, false))
    };
    let early = GuidePage {
        notice: Some(GuideNotice::ResendTooEarly(NOW_MS + 20 * SECOND_MS)),
        ..page(frame, read(loaded, frame.lang, act, true))
    };
    let mut asked = page(frame, read(loaded, frame.lang, ask.unwrap_or(Step::Contact), true));
    if let StepView::Ask(question) = &mut asked.step {
        question.is_empty = true;
    }
    let mut samples =
        vec![sample("guide-alone", &alone), sample("guide-early", &early), sample("guide-unanswered", &asked)];
    for way in WAYS {
        let mut page = page(frame, read(loaded, frame.lang, act, true));
        if let StepView::Act(remedy) = &mut page.step {
            remedy.way = way;
        }
        samples.push(sample(format!("guide-way-{way:?}").to_lowercase(), &page));
    }
    let mut solved = page(frame, StepView::Solved { restore: Vec::new() });
    solved.links.back = None;
    samples.push(sample("guide-solved", &solved));
    samples
}

fn read(loaded: &Loaded, lang: Locale, step: Step, sends: bool) -> StepView {
    let facts = Facts::unknown(&loaded.guide.facts);
    let session = Session::default();
    let arguments =
        Arguments::new(&loaded.guide, &facts).sender("TEGATA").number("090-1234-5678").brand("Minato Market");
    Reader { loaded, facts: &facts, session: &session, sends, correctable: true, lang, arguments }.step(step)
}

fn page(frame: &Frame, step: StepView) -> GuidePage {
    let (phone, question) = match frame.lang {
        Locale::Ja => ("iPhone", "SMSを受け取る電話はどれですか"),
        Locale::En => ("iPhone", "Which phone receives the SMS?"),
    };
    GuidePage {
        frame: frame.clone(),
        about: Some(About {
            number: "090-1234-5678".into(),
            message: MessageState::Submitted { at_ms: NOW_MS - MINUTE_MS },
            resend: Resend { from_ms: NOW_MS, sends: 1, sends_max: 5, replaces: true },
            field: Some(number::field(frame, &["JP"], "090-1234-5678", None)),
        }),
        step,
        known: vec![Known {
            label: phone.into(),
            question: question.into(),
            fact: "phone".into(),
            value: "iphone".into(),
        }],
        notice: None,
        contacts: contacts(frame.lang),
        links: links(),
    }
}

fn links() -> GuideLinks {
    GuideLinks {
        page: "/f/sample/help".into(),
        code: Some("/f/sample".into()),
        answer: "/f/sample/help/answer".into(),
        outcome: "/f/sample/help/outcome".into(),
        back: Some("/f/sample/help/back".into()),
        correct: "/f/sample/number".into(),
        other_number: Some("/f/sample?number".into()),
        email_code: Some("https://shop.example/code-by-email".into()),
        cancel: Some("/f/sample/cancel".into()),
        message: Some("/f/sample/message".into()),
        call: Some("/f/sample/message?call".into()),
        events: Some("/f/sample/events?help".into()),
    }
}
