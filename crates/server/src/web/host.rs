//! The host that a request came to: what belongs to one service is shown under no other service's host (rule D5).

use axum::http::{HeaderMap, Uri, Version, header, uri::Authority};
use domain::{id::ServiceId, refusal::Refusal, service::is_host};

use crate::app::App;

/// What a service's own host answers, besides whether the process lives: its pages. API, console and reference are at
/// `public_url`.
const PAGES: [&str; 4] = ["/f/", "/g/", "/assets/", "/logos/"];

/// The host that a request came to.
#[derive(Clone, Debug)]
pub struct Host {
    name: String,
    service: Option<ServiceId>,
}

impl Host {
    /// Whether what belongs to a service is shown here: it is not under another service's host.
    pub fn shows(&self, service: ServiceId) -> bool {
        self.service.is_none_or(|own| own == service)
    }

    /// Whether it is this host of a service's own, or for none a host that is no service's.
    pub fn is(&self, own: Option<&str>) -> bool {
        own.map_or(self.service.is_none(), |own| self.name == own)
    }
}

/// Every request says once which host it is for; one of HTTP/1.0 need not (RFC 9112 §3.2).
///
/// # Errors
/// `bad-request`.
pub fn told(version: Version, headers: &HeaderMap) -> Result<(), Refusal> {
    let mut all = headers.get_all(header::HOST).iter();
    let is_told = match (all.next(), all.next()) {
        (None, _) => version < Version::HTTP_11,
        (Some(one), None) => {
            // A user's name belongs to addresses, not to hosts.
            let is_host = |host: Authority| !host.as_str().contains('@');
            one.is_empty() || Authority::try_from(one.as_bytes()).is_ok_and(is_host)
        }
        (Some(_), Some(_)) => false,
    };
    let must = "be there, once, and name a host".into();
    if is_told { Ok(()) } else { Err(Refusal::BadRequest { field: "Host".into(), must }) }
}

/// Finds out whose host a request came to. A host that is no service's is the installation's, whatever its name: a proxy
/// may have written another.
///
/// # Errors
/// `not-found` for what a service's own host does not answer, `unavailable` without the store.
pub async fn of(app: &App, uri: &Uri, headers: &HeaderMap) -> Result<Host, Refusal> {
    let name = name(uri, headers);
    // Whether the process lives is asked by any name, also without the store.
    let of_installation = name.is_empty() || name == app.config.public_host() || uri.path() == "/healthz";
    let service = if of_installation { None } else { app.service_of_host(&name).await? };
    if service.is_some() && !PAGES.iter().any(|start| uri.path().starts_with(start)) {
        return Err(Refusal::NotFound);
    }
    Ok(Host { name, service })
}

/// As [`domain::service::Service::host`] writes it: in small letters, without a port or a dot at its end; empty for what
/// no service can have. A target's own host goes first (RFC 9112 §3.2.2).
fn name(uri: &Uri, headers: &HeaderMap) -> String {
    let told = || headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let name = uri.host().or_else(|| told()?.split(':').next()).unwrap_or("");
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    if is_host(&name) { name } else { String::new() }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Version::HTTP_11, &[], false)]
    #[case(Version::HTTP_10, &[], true)]
    #[case(Version::HTTP_11, &["verify.shop.example:8443"], true)]
    #[case(Version::HTTP_11, &["[::1]:8080"], true)]
    #[case(Version::HTTP_11, &[""], true)]
    #[case(Version::HTTP_11, &["a@verify.shop.example"], false)]
    #[case(Version::HTTP_11, &["verify.shop.example/f"], false)]
    #[case(Version::HTTP_10, &["verify.shop.example", "verify.shop.example"], false)]
    fn a_request_names_one_host(#[case] version: Version, #[case] hosts: &[&str], #[case] sound: bool) {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(header::HOST, host.parse().expect("a header"));
        }
        assert_eq!(told(version, &headers).is_ok(), sound);
    }

    #[rstest]
    #[case("/f/x", "verify.shop.example", "verify.shop.example")]
    #[case("/f/x", "Verify.Shop.EXAMPLE.:8443", "verify.shop.example")]
    #[case("/f/x", "127.0.0.1:8080", "")]
    #[case("/f/x", "[::1]:8080", "")]
    #[case("/f/x", "", "")]
    #[case("http://verify.shop.example:80/f/x", "other.example", "verify.shop.example")]
    fn d5_hosts_are_read_as_they_are_written(#[case] target: Uri, #[case] header: &str, #[case] is: &str) {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, header.parse().expect("a header"));
        assert_eq!(name(&target, &headers), is);
        let long = "a".repeat(254);
        headers.insert(header::HOST, long.parse().expect("a header"));
        assert_eq!(name(&Uri::from_static("/f/x"), &headers), "");
    }
}
