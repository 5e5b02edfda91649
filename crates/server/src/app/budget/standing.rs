//! How the budgets stand, for the operator: what is spent, leased and left, by service, country and prefix.

use std::collections::BTreeSet;

use domain::{
    budget::{Caps, Line, Span},
    id::ServiceId,
    refusal::Refusal,
    service::Service,
    time::Time,
};
use store::{
    Store,
    budget::{self, Taken},
};

use super::{super::App, of_owner};
use crate::{config, telemetry::UsedUp};

/// Services and lines that are looked at.
const SERVICES_MAX: i64 = 1_000;
const LINES_MAX: i64 = 100_000;

/// A line with what was taken of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whose, where, when and how much may go out.
    pub line: Line,
    /// What was spent: as of two seconds ago, of nodes that run.
    pub spent: Amount,
    /// What nodes have leased and not spent. What a node had that died stays so: nobody gets it.
    pub leased: Amount,
}

/// So much of a budget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// Messages.
    pub sms: i64,
    /// What they cost, in thousandths of the currency's minor unit.
    pub cost: i64,
}

/// The standings of one owner.
#[derive(Clone, Debug)]
pub struct Account {
    /// The service; `None` is the installation.
    pub service: Option<Service>,
    /// Of this day and this month: everywhere first, then place by place.
    pub standings: Vec<Standing>,
}

impl App {
    /// Looks how full the fullest budgets are, so that somebody is told before they are used up.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub(crate) async fn judge_budgets(&self) -> Result<(), Refusal> {
        let accounts = accounts(&self.store, &self.config.budget, self.now()).await?;
        for (whose, percent) in fullest(&accounts) {
            self.metrics.budget_used_is(whose, percent);
        }
        Ok(())
    }
}

/// How much of the fullest budget is used, in hundredths: of any service's, and of the installation's; 0 where nothing is
/// bounded. What nodes have leased is not used yet.
fn fullest(accounts: &[Account]) -> [(UsedUp, i64); 2] {
    [UsedUp::Service, UsedUp::Installation].map(|whose| {
        let own = accounts.iter().filter(|account| account.service.is_some() == (whose == UsedUp::Service));
        let used = own
            .flat_map(|account| &account.standings)
            .filter_map(|Standing { line, spent, .. }| line.used_percent((spent.sms, spent.cost)));
        (whose, used.max().unwrap_or(0))
    })
}

/// The installation's account, then those of the services.
///
/// # Errors
/// `unavailable` without the store.
pub async fn accounts(store: &Store, installation: &config::Budget, now: Time) -> Result<Vec<Account>, Refusal> {
    let from = Span::Month.around(now).0;
    let read = move |tx: &mut store::Tx| {
        Ok((store::service::list(tx, None, SERVICES_MAX)?, budget::list(tx, from, LINES_MAX)?))
    };
    let (services, taken) = store.read(read).await?;
    let all = installation.places.iter().map(|budget| (&budget.place, budget.caps())).collect();
    let mut accounts = vec![account(None, installation.caps(), all, &taken, now)];
    for service in services {
        let policy = service.value.policy.clone();
        let own = policy.budgets.iter().map(|budget| (&budget.place, budget.caps())).collect();
        accounts.push(account(Some(service.value), policy.caps(), own, &taken, now));
    }
    Ok(accounts)
}

fn account(
    service: Option<Service>,
    everywhere: Caps,
    budgets: Vec<(&domain::budget::Place, Caps)>,
    taken: &[Taken],
    now: Time,
) -> Account {
    let owner: Option<ServiceId> = service.as_ref().map(|service| service.id);
    let own: Vec<&Taken> = taken.iter().filter(|taken| taken.owner == owner).collect();
    let used = own.iter().map(|taken| taken.place.clone()).filter(|place| !place.is_empty());
    let places: BTreeSet<String> = budgets.iter().map(|(place, _)| place.to_string()).chain(used).collect();
    let lines = of_owner(owner, everywhere, budgets, &places.into_iter().collect::<Vec<_>>(), now);
    let standing = |line: Line| {
        let same = |taken: &&&Taken| (&taken.place, taken.span, taken.from) == (&line.place, line.span, line.from);
        let [spent, leased] = own.iter().find(same).map_or_else(Default::default, |taken| amounts(taken));
        Standing { line, spent, leased }
    };
    Account { service, standings: lines.into_iter().map(standing).collect() }
}

/// What was spent, and what is leased.
fn amounts(taken: &Taken) -> [Amount; 2] {
    let Taken { sms, cost, leased, leased_cost, .. } = *taken;
    [Amount { sms: sms - leased, cost: cost - leased_cost }, Amount { sms: leased, cost: leased_cost }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m2_the_fullest_budget_of_each_kind_is_told() {
        let now = Time::from_ms(0);
        let caps = Caps { sms: [Some(100), Some(1_000)], cost: [None; 2] };
        let standing = |spent, leased| {
            let of = |sms| Amount { sms, cost: 0 };
            Line::both(None, "", caps, now).map(|line| Standing { line, spent: of(spent), leased: of(leased) }).to_vec()
        };
        let all = [Account { service: None, standings: standing(80, 20) }];
        assert_eq!(fullest(&all), [(UsedUp::Service, 0), (UsedUp::Installation, 80)]);
    }
}
