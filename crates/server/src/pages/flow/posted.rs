//! How a request to a flow is read: a visit of any browser, and a form from our own page in the browser that has it.

use axum::{
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{HeaderMap, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{channel::Channel, country::Country, refusal::Refusal};
use serde::Deserialize;

use super::visit::Visit;
use crate::{
    pages::service,
    web::{Web, body::Form, host::Host, layers::Seen, problem::No},
};

/// What every form carries.
#[derive(Default, Deserialize)]
pub struct Fields {
    form_token: Option<String>,
    country: Option<String>,
    pub number: Option<String>,
    pub code: Option<String>,
    channel: Option<String>,
    // A message for support.
    text: Option<String>,
    reply: Option<String>,
    call: Option<String>,
    time: Option<String>,
    pub fact: Option<String>,
    pub value: Option<String>,
    pub cause: Option<String>,
    pub outcome: Option<String>,
}

/// A form from our own page, in the browser that has the flow (rule V8).
pub struct Posted {
    pub visit: Visit,
    pub fields: Fields,
    /// The browser's cookies stand there.
    pub headers: HeaderMap,
}

impl Fields {
    /// A message for support.
    pub fn message(self) -> service::Typed {
        service::Typed { text: self.text, reply: self.reply, call: self.call, time: self.time }
    }

    /// How another code is to be sent.
    pub fn channel(&self) -> Channel {
        if self.channel.as_deref() == Some("call") { Channel::Call } else { Channel::Sms }
    }

    /// The country, if it is one.
    pub fn country(&self) -> Option<Country> {
        self.country.as_deref().and_then(|code| code.parse().ok())
    }
}

impl Visit {
    async fn of(parts: &mut Parts, web: &Web) -> Result<Visit, No> {
        let Path(token) = Path::<String>::from_request_parts(parts, web).await.map_err(|_| No(Refusal::NotFound))?;
        let seen = parts.extensions.get::<Seen>().cloned().ok_or(No(Refusal::Internal))?;
        let host = parts.extensions.get::<Host>().cloned().ok_or(No(Refusal::Internal))?;
        let visit = Visit::begin(web, seen, &token, &parts.uri, &parts.headers).await?;
        let flow = &visit.opened.flow;
        if host.shows(flow.service) && host.is(flow.host.as_deref()) { Ok(visit) } else { Err(No(Refusal::NotFound)) }
    }
}

impl FromRequestParts<Web> for Visit {
    type Rejection = Response;

    /// A flow that is over answers with its page, whatever was asked: as long as it is kept it knows whose it was.
    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let visit = Visit::of(parts, web).await.map_err(IntoResponse::into_response)?;
        match visit.closed() {
            Some(refusal) => Err(visit.refused(&refusal)),
            None => Ok(visit),
        }
    }
}

impl FromRequest<Web> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, web).await?;
        let headers = parts.headers.clone();
        let form = Form::<Fields>::from_request(Request::from_parts(parts, body), web).await;
        let Form(fields) = form.map_err(|No(refusal)| visit.refused(&refusal))?;
        let mut posted = Posted { visit, fields, headers };
        match posted.admit().await {
            Ok(()) => Ok(posted),
            Err(refusal) => Err(posted.visit.refused(&refusal)),
        }
    }
}

impl Posted {
    /// Whether the form is ours and the flow this browser's, which it becomes by the first form.
    async fn admit(&mut self) -> Result<(), Refusal> {
        let visit = &mut self.visit;
        let app = visit.web.app.clone();
        let token = self.fields.form_token.as_deref().unwrap_or("");
        let own = app.config.origin(visit.opened.flow.host.as_deref());
        let digest = visit.browser.digest();
        match visit.browser.check(&app.keys.load(), &visit.opened.token, token, &self.headers, &own) {
            // A browser without its cookie is told apart from one that belongs to another person.
            Err(_) if !visit.opened.flow.belongs_to(&digest) => Err(Refusal::OtherBrowser),
            Err(refusal) => Err(refusal),
            Ok(()) => app.take_flow(&mut visit.opened, digest).await,
        }
    }
}
