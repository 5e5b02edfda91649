//! A form that has to be put right is answered by a redirect, as any form: a reload or "Back" sends nothing again, and
//! counts no second wrong code. What the page says then goes along in a cookie for that one page: a row would cost a
//! write for each slip, and keep what was typed in place of a code or a number.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::country::Country;
use serde::{Deserialize, Serialize};

use super::{shown::Typed, visit::Visit};
use crate::{
    pages::view::{code::CodeSlip, number::NumberSlip},
    web::browser::cookie,
};

const COOKIE: &str = "tegata_slip";
/// How long the page may take to be asked for, in seconds.
const LIFETIME_S: u32 = 60;
/// How much of what was typed is shown again, in characters.
const TYPED_CHARS_MAX: usize = 40;

/// What has to be put right, and what was typed.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slip {
    Code(CodeSlip, String),
    Number(NumberSlip, Option<Country>, String),
}

impl Slip {
    /// Of a code that was judged nothing is shown again.
    pub fn code(slip: CodeSlip, typed: &str) -> Slip {
        Slip::Code(slip, if slip == CodeSlip::Format { shortened(typed) } else { String::new() })
    }

    pub fn number(slip: NumberSlip, country: Option<Country>, typed: &str) -> Slip {
        Slip::Number(slip, country, shortened(typed))
    }

    pub fn of_code(self) -> Option<(CodeSlip, String)> {
        match self {
            Slip::Code(slip, typed) => Some((slip, typed)),
            Slip::Number(..) => None,
        }
    }

    pub fn of_number(self) -> Option<Typed> {
        match self {
            Slip::Number(slip, country, number) => Some(Typed { country, number, slip: Some(slip) }),
            Slip::Code(..) => None,
        }
    }

    /// The page that says it.
    fn query(&self) -> &'static str {
        match self {
            Slip::Code(..) => "?slip",
            Slip::Number(..) => "?number&slip",
        }
    }
}

impl Visit {
    /// On to the page that says it.
    pub fn slipped(&self, slip: &Slip) -> Response {
        let text = serde_json::to_string(slip).expect("a slip has text keys and no failing parts");
        let carried = self.opened.flow.carried(&self.web.app.keys.load(), &self.browser.digest(), &text);
        let response = Redirect::to(&format!("{}{}", self.base(), slip.query())).into_response();
        self.with_slip(self.dressed(response), &carried, LIFETIME_S)
    }

    /// What the redirect before this request said, if it did in this browser.
    pub fn slip(&self, headers: &HeaderMap) -> Option<Slip> {
        let carried = cookie(headers, COOKIE)?;
        let text = self.opened.flow.brought(&self.web.app.keys.load(), &self.browser.digest(), carried)?;
        serde_json::from_str(&text).ok()
    }

    /// It was said: a reload of the page says it no more.
    pub fn without_slip(&self, response: Response) -> Response {
        self.with_slip(response, "", 0)
    }

    fn with_slip(&self, mut response: Response, carried: &str, seconds: u32) -> Response {
        let secure = if self.web.app.config.is_https() { "; Secure" } else { "" };
        let path = self.base();
        let text = format!("{COOKIE}={carried}; Path={path}; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
        if let Ok(cookie) = HeaderValue::from_str(&text) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }
}

fn shortened(typed: &str) -> String {
    typed.chars().take(TYPED_CHARS_MAX).collect()
}
