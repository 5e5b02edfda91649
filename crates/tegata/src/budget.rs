//! `tegata budget`: what is used and left, by service, country and prefix.

use clap::Args;
use domain::{
    budget::{PARTS, Span},
    id::ServiceId,
};
use serde_json::json;
use server::{
    app::budget::standing::{Account, Standing, accounts},
    clock::Clock,
};

use crate::{
    Settings,
    database::with_store,
    output::{self, Failure},
};

/// Whose budgets.
#[derive(Args)]
pub struct Whose {
    #[command(flatten)]
    settings: Settings,
    /// Only this service's.
    #[arg(long)]
    service: Option<String>,
    /// As JSON, for programs.
    #[arg(long)]
    json: bool,
}

pub fn run(whose: &Whose) -> Result<(), Failure> {
    let wanted = whose.service.as_ref().map(|id| id.parse::<ServiceId>());
    let wanted = wanted.transpose().map_err(|_| Failure("--service must be an id, svc_…".into()))?;
    with_store(&whose.settings.config, async |config, store| {
        let all = accounts(store, &config.budget, Clock::default().now()).await;
        let all = all.map_err(|refusal| Failure(format!("{}: run it again", refusal.code())))?;
        let is_wanted = |account: &Account| {
            wanted.is_none_or(|id| account.service.as_ref().is_some_and(|service| service.id == id))
        };
        let shown: Vec<Account> = all.into_iter().filter(is_wanted).collect();
        if let (Some(id), true) = (wanted, shown.is_empty()) {
            return Err(Failure(format!("there is no service {id}; `tegata service list` shows them")));
        }
        if whose.json {
            let accounts: Vec<_> = shown.iter().map(document).collect();
            output::line(&json!({ "currency": config.budget.currency, "accounts": accounts }).to_string());
        } else {
            shown.iter().for_each(|account| print(account, &config.budget.currency));
        }
        Ok(())
    })
}

fn print(account: &Account, currency: &str) {
    let name = account.service.as_ref().map(|service| format!("{}  {}", service.id, service.brand));
    output::line(&name.unwrap_or_else(|| "all services together".into()));
    for Standing { line, sms, cost } in &account.standings {
        let place = if line.place.is_empty() { "everywhere" } else { &line.place };
        let span = match line.span {
            Span::Day => "today",
            Span::Month => "this month",
        };
        let messages = share(&sms.to_string(), line.sms_max.map(|max| (max, (max - sms).max(0))));
        let whole = |parts: i64| parts / PARTS;
        let money = share(&units(*cost), line.cost_max.map(|max| (whole(max), whole((max - cost).max(0)))));
        output::line(&format!("  {place:<14}{span:<12}{messages} SMS; {money} {currency} (minor units)"));
    }
}

fn share(used: &str, bound: Option<(i64, i64)>) -> String {
    bound.map_or(used.to_owned(), |(max, left)| format!("{used} of {max}, {left} left"))
}

/// Minor units with as many decimals as there are.
fn units(parts: i64) -> String {
    let text = format!("{}.{:03}", parts / PARTS, parts % PARTS);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn document(account: &Account) -> serde_json::Value {
    let lines = account.standings.iter().map(|Standing { line, sms, cost }| {
        json!({
            "place": line.place, "span": line.span, "from": line.from.rfc3339(), "sms": sms, "sms_max": line.sms_max,
            "cost": *cost as f64 / PARTS as f64, "cost_max": line.cost_max.map(|max| max / PARTS),
        })
    });
    json!({ "service": account.service.as_ref().map(|service| service.id), "lines": lines.collect::<Vec<_>>() })
}
