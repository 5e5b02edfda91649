//! docs/quickstart.md: the hosted page, with the reader's own server.

use std::path::Path;

use crate::reader::{Demo, Process, curl, port, snippet, wait_for};

/// Where the document says that the reader's own server is.
const OWN_ORIGIN: &str = "http://127.0.0.1:3000";

#[test]
fn a_node_server_gets_the_number_back() {
    let demo = Demo::start("node-web");
    demo.save("quickstart-node-web", "server.mjs");
    hosted(demo, "+819012345004", "exec node server.mjs");
}

#[test]
fn a_python_server_gets_the_number_back() {
    let demo = Demo::start("python-web");
    demo.save("quickstart-python-web", "server.py");
    hosted(demo, "+819012345005", "exec python3 server.py");
}

/// A browser without JavaScript: curl with a cookie jar in this folder.
struct Browser<'a>(&'a Path);

impl Browser<'_> {
    /// Follows an address to its page: `(page, address in the end)`.
    fn open(&self, arguments: &[&str]) -> (String, String) {
        let jar = self.0.join("jar").to_string_lossy().into_owned();
        let cookies = ["-L", "-b", &jar, "-c", &jar, "-w", "\n%{url_effective}"];
        let shown = curl(&[&cookies[..], arguments].concat());
        let (page, address) = shown.rsplit_once('\n').expect("an address at the end");
        (page.to_owned(), address.to_owned())
    }

    /// Sends the page's form whose address ends so, with one field and the hidden token.
    fn post(&self, origin: &str, page: &str, form: &str, field: &str) -> (String, String) {
        let value = |text: &str| text.split('"').next().unwrap_or("").to_owned();
        let action = page.split("action=\"").map(value).find(|action| action.ends_with(form));
        let action = action.unwrap_or_else(|| panic!("no form {form} in {page}"));
        let token = page.split("name=\"form_token\" value=\"").nth(1).map(value).expect("forms have a token");
        let token = format!("form_token={token}");
        self.open(&["--data-urlencode", field, "--data-urlencode", &token, &format!("{origin}{action}")])
    }
}

/// The status of an answer; there must be one.
fn status(arguments: &[&str]) -> String {
    curl(&[&["--path-as-is", "-o", "/dev/null", "-w", "%{http_code}"], arguments].concat())
}

/// What anybody can send is answered, and the server goes on.
fn holds(own: &str) {
    let state = "0".repeat(32);
    let cookie = format!("Cookie: state-{state}=1");
    assert_eq!(status(&[&format!("{own}//")]), "404");
    assert_eq!(status(&["--request-target", "http://[", own]), "400");
    assert_eq!(status(&["-H", &cookie, &format!("{own}/verified?state={state}")]), "400");
    assert_eq!(status(&["-H", &cookie, &format!("{own}/verified?state=%C3%A9{}", &state[1..])]), "403");
}

/// Walks from the reader's own server over the hosted page and back. A forged return, and the same again, are refused;
/// nothing that comes takes the server down.
fn hosted(demo: Demo, phone: &str, server: &str) {
    let port = port();
    let own = format!("http://127.0.0.1:{port}");
    demo.run(phone, &snippet("quickstart-return-url").replace(OWN_ORIGIN, &own), &[]);
    let _server = Process(demo.shell(phone, &format!("export PORT={port}\n{server}")).spawn().expect("a shell"));
    wait_for(port);

    holds(&own);

    let browser = Browser(&demo.folder);
    let (page, address) = browser.open(&[&format!("{own}/start")]);
    let (other_tab, _) = browser.open(&[&format!("{own}/start")]);
    assert!(address.starts_with(&format!("{}/f/flw_", demo.url)), "{address}");
    let (page, _) = browser.post(&demo.url, &page, "/number", &format!("number={phone}"));
    let (page, _) = browser.post(&demo.url, &page, "/code", &format!("code={}", demo.code(phone)));

    let forged = format!("{own}/verified?flow=flw_x&state={}&result=res_x", "0".repeat(32));
    assert!(browser.open(&[&forged]).0.contains("not begun in this browser"));
    let (told, address) = browser.post(&demo.url, &page, "/continue", "go=on");
    assert!(address.starts_with(&format!("{own}/verified?flow=flw_")), "{address}");
    assert_eq!(told.trim(), format!("{phone} is verified"));
    assert!(browser.open(&[&address]).0.contains("not begun in this browser"), "the state is good once");
    let (told, _) = browser.post(&demo.url, &other_tab, "/cancel", "go=on");
    assert_eq!(told.trim(), "You stopped before the end.", "the other tab's state is its own");
    drop(demo);
    assert_eq!(status(&[&format!("{own}/start")]), "502", "Tegata is down, the server is not");
}
