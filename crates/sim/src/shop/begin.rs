//! The way out and back. What an application must get right is here: a `state` of the browser's own, compared before
//! anything else is believed, and a result that the server redeems itself.

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
use super::{Begun, Member, Premises, cookie, view};

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

/// Asks for a hosted page and sends the browser there.
pub(super) async fn begin(State(premises): State<Arc<Premises>>, uri: Uri, headers: HeaderMap) -> Response {
    let lang = Lang::asked(uri.query(), &headers);
    let state = token();
    let answer = premises.tegata.begin(lang, &state).await;
    match answer.outcome {
        Ok(url) => {
            let mut response = view::see_other(&url);
            set_cookie(&premises, &mut response, cookie::STATE, &state);
            let records = vec![answer.record, Record::sent(&url, &state)];
            premises.begun.put(state, Begun { lang, records });
            response
        }
        Err(failure) => view::failure(&premises, lang, failure, vec![answer.record]),
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
    let kept = cookie::read(&headers, cookie::STATE).filter(|kept| !kept.is_empty());
    let own = returned.ok().filter(|Query(returned)| returned.state.as_deref() == kept);
    let (Some(state), Some(Query(returned))) = (kept, own) else {
        // The cookie stays: a stranger's link must not end what she has begun herself.
        return view::trouble(&premises, Lang::asked(uri.query(), &headers), Trouble::ForeignState);
    };
    let begun = premises.begun.find(state);
    let begun = begun.unwrap_or_else(|| Begun { lang: Lang::asked(uri.query(), &headers), records: Vec::new() });
    let (lang, mut records) = (begun.lang, begun.records);
    let mut response = if returned.error.is_some() {
        view::see_other(&view::address("?canceled&", lang))
    } else {
        match redeem(&premises, &returned, lang, &mut records).await {
            Ok(number) => welcome(&premises, lang, &headers, Member { number, records }),
            // The result is still good: the same address, asked for again, may succeed.
            Err(failure) if failure.trouble.may_pass() => {
                return without_referrer(view::failure(&premises, lang, failure, records));
            }
            Err(failure) => without_referrer(view::failure(&premises, lang, failure, records)),
        }
    };
    premises.begun.take(state);
    set_cookie(&premises, &mut response, cookie::STATE, "");
    response
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

fn set_cookie(premises: &Premises, response: &mut Response, name: &str, token: &str) {
    cookie::set(response.headers_mut(), name, token, premises.tegata.url.starts_with("https://"));
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
