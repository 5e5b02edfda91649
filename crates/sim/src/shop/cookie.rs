//! The shop's two cookies: the `state` of each hosted page that somebody is away at, and the session after.

use axum::http::{HeaderMap, HeaderValue, header};

use super::{MOUNT, token::is_token};

/// Ties the way back to the browser that went away. Its own cookie, so that it works before there is a session.
pub(super) const STATE: &str = "shop_state";
/// Who has registered.
pub(super) const SESSION: &str = "shop_session";
/// As long as a flow can be used; the session ends with the browser or the demo.
const STATE_SECONDS: u32 = 3_600;
/// How many hosted pages a browser may be away at, each in a tab; the one begun first is forgotten.
const STATES_MAX: usize = 5;

/// The value of the cookie `name`.
pub(super) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// The `state` of each hosted page that this browser is away at, the newest first.
pub(super) fn states(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    read(headers, STATE).unwrap_or_default().split('.').filter(|state| is_token(state)).take(STATES_MAX)
}

/// This browser is away at one more.
pub(super) fn states_with(headers: &HeaderMap, state: &str) -> String {
    std::iter::once(state).chain(states(headers)).take(STATES_MAX).collect::<Vec<_>>().join(".")
}

/// It came back from one; from the others it still may.
pub(super) fn states_without(headers: &HeaderMap, state: &str) -> String {
    states(headers).filter(|known| *known != state).collect::<Vec<_>>().join(".")
}

/// Sets cookie `name` to a token of ours, or several with points between them; an empty one forgets it.
pub(super) fn set(headers: &mut HeaderMap, name: &str, tokens: &str, is_https: bool) {
    let age = match (name, tokens) {
        (_, "") => "; Max-Age=0".into(),
        (STATE, _) => format!("; Max-Age={STATE_SECONDS}"),
        (_, _) => String::new(),
    };
    let secure = if is_https { "; Secure" } else { "" };
    let line = format!("{name}={tokens}; Path={MOUNT}; HttpOnly; SameSite=Lax{age}{secure}");
    headers.append(header::SET_COOKIE, HeaderValue::from_str(&line).expect("tokens are hexadecimal"));
}
