//! Fields of forms, with what was typed and what was wrong with it.

use crate::page::labels;
use crate::page::words::Lang;
use crate::world::{CarrierName, Number};

/// How much of a text that was refused is shown again, in characters.
const TYPED_CHARS_MAX: usize = 200;

/// Which form it is about, and where it leads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::page) enum Place {
    /// The page of all phones, at the form for a new one.
    NewPhone,
    /// The page of all phones, at the clock.
    Clock,
    /// A phone's own page.
    Phone(Number),
    /// The carriers' page, at this one.
    Carrier(CarrierName),
}

impl Place {
    /// What the ids of its fields begin with.
    pub(super) fn id(self) -> &'static str {
        match self {
            Place::NewPhone => "new",
            Place::Clock => "clock",
            Place::Phone(_) => "phone",
            Place::Carrier(name) => name.key(),
        }
    }
}

/// What was wrong with a form.
pub(in crate::page) struct Mistake {
    pub(super) place: Place,
    pub(super) why: String,
    /// The field's id, where it is one that people fill in.
    pub(super) id: Option<String>,
    typed: Vec<(String, String)>,
}

impl Mistake {
    /// One that lies in `field`, or in none that people fill in.
    pub(in crate::page) fn new(place: Place, lang: Lang, field: Option<&str>, typed: &[(String, String)]) -> Mistake {
        let must = field.and_then(|field| Some((field, labels::must(field, lang)?)));
        let id = must.as_ref().map(|(field, _)| format!("{}-{field}", place.id()));
        let why = must.map_or_else(|| lang.words().bad_form.to_owned(), |(_, must)| must);
        let cut = |(name, text): &(String, String)| (name.clone(), text.chars().take(TYPED_CHARS_MAX).collect());
        Mistake { place, why, id, typed: typed.iter().map(cut).collect() }
    }

    /// One that lies with the simulator.
    pub(in crate::page) fn ours(place: Place, why: &'static str) -> Mistake {
        Mistake { place, why: why.to_owned(), id: None, typed: Vec::new() }
    }

    fn typed(&self, name: &str) -> Option<&str> {
        self.typed.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }
}

/// A line of text.
pub(super) struct Field {
    pub(super) id: String,
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) kind: &'static str,
    pub(super) mode: &'static str,
    pub(super) value: String,
    pub(super) wrong: Option<String>,
    pub(super) error: &'static str,
}

impl Field {
    /// The field as it stands, or as it was typed when that was refused.
    pub(super) fn new(
        place: Place,
        name: &'static str,
        (label, hint): (&'static str, &'static str),
        value: String,
        mistake: Option<&Mistake>,
        lang: Lang,
    ) -> Field {
        let mistake = mistake.filter(|mistake| mistake.place == place);
        let id = format!("{}-{name}", place.id());
        let wrong = mistake.filter(|mistake| mistake.id.as_ref() == Some(&id)).map(|mistake| mistake.why.clone());
        let value = mistake.and_then(|mistake| mistake.typed(name)).map_or(value, str::to_owned);
        let (kind, mode) = match name {
            "phone" => ("tel", ""),
            "delay_ms" | "throttle_per_second" => ("text", "numeric"),
            "loss" => ("text", "decimal"),
            _ => ("text", ""),
        };
        Field { id, name, label, hint, kind, mode, value, wrong, error: lang.words().error }
    }

    /// The attribute that names what describes it; ids are ours, so nothing in it needs escaping.
    pub(super) fn described(&self) -> String {
        let mut ids = Vec::new();
        if self.wrong.is_some() {
            ids.push(format!("{}-wrong", self.id));
        }
        if !self.hint.is_empty() {
            ids.push(format!("{}-hint", self.id));
        }
        if ids.is_empty() { String::new() } else { format!(" aria-describedby=\"{}\"", ids.join(" ")) }
    }
}

/// One of several.
pub(in crate::page) struct Choice {
    pub(super) id: String,
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) options: Vec<Pick>,
}

/// One that can be chosen.
pub(super) struct Pick {
    pub(super) key: &'static str,
    pub(super) label: &'static str,
    pub(super) chosen: bool,
}

impl Choice {
    pub(super) fn new(
        id: String,
        name: &'static str,
        label: &'static str,
        options: impl Iterator<Item = (&'static str, &'static str, bool)>,
    ) -> Choice {
        let options = options.map(|(key, label, chosen)| Pick { key, label, chosen }).collect();
        Choice { id, name, label, options }
    }
}
