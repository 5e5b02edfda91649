//! `tegata budget`: what is spent, leased to nodes, and left, by service, country and prefix.

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
        let all = all.map_err(|refusal| output::refused(&refusal))?;
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
    for Standing { line, spent, leased } in &account.standings {
        let place = if line.place.is_empty() { "everywhere" } else { &line.place };
        let span = match line.span {
            Span::Day => "today",
            Span::Month => "this month",
        };
        let messages = share(spent.sms, leased.sms, line.sms_max, |messages| messages.to_string());
        let money = share(spent.cost, leased.cost, line.cost_max, units);
        output::line(&format!("  {place:<14}{span:<12}{messages} SMS; {money} {currency} (minor units)"));
    }
}

/// What is spent of how much, what is leased, and what is left for more leases.
fn share(spent: i64, leased: i64, max: Option<i64>, word: impl Fn(i64) -> String) -> String {
    let mut said = word(spent);
    said.extend(max.map(|max| format!(" of {}", word(max))));
    said.extend((leased > 0).then(|| format!(", {} leased", word(leased))));
    said.extend(max.map(|max| format!(", {} left", word((max - spent - leased).max(0)))));
    said
}

/// Minor units with as many decimals as there are.
fn units(parts: i64) -> String {
    let text = format!("{}.{:03}", parts / PARTS, parts % PARTS);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn document(account: &Account) -> serde_json::Value {
    let money = |parts: i64| parts as f64 / PARTS as f64;
    let lines = account.standings.iter().map(|Standing { line, spent, leased }| {
        json!({
            "place": line.place, "span": line.span, "from": line.from.rfc3339(),
            "sms": spent.sms, "sms_leased": leased.sms, "sms_max": line.sms_max,
            "cost": money(spent.cost), "cost_leased": money(leased.cost),
            "cost_max": line.cost_max.map(|max| max / PARTS),
        })
    });
    json!({ "service": account.service.as_ref().map(|service| service.id), "lines": lines.collect::<Vec<_>>() })
}
