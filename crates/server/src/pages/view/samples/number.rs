//! Samples of the number page.

use domain::address::{NumberProblem, NumberType};
use domain::locale::Locale;

use super::{DAY_MS, NOW_MS, Sample, contacts, sample};
use crate::pages::view::frame::Frame;
use crate::pages::view::number::{Country, NumberField, NumberPage, NumberSlip};
use crate::pages::view::send::SendPage;

pub(super) fn samples(frame: &Frame) -> Vec<Sample> {
    let mut samples = vec![
        sample("number", &page(frame, field(frame, &["JP"], "", None))),
        sample("number-countries", &page(frame, field(frame, &["JP", "KR", "TW", "US"], "", None))),
    ];
    for (name, typed, problem) in TYPED {
        let field = field(frame, &["JP"], typed, Some(NumberSlip::Number(problem)));
        samples.push(sample(format!("number-{name}"), &page(frame, field)));
    }
    let abroad = Some(NumberSlip::CountryNotAllowed);
    samples.push(sample("number-country", &page(frame, field(frame, &["JP", "KR"], "+1 201-555-0123", abroad))));
    samples.push(sample("number-country-only", &page(frame, field(frame, &["JP"], "+1 201-555-0123", abroad))));
    let mut foreign = page(frame, field(frame, &["KR"], "", None));
    foreign.purpose = Some(match frame.lang {
        Locale::Ja => "チケットを買う人がご本人であることを確かめます。".into(),
        Locale::En => "We check that you are the person who buys the ticket.".into(),
    });
    samples.push(sample("number-foreign", &foreign));
    samples.push(sample("send", &send(frame)));
    let down = NumberPage { is_down: true, ..page(frame, field(frame, &["JP"], "", None)) };
    samples.push(sample("number-down", &down));
    samples.push(sample("send-down", &SendPage { is_down: true, ..send(frame) }));
    for (name, called) in [
        ("fixed-line", vec![NumberType::FixedLine]),
        ("voip", vec![NumberType::Voip]),
        ("both", vec![NumberType::Voip, NumberType::FixedLine]),
    ] {
        let field = NumberField { called, ..field(frame, &["JP"], "", None) };
        samples.push(sample(format!("number-calls-{name}"), &page(frame, field)));
    }
    let another = NumberPage { code: Some("/f/sample".into()), ..page(frame, field(frame, &["JP"], "", None)) };
    samples.push(sample("number-another", &another));
    let refused = NumberField {
        called: vec![NumberType::FixedLine],
        ..field(frame, &["JP"], "03-1234-5678", Some(NumberSlip::NotCalled))
    };
    samples.push(sample("number-not-called", &page(frame, refused)));
    samples.push(sample("send-call", &SendPage { is_called: true, ..send(frame) }));
    samples.push(sample("send-call-down", &SendPage { is_called: true, is_down: true, ..send(frame) }));
    samples
}

fn send(frame: &Frame) -> SendPage {
    SendPage {
        frame: frame.clone(),
        why: frame.named("number-why-payment"),
        number: "••• •••• ••78".into(),
        is_called: false,
        kept_until_ms: NOW_MS + 30 * DAY_MS,
        is_down: false,
        contacts: contacts(frame.lang),
        action: "/f/sample/number".into(),
        cancel_action: "/f/sample/cancel".into(),
    }
}

pub(super) fn typed(frame: &Frame, text: &str) -> Sample {
    sample("typed", &page(frame, field(frame, &["JP"], text, Some(NumberSlip::Number(NumberProblem::Unreadable)))))
}

const TYPED: [(&str, &str, NumberProblem); 11] = [
    ("empty", "", NumberProblem::Empty),
    ("unreadable", "けいたい", NumberProblem::Unreadable),
    ("too-short", "090-1234-567", NumberProblem::TooShort),
    ("too-long", "090-1234-56789", NumberProblem::TooLong),
    ("unassigned", "010-1234-5678", NumberProblem::Unassigned),
    ("voip", "050-1234-5678", NumberProblem::Voip),
    ("fixed-line", "03-1234-5678", NumberProblem::FixedLine),
    ("toll-free", "0120-123-456", NumberProblem::TollFree),
    ("shared-cost", "0570-012-345", NumberProblem::SharedCost),
    ("premium-rate", "0990-123-456", NumberProblem::PremiumRate),
    ("pager", "020-1234-5678", NumberProblem::Pager),
];

pub(super) fn field(frame: &Frame, countries: &[&str], typed: &str, slip: Option<NumberSlip>) -> NumberField {
    let calling_code = |code: &str| match code {
        "JP" => 81,
        "KR" => 82,
        "TW" => 886,
        _ => 1,
    };
    let countries =
        countries.iter().map(|code| Country::named(frame.lang, code, calling_code(code))).collect::<Vec<_>>();
    NumberField { country: countries[0].code.clone(), countries, typed: typed.into(), slip, called: Vec::new() }
}

fn page(frame: &Frame, field: NumberField) -> NumberPage {
    NumberPage {
        frame: frame.clone(),
        purpose: None,
        kept_until_ms: NOW_MS + 30 * DAY_MS,
        field,
        is_down: false,
        contacts: contacts(frame.lang),
        action: "/f/sample/number".into(),
        code: None,
        cancel_action: "/f/sample/cancel".into(),
    }
}
