//! `tegata serve` as an operator sets it up, end to end over the demo's message centre; and what the operator is told.

use std::{
    cell::RefCell,
    fs,
    io::Write,
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    time::{Duration, Instant},
};

use rstest::rstest;
use serde_json::json;

use crate::world::{
    AOI, Engine,
    Engine::{Postgres, Sqlite},
    Folder, Process, Request, Served, World, done, eventually, refused, route_to, seconds,
};

/// A number verified by this installation, over the demo's carriers; the code.
fn verify(served: &Served, world: &World) -> String {
    let begun = served.call("POST", "/v1/verifications").json(&json!({ "to": AOI })).send().is(201).json();
    let path = format!("/v1/verifications/{}", begun["id"].as_str().expect("an id"));
    let sms = world.sms_to(AOI);
    assert_eq!(sms.from, "Minato");
    eventually("its receipt comes", || {
        let message = served.call("GET", &path).send().is(200).json()["message"].clone();
        (message["state"] == "delivered").then_some(())
    });
    let check = |code: &str| served.call("POST", &format!("{path}/check")).json(&json!({ "code": code })).send();
    check(&sms.wrong_code()).is_refused("incorrect-code");
    check(&sms.code()).is_approved();
    sms.code()
}

#[rstest]
fn a_served_installation_verifies_over_smpp_and_stops_in_order(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new();
    let Some(served) = Served::start_on(engine, &route_to(&world)) else { return };
    verify(&served, &world);
    served.wait_for_queue();
    served.stop();
}

#[test]
fn signals_that_would_end_it_stop_it_in_order() {
    for signal in ["-INT", "-HUP"] {
        let Served { mut process, .. } = Served::start("");
        let log = process.stop_by(signal);
        assert!(log.last().is_some_and(|line| line.contains("stopping")), "{log:?}");
    }
}

/// SQLite makes a file that everybody may read, and `restore` takes it for a database.
#[test]
fn nothing_but_a_migration_makes_the_database() {
    let folder = Folder::new();
    let (keys, database) = (folder.file("secrets.toml"), folder.file("tegata.db"));
    done(&["secrets", "init", "--file", &keys]);
    let text = format!("public_url = \"https://v.example\"\ndatabase = \"sqlite:{database}\"\nsecrets = \"{keys}\"\n");
    let config = folder.write("tegata.toml", &text);
    for command in [&["serve"][..], &["service", "list"], &["restored", "--yes"], &["backup", &folder.file("copy")]] {
        let said = refused(&[command, &["--config", &config]].concat());
        assert!(said.contains("there is no database") && said.contains("tegata.db"), "{command:?}: {said}");
        assert_eq!(fs::read_dir(folder.path()).expect("it is a folder").count(), 2, "{command:?} made something");
    }
    assert!(refused(&["serve", "--config", &config]).contains("run `tegata migrate`, or `tegata restore`"));
    done(&["migrate", "--config", &config]);
    let mode = fs::metadata(&database).expect("it is made").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn d8_no_number_code_or_key_is_in_any_log_line_or_metric() {
    for format in ["text", "json"] {
        let world = World::new();
        let log = format!("[log]\nlevel = \"trace\"\nformat = \"{format}\"\n{}", route_to(&world));
        let served = Served::start(&log);
        let code = verify(&served, &world);
        ask_with_a_mark_everywhere(&served);
        let admin = |path: &str| Request::new("GET", &format!("{}{path}", served.admin)).send();
        assert_eq!(admin("/readyz").is(200).body, "ready\n");
        let metrics = admin("/metrics").is(200).body;
        assert!(metrics.contains("tegata_checks_total{outcome=\"approved\"} 1"), "{metrics}");
        assert!(metrics.contains("tegata_link_up{route=\"centre\"} 1"), "{metrics}");
        let secret = fs::read_to_string(served.folder.file("secrets.toml")).expect("the key file is there");
        let secret = secret.split('"').nth(1).expect("it has a secret").to_owned();
        let (key, mut told) = (served.key.clone(), served.stop());
        assert!(told.iter().any(|line| line.contains("bound")), "trace says something: {told:?}");
        told.extend(metrics.lines().map(str::to_owned));
        for line in told {
            for private in [&code, &key, &secret, "9012345678", "090-1234", MARK] {
                assert!(!line.contains(private), "{private} is in: {line}");
            }
        }
    }
}

/// What no log line and no label may repeat, wherever a request has it.
const MARK: &str = "mark77mark";

fn ask_with_a_mark_everywhere(served: &Served) {
    let link = "flw_01h455vb4pex5vsknk084sn02q";
    for path in [format!("/f/{link}.{MARK}"), format!("/{MARK}?{MARK}"), format!("/problems/busy?lang={MARK}")] {
        let request = served.call("GET", &path).header("User-Agent", MARK).header("X-Request-Id", format!("<{MARK}>"));
        request.header("Referer", format!("https://{MARK}.example/")).header("Cookie", format!("a={MARK}")).send();
    }
    for body in [json!({ "to": MARK }), json!({ MARK: 1 }), json!({ "to": AOI, "context": MARK, "binding": MARK })] {
        served.call("POST", "/v1/verifications").header("Idempotency-Key", MARK).json(&body).send();
    }
    served.call("POST", "/v1/verifications").body(MARK, MARK).send();
    Request::new("GET", &format!("{}/v1/verifications/{MARK}", served.url)).key(MARK).send();
}

#[rstest]
fn d6_serve_refuses_the_demo_s_database(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(mut world) = World::on(engine) else { return };
    world.restart_around(|world| {
        let config = world.write_config();
        let said = refused(&["serve", "--config", &config]);
        assert!(said.contains("demo"), "{said}");
    });
}

#[test]
fn v3_a_key_file_is_private_and_never_overwritten() {
    let folder = Folder::new();
    let file = folder.file("secrets.toml");
    done(&["secrets", "init", "--file", &file]);
    let kept = folder.read("secrets.toml").expect("it was written");
    let said = refused(&["secrets", "init", "--file", &file]);
    assert!(said.contains("exists"), "{said}");
    assert_eq!(folder.read("secrets.toml").expect("it is still there"), kept);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&file).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

/// What a backup is and a key file: so is the database. A key file that others can read is told of at each start.
#[test]
fn v3_the_database_is_private_and_an_open_key_file_is_told_of() {
    use std::os::unix::fs::PermissionsExt;
    let mut served = Served::start("");
    let mode = |file: &str| fs::metadata(served.folder.file(file)).expect("it is there").permissions().mode() & 0o777;
    assert_eq!([mode("tegata.db"), mode("tegata.db-wal")], [0o600, 0o600]);
    let open = |lines: &[String]| lines.iter().any(|line| line.contains("chmod 600") && line.contains("secrets.toml"));
    served.restart_around(|served| {
        assert!(!open(&served.process.log_lines()));
        let secrets = served.folder.file("secrets.toml");
        fs::set_permissions(secrets, fs::Permissions::from_mode(0o644)).expect("it is ours");
    });
    let told = served.process.stop();
    assert!(open(&told), "{told:#?}");
}

/// Called from elsewhere, the same files are meant, also those that go without saying.
#[test]
fn files_are_looked_for_beside_the_configuration() {
    let folder = Folder::new();
    let config = folder.write("tegata.toml", "public_url = \"https://v.example\"\ndatabase = \"sqlite:kept.db\"\n");
    done(&["secrets", "init", "--file", &folder.file("secrets.toml")]);
    let said = done(&["migrate", "--config", &config]);
    assert!(said.starts_with(&format!("sqlite:{}: ", folder.file("kept.db"))), "{said}");
    assert!(fs::exists(folder.file("kept.db")).expect("the folder can be read"));
    done(&["service", "create", "--config", &config, "--brand", "Shop"]);
}

#[test]
fn what_cannot_be_used_is_refused_with_its_name() {
    let folder = Folder::new();
    let (database, secrets) = (folder.file("tegata.db"), folder.file("secrets.toml"));
    let sound =
        format!("public_url = \"https://v.example\"\ndatabase = \"sqlite:{database}\"\nsecrets = \"{secrets}\"\n");
    let smpp = "[[routes]]\nkind = \"smpp\"\nname = \"a\"\naddress = \"h:1\"\nsystem_id = \"i\"\npassword = \"p\"\n";
    for (text, named) in [
        ("", "public_url"),
        ("public_url = 1", "public_url"),
        ("public_url = \"ftp://x\"", "public_url"),
        ("public_url = \"http://v.example\"", "https"),
        ("public_url = \"https://v.example/path\"", "public_url"),
        (&format!("{sound}colour = \"red\""), "colour"),
        (&format!("{sound}[http]\nlisten_on = \"127.0.0.1:1\""), "listen_on"),
        (&format!("{sound}[http]\nlisten = \"here\""), "listen"),
        (&format!("{sound}[http]\nbody_bytes_max = 1"), "body_bytes_max"),
        (&format!("{sound}[log]\nverbose = true"), "verbose"),
        (&format!("{sound}[log]\nlevel = \"inof\""), "log.level"),
        (&format!("{sound}[log]\nformat = \"xml\""), "log.format"),
        (&format!("{sound}{smpp}speed = 1"), "speed"),
        (&format!("{sound}{smpp}{smpp}"), "routes"),
        (&format!("{sound}{smpp}window = 0"), "window"),
        (&format!("{sound}{}", smpp.replace("\"p\"", "{ file = \"/no/such/file\" }")), "/no/such/file"),
        (&format!("{sound}[[routes]]\nkind = \"pigeon\"\nname = \"a\""), "pigeon"),
        ("not toml at all", "tegata.toml"),
        (&sound, "secrets init"),
    ] {
        let config = folder.write("tegata.toml", text);
        let said = refused(&["serve", "--config", &config]);
        assert!(said.contains(named), "{text:?}: it does not name {named}: {said}");
    }
    refused(&["serve", "--config", &folder.file("missing.toml")]);
    done(&["secrets", "init", "--file", &secrets]);
    let said = refused(&["serve", "--config", &folder.write("tegata.toml", &sound)]);
    assert!(said.contains("migrate"), "an empty database: {said}");
}

/// A host that takes messages over one SMS would stop them all; it is refused as a longer name is.
#[rstest]
#[case("https://verification.of-a-long-name.example.co.jp", "brand")]
#[case("https://own.example", "host")]
fn m5_a_public_url_that_a_service_cannot_go_with_is_refused(#[case] later: &str, #[case] field: &str) {
    let folder = Folder::new();
    let (database, secrets) = (folder.file("tegata.db"), folder.file("secrets.toml"));
    let config = |url: &str| {
        let http = "[http]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\n";
        let text = format!("public_url = \"{url}\"\ndatabase = \"sqlite:{database}\"\nsecrets = \"{secrets}\"\n{http}");
        folder.write("tegata.toml", &text)
    };
    done(&["secrets", "init", "--file", &secrets]);
    done(&["migrate", "--config", &config("https://v.example")]);
    let create = ["service", "create", "--config", &config("https://v.example"), "--brand"];
    done(&[&create[..], &["みなとペイみなと"]].concat());
    let own = done(&[&create[..], &["短", "--host", "own.example"]].concat());
    let said = refused(&["serve", "--config", &config(later)]);
    assert!(said.contains("public_url") && said.contains(field), "{said}");
    assert_eq!(said.contains(&own), field == "host", "{said}");
}

#[test]
fn with_port_0_the_log_names_the_ports_that_the_system_chose() {
    let folder = Folder::new();
    let (database, secrets) = (folder.file("tegata.db"), folder.file("secrets.toml"));
    let head =
        format!("public_url = \"https://v.example\"\ndatabase = \"sqlite:{database}\"\nsecrets = \"{secrets}\"\n");
    let config = folder
        .write("tegata.toml", &format!("{head}[http]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\n"));
    done(&["secrets", "init", "--file", &secrets]);
    done(&["migrate", "--config", &config]);
    let mut process = Process::start(&["serve", "--config", &config]);
    for (name, path) in [("listen", "/healthz"), ("admin_listen", "/readyz")] {
        let told = format!(" {name}=127.0.0.1:");
        let port = eventually("it says where it serves", || {
            let port =
                process.log_lines().iter().find_map(|line| line.split_once(&told).map(|(_, rest)| rest.to_owned()));
            port.and_then(|rest| rest.split_whitespace().next().map(str::to_owned))
        });
        Request::new("GET", &format!("http://127.0.0.1:{port}{path}")).send().is(200);
    }
    let warned = |process: &Process| {
        process.log_lines().iter().any(|line| line.contains("WARN") && line.contains("trusted_proxies"))
    };
    assert!(!warned(&process));
    let named = format!(" database=sqlite:{database}");
    assert!(process.log_lines().iter().any(|line| line.contains(&named)), "it says which database it serves");
    process.stop();
    let text = fs::read_to_string(&config).expect("it was written") + "trusted_proxies = [\"0.0.0.0/0\"]\n";
    let mut open = Process::start(&["serve", "--config", &folder.write("tegata.toml", &text)]);
    eventually("it serves", || open.log_lines().iter().any(|line| line.contains(" listen=")).then_some(()));
    assert!(warned(&open), "it warns of proxies that are everybody");
    open.stop();
}

#[test]
fn a_revoked_key_opens_nothing() {
    let mut world = World::new();
    let service = world.told("service");
    let key = world.another_key(&service);
    let request = |world: &World| world.request("GET", "/v1/services/x").key(&key);
    request(&world).send().is_refused("not-found");
    world.restart_around(|world| {
        let config = world.write_config();
        let listed = done(&["key", "list", "--config", &config, "--service", &world.told("service")]);
        assert!(!listed.contains(&key) && listed.lines().count() == 2, "{listed}");
        let ours = listed.lines().find(|line| !line.contains("  demo  ")).expect("it is listed");
        let newest = ours.split("  ").next().expect("with its name").to_owned();
        done(&["key", "revoke", "--config", &config, "--service", &world.told("service"), &newest]);
        refused(&["key", "revoke", "--config", &config, "--service", &world.told("service"), &newest]);
    });
    request(&world).send().is_refused("unauthorized");
}

/// A leaked key must not work until somebody dares to stop the service.
#[rstest]
fn keys_are_made_and_revoked_beside_a_running_server(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let (config, service) = (world.write_config(), world.told("service"));
    let key = done(&["key", "create", "--config", &config, "--service", &service, "--label", "leaked"]);
    let request = world.request("POST", "/v1/verifications").key(&key).json(&json!({ "to": AOI }));
    request.send().is(201);
    let listed = done(&["key", "list", "--config", &config, "--service", &service]);
    let leaked = listed.lines().find(|line| line.contains("  leaked  ")).expect("it is listed");
    let name = leaked.split("  ").next().expect("with its name");
    done(&["key", "revoke", "--config", &config, "--service", &service, name]);
    world.advance(seconds(5));
    request.send().is_refused("unauthorized");
    world.sms_to(AOI);
}

/// Whoever found a leaked key open streams must not go on reading them.
#[rstest]
fn an_event_stream_ends_with_its_key(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let (config, service) = (world.write_config(), world.told("service"));
    let key = done(&["key", "create", "--config", &config, "--service", &service, "--label", "leaked"]);
    let v = world.create(AOI);
    world.sms_to(AOI);
    let follow = |key: &str| world.request("GET", &v.path("/events")).key(key).follow();
    let (mut theirs, mut ours) = (follow(&key), follow(&world.told("api_key")));
    assert!(theirs.next().is_some() && ours.next().is_some());
    let listed = done(&["key", "list", "--config", &config, "--service", &service]);
    let leaked = listed.lines().find(|line| line.contains("  leaked  ")).expect("it is listed");
    let revoked = Instant::now();
    let name = leaked.split("  ").next().expect("with its name");
    done(&["key", "revoke", "--config", &config, "--service", &service, name]);
    assert!(theirs.all(|event| event["status"] == "pending"));
    // Five seconds, and what the command itself took.
    assert!(revoked.elapsed() < Duration::from_secs(6), "{:?}", revoked.elapsed());
    world.cancel(&v).is(200);
    assert_eq!(ours.last().expect("one more")["status"], "canceled");
}

#[test]
fn a_taken_port_is_named() {
    let world = World::new();
    let folder = Folder::new();
    let address = world.told("url").trim_start_matches("http://").to_owned();
    let data = folder.file("data");
    let said = refused(&["demo", "--json", "--listen", &address, "--data", &data]);
    assert!(said.contains(&address), "{said}");
    let mut demo = Process::start_ready(&["demo", "--json", "--listen", "127.0.0.1:0", "--data", &data]).0;
    demo.stop();
}

/// Whoever sends a request's head and no body holds a connection until the request's time is over, and a share of them only.
#[test]
fn d9_further_connections_of_a_source_are_closed() {
    let served = Served::start("connections_source_max = 3\n");
    let address = served.url.trim_start_matches("http://");
    let held = RefCell::new(Vec::new());
    let health = || Request::new("GET", &format!("{}/healthz", served.url)).try_send();
    eventually("the share is used up", || {
        let mut stream = TcpStream::connect(address).expect("the server listens");
        // One that is closed already takes nothing.
        let _closed = stream.write_all(b"POST /receipts/a/b/c HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n");
        held.borrow_mut().push(stream);
        health().is_err().then_some(())
    });
    held.borrow_mut().clear();
    eventually("there is room again", || health().ok());
    served.stop();
}
