//! The catalogue of refusals against the statuses that the interface promises.

use std::collections::{BTreeMap, BTreeSet};

use domain::refusal::Refusal;

/// As the interface's description lists them; a code that stands nowhere here is not promised to anybody.
const STATUSES: &[(u16, &[&str])] = &[
    (400, &["bad-request"]),
    (401, &["unauthorized"]),
    (403, &["forbidden", "country-not-allowed", "other-browser", "foreign-form", "sign-in-needed"]),
    (404, &["not-found"]),
    (405, &["method-not-allowed"]),
    (408, &["request-timeout"]),
    (409, &["already-used", "canceled", "idempotency-in-progress"]),
    (410, &["expired-code", "expired-result", "flow-expired"]),
    (413, &["payload-too-large"]),
    (415, &["unsupported-media-type"]),
    (
        422,
        &[
            "call-not-offered",
            "incorrect-code",
            "superseded-code",
            "idempotency-mismatch",
            "number-invalid",
            "number-voip",
            "number-fixed-line",
            "number-toll-free",
            "number-shared-cost",
            "number-premium-rate",
            "number-pager",
        ],
    ),
    (429, &["too-many-checks", "too-many-sends", "resend-too-early", "busy"]),
    (500, &["internal"]),
    (503, &["unavailable"]),
];

#[test]
fn every_refusal_has_the_promised_status_and_none_is_missing() {
    let promised: BTreeMap<&str, u16> =
        STATUSES.iter().flat_map(|(status, codes)| codes.iter().map(move |code| (*code, *status))).collect();
    let given: BTreeMap<&str, u16> = Refusal::samples().iter().map(|no| (no.code(), no.status())).collect();
    assert_eq!(given, promised);
}

/// Only the ways in which a text can be no number share a code: what to do is the same.
#[test]
fn one_code_for_one_meaning() {
    let mut seen = BTreeSet::new();
    let twice: Vec<_> = Refusal::samples().iter().map(Refusal::code).filter(|code| !seen.insert(*code)).collect();
    assert_eq!(twice, ["number-invalid"; 4]);
}

#[test]
fn codes_are_written_as_addresses_are() {
    for code in Refusal::samples().iter().map(Refusal::code) {
        assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{code}");
    }
}

/// Whoever is told to slow down is told until when (`Retry-After`); nobody else is sent away with a time.
#[test]
fn every_429_and_nothing_else_says_when_to_try_again() {
    for refusal in Refusal::samples() {
        assert_eq!(refusal.retry_at().is_some(), refusal.status() == 429, "{}", refusal.code());
    }
}
