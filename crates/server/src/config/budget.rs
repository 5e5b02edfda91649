//! `[budget]`: what messages cost, and how many may go out for all services together (rule M2).

use std::collections::BTreeSet;

use domain::{
    address::PhoneNumber,
    budget::{Caps, PLACES_MAX, Place, Price},
    channel::Channel,
    country::Country,
};
use serde::{Deserialize, Serialize};

/// The section.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Budget {
    /// The currency of all prices and costs (ISO 4217): a name, for whoever reads figures.
    pub currency: String,
    /// What a message costs, in the currency's minor units, where no place says otherwise.
    pub price: Price,
    /// What a call costs wherever it goes, if that is not what a message costs there.
    pub call_price: Option<Price>,
    /// Messages of all services in a day (UTC); calls are counted with them.
    pub sms_per_day: Option<u32>,
    /// The same in a month.
    pub sms_per_month: Option<u32>,
    /// What they may cost in a day, in minor units.
    pub cost_per_day: Option<u32>,
    /// The same in a month.
    pub cost_per_month: Option<u32>,
    /// Whether these budgets are only counted: what they would refuse goes on.
    pub shadow: bool,
    /// Countries and prefixes with a price or a budget of their own.
    pub places: Vec<PlaceBudget>,
}

/// What a country's or a prefix's messages cost, and how many there may be.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceBudget {
    /// The country or prefix.
    pub place: Place,
    /// What a message there costs; else what the wider place's does.
    #[serde(default)]
    pub price: Option<Price>,
    /// Messages of all services in a day (UTC).
    #[serde(default)]
    pub sms_per_day: Option<u32>,
    /// The same in a month.
    #[serde(default)]
    pub sms_per_month: Option<u32>,
    /// What they may cost in a day, in minor units.
    #[serde(default)]
    pub cost_per_day: Option<u32>,
    /// The same in a month.
    #[serde(default)]
    pub cost_per_month: Option<u32>,
}

impl Default for Budget {
    fn default() -> Self {
        Budget {
            currency: "JPY".into(),
            price: Price::default(),
            call_price: None,
            sms_per_day: None,
            sms_per_month: None,
            cost_per_day: None,
            cost_per_month: None,
            shadow: false,
            places: Vec::new(),
        }
    }
}

impl Budget {
    pub(super) fn problem(&self) -> Option<String> {
        if self.currency.len() != 3 || !self.currency.bytes().all(|b| b.is_ascii_uppercase()) {
            return Some("currency: must be three capital letters (ISO 4217)".into());
        }
        if self.places.len() > PLACES_MAX {
            return Some(format!("places: at most {PLACES_MAX}"));
        }
        let caps = self.places.iter().map(PlaceBudget::caps).chain([self.caps()]);
        let bounded = caps.flat_map(|caps| caps.cost).any(|cost| cost.is_some());
        if bounded && !self.has_prices() {
            return Some("price: must be set where a cost is bounded".into());
        }
        let mut seen = BTreeSet::new();
        let twice = self.places.iter().find(|budget| !seen.insert(&budget.place));
        twice.map(|budget| format!("places: {} stands there twice", budget.place))
    }

    /// What may go out everywhere together.
    pub fn caps(&self) -> Caps {
        Caps { sms: [self.sms_per_day, self.sms_per_month], cost: [self.cost_per_day, self.cost_per_month] }
    }

    fn has_prices(&self) -> bool {
        let prices = self.places.iter().filter_map(|budget| budget.price).chain([self.price]);
        prices.into_iter().any(|price| price.parts() > 0)
    }

    /// What a message or call to a number costs: the longest prefix that has a price says, else the country.
    pub fn price_of(&self, number: &PhoneNumber, country: Option<Country>, channel: Channel) -> Price {
        if let (Channel::Call, Some(price)) = (channel, self.call_price) {
            return price;
        }
        let there = self.places.iter().filter(|budget| budget.place.holds(number, country));
        let priced = there.filter_map(|budget| budget.price.map(|price| (narrowness(&budget.place), price)));
        priced.max_by_key(|(narrow, _)| *narrow).map_or(self.price, |(_, price)| price)
    }
}

impl PlaceBudget {
    /// What may go out there.
    pub fn caps(&self) -> Caps {
        Caps { sms: [self.sms_per_day, self.sms_per_month], cost: [self.cost_per_day, self.cost_per_month] }
    }
}

fn narrowness(place: &Place) -> usize {
    match place {
        Place::Country(_) => 0,
        Place::Prefix(prefix) => prefix.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Budget {
        toml::from_str(text).expect("a section")
    }

    #[test]
    fn m2_the_longest_prefix_says_the_price() {
        let budget = read(
            "price = 10\n[[places]]\nplace = \"US\"\nprice = 0.8\n[[places]]\nplace = \"+12025\"\nprice = 5\n\
             [[places]]\nplace = \"+1202\"\nsms_per_day = 3\n",
        );
        let price = |text: &str| {
            let number = PhoneNumber::from_e164(text).expect("a number");
            budget.price_of(&number, number.country(), Channel::Sms).parts()
        };
        assert_eq!(["+12025550123", "+12125550123", "+819012345678"].map(price), [5_000, 800, 10_000]);
    }

    #[test]
    fn m2_a_bounded_cost_needs_prices() {
        assert!(read("cost_per_day = 100").problem().is_some());
        assert!(read("[[places]]\nplace = \"KR\"\ncost_per_month = 100").problem().is_some());
        assert_eq!(read("cost_per_day = 100\n[[places]]\nplace = \"KR\"\nprice = 3").problem(), None);
    }

    #[test]
    fn a_place_stands_there_once() {
        let twice = read("[[places]]\nplace = \"KR\"\n[[places]]\nplace = \"kr\"\n");
        assert_eq!(twice.problem().as_deref(), Some("places: KR stands there twice"));
        assert!(read("currency = \"yen\"").problem().is_some());
        assert_eq!(Budget::default().problem(), None);
    }
}
