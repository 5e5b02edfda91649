//! `tegata doctor`: a right set-up is well, and each fault is found, named, and told how to be mended.

use std::{fs, os::unix::fs::PermissionsExt};

use rstest::rstest;
use serde_json::Value;

use crate::{
    receiver::Receiver,
    world::{AOI, Engine, Folder, Served, World, done, refused, route_to, run},
};

/// A set-up that a server runs with, and what is said of it.
struct Patient {
    world: World,
    served: Served,
    /// As it should be: with an https address and a proxy, as a reader would have it.
    config: String,
}

impl Patient {
    fn new() -> Patient {
        let world = World::new();
        let served = Served::start(&route_to(&world));
        let text = fs::read_to_string(&served.config).expect("it was written");
        let text = text.replace(&format!("public_url = \"{}\"", served.url), "public_url = \"https://v.example\"");
        let config = text.replace("[http]\n", "[http]\ntrusted_proxies = [\"127.0.0.1\"]\n");
        Patient { world, served, config }
    }

    /// What the doctor says of a configuration, and the code that it ends with.
    fn examine(&self, config: &str, more: &[&str]) -> (String, i32) {
        let file = self.served.folder.write("doctor.toml", config);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("it is ours");
        let output = run(&[&["doctor", "--config", &file], more].concat());
        let said = String::from_utf8(output.stdout).expect("UTF-8") + &String::from_utf8_lossy(&output.stderr);
        (said, output.status.code().expect("it ends by itself"))
    }

    /// The configuration with another line for its password.
    fn with_password(&self, line: &str) -> String {
        let own = self.config.lines().find(|line| line.starts_with("password")).expect("it has one");
        self.config.replace(own, line)
    }

    fn is_well(&self, config: &str) {
        let (said, code) = self.examine(config, &[]);
        assert_eq!(code, 0, "{said}");
    }

    /// Holds that a fault is found: the line of this check begins so and names this.
    fn finds(&self, config: &str, [severity, check, named]: [&str; 3]) {
        let (said, code) = self.examine(config, &[]);
        let found = |line: &str| line.starts_with(&format!("{severity}  {check}: ")) && line.contains(named);
        assert!(said.lines().any(found), "{check} {named}: {said}");
        assert_eq!(code, if severity == WRONG { 2 } else { 1 }, "{said}");
        assert!(
            said.lines().filter(|line| !line.starts_with("ok ")).all(|line| line.contains(" → ")),
            "advice: {said}"
        );
    }
}

const WRONG: &str = "WRONG  ";
const WARNING: &str = "warning";

#[test]
fn a_right_set_up_beside_its_running_server_is_well() {
    let patient = Patient::new();
    let (said, code) = patient.examine(&patient.config, &[]);
    assert_eq!(code, 0, "{said}");
    for check in [
        "configuration",
        "key file",
        "public address",
        "proxies",
        "admin listener",
        "disk",
        "database",
        "keys",
        "clock",
    ] {
        assert_eq!(said.lines().filter(|line| line.starts_with(&format!("ok       {check}: "))).count(), 1, "{said}");
    }
    assert!(said.contains("route centre: it answers, after "), "{said}");
    patient.served.stop();
}

#[test]
fn what_the_configuration_tells_is_found() {
    let patient = Patient::new();
    let config = &patient.config;
    let with = |from: &str, to: &str| {
        assert!(config.contains(from), "{from} is not in {config}");
        config.replace(from, to)
    };
    for (text, finding) in [
        (format!("colour = 1\n{config}"), [WRONG, "configuration", "colour"]),
        (with("https://v.example", "http://127.0.0.1:1"), [WARNING, "public address", "not https"]),
        (with("trusted_proxies = [\"127.0.0.1\"]\n", ""), [WARNING, "proxies", "none is trusted"]),
        (with("\"127.0.0.1\"]", "\"0.0.0.0/0\"]"), [WRONG, "proxies", "anybody"]),
        (with("admin_listen = \"127.0.0.1", "admin_listen = \"0.0.0.0"), [WARNING, "admin listener", "every address"]),
        (with("admin_listen = \"127.0.0.1", "admin_listen = \"8.8.8.8"), [WRONG, "admin listener", "everywhere"]),
        (config.split("[[routes]]").next().expect("a head").to_owned(), [WRONG, "routes", "no message goes out"]),
        (format!("{config}[webhooks]\nca_file = \"missing.pem\"\n"), [WRONG, "webhooks", "missing.pem"]),
        (with("[http]\n", "[http]\nshared_networks = [\"::/0\"]\n"), [WARNING, "shared networks", "everybody"]),
        (
            with("tls = false\n", "tls = false\ncarriers = [\"docomo\", \"docomoo\"]\n"),
            [WARNING, "route centre", "docomoo"],
        ),
        (format!("{config}[guides]\nfolder = \"missing\"\n"), [WRONG, "guides", "guides.folder"]),
        (with("secrets.toml", "missing.toml"), [WRONG, "key file", "put back the copy"]),
        (with("tegata.db", "missing.db"), [WRONG, "database", "there is no database"]),
    ] {
        patient.finds(&text, finding);
    }
    patient.is_well(config);
    patient.is_well(&with("tls = false\n", "tls = false\ncarriers = [\"docomo\", \"other\"]\n"));
    patient.served.stop();
}

#[rstest]
#[case(0o644, WRONG, "everybody")]
#[case(0o640, WARNING, "group")]
#[case(0o662, WRONG, "write")]
fn who_may_read_the_secrets_and_the_rows_is_found(#[case] mode: u32, #[case] severity: &str, #[case] named: &str) {
    let patient = Patient::new();
    for (name, check) in [
        ("secrets.toml", "key file"),
        ("tegata.db", "database file"),
        ("tegata.db-wal", "database file"),
        ("tegata.db-shm", "database file"),
    ] {
        let file = patient.served.folder.file(name);
        let change = |mode| fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("it is ours");
        change(mode);
        patient.finds(&patient.config, [severity, check, named]);
        change(0o600);
        patient.is_well(&patient.config);
    }
    // A password's own file is no less secret than where it would else stand.
    let own = patient.config.lines().find(|line| line.starts_with("password")).expect("it has one");
    let file = patient.served.folder.write("smpp", own.split('"').nth(1).expect("it stands there"));
    let config = patient.with_password("password = { file = \"smpp\" }");
    fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("it is ours");
    patient.finds(&config, [severity, "secret file", named]);
    patient.served.stop();
}

#[test]
fn what_only_the_database_tells_is_found() {
    let patient = Patient::new();
    let folder = Folder::new();
    let (empty, keys) = (folder.write("empty.db", ""), folder.file("keys.toml"));
    let with = |from: String, to: &str| patient.config.replace(&from, to);
    patient.finds(&with(patient.served.folder.file("tegata.db"), &empty), [WRONG, "database", "tegata migrate"]);
    done(&["secrets", "init", "--file", &keys]);
    patient.finds(&with(patient.served.folder.file("secrets.toml"), &keys), [WRONG, "keys", "not the one"]);
    let demo = patient.world.data.file("tegata.db");
    patient.finds(&with(patient.served.folder.file("tegata.db"), &demo), [WRONG, "database", "demo"]);
    let long = "https://verification.of-a-very-long-name.department.example.co.jp";
    patient.finds(&with("https://v.example".into(), long), [WRONG, "services", "public_url"]);
    // Asked or not, a key file that does not fit leaves no mark.
    patient.is_well(&patient.config);
    patient.served.stop();
}

/// What is acknowledged is on the disk, or the promise is not ours to give.
#[test]
fn a_server_that_forgets_is_found_and_so_is_why_none_opens() {
    let Some(served) = Served::start_on(Engine::Postgres, "") else { return };
    let url = served.postgres();
    let (server, name) = url.rsplit_once('/').expect("a database's name");
    let examined = |url: &str| {
        let text = fs::read_to_string(&served.config).expect("it was written").replace(&served.postgres(), url);
        let file = served.folder.write("doctor.toml", &text);
        String::from_utf8(run(&["doctor", "--config", &file]).stdout).expect("UTF-8")
    };
    assert!(!examined(&url).contains(" = off"), "as PostgreSQL comes");
    let said = examined(&format!("{url}?options=-c%20synchronous_commit%3Doff"));
    assert!(
        said.contains("warning  database: synchronous_commit = off: ") && said.contains("ok       database: "),
        "{said}"
    );
    let nobody = format!("{}@{}", "postgres://nobody:none", server.rsplit_once('@').expect("a password").1);
    for (url, advice) in [
        (format!("{server}/none"), "(3D000) → make it"),
        (format!("{nobody}/{name}"), "(28P01) → see user and password"),
        (format!("{url}?sslmode=require"), "does not support TLS → turn TLS on"),
        (format!("postgres://u:p@127.0.0.1:1/{name}"), "→ see host and port"),
    ] {
        assert!(examined(&url).contains(advice), "{advice}: {}", examined(&url));
    }
    served.stop();
}

#[test]
fn routes_that_do_not_answer_are_found() {
    let patient = Patient::new();
    let address = patient.world.told("smpp");
    patient.finds(&patient.config.replace(&address, "127.0.0.1:1"), [WRONG, "route centre", "refused"]);
    let wrong = patient.with_password("password = \"another\"");
    patient.finds(&wrong, [WRONG, "route centre", "the peer refused the bind"]);
    patient.finds(&patient.config.replace("tls = false\n", ""), [WRONG, "route centre", "tls = false"]);
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let gateway = |url: &str| {
        let route =
            format!("[[routes]]\nname = \"gateway\"\nkind = \"http\"\nurl = \"{url}\"\nsecret = \"{secret}\"\n");
        format!("{}{route}", patient.config)
    };
    patient.finds(&gateway("http://127.0.0.1:1/private-path"), [WRONG, "route gateway", "refused"]);
    patient.is_well(&gateway(&format!("{}/healthz", patient.served.url)));
    patient.served.stop();
}

/// A gateway need not know `HEAD`, which is not signed either: whatever it answers, it is there, and is tried if that is asked for.
#[rstest]
#[case(&[204], 0, "ok       route gateway: it answers, after", "")]
#[case(&[405, 204], 0, "ok       route gateway: it answers, after", "")]
#[case(&[501, 204], 0, "ok       route gateway: it answers, after", "")]
#[case(&[404, 204], 0, "ok       route gateway: it answers 404 to HEAD", "`url`")]
#[case(&[308, 204], 0, "ok       route gateway: it answers 308 to HEAD", "redirects")]
#[case(&[401, 204], 0, "ok       route gateway: it answers 401 to HEAD", "`secret`")]
#[case(&[403, 204], 0, "ok       route gateway: it answers 403 to HEAD", "address in")]
#[case(&[503, 204], 2, "WRONG    route gateway: it answers 503 to HEAD", "its log")]
fn what_a_gateway_answers_to_a_request_for_nothing_is_judged(
    #[case] statuses: &'static [u16],
    #[case] ends: i32,
    #[case] says: &str,
    #[case] advice: &str,
) {
    let (patient, gateway) = (Patient::new(), Receiver::start(statuses));
    let head = patient.config.split("[[routes]]").next().expect("a head");
    let (url, secret) = (&gateway.url, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let route = format!("[[routes]]\nname = \"gateway\"\nkind = \"http\"\nurl = \"{url}\"\nsecret = \"{secret}\"\n");
    let (said, code) = patient.examine(&format!("{head}{route}"), &["--send", "090-1234-5678"]);
    assert_eq!(code, ends, "{said}");
    let line = said.lines().find(|line| line.starts_with(says)).unwrap_or_else(|| panic!("{says}: {said}"));
    assert!(line.split_once(" → ").map_or("", |(_, advice)| advice).contains(advice), "{line}");
    assert!(!line.contains("password") && line.contains(" → ") != advice.is_empty(), "{line}");
    assert!(said.contains("ok       test message: accepted by gateway"), "{said}");
    patient.served.stop();
}

#[test]
fn banned_routes_are_found() {
    let patient = Patient::new();
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let url = format!("{}/healthz", patient.served.url);
    let second = format!("[[routes]]\nname = \"second\"\nkind = \"http\"\nurl = \"{url}\"\nsecret = \"{secret}\"\n");
    let both = format!("{}{second}", patient.config);
    let route = |word: &str| done(&["route", word, "--config", &patient.served.config, "centre"]);
    route("ban");
    patient.finds(&patient.config, [WRONG, "routes", "all are banned"]);
    patient.finds(&both, [WARNING, "routes", "banned: centre"]);
    route("release");
    patient.is_well(&patient.config);
    patient.served.stop();
}

#[test]
fn a_test_message_reaches_a_phone_and_is_told_of() {
    let patient = Patient::new();
    let (said, code) = patient.examine(&patient.config, &["--send", "090-1234-5678", "--json"]);
    assert_eq!(code, 0, "{said}");
    let told: Value = serde_json::from_str(&said).expect("one JSON object");
    assert_eq!(told["worst"], "ok");
    let findings = told["findings"].as_array().expect("a list");
    let test = findings.iter().find(|finding| finding["check"] == "test message").expect("it is told of");
    assert!(test["says"].as_str().is_some_and(|says| says.starts_with("delivered by centre")), "{said}");
    assert!(!said.contains("12345678") && !said.contains("1234-5678"), "{said}");
    let sms = patient.world.sms_to(AOI);
    assert_eq!(sms.from, "Minato");
    assert!(sms.text.contains("テスト送信"), "{}", sms.text);
    // The server has the same bind, and heard nothing that troubles it.
    assert_eq!(patient.served.metric("tegata_receipts_unmatched_total"), 0.0);
    let file = patient.served.folder.file("doctor.toml");
    for (number, what) in [("03-1234-5678", "a fixed line"), ("123", "too short"), ("nobody", "no phone number")] {
        let said = refused(&["doctor", "--config", &file, "--send", number]);
        assert!(said.contains("--send") && said.contains(what), "{said}");
    }
    patient.served.stop();
}

#[test]
fn no_secret_is_said_whatever_is_wrong() {
    let patient = Patient::new();
    let secret = "p4ssw0rd";
    let postgres = format!("database = \"postgres://u:{secret}@127.0.0.1:1/d\"");
    let sqlite = patient.config.lines().find(|line| line.starts_with("database")).expect("it has one").to_owned();
    let password = |with: &str| patient.with_password(with);
    for text in [
        password(&format!("password = \"{secret}")),
        password(&format!("password = \"{secret}\" x")),
        password(&format!("password = [\"{secret}\"]")),
        password(&format!("password = \"{secret}\"")),
        password(&format!("password = \"{secret}{secret}\"")),
        patient.config.replace(&sqlite, &postgres),
        patient.config.replace(&sqlite, &postgres.replace("127.0.0.1:1", "127.0.0.1:none")),
    ] {
        for more in [&[][..], &["--json"]] {
            let (said, code) = patient.examine(&text, more);
            assert_eq!(code, 2, "{said}");
            assert!(!said.contains(secret), "{said}");
        }
    }
    patient.served.stop();
}
