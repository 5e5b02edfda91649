//! The phones that are there from the start: one for each kind of person whom a code has to reach. Nothing is ever
//! sent to these numbers; they only have the shape of real ones.

use super::carrier::CarrierName;
use super::number::Number;
use super::phone::{Phone, System};

/// Number, owner, carrier, system.
const CAST: [(&str, &str, CarrierName, System); 9] = [
    ("+819012345678", "Aoi 葵", CarrierName::Au, System::Ios),
    ("+818012345678", "Haruto 陽翔", CarrierName::Docomo, System::Android),
    ("+817012345678", "Yui 結衣", CarrierName::Softbank, System::Ios),
    ("+819023456789", "Ren 蓮", CarrierName::Rakuten, System::Android),
    ("+818034567890", "Sakura さくら", CarrierName::MvnoDocomo, System::Android),
    ("+819045678901", "Fumiko 文子（82）", CarrierName::Docomo, System::FeaturePhone),
    ("+815012345678", "Riku 陸", CarrierName::Voip, System::Other),
    ("+12025550123", "Emma", CarrierName::Foreign, System::Ios),
    ("+447400123456", "Oliver", CarrierName::Foreign, System::Android),
];

/// The phones of a new world, in the order in which they are shown.
pub fn cast() -> Vec<Phone> {
    let described = |(number, owner, carrier, system): (&str, &str, CarrierName, System)| {
        let number: Number = number.parse().ok()?;
        Some(Phone { owner: owner.into(), carrier, system, ..Phone::at_first(number) })
    };
    CAST.into_iter().filter_map(described).collect()
}
