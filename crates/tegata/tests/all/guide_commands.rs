//! Guides from the command line, and edited under a server that runs.

use std::fs;

use rstest::rstest;
use serde_json::Value;

use crate::world::{Folder, Process, Served, done, eventually, refused};

/// A small guide in which nothing is wrong.
const LAMP: [(&str, &str); 3] = [
    ("guide.toml", include_str!("../../../server/src/guide/tests/lamp/guide.toml")),
    ("ja.ftl", include_str!("../../../server/src/guide/tests/lamp/ja.ftl")),
    ("en.ftl", include_str!("../../../server/src/guide/tests/lamp/en.ftl")),
];

/// A folder of guides with the lamp in it; `from` in one of its files becomes `to`.
fn lamp(file: &str, from: &str, to: &str) -> Folder {
    let folder = Folder::new();
    fs::create_dir(folder.path().join("lamp")).expect("a folder can be made");
    for (name, text) in LAMP {
        let text = if name == file { text.replacen(from, to, 1) } else { text.to_owned() };
        folder.write(&format!("lamp/{name}"), &text);
    }
    folder
}

fn path(folder: &Folder) -> &str {
    folder.path().to_str().expect("temporary folders have plain names")
}

/// A cause's weight of the lamp, as its file says it.
const WEIGHT: &str = "weight = 5.0";

/// The line of [`WEIGHT`].
fn weight_line() -> usize {
    LAMP[0].1.lines().position(|line| line == WEIGHT).expect("it stands there") + 1
}

#[test]
fn check_says_what_was_proved_of_a_sound_guide() {
    let folder = lamp("", "", "");
    let told = done(&["guide", "check", "--dir", path(&folder)]);
    assert_eq!(told.lines().count(), 1, "{told}");
    assert!(told.starts_with("lamp ") && told.contains("2 causes and 1 questions lead everybody to an end"), "{told}");
    assert_eq!(told, done(&["guide", "check", "lamp", "--dir", path(&folder)]));
}

#[test]
fn check_proves_the_shipped_guides() {
    let told = done(&["guide", "check"]);
    assert!(told.starts_with("sms-not-arriving ") && told.contains("lead everybody to an end"), "{told}");
}

#[rstest]
#[case::weight("guide.toml", WEIGHT, "weight = -5.0", "weight = -5.0", "above 0")]
#[case::condition("guide.toml", "lamp-kind = [", "lamp-sort = [", "lamp-sort", "there is no fact \"lamp-sort\"")]
#[case::syntax("en.ftl", "{ $brand }", "{ $brand", "intro =", "")]
#[case::argument("ja.ftl", "{ $brand }", "{ $brend }", "intro =", "no text gets { $brend }")]
fn check_names_file_line_and_reason(
    #[case] file: &str,
    #[case] from: &str,
    #[case] to: &str,
    #[case] at: &str,
    #[case] reason: &str,
) {
    let folder = lamp(file, from, to);
    let text = folder.read(&format!("lamp/{file}")).expect("it is there");
    let line = text.lines().position(|line| line.contains(at)).expect("it stands there") + 1;
    let told = refused(&["guide", "check", "--dir", path(&folder)]);
    assert!(told.contains(&format!("lamp/{file}:{line}: ")) && told.contains(reason), "{told}");
}

#[test]
fn check_shows_a_guide_that_does_not_hold_as_the_walk_of_a_person() {
    let never = "[[impossible]]\ncauses = [\"bulb\"]\nwhen = { lamp-kind = \"desk\" }\n\n[[causes]]";
    let folder = lamp("guide.toml", "[[causes]]", never);
    let told = refused(&["guide", "check", "--dir", path(&folder)]);
    for part in ["a remedy is shown that cannot be it", "  1. observed: lit = no", "the person says desk", "bulb"] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn check_holds_the_hours_of_the_contacts_that_it_is_given() {
    let folder = lamp("", "", "");
    let contacts = folder.write("contacts.json", "[]");
    let told = refused(&["guide", "check", "--dir", path(&folder), "--contacts", &contacts]);
    assert!(told.contains("there is no contact to end at"), "{told}");
    let missing = folder.file("nowhere.json");
    assert!(refused(&["guide", "check", "--contacts", &missing]).contains("nowhere.json: "));
}

#[rstest]
fn d7_a_guide_is_named_never_reached_by_a_path(#[values("check", "show", "simulate")] command: &str) {
    let folder = lamp("", "", "");
    for name in ["../lamp", "lamp/", "nobody"] {
        let told = refused(&["guide", command, name, "--dir", path(&folder)]);
        assert!(told.contains(&format!("there is no guide {name:?} in ")), "{told}");
    }
}

#[test]
fn copy_gives_an_operator_the_shipped_guide_to_edit_and_never_writes_over_it() {
    let folder = Folder::new();
    done(&["guide", "copy", "sms-not-arriving", path(&folder)]);
    let shown = ["guide", "show", "sms-not-arriving"];
    assert_eq!(done(&[&shown[..], &["--dir", path(&folder)]].concat()), done(&shown));
    let edited = folder.write("sms-not-arriving/en.ftl", "title = Ours");
    assert!(refused(&["guide", "copy", "sms-not-arriving", path(&folder)]).contains("sms-not-arriving: "));
    assert_eq!(fs::read_to_string(edited).expect("it is there"), "title = Ours");
    assert!(refused(&["guide", "copy", "../x", path(&folder)]).contains("\"../x\""));
}

#[test]
fn show_draws_a_guide_in_either_language() {
    let printed = done(&["guide", "show", "sms-not-arriving"]);
    assert!(printed.starts_with("<svg ") && printed.ends_with("</svg>"), "{printed}");
    let folder = Folder::new();
    let file = folder.file("drawn.svg");
    done(&["guide", "show", "sms-not-arriving", "--lang", "en", "--svg", &file]);
    let drawn = folder.read("drawn.svg").expect("it was written");
    assert!(drawn.contains(">What can be known<") && !printed.contains(">What can be known<"), "{drawn}");
    assert!(refused(&["guide", "show", "sms-not-arriving", "--lang", "fr"]).contains("\"fr\""));
}

#[test]
fn whoever_reads_may_stop_reading() {
    let told = std::process::Command::new("sh")
        .args(["-c", "\"$0\" guide show sms-not-arriving | head -c 4", env!("CARGO_BIN_EXE_tegata")])
        .output()
        .expect("there is a shell");
    assert_eq!((told.stdout.as_slice(), told.stderr.as_slice()), (&b"<svg"[..], &b""[..]), "{told:?}");
}

/// A run of the shipped guide as JSON.
fn simulated(more: &[&str]) -> Value {
    let told = done(&[&["guide", "simulate", "sms-not-arriving", "--people", "40", "--json"], more].concat());
    serde_json::from_str(&told).expect("it prints JSON")
}

#[test]
fn simulate_counts_everybody_once_for_guide_and_page() {
    let run = simulated(&["--seed", "3"]);
    for figures in [&run, &run["baseline"]] {
        assert_eq!(figures["people"], 40);
        let share = |name: &str| figures[name].as_f64().expect("a number");
        let ends: f64 = ["solved_alone", "human", "stuck", "lost"].into_iter().map(share).sum();
        assert!((ends - 1.0).abs() < 0.001, "{figures}");
        assert!(share("minutes_to_help") > 0.0 && share("median_steps") >= 1.0, "{figures}");
    }
    assert_eq!((&run["mode"], &run["population"]), (&"stranger".into(), &"japan".into()));
    assert_eq!(run["goals"].as_array().map(Vec::len), Some(5));
}

#[test]
fn simulate_is_the_same_for_a_seed() {
    let one = simulated(&["--seed", "3", "--known", "--population", "elsewhere"]);
    assert_eq!(one, simulated(&["--seed", "3", "--known", "--population", "elsewhere"]));
    assert_ne!(one, simulated(&["--seed", "4", "--known", "--population", "elsewhere"]));
}

#[test]
fn simulate_takes_a_population_from_a_file_and_says_what_is_wrong_with_it() {
    let japan = include_str!("../../../sim/populations/japan.toml");
    let folder = Folder::new();
    let file = folder.write("people.toml", &japan.replacen("name = \"japan\"", "name = \"ours\"", 1));
    assert_eq!(simulated(&["--population", &file])["population"], "ours");
    let broken = folder.write("broken.toml", &japan.replacen("country =", "land =", 1));
    let told = refused(&["guide", "simulate", "sms-not-arriving", "--population", &broken]);
    assert!(told.contains("broken.toml: ") && told.contains("land"), "{told}");
}

#[test]
fn simulate_sweeps_over_what_is_assumed_and_draws_it() {
    let folder = Folder::new();
    let chart = folder.file("chart.svg");
    let run = ["guide", "simulate", "sms-not-arriving", "--people", "3", "--sweep", "--svg", &chart];
    let told = done(&run);
    for (mode, label) in [("stranger", "as assumed"), ("known", "patience: half"), ("known", "slips: double")] {
        assert!(told.contains(&format!("| {label} | {mode} |")), "{told}");
    }
    let rows = told.lines().count() - 2;
    let drawn = folder.read("chart.svg").expect("it was written");
    assert_eq!(drawn.matches(">guide</text>").count(), rows);
}

/// Waits for a line of a server's log in which all of these stand.
fn logged(process: &Process, parts: &[&str]) {
    eventually(&format!("{parts:?} is logged"), || {
        process.log_lines().iter().any(|line| parts.iter().all(|part| line.contains(part))).then_some(())
    });
}

#[test]
fn a_server_takes_good_edits_and_keeps_what_it_has_when_one_is_broken() {
    let guides = lamp("", "", "");
    let mut served = Served::start(&format!("[guides]\nfolder = \"{}\"\n", path(&guides)));
    logged(&served.process, &["a guide was loaded", "lamp"]);
    assert!(served.metric("tegata_guides_refused") < 0.5);
    let edit = |weight: &str| guides.write("lamp/guide.toml", &LAMP[0].1.replacen(WEIGHT, weight, 1));
    edit("weight = 0.0");
    let line = format!("line={}", weight_line());
    logged(&served.process, &["a guide was refused", "lamp/guide.toml", &line, "above 0"]);
    assert!(served.metric("tegata_guides_refused") > 0.5);
    edit("weight = 6.0");
    eventually("the mended guide is taken", || (served.metric("tegata_guides_refused") < 0.5).then_some(()));
    let log = served.process.stop();
    assert_eq!(log.iter().filter(|line| line.contains("a guide was loaded")).count(), 2, "{log:#?}");
    assert_eq!(log.iter().filter(|line| line.contains("a guide was refused")).count(), 1, "{log:#?}");
}

#[test]
fn a_server_does_not_start_without_the_folder_that_it_is_told() {
    let folder = Folder::new();
    let secrets = folder.file("secrets.toml");
    let (nowhere, database) = (folder.file("nowhere"), folder.file("tegata.db"));
    done(&["secrets", "init", "--file", &secrets]);
    let config = format!(
        "public_url = \"http://127.0.0.1:1\"\ndatabase = \"sqlite:{database}\"\nsecrets = \"{secrets}\"\n[http]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\n[guides]\nfolder = \"{nowhere}\"\n"
    );
    let config = folder.write("tegata.toml", &config);
    done(&["migrate", "--config", &config]);
    let told = refused(&["serve", "--config", &config]);
    assert!(told.contains("guides.folder") && told.contains("nowhere"), "{told}");
}
