//! Numbers: how they may be written, and which are refused before anything is sent.

use serde_json::json;

use crate::world::{AOI, World};

#[test]
fn a_number_is_read_as_people_write_it() {
    let world = World::new();
    for (nth, written) in ["０９０－１２３４－５６７８", "090 1234 5678", "+81 90-1234-5678"].into_iter().enumerate()
    {
        let body = json!({ "to": written, "country": "JP", "context": format!("{nth}") });
        let answer = world.post("/v1/verifications", body).is(201);
        assert_eq!(answer.json()["to"], AOI, "{written}");
        let v = crate::world::Verification::of(&answer);
        let code = world.sms_to(AOI).code();
        let full_width: String = code.chars().filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0)).collect();
        let typed = [code.clone(), full_width, format!("{}-{}", &code[..3], &code[3..])];
        world.check(&v, &typed[nth]).is_approved();
    }
}

#[test]
fn a_number_that_takes_no_sms_is_refused_by_its_type() {
    let world = World::new();
    for (written, code) in [
        ("050-1234-5678", "number-voip"),
        ("0120-123-456", "number-toll-free"),
        ("0570-123-456", "number-shared-cost"),
        ("0990-123-456", "number-premium-rate"),
        ("020-1234-5678", "number-pager"),
        ("090-1234-567", "number-invalid"),
        ("090-1234-56789", "number-invalid"),
        ("110", "number-invalid"),
        ("hello", "number-invalid"),
        ("", "number-invalid"),
        ("+33 6 12 34 56 78", "country-not-allowed"),
    ] {
        let answer = world.post("/v1/verifications", json!({ "to": written, "country": "JP" }));
        answer.is_refused(code);
    }
    world.post("/v1/verifications", json!({ "to": "09012345678" })).problem();
    assert_eq!(world.metric("tegata_verifications_created_total"), Some(0.0));
}

#[test]
fn the_demo_takes_the_numbers_of_four_countries() {
    let world = World::new();
    for number in ["+12025550123", "+447400123456", "+821020000000"] {
        let v = world.create(number);
        world.check(&v, &world.sms_to(number).code()).is_approved();
    }
    let phones = world.phones();
    let mobile = phones.iter().filter(|number| !number.starts_with("+8150"));
    for number in mobile {
        let known = json!({ "to": number, "context": "every phone of the demo can be tried", "known": true });
        assert_eq!(world.post("/v1/verifications", known).status, 201, "{number}");
        world.sms_to(number);
    }
}

#[test]
fn a_message_speaks_the_language_asked_for() {
    let world = World::new();
    world.create_with(json!({ "to": AOI, "locale": "ja", "purpose": "payment" }));
    let japanese = world.sms_to(AOI);
    assert!(japanese.text.starts_with("みなとペイ 支払い\nコード "), "{japanese:?}");
    assert!(japanese.text.contains("人に教えないでください"), "{japanese:?}");
    world.create_with(json!({ "to": AOI, "locale": "en-GB", "context": "x" }));
    let english = world.sms_to(AOI);
    assert!(english.text.contains("number"), "{english:?}");
    assert!(!english.text.contains("コード"), "{english:?}");
    for (sms, segment) in [(japanese, 70), (english, 160)] {
        assert_eq!(sms.from, "Tegata");
        assert!(sms.text.encode_utf16().count() <= segment, "{sms:?}");
        assert!(segment == 70 || sms.text.is_ascii(), "{sms:?}");
        assert!(sms.text.ends_with(&format!("\n@127.0.0.1 #{}", sms.code())), "{sms:?}");
    }
    world.post("/v1/verifications", json!({ "to": AOI, "locale": "tlh" })).is_refused("bad-request");
}
