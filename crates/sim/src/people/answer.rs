//! What people answer: what is true of them, as they know it.

use domain::guide::Known;
use domain::guide::facts::Fact;

use super::assumptions::Assumptions;
use super::person::Person;
use super::population::{Population, WrongNumber};
use super::service::Service;
use crate::world::{Carrier, CarrierName, Ending, Fate, Folder, Switch, System, Way, fate, luck};

/// A sender as people have in their contacts.
const FRIEND: &str = "+819011112222";
/// How many have had no other SMS lately, and cannot say whether one would arrive (an assumption).
const NO_OTHER_SMS: f64 = 0.3;
/// How many see on the screen that a line is off, the SIM is elsewhere, or the storage is full (an assumption).
const SHOWS: f64 = 0.6;
/// The value that guides have for "I do not know".
const UNKNOWN: &str = "unknown";

/// What the page's browser and the number tell.
pub(super) fn derived(population: &Population, person: &Person) -> Known {
    let kind = if person.begins() { Some("mobile") } else { number_kind(person) };
    let all = [
        ("country", Some(population.country.as_str())),
        ("number_kind", kind),
        ("phone", person.on_phone.then(|| phone(person.phone.system))),
    ];
    all.into_iter().filter_map(|(fact, value)| Some((fact.to_owned(), value?.to_owned()))).collect()
}

/// What is true of a person now, by fact; what they cannot know is not there.
pub(super) fn truth(population: &Population, person: &Person, service: &Service<'_>) -> Known {
    let right = if service.is_wrong_number() { "no" } else { "yes" };
    let all = [
        ("country", Some(population.country.as_str())),
        ("number_kind", number_kind(person)),
        ("phone", Some(phone(person.phone.system))),
        ("carrier", Some(person.line.brand.as_str())),
        ("mvno_line", person.line.host.as_deref()),
        ("sms_app", person.app.as_deref()),
        ("on_screen", Some(on_screen(person, service))),
        ("other_sms", other_sms(person, service)),
        ("where", Some(if person.abroad { "abroad" } else { "home" })),
        ("change", Some(person.lately.as_deref().unwrap_or("nothing"))),
        ("number_right", Some(right)),
    ];
    all.into_iter().filter_map(|(fact, value)| Some((fact.to_owned(), value?.to_owned()))).collect()
}

/// What a person says when a guide asks for a fact: mostly what is true.
pub(super) fn answer(fact: &Fact, truth: &Known, person: &Person, assumed: &Assumptions) -> String {
    let mut chance = person.chance(&format!("answer {}", fact.id));
    let can_pass = fact.value(UNKNOWN).is_some();
    if can_pass && chance.is(assumed.unknown) {
        return UNKNOWN.into();
    }
    let any = chance.below(fact.values.len() as u64) as usize;
    if chance.is(assumed.misanswers) {
        return fact.values[any].clone();
    }
    let known = truth.get(&fact.id).filter(|value| fact.value(value).is_some());
    let otherwise = [UNKNOWN, "other"].into_iter().find(|value| fact.value(value).is_some());
    known.cloned().or(otherwise.map(str::to_owned)).unwrap_or_else(|| fact.values[any].clone())
}

fn phone(system: System) -> &'static str {
    match system {
        System::Ios => "iphone",
        System::Android => "android",
        System::FeaturePhone => "feature_phone",
        System::Other => "tablet",
    }
}

fn number_kind(person: &Person) -> Option<&'static str> {
    let data_only = !person.phone.settings.is_on(Switch::SmsContract);
    match person.trouble.number {
        Some(WrongNumber::IpPhone) => Some("ip_phone"),
        Some(WrongNumber::FixedLine) => Some("fixed_line"),
        Some(WrongNumber::Mistyped) | None if data_only => Some("data_only"),
        Some(WrongNumber::Mistyped) | None => Some("mobile"),
    }
}

/// What the phone shows that keeps it from getting anything. With two numbers on it the other's signal may hide that one
/// is off, and the notice of a full storage may long be gone.
fn on_screen(person: &Person, service: &Service<'_>) -> &'static str {
    let phone = service.phone();
    let on = |switch| phone.settings.is_on(switch);
    let noticed = || person.chance("sees on screen").is(SHOWS);
    let off_the_air =
        [Switch::PowerOff, Switch::NoSignal, Switch::RoamingOff, Switch::NotActivated].into_iter().any(on)
            || [Switch::LineOff, Switch::OtherDevice].into_iter().any(on) && noticed();
    if on(Switch::AirplaneMode) {
        "airplane"
    } else if off_the_air {
        "no_service"
    } else if on(Switch::StorageFull) && noticed() {
        "storage"
    } else {
        "nothing"
    }
}

/// Whether an SMS from somebody in the contacts would arrive now, by the simulator's own rules.
fn other_sms(person: &Person, service: &Service<'_>) -> Option<&'static str> {
    if person.chance("has other sms").is(NO_OTHER_SMS) {
        return None;
    }
    let carriers = CarrierName::ALL.into_iter().map(|name| (name, Carrier::at_first(name)));
    let carriers = carriers.chain([(person.phone.carrier, person.carrier.clone())]).collect();
    let way = Way::to(&carriers, person.phone.carrier);
    let arrives = match fate(&way, luck(0, person.phone.number, 0), &service.phone(), FRIEND) {
        Fate::Ends(Ending::Shown | Ending::Hidden(Folder::UnknownSenders | Folder::Spam)) => true,
        // Its filter takes codes for phishing, not friends.
        Fate::Ends(Ending::Refused(crate::world::Reason::Filtered)) => true,
        Fate::Ends(_) | Fate::Waits(_) => false,
    };
    Some(if arrives { "yes" } else { "no" })
}
