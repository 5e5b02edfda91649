//! The shop's two cookies: `state` while somebody is away at the hosted page, and the session after.

use axum::http::{HeaderMap, HeaderValue, header};

use super::MOUNT;

/// Ties the way back to the browser that went away. Its own cookie, so that it works before there is a session.
pub(super) const STATE: &str = "shop_state";
/// Who has registered.
pub(super) const SESSION: &str = "shop_session";
/// As long as a flow can be used; the session ends with the browser or the demo.
const STATE_SECONDS: u32 = 3_600;

/// The value of the cookie `name`.
pub(super) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// Sets cookie `name` to a token of ours; an empty one forgets it.
pub(super) fn set(headers: &mut HeaderMap, name: &str, token: &str, is_https: bool) {
    let age = match (name, token) {
        (_, "") => "; Max-Age=0".into(),
        (STATE, _) => format!("; Max-Age={STATE_SECONDS}"),
        (_, _) => String::new(),
    };
    let secure = if is_https { "; Secure" } else { "" };
    let line = format!("{name}={token}; Path={MOUNT}; HttpOnly; SameSite=Lax{age}{secure}");
    headers.append(header::SET_COOKIE, HeaderValue::from_str(&line).expect("tokens are hexadecimal"));
}
