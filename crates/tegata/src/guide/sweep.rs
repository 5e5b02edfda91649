//! The range over which the model of people is tried: what is assumed about them is halved and doubled, one thing at a
//! time, so that no result hangs on a number that nobody knows.

use sim::people::{Assumptions, Figures, Page, Reader};

use super::simulate::Run;

/// How an assumption is changed.
type Change = fn(&mut Assumptions, f64);

/// What is halved and doubled. Shares stay shares.
const CHANGED: [(&str, Change); 11] = [
    ("patience", |assumed, by| assumed.patience_min *= by),
    ("time for each step", |assumed, by| assumed.pace *= by),
    ("slips", |assumed, by| {
        assumed.slips *= by;
        assumed.slips_changing *= by;
    }),
    ("steps passed over", |assumed, by| assumed.skips *= by),
    ("cannot change a setting", |assumed, by| assumed.unable *= by),
    ("does not know an answer", |assumed, by| assumed.unknown *= by),
    ("wrong answers", |assumed, by| assumed.misanswers *= by),
    ("turns to a human", |assumed, by| {
        assumed.asks = (assumed.asks * by).min(1.0);
        assumed.seeks = (assumed.seeks * by).min(1.0);
    }),
    ("wants a human at once", |assumed, by| assumed.prefers *= by),
    ("answers a call", |assumed, by| assumed.answers = (assumed.answers * by).min(1.0)),
    ("queue for a human", |assumed, by| assumed.queue_min *= by),
];

/// What is assumed, first as it is, then with one thing changed.
pub fn range() -> Vec<(String, Assumptions)> {
    let mut range = vec![("as assumed".to_owned(), Assumptions::default())];
    for (name, change) in CHANGED {
        for (factor, by) in [("half", 0.5), ("double", 2.0)] {
            let mut assumed = Assumptions::default();
            change(&mut assumed, by);
            range.push((format!("{name}: {factor}"), assumed));
        }
    }
    let page = |reader, page| Assumptions { reader, page, ..Assumptions::default() };
    range.push(("page skipped by phone only".to_owned(), page(Reader::ByPhone, Page::AsWritten)));
    range.push(("page read carefully".to_owned(), page(Reader::Careful, Page::AsWritten)));
    range.push(("page with the best first".to_owned(), page(Reader::ByHeading, Page::BestFirst)));
    range
}

/// Every run a line: shares in percent and minutes, the guide's before the page's.
pub fn table(runs: &[Run]) -> String {
    let head = "| assumed | who | alone | human | stuck | lost | minutes | missed |\n| --- | --- | --- | --- | --- | --- | --- | --- |";
    let lines = runs.iter().map(|Run { label, report }| {
        let (led, page) = (&report.guide, &report.baseline);
        let share = |count: fn(&Figures) -> u32| {
            format!("{:.1} / {:.1}", 100.0 * led.share(count(led)), 100.0 * page.share(count(page)))
        };
        let missed: Vec<&str> = report.goals().iter().filter(|goal| !goal.reached).map(|goal| goal.name).collect();
        format!(
            "| {label} | {} | {} | {} | {} | {} | {:.1} / {:.1} | {} |",
            report.mode.key(),
            share(|all| all.solved_alone),
            share(|all| all.human),
            share(|all| all.stuck),
            share(|all| all.lost),
            led.minutes_to_help,
            page.minutes_to_help,
            missed.join(", "),
        )
    });
    std::iter::once(head.to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
}
