//! Samples of the refusal page: one of each refusal.

use domain::refusal::Refusal;
use domain::time::Time;

use super::{MINUTE_MS, NOW_MS, SECOND_MS, Sample, contacts, sample};
use crate::pages::view::frame::Frame;
use crate::pages::view::refusal::{RefusalPage, Unsent, Way, WayTo};

pub(super) fn samples(frame: &Frame) -> Vec<Sample> {
    let mut samples: Vec<Sample> = Vec::new();
    for refusal in Refusal::samples() {
        let name = format!("refusal-{}", refusal.code());
        if samples.iter().all(|sample| sample.name != name) {
            samples.push(sample(name, &page(frame, soon(refusal))));
        }
    }
    let tomorrow = Refusal::Busy { retry_at: Time::from_ms(NOW_MS + 14 * 60 * MINUTE_MS) };
    samples.push(sample("refusal-busy-until-tomorrow", &page(frame, tomorrow)));
    let beside = Some(Way { to: WayTo::Code, href: "/f/sample".into(), posts: false });
    let busy = soon(Refusal::Busy { retry_at: Time::from_ms(NOW_MS) });
    samples.push(sample("refusal-busy-beside-code", &RefusalPage { way: beside, ..page(frame, busy) }));
    let next_day = Refusal::TooManySends { retry_at: Time::from_ms(NOW_MS + 14 * 60 * MINUTE_MS) };
    samples.push(sample("refusal-too-many-numbers", &page(frame, next_day)));
    let bare = RefusalPage { contacts: Vec::new(), way: None, ..page(frame, Refusal::NotFound) };
    samples.push(sample("refusal-bare", &bare));
    for to in WayTo::ALL {
        let way = Some(Way { to, href: "/f/sample".into(), posts: to == WayTo::Number });
        let page = RefusalPage { way, ..page(frame, Refusal::ExpiredCode) };
        samples.push(sample(format!("refusal-way-{to:?}").to_lowercase(), &page));
    }
    samples.extend(locked(frame));
    for can_send in [true, false] {
        let way = Some(Way { to: WayTo::Number, href: "/f/sample?number".into(), posts: false });
        let page = RefusalPage { unsent: Some(Unsent { can_send }), way, ..page(frame, Refusal::ExpiredCode) };
        samples.push(sample(if can_send { "refusal-unsent" } else { "refusal-unsent-down" }, &page));
    }
    samples
}

/// After wrong codes: within the hour, with a code by e-mail meanwhile; not today; and when the wait is over.
fn locked(frame: &Frame) -> [Sample; 3] {
    let to = |to, href: &str| Some(Way { to, href: href.into(), posts: false });
    let waits = page(frame, soon(Refusal::TooManyChecks { retry_at: None }));
    let tomorrow = Refusal::TooManyChecks { retry_at: Some(Time::from_ms(NOW_MS + 14 * 60 * MINUTE_MS)) };
    let closed = RefusalPage { besides: to(WayTo::OtherNumber, "/f/sample?number"), ..page(frame, tomorrow) };
    let past = page(frame, Refusal::TooManyChecks { retry_at: None });
    [
        sample(
            "refusal-locked",
            &RefusalPage {
                way: to(WayTo::Email, "https://shop.example/code-by-email"),
                besides: to(WayTo::Number, "/f/sample?number"),
                ..waits
            },
        ),
        sample("refusal-locked-until-tomorrow", &closed),
        sample("refusal-locked-past", &RefusalPage { way: to(WayTo::Number, "/f/sample?number"), ..past }),
    ]
}

pub(super) fn typed(frame: &Frame, text: &str) -> Sample {
    sample("typed", &RefusalPage { number: Some(text.into()), ..page(frame, Refusal::NotFound) })
}

/// The same refusal, with a wait that this page's clock calls soon.
fn soon(refusal: Refusal) -> Refusal {
    let retry_at = Time::from_ms(NOW_MS + 15 * MINUTE_MS);
    match refusal {
        Refusal::TooManyChecks { .. } => Refusal::TooManyChecks { retry_at: Some(retry_at) },
        Refusal::TooManySends { .. } => Refusal::TooManySends { retry_at },
        Refusal::Busy { .. } => Refusal::Busy { retry_at },
        Refusal::ResendTooEarly { .. } => Refusal::ResendTooEarly { retry_at: Time::from_ms(NOW_MS + 30 * SECOND_MS) },
        other => other,
    }
}

fn page(frame: &Frame, refusal: Refusal) -> RefusalPage {
    let typed = matches!(refusal, Refusal::Number(_) | Refusal::CountryNotAllowed { .. });
    RefusalPage {
        frame: frame.clone(),
        number: typed.then(|| "03-1234-5678".into()),
        way: Some(way(&refusal)),
        besides: None,
        contacts: contacts(frame.lang),
        unsent: None,
        refusal,
    }
}

/// Back to the service, unless it works again within the flow.
fn way(refusal: &Refusal) -> Way {
    let soon = refusal.retry_at().is_some_and(|at| at.ms() < NOW_MS + 60 * MINUTE_MS);
    if soon {
        return Way { to: WayTo::Again, href: "/f/sample".into(), posts: false };
    }
    Way { to: WayTo::Service, href: "/f/sample/cancel".into(), posts: true }
}
