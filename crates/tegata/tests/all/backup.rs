//! `tegata backup` beside a server under load, and `tegata restore` of it: nothing acknowledged before is missing, and
//! nothing that was live still is (rule D11).

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use serde_json::json;

use crate::world::{AOI, Folder, Served, World, done, eventually, refused, route_to};

fn create(served: &Served, number: &str) -> String {
    let request = served.call("POST", "/v1/verifications").json(&json!({ "to": number }));
    let begun = request.send().is(201).json();
    format!("/v1/verifications/{}", begun["id"].as_str().expect("an id"))
}

/// What a lost disk leaves: no database.
fn lose_the_database(served: &Served) {
    for end in ["", "-wal", "-shm"] {
        // The last two are gone after an orderly stop.
        drop(fs::remove_file(served.folder.file(&format!("tegata.db{end}"))));
    }
}

#[test]
fn a_backup_under_load_holds_what_was_acknowledged_before_it_began() {
    let mut served = Served::start("");
    let backup = served.folder.file("backup.db");
    let (told, stop) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    let acknowledged = || told.lock().expect("no caller panicked").len();
    let before = thread::scope(|scope| {
        for caller in 0..4 {
            let (served, told, stop) = (&served, &told, &stop);
            scope.spawn(move || {
                for nth in (0..).take_while(|_| !stop.load(Ordering::Relaxed)) {
                    let path = create(served, &format!("+8190{:08}", 10_000_000 + caller * 100_000 + nth));
                    told.lock().expect("no caller panicked").push(path);
                }
            });
        }
        eventually("there is something to lose", || (acknowledged() > 40).then_some(()));
        let before = acknowledged();
        let said = done(&["backup", "--config", &served.config, &backup]);
        assert!(said.contains("secrets.toml is not in it"), "{said}");
        let during = acknowledged();
        assert!(during > before, "the server goes on meanwhile");
        eventually("it goes on afterwards", || (acknowledged() > during).then_some(()));
        stop.store(true, Ordering::Relaxed);
        before
    });
    assert_eq!(fs::metadata(&backup).expect("it was written").permissions().mode() & 0o777, 0o600);
    let told = told.into_inner().expect("no caller panicked");
    served.restart_around(|served| {
        lose_the_database(served);
        done(&["restore", "--config", &served.config, &backup]);
    });
    for path in &told[..before] {
        assert_eq!(served.call("GET", path).send().is(200).json()["status"], "canceled");
    }
    served.stop();
}

#[test]
fn d11_after_a_restore_of_a_backup_no_code_is_live() {
    let world = World::new();
    let mut served = Served::start(&route_to(&world));
    let path = create(&served, AOI);
    let code = world.sms_to(AOI).code();
    let backup = served.folder.file("backup.db");
    done(&["backup", "--config", &served.config, &backup]);
    served.restart_around(|served| {
        lose_the_database(served);
        let said = done(&["restore", "--config", &served.config, &backup]);
        assert!(said.contains("Verifications ended: 1"), "{said}");
    });
    let check =
        |path: &str, code: &str| served.call("POST", &format!("{path}/check")).json(&json!({ "code": code })).send();
    check(&path, &code).is_refused("canceled");
    let again = served.call("POST", "/v1/verifications").json(&json!({ "to": AOI, "context": "another" }));
    let again = again.send().is(201).json();
    let path = format!("/v1/verifications/{}", again["id"].as_str().expect("an id"));
    check(&path, &world.sms_to(AOI).code()).is_approved();
    served.wait_for_queue();
    served.stop();
}

/// One byte of a name is nothing that SQLite or a row's form tells.
#[test]
fn a_backup_that_was_held_against_nothing_is_restored_with_a_warning() {
    let mut served = Served::start("");
    let [backup, digest] = ["backup.db", "backup.db.sha256"].map(|name| served.folder.file(name));
    done(&["backup", "--config", &served.config, &backup]);
    served.restart_around(|served| {
        let restore = || {
            lose_the_database(served);
            done(&["restore", "--config", &served.config, &backup])
        };
        assert!(!restore().contains("Warning"), "it is what was written");
        let mut bytes = fs::read(&backup).expect("it was written");
        let brand = "みなと".as_bytes();
        let at = bytes.windows(brand.len()).position(|window| window == brand).expect("the service's name");
        bytes[at + brand.len() - 1] ^= 1;
        fs::write(&backup, bytes).expect("it is ours");
        fs::remove_file(&digest).expect("it is beside it");
        let said = restore();
        assert!(said.contains("backup.db could not be held against anything") && said.contains(".sha256"), "{said}");
    });
    served.stop();
}

#[test]
fn nothing_is_written_over_and_nothing_broken_or_foreign_is_taken() {
    let served = Served::start("");
    let backup = served.folder.file("backup.db");
    let config = ["--config", &served.config];
    let restore = |file: &str| refused(&[&["restore"], &config[..], &[file]].concat());
    done(&["backup", "--config", &served.config, &backup]);
    let kept = fs::read(&backup).expect("it was written");
    let said = refused(&["backup", "--config", &served.config, &backup]);
    assert!(said.contains("exists already"), "{said}");
    assert_eq!(fs::read(&backup).expect("it is there"), kept);
    assert!(restore(&backup).contains("tegata.db exists already"), "a database that is there");

    let folder = Folder::new();
    let (database, secrets) = (folder.file("tegata.db"), served.folder.file("secrets.toml"));
    let text = |database: &str| {
        format!("public_url = \"https://v.example\"\ndatabase = \"{database}\"\nsecrets = \"{secrets}\"\n")
    };
    let other = folder.write("other.toml", &text(&format!("sqlite:{database}")));
    let restore = |file: &str| refused(&["restore", "--config", &other, file]);
    let beside = restore(&served.folder.file("tegata.db"));
    assert!(beside.contains("tegata.db-wal") && beside.contains("tegata backup"), "a database in use: {beside}");
    let half = folder.file("half.db");
    fs::write(&half, &kept[..kept.len() / 2]).expect("the folder can be written");
    let torn = restore(&half);
    assert!(torn.contains("half.db is damaged") && torn.contains("older backup"), "{torn}");
    let foreign = restore(&folder.write("text.db", "not a database at all"));
    assert!(foreign.contains("text.db is no backup of tegata"), "{foreign}");
    assert!(restore(&folder.file("missing.db")).contains("missing.db"));
    let keys = folder.file("keys.toml");
    done(&["secrets", "init", "--file", &keys]);
    let others = folder.write("others.toml", &text(&format!("sqlite:{database}")).replace(&secrets, &keys));
    let said = refused(&["restore", "--config", &others, &backup]);
    assert!(said.contains("key 1 of the key file is not the one"), "another key file: {said}");
    assert!(said.contains("put back that file"), "{said}");
    fs::remove_file(&keys).expect("it was made");
    let said = refused(&["restore", "--config", &others, &backup]);
    assert!(said.contains("no key file") && said.contains("put its copy back"), "{said}");
    assert!(!fs::exists(&database).expect("the folder can be read"));
    let postgres = folder.write("postgres.toml", &text("postgres://h/d"));
    assert!(refused(&["backup", "--config", &postgres, &half]).contains("pg_dump"));
    done(&["restore", "--config", &other, &backup]);
    served.stop();
}

/// SQLite takes the file for whole: what stands in its rows is ours to read.
#[test]
fn a_backup_with_a_row_that_cannot_be_read_is_told_as_damaged() {
    let mut served = Served::start("");
    create(&served, AOI);
    let backup = served.folder.file("backup.db");
    done(&["backup", "--config", &served.config, &backup]);
    let mut bytes = fs::read(&backup).expect("it was written");
    let pending = b"\"status\":\"pending\"";
    let at = bytes.windows(pending.len()).position(|window| window == pending).expect("it is under way");
    bytes[at - 1] ^= 1;
    fs::write(&backup, bytes).expect("it is ours");
    served.restart_around(|served| {
        let kept = fs::read(served.folder.file("tegata.db")).expect("it is there");
        lose_the_database(served);
        let restore = || refused(&["restore", "--config", &served.config, &backup]);
        assert!(restore().contains("backup.db.sha256"), "its digest tells it first");
        fs::remove_file(served.folder.file("backup.db.sha256")).expect("it is beside it");
        let said = restore();
        assert!(said.contains("a row in it cannot be read") && said.contains("an older backup"), "{said}");
        assert!(!fs::exists(served.folder.file("tegata.db")).expect("the folder can be read"));
        fs::write(served.folder.file("tegata.db"), kept).expect("it is ours");
    });
    served.stop();
}

#[test]
fn d6_a_demo_s_backup_is_not_restored() {
    let world = World::new();
    let backup = world.data.file("backup.db");
    let config = world.write_config();
    done(&["backup", "--config", &config, &backup]);
    let folder = Folder::new();
    let text = fs::read_to_string(&config).expect("it was written");
    let text = text.replace(&world.data.file("tegata.db"), &folder.file("tegata.db"));
    let said = refused(&["restore", "--config", &folder.write("tegata.toml", &text), &backup]);
    assert!(said.contains("demo"), "{said}");
    assert!(!fs::exists(folder.file("tegata.db")).expect("the folder can be read"));
}
