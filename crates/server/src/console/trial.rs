//! `/console/guides/{guide}/order`: the steps for facts that are picked, with why each is the next one.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::Response,
};
use domain::{
    guide::{
        Guide, Known, Order, Outcome, Session, Step,
        facts::{Fact, Source},
    },
    id::ServiceId,
    refusal::Refusal,
    time::Time,
};
use store::service;

use super::{operator::Operator, words::Words};
use crate::{
    app::guide::Log,
    pages::view::console::trial::{Pick, TrialEnd, TrialPage},
    web::problem::No,
};

/// The field that says whose counts are used.
const SERVICE: &str = "service";
/// Services that can be picked.
const SERVICES_MAX: i64 = 100;
/// The most steps of a walk: as many as a session remembers.
const STEPS_MAX: usize = 60;

/// The page.
///
/// # Errors
/// `not-found` for a guide that is not loaded, `unavailable` without the store.
pub async fn show(
    operator: Operator,
    Path(id): Path<String>,
    Query(picked): Query<BTreeMap<String, String>>,
) -> Result<Response, No> {
    let app = &operator.web.app;
    let loaded = app.guides.get(&id).ok_or(No(Refusal::NotFound))?;
    let guide = &loaded.guide;
    let service: Option<ServiceId> = picked.get(SERVICE).and_then(|id| id.parse().ok());
    let order = match service {
        None => Order::prior(guide),
        Some(service) => {
            let phone = picked.get("phone").map(String::as_str).filter(|phone| !phone.is_empty());
            Order::mean(guide, &app.counts(service, guide, phone, None).await?)
        }
    };
    let (log, end) = in_vain(guide, &picked, &order, app.now());
    let words = Words::new(loaded.clone(), operator.lang());
    let facts = guide.facts.iter().map(|fact| of_fact(&operator, &words, fact, &picked));
    let page = TrialPage {
        frame: operator.frame(&address(guide, &picked)),
        title: words.title(),
        picks: facts.chain([of_services(&operator, service).await?]).collect(),
        steps: log.iter().map(|passed| words.step(passed)).collect(),
        end,
        guide: id,
    };
    Ok(operator.page(StatusCode::OK, &page))
}

/// The steps of somebody of whom this is known and whom nothing helps, up to a question that nobody has answered.
fn in_vain(guide: &Guide, picked: &Known, order: &Order, now: Time) -> (Log, TrialEnd) {
    let (mut session, mut log) = (Session::default(), Log::default());
    for (fact, value) in picked {
        // What the guide does not have, and what is observed, is no answer.
        session.tell(guide, fact, value);
    }
    for _ in 0..STEPS_MAX {
        let facts = guide.facts(picked, &Known::new(), &session);
        let decision = guide.next(&facts, &session, order);
        log.look(guide, &decision, now);
        match decision.step {
            Step::Act(at) => {
                let cause = &guide.cause(at).id;
                session.report(guide, cause, Outcome::NotHelped);
                log.tried(now, cause, Outcome::NotHelped);
            }
            Step::Ask(_) => return (log, TrialEnd::Question),
            Step::Contact => break,
            Step::Solved(_) => return (log, TrialEnd::Solved),
        }
    }
    (log, TrialEnd::Human)
}

/// The values of a fact; what nobody has to see or say can stay open.
fn of_fact(operator: &Operator, words: &Words, fact: &Fact, picked: &Known) -> Pick {
    let now = picked.get(&fact.id).map_or("", String::as_str);
    let open = (String::new(), operator.frame("").t("console-trial-open"), false);
    let value = |value: &String| (value.clone(), words.value(&fact.id, value), value == now);
    let open = (fact.source != Source::Observed).then_some(open);
    let options = open.into_iter().chain(fact.values.iter().map(value)).collect();
    Pick { name: fact.id.clone(), label: words.question(&fact.id), options }
}

/// The services whose counts can be used.
async fn of_services(operator: &Operator, picked: Option<ServiceId>) -> Result<Pick, Refusal> {
    let services = operator.web.app.store.read(|tx| service::list(tx, None, SERVICES_MAX)).await?;
    let frame = operator.frame("");
    let service = |found: store::Versioned<domain::service::Service>| {
        let service = found.value;
        (service.id.to_string(), service.brand_in(operator.lang()).to_owned(), Some(service.id) == picked)
    };
    let none = (String::new(), frame.t("console-trial-none"), false);
    let options = std::iter::once(none).chain(services.into_iter().map(service)).collect();
    Ok(Pick { name: SERVICE.to_owned(), label: frame.t("console-trial-service"), options })
}

/// The page's own address, with what the guide knows of what was picked.
fn address(guide: &Guide, picked: &Known) -> String {
    let is_known = |(fact, value): &(&String, &String)| match guide.fact_at(fact) {
        Some(at) => guide.fact(at).value(value).is_some(),
        None => *fact == SERVICE && value.parse::<ServiceId>().is_ok(),
    };
    let pairs: Vec<String> = picked.iter().filter(is_known).map(|(fact, value)| format!("{fact}={value}")).collect();
    let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
    format!("/console/guides/{}/order{query}", guide.id)
}

#[cfg(test)]
mod tests {
    use domain::guide::Shown;

    use super::*;
    use crate::guide::shipped;

    fn walk(picked: &[(&str, &str)]) -> (Vec<Option<Shown>>, TrialEnd) {
        let guide = &shipped()[0].guide;
        let picked: Known = picked.iter().map(|(fact, value)| ((*fact).to_owned(), (*value).to_owned())).collect();
        let (log, end) = in_vain(guide, &picked, &Order::prior(guide), Time::from_ms(0));
        (log.iter().map(|passed| passed.step.clone()).collect(), end)
    }

    #[test]
    fn the_order_ends_at_a_question_or_a_human() {
        let (steps, end) = walk(&[("message", "undelivered")]);
        assert_eq!(end, TrialEnd::Question);
        assert!(matches!(steps.last(), Some(Some(Shown::Question(_)))), "{steps:?}");
        assert_eq!(walk(&[("message", "approved")]), (Vec::new(), TrialEnd::Solved));
        let told = [
            ("message", "undelivered"),
            ("resend", "possible"),
            ("number", "fixed"),
            ("number_right", "yes"),
            ("number_kind", "mobile"),
            ("country", "japan"),
            ("phone", "iphone"),
            ("carrier", "docomo"),
            ("other_sms", "yes"),
            ("nothing", "such"),
        ];
        let (steps, end) = walk(&told);
        assert_eq!((end, steps.last()), (TrialEnd::Human, Some(&None)), "{steps:?}");
        let docomo = Some(Shown::Cause("docomo-sms-settings".into()));
        assert!(steps.contains(&docomo) && steps.len() > 3, "{steps:?}");
    }
}
