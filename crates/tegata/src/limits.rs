//! `tegata limits`: how often each rule was gone over, and what became of it; what a rule in shadow would have refused.

use std::collections::BTreeMap;

use clap::Args;
use domain::{
    id::ServiceId,
    limit::{Limited, Over},
    time::days,
};
use server::{
    app::{
        excess::day_of,
        range::{Judged, Share, Verdict, judge},
    },
    clock::Clock,
};
use store::excess;

use crate::{
    Settings,
    database::with_store,
    output::{self, Failure},
};

/// Lines that are read: of so many services, days and rules.
const LINES_MAX: i64 = 100_000;

/// Whose rules, and since when.
#[derive(Args)]
pub struct Whose {
    #[command(flatten)]
    settings: Settings,
    /// Of so many days (UTC), today included.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(i64).range(1..=400))]
    days: i64,
}

pub fn run(whose: &Whose) -> Result<(), Failure> {
    let from = day_of(Clock::default().now()).plus(-days(whose.days - 1));
    with_store(&whose.settings.config, async |_, store| {
        let mut sums: BTreeMap<(ServiceId, Limited, Over), i64> = BTreeMap::new();
        for line in store.read(move |tx| excess::list(tx, from, LINES_MAX)).await? {
            *sums.entry((line.service, line.rule, line.over)).or_default() += line.count;
        }
        if sums.is_empty() {
            output::line("no rule was gone over");
        }
        let ranges = judge(store, Clock::default().now()).await;
        for range in ranges.map_err(|refusal| output::refused(&refusal))? {
            print(&range);
        }
        for ((service, rule, over), count) in sums {
            let became = match over {
                Over::Refused => "refused",
                Over::Slowed => "held back",
                Over::Shadow => "let through: the rule is in shadow",
            };
            output::line(&format!("{service}  {:<10}{count:>10}  {became}", rule.name()));
        }
        Ok(())
    })
}

/// A range of numbers that looks pumped.
fn print(Judged { numbers, country, verdict, hour, day }: &Judged) {
    let became = match verdict {
        Verdict::Slowed => "held back",
        Verdict::Refused => "refused but for a few",
    };
    let said = |share: &Share| format!("{} of {} codes came back", share.back, share.sent);
    output::line(&format!("{numbers}… ({country})  {became}: {} in the last hour, {} lately", said(hour), said(day)));
}
