//! A thousand seeds' storms: every promise is checked after each.

use std::process::Command;

use rstest::rstest;

/// Seeds of one test: few enough that it ends in time beside others.
const SEEDS: u64 = 50;

#[rstest]
fn every_promise_holds_after_the_storms_of_a_thousand_seeds(
    #[values(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19)] part: u64,
) {
    let (seeds, from) = (SEEDS.to_string(), (part * SEEDS).to_string());
    let mut bench = Command::new(env!("CARGO_BIN_EXE_bench"));
    bench.args(["storm", "--seeds", &seeds, "--from", &from, "--at-once", "1"]);
    let output = bench.output().expect("the binary can be started");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let count = |what: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(what));
        line.and_then(|count| count.trim().parse::<u64>().ok()).unwrap_or(0)
    };
    // A storm in which nothing happens shows nothing.
    for what in ["processes killed", "messages that came to phones", "approvals acknowledged", "wrong codes answered"] {
        assert!(count(what) > SEEDS / 10, "{what}: {said}");
    }
}
