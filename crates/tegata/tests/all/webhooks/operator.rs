//! What an operator does with endpoints: list them, have events sent again, end one.

use super::{KINDS, Shop, replay, tells};
use crate::world::{AOI, Engine::Sqlite, HARUTO, Served, done, eventually, refused, run};

/// An endpoint that failed twice would be called again after five minutes; whoever mended it need not wait.
#[test]
fn an_operator_sends_again_what_did_not_get_through() {
    let shop = Shop::open(Sqlite, &[200], &[500, 500, 200]).expect("SQLite is built in");
    let endpoint = shop.endpoint(&KINDS);
    let (id, code) = shop.begin(AOI);
    shop.check(&id, &code).is_approved();
    let event = tells(&shop.receiver.next(), &endpoint, KINDS[0], &id);
    shop.receiver.next();
    eventually("the second try is written down", || (shop.deliveries(&endpoint)[0]["tries"] == 2).then_some(()));
    let list = || done(&["webhook", "list", "--config", &shop.served.config]);
    assert!(list().starts_with(&format!("{}  svc_", endpoint.id)), "{}", list());
    assert!(list().ends_with(&format!("  1 waiting, 0 given up  {}", shop.receiver.url)), "{}", list());
    assert_eq!(replay(&shop, &["--hours", "1"]), "sent again: 1");
    assert_eq!(tells(&shop.receiver.next(), &endpoint, KINDS[0], &id), event, "the same event");
    shop.becomes(&endpoint, "delivered");
    assert_eq!(replay(&shop, &["--hours", "1"]), "nothing to send again");
    assert_eq!(replay(&shop, &["--event", &event, "--webhook", &endpoint.id]), "sent again: 1");
    assert_eq!(tells(&shop.receiver.next(), &endpoint, KINDS[0], &id), event);
    shop.becomes(&endpoint, "delivered");
    let unknown = "evt_01h455vb4pex5vsknk084sn02q";
    let said = refused(&["webhook", "replay", "--config", &shop.served.config, "--event", unknown]);
    assert!(said.contains(&format!("was to be told of {unknown}")), "{said}");
    let nobody = "whk_01h455vb4pex5vsknk084sn02q";
    let refused = refused(&["webhook", "replay", "--config", &shop.served.config, "--hours", "1", "--webhook", nobody]);
    assert!(refused.contains("no such endpoint"), "{refused}");
    let nobody = "svc_01h455vb4pex5vsknk084sn02q";
    let said = run(&["webhook", "replay", "--config", &shop.served.config, "--hours", "1", "--service", nobody]);
    let said = String::from_utf8(said.stderr).expect("UTF-8");
    assert!(said.contains(&format!("there is no service {nobody}")), "{said}");
    let nobody = "whk_01h455vb4pex5vsknk084sn02q";
    for more in [&["--event", &event][..], &["--webhook", &event], &["--service", nobody]] {
        let output = run(&[&["webhook", "replay", "--config", &shop.served.config, "--hours", "1"], more].concat());
        assert_eq!(output.status.code(), Some(2), "{more:?}: {output:?}");
    }
    shop.served.stop();
}

/// Nothing waits for an endpoint that is gone, and nothing is said of it before it is known what is asked for.
#[test]
fn what_an_endpoint_that_is_gone_missed_is_given_up() {
    let shop = Shop::open(Sqlite, &[200], &[500, 410]).expect("SQLite is built in");
    let endpoint = shop.endpoint(&KINDS);
    for number in [AOI, HARUTO] {
        let (id, code) = shop.begin(number);
        shop.check(&id, &code).is_approved();
        shop.receiver.next();
    }
    let list = || done(&["webhook", "list", "--config", &shop.served.config]);
    eventually("it is known to be gone", || list().contains("disabled since").then_some(()));
    assert!(list().contains("  0 waiting, 2 given up  disabled since"), "{}", list());
    assert!(shop.deliveries(&endpoint).iter().all(|one| one["state"] == "failed"), "as the API has it");
    let unknown = "evt_01h455vb4pex5vsknk084sn02q";
    let output = run(&["webhook", "replay", "--config", &shop.served.config, "--event", unknown]);
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(output.stdout.is_empty() && said.contains("was to be told of") && said.contains("410: 1"), "{said}");
    shop.served.stop();
}

/// Whoever had a key may have left an endpoint, which outlives the key.
#[test]
fn an_operator_ends_an_endpoint_with_what_waits_for_it() {
    let shop = Shop::open(Sqlite, &[200], &[500]).expect("SQLite is built in");
    let [kept, thief] = [shop.endpoint(&[KINDS[2]]), shop.endpoint(&KINDS)];
    let (id, code) = shop.begin(AOI);
    shop.check(&id, &code).is_approved();
    shop.receiver.next();
    eventually("the first try is written down", || (shop.deliveries(&thief)[0]["tries"] == 1).then_some(()));
    let delete = ["webhook", "delete", &thief.id, "--config", &shop.served.config];
    let said = done(&delete);
    assert!(said.starts_with(&format!("{}  svc_", thief.id)), "{said}");
    assert!(said.ends_with(&format!("  deleted, 1 not sent any more  {}", shop.receiver.url)), "{said}");
    let (id, code) = shop.begin(HARUTO);
    shop.check(&id, &code).is_approved();
    shop.receiver.hears_nothing();
    assert!(refused(&delete).contains("no such endpoint"));
    let list = done(&["webhook", "list", "--config", &shop.served.config]);
    assert!(list.starts_with(&kept.id) && !list.contains(&thief.id), "{list}");
    shop.served.stop();
}

/// Where there are none, nobody is told that one was not found.
#[test]
fn that_there_are_no_endpoints_is_said() {
    let served = Served::start("");
    assert!(done(&["webhook", "list", "--config", &served.config]).starts_with("there are no endpoints"));
    let said = refused(&["webhook", "replay", "--config", &served.config, "--hours", "1"]);
    assert!(said.contains("there are no endpoints"), "{said}");
    served.stop();
}
