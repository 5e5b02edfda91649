//! What Twilio's call-backs say of a message: forms, signed with the account's Auth Token (docs/twilio.md).

use axum::http::HeaderMap;
use domain::delivery::{Reason, State};

use crate::{config::twilio::TwilioRoute, signature::is_signed_by_twilio};

/// Whether a call-back to a path of ours is signed; what it says, if so.
pub(super) fn read(
    route: &TwilioRoute,
    public_url: &str,
    path: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Option<Vec<(String, String)>> {
    let signature = headers.get("x-twilio-signature")?.to_str().ok()?;
    let form: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    let addresses = addresses(public_url, path);
    is_signed_by_twilio(&route.auth_token.0, &addresses, &form, signature).then_some(form)
}

/// Our address, with a port and without: which of them is signed is not told.
fn addresses(public_url: &str, path: &str) -> [String; 2] {
    let (scheme, rest) = public_url.split_once("://").unwrap_or(("https", public_url));
    let (host, port) = rest.split_once(':').unwrap_or((rest, if scheme == "https" { "443" } else { "80" }));
    [format!("{scheme}://{host}{path}"), format!("{scheme}://{host}:{port}{path}")]
}

/// What a call-back tells; `None` where it is nothing that we write down, or nothing that we know.
pub(super) fn told(form: &[(String, String)]) -> Option<(State, Option<Reason>)> {
    let value = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    match value("MessageStatus")? {
        "sent" => Some((State::Submitted, None)),
        "delivered" => Some((State::Delivered, None)),
        "undelivered" | "failed" | "canceled" => Some((State::Undelivered, Some(reason(value("ErrorCode"))))),
        _ => None,
    }
}

/// Why a message did not arrive, by the error's code.
fn reason(code: Option<&str>) -> Reason {
    match code {
        Some("30003") => Reason::Unreachable,
        // Unknown or out of service; a landline, or a carrier that cannot be reached.
        Some("30005" | "30006") => Reason::NoSuchSubscriber,
        // Blocked; filtered.
        Some("30004" | "30007") => Reason::Refused,
        // The queue is full; the account is suspended; the sender is not registered for US numbers.
        Some("30001" | "30002" | "30034") => Reason::RejectedByCarrier,
        // No word of why, or one for nobody but Twilio.
        Some(_) | None => Reason::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://v.example", ["https://v.example/r", "https://v.example:443/r"])]
    #[case("https://v.example:8443", ["https://v.example/r", "https://v.example:8443/r"])]
    #[case("http://127.0.0.1:80", ["http://127.0.0.1/r", "http://127.0.0.1:80/r"])]
    fn an_address_is_read_with_its_port_and_without(#[case] public_url: &str, #[case] both: [&str; 2]) {
        assert_eq!(addresses(public_url, "/r"), both);
    }

    #[rstest]
    #[case("queued", None, None)]
    #[case("sending", None, None)]
    #[case("partially_delivered", None, None)]
    #[case("sent", None, Some((State::Submitted, None)))]
    #[case("delivered", None, Some((State::Delivered, None)))]
    #[case("failed", Some("30002"), Some((State::Undelivered, Some(Reason::RejectedByCarrier))))]
    #[case("undelivered", Some("30003"), Some((State::Undelivered, Some(Reason::Unreachable))))]
    #[case("undelivered", Some("30006"), Some((State::Undelivered, Some(Reason::NoSuchSubscriber))))]
    #[case("undelivered", Some("30007"), Some((State::Undelivered, Some(Reason::Refused))))]
    #[case("undelivered", Some("30008"), Some((State::Undelivered, Some(Reason::Unknown))))]
    #[case("undelivered", None, Some((State::Undelivered, Some(Reason::Unknown))))]
    fn a_word_is_one_of_our_few(
        #[case] status: &str,
        #[case] code: Option<&str>,
        #[case] then: Option<(State, Option<Reason>)>,
    ) {
        let mut form =
            vec![("MessageSid".to_owned(), "SM1".to_owned()), ("MessageStatus".to_owned(), status.to_owned())];
        form.extend(code.map(|code| ("ErrorCode".to_owned(), code.to_owned())));
        assert_eq!(told(&form), then);
    }
}
