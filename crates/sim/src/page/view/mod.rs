//! What the pages show, worked out of the world; the templates only lay it out.

mod carriers;
mod field;
mod index;
mod message;
mod phone;

use super::labels;
use super::words::{Lang, Words};
use crate::api::MOUNT;
use crate::world::{CarrierName, System, World};

pub(super) use carriers::carriers;
pub(super) use field::{Choice, Mistake, Place};
pub(super) use index::index;
pub(super) use phone::phone;

/// What surrounds every page.
struct Frame {
    w: &'static Words,
    lang: &'static str,
    mount: &'static str,
    /// The page's own path below the mount, for the language links.
    path: String,
    style: &'static str,
    script: &'static str,
    mistake: Option<Mistake>,
}

impl Frame {
    fn new(lang: Lang, path: String, mistake: Option<Mistake>) -> Frame {
        let (style, script) = (super::STYLE, super::SCRIPT);
        Frame { w: lang.words(), lang: lang.tag(), mount: MOUNT, path, style, script, mistake }
    }
}

/// Something about a phone that is no message: one waits, hides or was stopped.
struct Note {
    /// A class of the style sheet.
    kind: &'static str,
    text: String,
}

struct Toggle {
    key: &'static str,
    label: &'static str,
    effect: &'static str,
    on: bool,
}

fn carrier_choice(id: &str, chosen: CarrierName, lang: Lang) -> Choice {
    let names = CarrierName::ALL.into_iter().filter(|name| name.has_customers());
    let options = names.map(|name| (name.key(), labels::carrier(name, lang), name == chosen));
    Choice::new(format!("{id}-carrier"), "carrier", lang.words().carrier, options)
}

fn system_choice(id: &str, chosen: System, lang: Lang) -> Choice {
    let options = System::ALL.into_iter().map(|system| (system.key(), labels::system(system, lang), system == chosen));
    Choice::new(format!("{id}-system"), "system", lang.words().system, options)
}

/// What is not as usual at a carrier, and whether it is down.
fn unusual(world: &World, name: CarrierName, lang: Lang) -> Vec<(String, bool)> {
    let Some(carrier) = world.carriers().get(&name) else { return Vec::new() };
    let mut found = Vec::new();
    if carrier.outage {
        found.push((lang.words().down.to_owned(), true));
    }
    if carrier.loss > 0.0 {
        found.push((format!("{}{:.0} %", lang.words().loses, carrier.loss * 100.0), false));
    }
    if let Some(limit) = carrier.throttle_per_second {
        found.push((format!("{limit}{}", lang.words().a_second), false));
    }
    found
}
