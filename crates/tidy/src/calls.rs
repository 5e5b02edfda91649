//! Outgoing calls (rule D2). Every address that the server calls comes from its configuration, or goes by a client that
//! connects to public addresses only, looked at for each call. What a file of `send` calls is given to it: it reads no rows.

use crate::source::{Source, lines_with};
use crate::{File, Violation};

const SEND: &str = "crates/server/src/send/";
/// Where what is given by API comes from: what requests say, and what was stored of them.
const GIVEN: &[&str] = &["store", "app", "service", "Service", "flow", "contact"];
/// How a client begins that follows redirects and the environment's proxies unless told otherwise.
const CLIENTS: &[&str] = &["Client::builder", "Client::new", "ClientBuilder", "reqwest::get"];
const GUARDS: &[&str] = &[".redirect(reqwest::redirect::Policy::none())", ".no_proxy()"];
const VERBS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "request"];
const CONFIGURED: [&str; 2] = ["self.route.", "self.traces."];
/// What a file has that calls addresses which somebody gave: names are resolved to public addresses, and an address that
/// stands in the URL is looked at as well.
const CHECKS: &[&str] = &[".dns_resolver(Arc::new(PublicOnly(", "is_none_or(is_public)", ".pool_max_idle_per_host(0)"];

/// What calls an address that is not the configuration's, or a client that could be led elsewhere.
pub fn outgoing(file: &File) -> Vec<Violation> {
    if !file.path.starts_with("crates/server/src/") || !file.is_rust() {
        return Vec::new();
    }
    let code = Source::of(&file.text).without_tests().code;
    let mut found = unguarded(file, &code);
    if file.path.starts_with(SEND) {
        found.extend(given(file, &code));
        found.extend(elsewhere(file, &code));
    }
    found
}

fn unguarded(file: &File, code: &str) -> Vec<Violation> {
    let lines = CLIENTS.iter().flat_map(|client| lines_with(code, client));
    let missing = GUARDS.iter().filter(|guard| !code.contains(**guard));
    let missing: Vec<&str> = missing.copied().collect();
    let tell = |line| Violation::new(&file.path, line, format!("a client needs {}", missing.join(" and ")));
    if missing.is_empty() { Vec::new() } else { lines.map(tell).collect() }
}

fn given(file: &File, code: &str) -> Vec<Violation> {
    let tell = |line| Violation::new(&file.path, line, "what is given by API needs a checked connection of its own");
    GIVEN.iter().flat_map(|word| lines_with(code, word)).map(tell).collect()
}

fn elsewhere(file: &File, code: &str) -> Vec<Violation> {
    let calls = |line: &&str| {
        let verbs = VERBS.iter().filter_map(|verb| line.split_once(&format!("client.{verb}(")));
        verbs.into_iter().any(|(_, target)| {
            let target = target.trim_start_matches('&');
            !CONFIGURED.iter().any(|configured| target.starts_with(configured))
        })
    };
    if CHECKS.iter().all(|check| code.contains(check)) {
        return Vec::new();
    }
    let lines = code.lines().enumerate().filter(|(_, line)| calls(line));
    let must =
        format!("call {}…, a configured address, or have all of {}", CONFIGURED.join("… or "), CHECKS.join(", "));
    lines.map(|(i, _)| Violation::new(&file.path, i + 1, must.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::{File, outgoing};

    fn caught(path: &str, text: &str) -> usize {
        outgoing(&File::new(path, text)).len()
    }

    #[test]
    fn d2_an_address_that_is_given_is_caught() {
        let send = "crates/server/src/send/webhook.rs";
        assert_eq!(caught(send, "use store::webhook;"), 1);
        assert_eq!(caught(send, "use domain::{id::MessageId, service::Service};"), 2);
        assert_eq!(caught(send, "self.client.post(&hook.url).body(body)"), 1);
        assert_eq!(caught(send, "self.client.post(&self.route.url).body(body)"), 0);
        assert_eq!(caught(send, "self.client.get(self.route.messages_url()).send()"), 0);
        let checks = super::CHECKS.join("\n");
        assert_eq!(caught(send, &format!("{checks}\nself.client.post(url)")), 0);
        let fewer = super::CHECKS[1..].join("\n");
        assert_eq!(caught(send, &format!("{fewer}\nself.client.post(url)")), 1);
        assert_eq!(caught(send, "// what a service stores\nlet text = \"service\";"), 0);
        assert_eq!(caught("crates/server/src/app/mod.rs", "use store::Store;"), 0);
    }

    #[test]
    fn d2_a_client_that_can_be_led_elsewhere_is_caught() {
        let guarded = "reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()";
        for path in ["crates/server/src/send/http.rs", "crates/server/src/work/hooks.rs"] {
            assert_eq!(caught(path, guarded), 0);
            assert_eq!(caught(path, "reqwest::Client::builder().no_proxy().build()"), 1);
            assert_eq!(caught(path, "reqwest::Client::new()"), 1);
        }
    }
}
