//! Samples of every page: each error and each state that people can meet, in every language.
//!
//! The tests render them all; `cargo run -p server --example pages` writes them as files for eyes and browsers.

use domain::locale::Locale;
mod console;
mod guide;
mod number;
mod problem;
mod refusal;
mod support;
mod verification;

use super::Page;
use super::clock::Clock;
use super::contact::{Contact, ContactKind, Opening};
use super::frame::{Assets, Brand, Frame, LanguageLink, Role};

/// A rendered page.
#[derive(Debug)]
pub struct Sample {
    /// Page and state: `code-incorrect`.
    pub name: String,
    /// Its heading and how many slips it shows: what the tests compare with the HTML.
    pub heading: String,
    /// What the person can put right.
    pub slips: usize,
    /// The document.
    pub html: String,
}

/// Every sample in a language.
#[must_use]
pub fn all(lang: Locale) -> Vec<Sample> {
    let frame = frame(lang);
    let mut samples = number::samples(&frame);
    samples.extend(verification::samples(&frame));
    samples.extend(guide::samples(&frame));
    samples.extend(support::samples(&frame));
    samples.extend(refusal::samples(&frame));
    samples.extend(problem::samples(&frame));
    samples.extend(console::samples(&frame));
    samples
}

/// Pages that show what an outsider wrote, with `text` wherever an outsider writes.
#[must_use]
pub fn hostile(text: &str) -> Vec<String> {
    let mut frame = frame(Locale::En);
    frame.brand.name = text.into();
    frame.brand.colour = Some(text.into());
    frame.brand.logo = Some(text.into());
    frame.form_token = text.into();
    let pages = [
        number::typed(&frame, text),
        verification::typed(&frame, text),
        refusal::typed(&frame, text),
        support::typed(&frame, text),
        console::typed(&frame, text),
    ];
    pages.into_iter().map(|sample| sample.html).collect()
}

/// 2026-11-22 10:15:00 in Japan, a Sunday: when the samples are made.
const NOW_MS: i64 = 1_795_310_100_000;
const SECOND_MS: i64 = 1000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

fn sample(name: impl Into<String>, page: &impl Page) -> Sample {
    Sample {
        name: name.into(),
        heading: page.heading(),
        slips: page.slips().len(),
        html: page.render().expect("a page writes to a string, which cannot fail"),
    }
}

fn frame(lang: Locale) -> Frame {
    let name = match lang {
        Locale::Ja => "みなと市場",
        Locale::En => "Minato Market",
    };
    Frame {
        lang,
        brand: Brand { name: name.into(), colour: Some("#00857a".into()), logo: None },
        role: Role::Verification,
        languages: Locale::ALL.map(|lang| LanguageLink { lang, href: format!("?lang={}", lang.tag()) }).into(),
        reference: "KX7M4TQ9".into(),
        nonce: "c2FtcGxlLW5vbmNl".into(),
        form_token: "sample-form-token".into(),
        assets: Assets {
            style: "/assets/tegata.css".into(),
            console: "/assets/console.css".into(),
            script: "/assets/page.js".into(),
            icon: "/assets/mark.svg".into(),
        },
        clock: Clock { now_ms: NOW_MS },
    }
}

fn contacts(lang: Locale) -> Vec<Contact> {
    let [desk, daily, form, shop, weekdays, mail, venue, message] = match lang {
        Locale::Ja => [
            "電話窓口",
            "毎日 9時から20時まで",
            "お問い合わせフォーム",
            "店の窓口",
            "平日 10時から18時まで",
            "メール",
            "使い方の説明会",
            "担当者へのメッセージ",
        ],
        Locale::En => [
            "Call centre",
            "Every day, 9:00 to 20:00",
            "Contact form",
            "Shops",
            "Weekdays, 10:00 to 18:00",
            "E-mail",
            "Briefings",
            "A message to the staff",
        ],
    };
    let contact = |name: &str, kind, hours: Option<&str>, opening| Contact {
        name: name.into(),
        kind,
        hours: hours.map(Into::into),
        opening,
    };
    let phone = ContactKind::Phone { number: "0120-000-000".into(), tel: "+81120000000".into() };
    vec![
        contact(desk, phone, Some(daily), Opening::OpenUntil(NOW_MS + 585 * MINUTE_MS)),
        contact(form, ContactKind::Form { href: "https://example.com/help".into() }, None, Opening::Always),
        contact(
            shop,
            ContactKind::Shop { href: "https://example.com/shops".into() },
            Some(weekdays),
            Opening::ClosedUntil(NOW_MS + DAY_MS - 15 * MINUTE_MS),
        ),
        contact(
            venue,
            ContactKind::Venue { href: "https://example.com/briefings".into() },
            None,
            Opening::ClosedUntil(NOW_MS + DAY_MS),
        ),
        contact(message, ContactKind::Message { href: "/f/sample/message".into() }, Some(weekdays), Opening::Always),
        contact(mail, ContactKind::Email { address: "help@example.com".into() }, None, Opening::Closed),
    ]
}
