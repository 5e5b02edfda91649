//! The checker finds a sound guide sound, and looks at all of it.

use domain::{
    contact::{Contact, Hours, Kind, Span},
    guide::check::check,
};
use serde_json::json;

use crate::guide_sample::{compiled, sample};

/// A desk that is there on weekdays, from nine to five in Japan.
pub fn desk() -> Contact {
    let span = Span { from: jiff::civil::time(9, 0, 0, 0), to: jiff::civil::time(17, 0, 0, 0) };
    let week = [5, 4, 3, 2, 1, 0, 0].map(|open| if open > 0 { vec![span] } else { Vec::new() });
    let hours = Hours { zone: "Asia/Tokyo".into(), week, closed: vec![jiff::civil::date(2026, 12, 31)] };
    let (name_ja, name_en) = ("窓口".into(), "Desk".into());
    Contact { kind: Kind::Phone, name_ja, name_en, to: "0120".into(), hours: Some(hours) }
}

#[test]
fn a_sound_guide_is_proved() {
    let guide = compiled(sample());
    let proof = check(&guide, &[desk()]).unwrap_or_else(|counter| panic!("{counter}"));
    assert_eq!((proof.causes, proof.questions), (11, 4));
    // message 5, email 2; phone 3, carrier 3, app 3, other_sms 2, each of these also open. Nothing reads the version.
    assert_eq!(proof.combinations, 5 * 2 * 4 * 4 * 4 * 3);
    assert!(proof.judged > 0 && proof.steps > proof.walked * 5, "{proof}");
    assert!(proof.hours > 7 * 24, "a holiday comes on top: {proof}");
    assert_eq!(check(&guide, &[desk()]), Ok(proof), "the same guide has the same proof");
}

/// What befalls a small guide's persons is walked completely.
#[test]
fn a_small_guide_is_walked_completely() {
    let mut content = sample();
    let email = json!({ "id": "email", "source": "observed", "values": ["no", "yes"] });
    content["facts"] = json!([content["facts"][0], email]);
    content["causes"] = json!([content["causes"][0], content["causes"][1], content["causes"][11 - 1]]);
    content["impossible"] = json!([]);
    let proof = check(&compiled(content), &[desk()]).unwrap_or_else(|counter| panic!("{counter}"));
    assert_eq!(u128::from(proof.walked), proof.walks, "{proof}");
}
