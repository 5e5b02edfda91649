//! The shop's pages: the front, the account, and what says that something went wrong.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};

use super::errand::{Errand, ON_FILE};
use super::record::{Record, Step};
use super::tegata::Failure;
use super::told::Told;
use super::words::{Lang, Words};
use super::{MOUNT, Premises, Trouble, cookie};

/// The one style sheet; it stands in the page itself.
pub(super) const STYLE: &str = include_str!("../../assets/shop.css");
/// What surrounds every page.
struct Frame<'a> {
    lang: Lang,
    w: &'static Words,
    brand: &'a str,
    /// The page's own path below the mount, for the language links.
    path: &'static str,
    mount: &'static str,
    phones: &'static str,
    style: &'static str,
}

#[derive(Template)]
#[template(path = "shop/front.html")]
struct FrontPage<'a> {
    frame: Frame<'a>,
    sample: String,
    canceled: bool,
    registered: bool,
}

#[derive(Template)]
#[template(path = "shop/account.html")]
struct AccountPage<'a> {
    frame: Frame<'a>,
    /// Title, and what stands before and after the number.
    said: [&'static str; 3],
    number: String,
    e164: &'a str,
    told: Vec<Lesson<'a>>,
}

#[derive(Template)]
#[template(path = "shop/trouble.html")]
struct TroublePage<'a> {
    frame: Frame<'a>,
    what: &'static Told,
    again: bool,
    reference: Option<String>,
    told: Vec<Lesson<'a>>,
}

/// One step with the words that explain it.
struct Lesson<'a> {
    title: &'static str,
    why: &'static str,
    request: &'a str,
    answer: &'a str,
}

/// `GET /shop`
pub(super) async fn front(State(premises): State<Arc<Premises>>, uri: Uri, headers: HeaderMap) -> Response {
    let lang = Lang::asked(uri.query(), &headers);
    let canceled = uri.query().is_some_and(|query| query.split('&').any(|part| part == "canceled"));
    let registered =
        cookie::read(&headers, cookie::SESSION).is_some_and(|token| premises.members.find(token).is_some());
    let frame = frame(&premises, lang, "");
    render(StatusCode::OK, lang, &FrontPage { frame, sample: as_written(ON_FILE), canceled, registered })
}

/// `GET /shop/account`
pub(super) async fn account(State(premises): State<Arc<Premises>>, uri: Uri, headers: HeaderMap) -> Response {
    let lang = Lang::asked(uri.query(), &headers);
    let member = cookie::read(&headers, cookie::SESSION).and_then(|session| premises.members.find(session));
    let Some(member) = member else { return see_other(&address("?", lang)) };
    let w = lang.words();
    let said = match member.errand {
        Errand::Register => [w.account_title, w.verified_before, w.verified_after],
        Errand::Pay => [w.paid_title, w.paid_before, w.paid_after],
    };
    let page = AccountPage {
        frame: frame(&premises, lang, "/account"),
        said,
        number: as_written(&member.number),
        e164: &member.number,
        told: told(lang, &member.records),
    };
    render(StatusCode::OK, lang, &page)
}

/// An address that the shop does not have.
pub(super) async fn nothing_here(State(premises): State<Arc<Premises>>, uri: Uri, headers: HeaderMap) -> Response {
    trouble(&premises, Lang::asked(uri.query(), &headers), Trouble::NotFound)
}

/// A form's address, opened as a page, or the other way round.
pub(super) async fn wrong_method(State(premises): State<Arc<Premises>>, uri: Uri, headers: HeaderMap) -> Response {
    trouble(&premises, Lang::asked(uri.query(), &headers), Trouble::WrongMethod)
}

/// A page of constant words: nothing of the request is in it.
pub(super) fn trouble(premises: &Premises, lang: Lang, trouble: Trouble) -> Response {
    failure(premises, lang, trouble.into(), Vec::new())
}

/// What went wrong with a call, and the calls, for developers.
pub(super) fn failure(premises: &Premises, lang: Lang, failure: Failure, records: Vec<Record>) -> Response {
    let page = TroublePage {
        frame: frame(premises, lang, ""),
        what: lang.told(failure.trouble),
        again: failure.trouble.may_pass() && records.iter().any(|record| record.step == Step::Return),
        reference: failure.reference,
        told: told(lang, &records),
    };
    render(failure.trouble.status(), lang, &page)
}

/// Leads elsewhere by GET, so that a reload repeats nothing.
pub(super) fn see_other(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(to) => (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response(),
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

/// An address of the shop; `path` ends where its query goes on.
pub(super) fn address(path: &str, lang: Lang) -> String {
    format!("{MOUNT}{path}lang={}", lang.tag())
}

fn frame<'a>(premises: &'a Premises, lang: Lang, path: &'static str) -> Frame<'a> {
    let w = lang.words();
    let brand = match lang {
        Lang::Ja => premises.brand.as_str(),
        Lang::En => premises.brand_en.as_str(),
    };
    Frame { lang, w, brand, path, mount: MOUNT, phones: crate::MOUNT, style: STYLE }
}

fn told<'a>(lang: Lang, records: &'a [Record]) -> Vec<Lesson<'a>> {
    let lesson = |record: &'a Record| {
        let (title, why) = lang.lesson(record.step);
        Lesson { title, why, request: &record.request, answer: &record.answer }
    };
    records.iter().map(lesson).collect()
}

/// A Japanese mobile number as people write it; others in E.164.
fn as_written(e164: &str) -> String {
    let national = e164.strip_prefix("+81").filter(|rest| rest.len() == 10 && rest.is_ascii());
    match national {
        Some(rest) => format!("0{}-{}-{}", &rest[..2], &rest[2..6], &rest[6..]),
        None => e164.to_owned(),
    }
}

fn render(status: StatusCode, lang: Lang, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => (status, [(header::CONTENT_LANGUAGE, lang.tag())], Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page of the sample shop cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
