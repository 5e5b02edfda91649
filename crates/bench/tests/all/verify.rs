//! `bench verify` over spans far too short to tell anything about speed.

use std::process::{Command, Output};

use serde_json::Value;

fn verify(arguments: &[&str]) -> Output {
    let bench = env!("CARGO_BIN_EXE_bench");
    let brief = ["verify", "--span-ms", "100", "--connections", "2,5"];
    Command::new(bench).args(brief).args(arguments).output().expect("the binary can be started")
}

fn number(row: &Value, field: &str) -> f64 {
    row[field].as_f64().unwrap_or_else(|| panic!("no {field} in {row}"))
}

#[test]
fn every_row_comes_as_a_line_of_json() {
    let output = verify(&["--json", "--store", "http,sqlite,end-to-end"]);
    let said = String::from_utf8(output.stdout).expect("it prints UTF-8");
    assert!(output.status.success(), "{said} {}", String::from_utf8_lossy(&output.stderr));
    let rows: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let what: Vec<(&str, u64)> = rows
        .iter()
        .map(|row| (row["store"].as_str().expect("a text"), row["connections"].as_u64().expect("a number")))
        .collect();
    assert_eq!(what, [("http", 2), ("http", 5), ("sqlite", 2), ("sqlite", 5), ("end-to-end", 5)]);
    for row in &rows {
        assert!(number(row, "per_second") > 0.0, "{row}");
        assert!(number(row, "p50_ms") > 0.0 && number(row, "p50_ms") <= number(row, "p99_ms"), "{row}");
        assert!(number(row, "rss_mb") > 1.0, "{row}");
        // Linux counts processor time in ticks of 10 ms, for a process and for its threads apart: over so short a span
        // either may still stand at nothing.
        let told = ["cpu_us_per_request", "server_cpu_us", "store_threads_cpu_us", "generator_cpu_us"];
        assert!(told.iter().all(|field| number(row, field) >= 0.0), "{row}");
    }
    assert_eq!(number(&rows[0], "rows"), 0.0);
    assert_eq!(number(&rows[0], "share_of_http"), 1.0);
    assert!(number(&rows[2], "rows") > 0.0 && number(&rows[3], "rows") > number(&rows[2], "rows"), "{rows:?}");
    assert!(number(&rows[2], "share_of_http") > 0.0 && rows[4]["share_of_http"].is_null(), "{rows:?}");
}

#[test]
fn a_table_for_people() {
    let output = verify(&["--store", "http"]);
    let said = String::from_utf8(output.stdout).expect("it prints UTF-8");
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines.len() == 3 && lines[0].starts_with("store") && lines[1].starts_with("http "), "{said}");
    assert!(lines[1].contains("100 %"), "{said}");
}

#[test]
fn what_cannot_be_written_is_told() {
    let output = verify(&["--store", "sqlite", "--data", "/nowhere/at/all"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.iter().all(|byte| !byte.is_ascii_digit()), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("bench: "), "{output:?}");
}
