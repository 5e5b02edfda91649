//! Rows that earlier versions wrote are read: with all fields named, their digests in hexadecimal, and what by now stands
//! in columns only.

use domain::{
    delivery::State,
    digest::{Digest, Fixed},
    limit::{Limit, PHONE, Share},
    number::Number,
    service::Service,
    time::Time,
    verification::{Purpose, Status, Verification},
};
use serde::{Serialize, de::DeserializeOwned};

const VERIFICATION: &str = r#"{"id":"ver_01m82f93mcf9cr652j1zwjhkw2","service":"svc_01m82f92aqerxa9knbekh3kd00","number":"82eec9ab8481dd574bef48a48204e530935713772d958ce48edfa23dd9feb7b9","phone":"b2206da46d17136764568420bb5442c104411336d23c5bd1ff5c04831eae4868","purpose":"payment","known":false,"locale":"ja","status":"pending","generations":[{"code":1,"salt":"3db6c42f3880fdff3e2ee116685eb012","key":1,"number":"82eec9ab8481dd574bef48a48204e530935713772d958ce48edfa23dd9feb7b9","digits":6,"sent_at":1795379465887,"expires_at":1795380065887,"message":"msg_01m82f93myenda6p99y4v2aac2","progress":{"state":"submitted","updated_at":1795379468961},"route":"gate"}],"checks_used":0,"checks_max":5,"superseded":0,"created_at":1795379465887,"changed_at":1795379468961,"resend_at":1795379495887,"lately":[["opn_01m82f93mzfngbvrg6xdff1x80","created"],["opn_01m82f96n1f3bt4sntw622m1g0","reported"]]}"#;
const NUMBER: &str = r#"{"key":"82eec9ab8481dd574bef48a48204e530935713772d958ce48edfa23dd9feb7b9","flights":[{"verification":"ver_01m82f93mcf9cr652j1zwjhkw2","purpose":"payment","expires_at":1795380065887}],"standings":[{"sends":[1795379465887],"failures":0,"failed_at":0,"waits_until":null}],"failures":0,"failed_at":0,"closed_until":null,"changed_at":1795379465887}"#;
const LIMIT: &str = r#"{"key":"b2206da46d17136764568420bb5442c104411336d23c5bd1ff5c04831eae4868","windows":[{"window_ms":3600000,"buckets":[[5984598,10]]},{"window_ms":86400000,"buckets":[[249358,10]]}]}"#;

/// What a row of before holds, which is the same once it is written anew, in at most so many percent of its bytes.
fn read<T: Serialize + DeserializeOwned + PartialEq>(before: &str, percent: usize) -> T {
    let row: T = serde_json::from_str(before).expect("a row of before");
    let anew = serde_json::to_string(&row).expect("a text");
    assert!(row == serde_json::from_str(&anew).expect("a row"), "{anew}");
    assert!(anew.len() * 100 <= before.len() * percent, "{} of {} bytes: {anew}", anew.len(), before.len());
    row
}

fn digest(hex: &str) -> Digest {
    Digest::from_hex(hex).expect("64 digits")
}

#[test]
fn a_verification_of_before_is_read() {
    // It goes on naming its number twice; a new one does not.
    let v: Verification = read(VERIFICATION, 80);
    let now = Time::from_ms(1_795_379_470_000);
    assert_eq!(v.number, digest("82eec9ab8481dd574bef48a48204e530935713772d958ce48edfa23dd9feb7b9"));
    assert_eq!(v.phone, digest("b2206da46d17136764568420bb5442c104411336d23c5bd1ff5c04831eae4868"));
    assert_eq!((v.number_of(v.newest()), v.purpose, v.checks_left()), (v.number, Purpose::Payment, 5));
    assert_eq!(v.newest().salt, Fixed::from_hex("3db6c42f3880fdff3e2ee116685eb012").expect("32 digits"));
    assert_eq!((v.status(now), v.newest().progress.state), (Status::Pending, State::Submitted));
    assert_eq!(v.expires_at(), Time::from_ms(1_795_380_065_887));
}

#[test]
fn a_number_of_before_is_read() {
    let number: Number = read(NUMBER, 60);
    let now = Time::from_ms(1_795_379_470_000);
    let under_way = number.under_way(Purpose::Payment, &Fixed::default(), &Fixed::default(), now);
    assert_eq!(under_way, "ver_01m82f93mcf9cr652j1zwjhkw2".parse().ok());
    assert_eq!(number.expires(), Time::from_ms(1_795_379_465_887 + 3_600_000));
}

#[test]
fn a_limit_of_before_is_read() {
    let mut limit: Limit = read(LIMIT, 60);
    assert!(limit.charge(&PHONE, Share::Full, Time::from_ms(1_795_379_470_000)).is_err(), "ten in this hour");
}

/// While two versions run side by side, one reads what the next wrote, and passes over settings that it does not know.
#[test]
fn a_service_of_the_next_version_is_read() {
    let contact = r#"{"kind":"message","name_ja":"窓口","name_en":"Help","to":"","hours":null,"whim":true}"#;
    let policy = r#"{"code_digits":8,"sources":{"account_per_day":7,"whim":2},"whim":[1]}"#;
    let row = format!(
        r#"{{"id":"svc_01m82f92aqerxa9knbekh3kd00","brand":"Shop","contacts":[{contact}],"policy":{policy},"changed_at":1,"whim":{{"a":1}}}}"#
    );
    let service: Service = serde_json::from_str(&row).expect("a row of the next version");
    assert_eq!((service.brand.as_str(), service.contacts.len()), ("Shop", 1));
    assert_eq!((service.policy.code_digits, service.policy.sources.account_per_day), (8, 7));
}
