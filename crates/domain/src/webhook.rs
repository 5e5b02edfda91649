//! Webhooks: what applications are told of without asking, and when an endpoint that did not take it is tried again.
//! What they are told names things and opens nothing: no number, no code, no proof (rule V1).

use serde::{Deserialize, Serialize};

use crate::{
    id::{EventId, ServiceId, VerificationId},
    public::may_be_public,
    route::{Change, Standing},
    service::is_https_url,
    time::{Millis, Time, hours, minutes, seconds},
};

/// How many endpoints a service may have.
pub const ENDPOINTS_MAX: i64 = 5;
/// The longest address of an endpoint, in bytes.
pub const URL_MAX: usize = 500;
/// How long after each failed try the next one follows: the schedule that Standard Webhooks publishes.
const AGAIN_AFTER_MS: [Millis; 9] =
    [seconds(5), minutes(5), minutes(30), hours(2), hours(5), hours(10), hours(14), hours(20), hours(24)];
/// An endpoint that is gone for good says so.
const GONE: u16 = 410;

/// What an event tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// The right code came back.
    #[serde(rename = "verification.approved")]
    Approved,
    /// The newest message will not arrive: a carrier said so, or it could not be sent in time.
    #[serde(rename = "verification.undelivered")]
    Undelivered,
    /// The last try was wrong.
    #[serde(rename = "verification.locked")]
    Locked,
    /// Less arrives by a route than usual, and others are used where they can be.
    #[serde(rename = "route.troubled")]
    RouteTroubled,
    /// As much arrives by it as usual again.
    #[serde(rename = "route.recovered")]
    RouteRecovered,
}

impl Kind {
    /// What applications are told of a change that was learnt of a route; not of each try, nor of what an operator says.
    pub fn of_route(before: Standing, change: Change) -> Option<Kind> {
        match (change, before) {
            (Change::Troubled, Standing::Sound) => Some(Kind::RouteTroubled),
            (Change::Sound, _) => Some(Kind::RouteRecovered),
            (Change::Troubled, Standing::Troubled | Standing::Probing(_)) | (Change::Probing, _) => None,
            (Change::Pinned | Change::Banned | Change::Released, _) => None,
        }
    }
}

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// A verification of the service.
    Verification(VerificationId),
    /// A route that its messages go by, by its name.
    Route(String),
}

/// Something that happened, for the endpoints of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its id: that of the operation which did it, so that a repeat is the same event.
    pub id: EventId,
    /// When.
    pub at: Time,
    /// What.
    pub kind: Kind,
    /// To what.
    pub about: About,
    /// Whose endpoints are told.
    pub service: ServiceId,
}

/// What came of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// The endpoint answered with this status.
    Status(u16),
    /// It did not answer.
    Nothing(NoAnswer),
}

/// Why there was no answer: for whoever looks after the endpoint, and no more than they could see from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoAnswer {
    /// It must not be called: an address that its name leads to is not public, or its origin is no own one any more
    /// (rule D2).
    NotPublic,
    /// Its name leads nowhere, or nobody takes connections there.
    NoConnection,
    /// Its certificate is not believed, or it does not speak TLS.
    NotTrusted,
    /// It took longer than a call may.
    Timeout,
    /// It ended the connection, or what it said is no HTTP.
    NoHttp,
    /// Not called: the key that its secret is sealed with is not in the operator's file.
    NoSecret,
}

/// Where a delivery is after a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The endpoint has it.
    Delivered,
    /// It is tried again so long after this try.
    Again(Millis),
    /// It is not tried again, unless somebody asks.
    Failed,
    /// The endpoint is gone: nothing is sent there any more.
    Gone,
}

/// What follows from the `tries`-th try, counted from 1.
pub fn after(tries: usize, tried: Tried) -> Then {
    match tried {
        Tried::Status(200..=299) => Then::Delivered,
        Tried::Status(GONE) => Then::Gone,
        Tried::Status(_) | Tried::Nothing(_) => {
            tries.checked_sub(1).and_then(|nth| AGAIN_AFTER_MS.get(nth)).map_or(Then::Failed, |ms| Then::Again(*ms))
        }
    }
}

/// What an endpoint's address must be, if it is not. What a name leads to is looked at each time that it is called (rule D2);
/// what can never be called is refused here. One of the operator's own origins may also be without TLS, and not public.
pub fn url_problem(url: &str, own_origins: &[String]) -> Option<&'static str> {
    let rest_of = |origin: &String| url.strip_prefix(origin.as_str());
    let own = own_origins.iter().filter_map(rest_of).any(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let plain = url.len() <= URL_MAX && url.bytes().all(|b| b.is_ascii_graphic() && !b"#@\\<>\"".contains(&b));
    if !plain || !own && !is_https_url(url) {
        return Some("be an https address without user name and fragment, of at most 500 characters");
    }
    let authority = url.strip_prefix("https://").and_then(|rest| rest.split(['/', '?']).next());
    let called = own || authority.is_some_and(may_be_public);
    (!called).then_some(
        "name a host of the public internet, and no port above 65535; the operator names others in webhooks.own_origins",
    )
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn the_published_schedule_is_kept() {
        let waits: Vec<Then> = (1..=10).map(|tries| after(tries, Tried::Nothing(NoAnswer::Timeout))).collect();
        let seconds = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
        let wanted = seconds.iter().map(|s| Then::Again(s * 1_000)).chain([Then::Failed]);
        assert_eq!(waits, wanted.collect::<Vec<_>>());
    }

    #[test]
    fn a_route_is_told_of_when_it_falls_and_when_it_is_well() {
        use Change::{Banned, Pinned, Probing, Released, Sound, Troubled};
        let told = |before| [Troubled, Probing, Sound, Pinned, Banned, Released].map(|to| Kind::of_route(before, to));
        let (fell, well) = (Some(Kind::RouteTroubled), Some(Kind::RouteRecovered));
        assert_eq!(told(Standing::Sound), [fell, None, well, None, None, None]);
        assert_eq!(told(Standing::Probing(1)), [None, None, well, None, None, None], "it did not get out of it");
    }

    #[rstest]
    #[case(200, Then::Delivered)]
    #[case(204, Then::Delivered)]
    #[case(301, Then::Again(5_000))]
    #[case(400, Then::Again(5_000))]
    #[case(410, Then::Gone)]
    #[case(503, Then::Again(5_000))]
    fn a_status_says_what_follows(#[case] status: u16, #[case] then: Then) {
        assert_eq!(after(1, Tried::Status(status)), then);
    }

    #[rstest]
    #[case("https://shop.example/hooks", true)]
    #[case("https://shop.example:8443", true)]
    #[case("http://shop.example/hooks", false)]
    #[case("http://127.0.0.1:9000/hooks", false)]
    #[case("https://", false)]
    #[case("https://user@shop.example/", false)]
    #[case("https://shop.example/#part", false)]
    #[case("https://shop.example/a b", false)]
    #[case("ftp://shop.example/", false)]
    #[case("https://10.0.0.5/hooks", false)]
    #[case("https://shop.example:99999/", false)]
    #[case("https://[::1]?a", false)]
    #[case("http://10.0.0.5:3000", true)]
    #[case("http://10.0.0.5:3000/hooks", true)]
    #[case("http://10.0.0.5:30000/hooks", false)]
    fn d2_an_endpoint_is_https_or_of_the_operators_own(#[case] url: &str, #[case] sound: bool) {
        assert_eq!(url_problem(url, &["http://10.0.0.5:3000".into()]).is_none(), sound);
    }
}
