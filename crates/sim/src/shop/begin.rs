//! The way out and back. What an application must get right is here: a `state` of the browser's own for each flow, as
//! there may be one in each tab, compared before anything else is believed, and a result that the server redeems itself.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;
use serde::Deserialize;

use super::record::Record;
use super::tegata::Failure;
use super::token::token;
use super::trouble::Trouble;
use super::words::Lang;
use super::{Begun, Errand, Member, Premises, cookie, view};

/// The longest flow id and result that are passed on, in bytes.
const ID_BYTES_MAX: usize = 100;

/// What the redirect back carries.
#[derive(Deserialize)]
pub(super) struct Returned {
    flow: Option<String>,
    state: Option<String>,
    result: Option<String>,
    error: Option<String>,
}

/// For a number that is not known yet.
pub(super) async fn register(State(premises): State<Arc<Premises>>, uri: Uri, headers: HeaderMap) -> Response {
    begin(&premises, Lang::asked(uri.query(), &headers), &headers, Errand::Register).await
}

/// With the number on file.
pub(super) async fn pay(State(premises): State<Arc<Premises>>, uri: Uri, headers: HeaderMap) -> Response {
    begin(&premises, Lang::asked(uri.query(), &headers), &headers, Errand::Pay).await
}

/// Asks for a hosted page and sends the browser there.
async fn begin(premises: &Premises, lang: Lang, headers: &HeaderMap, errand: Errand) -> Response {
    let state = token();
    let answer = premises.tegata.begin(lang, errand, &state).await;
    match answer.outcome {
        Ok(url) => {
            let mut response = view::see_other(&url);
            set_cookie(premises, &mut response, cookie::STATE, &cookie::states_with(headers, &state));
            let records = vec![answer.record, Record::sent(errand.path(), &url, &state)];
            premises.begun.put(state, Begun { lang, errand, records });
            response
        }
        Err(failure) => view::failure(premises, lang, failure, vec![answer.record]),
    }
}

/// Where the hosted page leads back to.
pub(super) async fn back(
    State(premises): State<Arc<Premises>>,
    uri: Uri,
    headers: HeaderMap,
    returned: Result<Query<Returned>, QueryRejection>,
) -> Response {
    // Without this comparison anybody could make a person finish *his* flow here: she would go on with his number.
    let kept = |state: &String| cookie::states(&headers).any(|kept| kept == state);
    let is_done = returned.as_ref().is_ok_and(|Query(returned)| is_done(&premises, &headers, returned));
    let own = returned.ok().and_then(|Query(returned)| Some((returned.state.clone().filter(kept)?, returned)));
    let Some((state, returned)) = own else {
        if is_done {
            return view::see_other(&view::address("/account?", Lang::asked(uri.query(), &headers)));
        }
        // The cookie stays: a stranger's link must not end what she has begun herself.
        return view::trouble(&premises, Lang::asked(uri.query(), &headers), Trouble::ForeignState);
    };
    // Forgotten here, it is still this browser's own: the API knows whether its result is good.
    let forgotten =
        || Begun { lang: Lang::asked(uri.query(), &headers), errand: Errand::Register, records: Vec::new() };
    let Begun { lang, errand, mut records } = premises.begun.find(&state).unwrap_or_else(forgotten);
    let mut response = if returned.error.is_some() {
        view::see_other(&view::address("?canceled&", lang))
    } else {
        match redeem(&premises, &returned, lang, &mut records).await {
            Ok(number) if !errand.takes(&number) => {
                without_referrer(view::failure(&premises, lang, Trouble::NotConfirmed.into(), records))
            }
            Ok(number) => {
                let flow = returned.flow.unwrap_or_default();
                welcome(&premises, lang, &headers, Member { errand, number, flow, records })
            }
            // The result is still good: the same address, asked for again, may succeed.
            Err(failure) if failure.trouble.may_pass() => {
                return without_referrer(view::failure(&premises, lang, failure, records));
            }
            Err(failure) => without_referrer(view::failure(&premises, lang, failure, records)),
        }
    };
    premises.begun.take(&state);
    set_cookie(&premises, &mut response, cookie::STATE, &cookie::states_without(&headers, &state));
    response
}

/// Whether this browser's session came of the flow: then somebody went back in their browser, and on once more.
fn is_done(premises: &Premises, headers: &HeaderMap, returned: &Returned) -> bool {
    let member = cookie::read(headers, cookie::SESSION).and_then(|session| premises.members.find(session));
    member.is_some_and(|member| returned.flow.as_deref() == Some(&member.flow))
}

/// Forgets who this is, so that another number can be tried.
pub(super) async fn leave(State(premises): State<Arc<Premises>>, uri: Uri, headers: HeaderMap) -> Response {
    if let Some(session) = cookie::read(&headers, cookie::SESSION) {
        premises.members.take(session);
    }
    let mut response = view::see_other(&view::address("?", Lang::asked(uri.query(), &headers)));
    set_cookie(&premises, &mut response, cookie::SESSION, "");
    response
}

/// Exchanges the result for the number.
async fn redeem(
    premises: &Premises,
    returned: &Returned,
    lang: Lang,
    records: &mut Vec<Record>,
) -> Result<String, Failure> {
    let (Some(flow), Some(result)) = (id(returned.flow.as_deref()), id(returned.result.as_deref())) else {
        return Err(Trouble::NotConfirmed.into());
    };
    let answer = premises.tegata.redeem(lang, flow, result).await;
    let state = returned.state.as_deref().unwrap_or_default();
    records.extend([Record::returned(flow, state, result), answer.record]);
    answer.outcome
}

/// A new session for somebody who has proved something: never one that was there before.
fn welcome(premises: &Premises, lang: Lang, headers: &HeaderMap, member: Member) -> Response {
    if let Some(old) = cookie::read(headers, cookie::SESSION) {
        premises.members.take(old);
    }
    let session = token();
    let mut response = view::see_other(&view::address("/account?", lang));
    set_cookie(premises, &mut response, cookie::SESSION, &session);
    premises.members.put(session, member);
    response
}

fn set_cookie(premises: &Premises, response: &mut Response, name: &str, tokens: &str) {
    cookie::set(response.headers_mut(), name, tokens, premises.tegata.url.starts_with("https://"));
}

/// A page that stands at the address with the result must not tell it to the next.
fn without_referrer(mut response: Response) -> Response {
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Only what looks like an id becomes part of a call.
fn id(text: Option<&str>) -> Option<&str> {
    let sound = |text: &&str| {
        let fits = (1..=ID_BYTES_MAX).contains(&text.len());
        fits && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    text.filter(sound)
}
