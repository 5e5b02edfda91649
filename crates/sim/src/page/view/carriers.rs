//! The carriers, which can be slow, lossy or down.

use askama::Template;

use super::field::{Choice, Field, Mistake, Place};
use super::{Frame, Toggle, unusual};
use crate::page::labels;
use crate::page::words::Lang;
use crate::world::{CarrierName, Receipts, World};

/// The page of all carriers.
#[derive(Template)]
#[template(path = "sim/carriers.html")]
pub(in crate::page) struct CarriersPage {
    frame: Frame,
    carriers: Vec<Panel>,
}

struct Panel {
    key: &'static str,
    label: &'static str,
    unusual: Vec<(String, bool)>,
    open: bool,
    toggles: [Toggle; 2],
    fields: [Field; 3],
    receipts: Choice,
}

/// The page of all carriers.
pub(in crate::page) fn carriers(world: &World, lang: Lang, mistake: Option<Mistake>) -> CarriersPage {
    let panels = CarrierName::ALL.into_iter().filter_map(|name| panel(world, name, lang, mistake.as_ref()));
    CarriersPage { carriers: panels.collect(), frame: Frame::new(lang, "/carriers".into(), mistake) }
}

fn panel(world: &World, name: CarrierName, lang: Lang, mistake: Option<&Mistake>) -> Option<Panel> {
    let carrier = world.carriers().get(&name)?;
    let (w, place) = (lang.words(), Place::Carrier(name));
    let field = |name, words, value| Field::new(place, name, words, value, mistake, lang);
    let throttle = carrier.throttle_per_second.map(|limit| limit.to_string()).unwrap_or_default();
    let receipts = Receipts::ALL.into_iter().map(|r| (r.key(), labels::receipts(r, lang), r == carrier.receipts));
    Some(Panel {
        key: name.key(),
        label: labels::carrier(name, lang),
        unusual: unusual(world, name, lang),
        open: mistake.is_some_and(|mistake| mistake.place == place),
        toggles: [
            Toggle { key: "outage", label: w.outage, effect: "", on: carrier.outage },
            Toggle { key: "reasons", label: w.reasons, effect: "", on: carrier.reasons },
        ],
        fields: [
            field("delay_ms", (w.delay, ""), carrier.delay_ms.to_string()),
            field("loss", (w.loss, ""), carrier.loss.to_string()),
            field("throttle_per_second", (w.throttle, w.throttle_hint), throttle),
        ],
        receipts: Choice::new(format!("{}-receipts", name.key()), "receipts", w.receipts, receipts),
    })
}
