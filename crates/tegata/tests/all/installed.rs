//! contrib's systemd unit and container file start what there is, with keys that there are.

use std::{fs, path::Path, process::Command};

use server::config::DOCUMENTED;

use crate::world::{Folder, Process, Request, done, eventually};

const BINARY: &str = "/usr/local/bin/tegata";

fn contrib(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contrib").join(name);
    fs::read_to_string(&file).unwrap_or_else(|why| panic!("{}: {why}", file.display()))
}

/// Holds that each `TEGATA__…` is a key of the configuration.
fn has_known_keys(text: &str) {
    let names = text.split(|char: char| !char.is_ascii_alphanumeric() && char != '_');
    let names: Vec<&str> = names.filter_map(|word| word.strip_prefix("TEGATA__")).collect();
    assert!(!names.is_empty(), "it sets something");
    for name in names {
        let key = name.to_lowercase().replace("__", ".");
        assert!(DOCUMENTED.iter().any(|(known, ..)| *known == key), "{key} is no key");
    }
}

/// What an operator has in /etc/tegata; the configuration's path.
fn configured() -> (Folder, String) {
    let folder = Folder::new();
    let secrets = folder.file("secrets.toml");
    done(&["secrets", "init", "--file", &secrets]);
    let http = "[http]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\n";
    let database = folder.file("tegata.db");
    let head = "public_url = \"https://verify.example.jp\"";
    let text = format!("{head}\ndatabase = \"sqlite:{database}\"\nsecrets = \"{secrets}\"\n{http}");
    let config = folder.write("tegata.toml", &text);
    (folder, config)
}

/// Starts a server with these arguments until it answers.
fn serves(arguments: &[&str]) {
    let mut process = Process::start(arguments);
    let told = eventually("it serves", || {
        let lines = process.log_lines();
        let line = lines.iter().find_map(|line| line.split_once(" listen=").map(|(_, rest)| rest.to_owned()))?;
        line.split_whitespace().next().map(str::to_owned)
    });
    Request::new("GET", &format!("http://{told}/healthz")).send().is(200);
    process.stop();
}

#[test]
fn the_unit_s_commands_migrate_and_serve() {
    let unit = contrib("systemd/tegata.service");
    has_known_keys(&unit);
    let (folder, config) = configured();
    for key in ["LoadCredential=tegata.toml:", "LoadCredential=secrets.toml:"] {
        assert!(unit.contains(key), "{key}");
    }
    let commands: Vec<&str> = unit.lines().filter(|line| line.starts_with("ExecStart")).collect();
    assert_eq!(commands.len(), 2, "{commands:?}");
    for command in commands {
        let (_, command) = command.split_once('=').expect("a value");
        let arguments = command.strip_prefix(BINARY).expect("the binary").replace("%d/tegata.toml", &config);
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        match arguments[0] {
            "migrate" => assert!(done(&arguments).contains("applied: 0001")),
            "serve" => serves(&arguments),
            other => panic!("{other} is not expected"),
        }
    }
    // What its first lines tell the reader to write.
    for line in ["database = \"sqlite:/var/lib/tegata/tegata.db\"", "secrets = \"/etc/tegata/secrets.toml\""] {
        assert!(unit.contains(line), "{line}");
    }
    drop(folder);
}

/// The values of a key in a unit and its drop-ins, as systemd reads them: an empty one takes those before it away.
fn values<'a>(files: &[&'a str], key: &str) -> Vec<&'a str> {
    let lines = files.iter().flat_map(|text| text.lines());
    lines.filter_map(|line| line.strip_prefix(key)?.strip_prefix('=')).fold(Vec::new(), |mut all, value| {
        if value.is_empty() {
            all.clear();
        } else {
            all.push(value);
        }
        all
    })
}

/// A database that is away for minutes leaves no dead unit behind.
#[test]
fn the_unit_is_started_again_for_as_long_as_it_takes() {
    let unit = contrib("systemd/tegata.service");
    let one = |key: &str| values(&[&unit], key).pop().expect("it is set").to_owned();
    assert_eq!((one("Restart"), one("StartLimitIntervalSec")), ("always".into(), "0".into()));
    assert!(one("RestartSec").parse::<u32>().expect("seconds") >= 2, "it does not spin");
    let head = unit.split("[Service]").next().expect("a head");
    assert!(head.contains("StartLimitIntervalSec"), "elsewhere systemd does not know it");
}

/// Of several nodes none migrates by itself: the operator does, in the order that docs/operations.md says.
#[test]
fn one_of_several_nodes_serves_and_does_not_migrate() {
    let (unit, nodes) = (contrib("systemd/tegata.service"), contrib("systemd/tegata.service.d/nodes.conf"));
    let migrates = |files: &[&str]| values(files, "ExecStartPre").iter().any(|command| command.contains(" migrate "));
    assert!(migrates(&[&unit]) && !migrates(&[&unit, &nodes]));
    assert_eq!(values(&[&unit, &nodes], "ExecStart").len(), 1);
    let documents = contrib("../docs/operations.md");
    assert!(documents.contains("contrib/systemd/tegata.service.d/nodes.conf"), "it is told of");
}

/// Where systemd is installed, it understands every line.
#[test]
fn systemd_understands_the_unit() {
    let folder = Folder::new();
    // Only the binary is not where it will be.
    let unit = folder.write("tegata.service", &contrib("systemd/tegata.service").replace(BINARY, "/bin/true"));
    let Ok(output) = Command::new("systemd-analyze").args(["verify", &unit]).output() else {
        println!("skipped: there is no systemd-analyze");
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && !said.contains("tegata.service"), "{said}");
}

#[test]
fn the_container_s_command_serves_as_nobody_of_importance() {
    let file = contrib("Containerfile");
    has_known_keys(&file);
    let of =
        |word: &str| file.lines().rev().find_map(|line| line.strip_prefix(word)).unwrap_or_else(|| panic!("no {word}"));
    assert_eq!(of("USER "), "nonroot");
    // The environment goes before the file: one that names PostgreSQL would be passed over without a word.
    for key in ["DATABASE", "SECRETS"] {
        assert!(!file.contains(&format!("TEGATA__{key}=")), "{key} is the file's to say");
    }
    for listener in ["TEGATA__HTTP__LISTEN=0.0.0.0:8080", "TEGATA__HTTP__ADMIN_LISTEN=0.0.0.0:8081"] {
        assert!(of("ENV ").contains(listener), "nobody reaches a container's loopback");
    }
    let entry: Vec<String> = serde_json::from_str(of("ENTRYPOINT ")).expect("a list");
    assert_eq!(entry, [BINARY]);
    assert!(file.contains(&format!("/src/target/release/tegata {BINARY}")), "the binary is copied there");
    let (folder, config) = configured();
    let command: Vec<String> = serde_json::from_str(of("CMD ")).expect("a list");
    let arguments: Vec<&str> =
        command.iter().map(|part| if part == "/etc/tegata/tegata.toml" { &config } else { part.as_str() }).collect();
    assert_eq!(arguments[0], "serve");
    done(&[&["migrate"], &arguments[1..]].concat());
    serves(&arguments);
    drop(folder);
}
