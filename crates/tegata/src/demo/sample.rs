//! The demo's sample service: a regional payment app with a call centre, a form and shops.

use domain::{
    address::NumberType,
    contact::{Contact, Hours, Kind, Span},
    id::{ServiceId, v7},
    limit::SourceRules,
    service::{Policy, Service},
    time::Time,
};
use server::clock;
use store::Store;

use crate::output::Failure;

/// The name that people know it by.
pub const BRAND: &str = "みなとペイ";
/// Its name in English.
pub const BRAND_EN: &str = "Minato Pay";

/// Whom a phone shows that is called with a code: its call centre.
pub const CALLER: &str = "+81120000000";

/// Finds the sample service or makes it, and lets its pages lead back to the shop at `url`; says its id.
pub async fn service(store: &Store, kept: &str, url: &str, now: Time) -> Result<String, Failure> {
    let kept: Option<ServiceId> = kept.parse().ok();
    let found = match kept {
        Some(id) => store.read(move |tx| store::service::fetch(tx, id)).await?,
        None => None,
    };
    let back = format!("{url}{}/back", sim::shop::MOUNT);
    match found {
        Some(found) => {
            let id = found.value.id;
            // The port may be another one this time.
            let mut service = found.value;
            service.return_urls.retain(|known| !known.ends_with("/shop/back"));
            service.return_urls.push(back);
            store.write(move |tx| store::service::update(tx, &service, found.version)).await?;
            Ok(id.to_string())
        }
        None => {
            let service = sample(back, now);
            let id = service.id;
            store.write(move |tx| store::service::insert(tx, &service)).await?;
            Ok(id.to_string())
        }
    }
}

fn sample(back: String, now: Time) -> Service {
    let contact = |kind, name_ja: &str, name_en: &str, to: &str, hours| Contact {
        kind,
        name_ja: name_ja.into(),
        name_en: name_en.into(),
        to: to.into(),
        hours,
    };
    Service {
        id: ServiceId(v7(now, 0, clock::random())),
        brand: BRAND.into(),
        brand_en: Some(BRAND_EN.into()),
        sender: None,
        color: Some("#0b6e6e".into()),
        return_urls: vec![back, "https://shop.example/verified".into()],
        host: None,
        embed_origins: Vec::new(),
        email_code_url: None,
        contacts: vec![
            contact(
                Kind::Phone,
                "みなとペイ コールセンター",
                "Minato Pay call centre",
                "0120-000-000",
                Some(daily(9, 20)),
            ),
            contact(Kind::Form, "お問い合わせフォーム", "Contact form", "https://minato-pay.example/contact", None),
            contact(
                Kind::Shop,
                "手続きを手伝う店の一覧",
                "Shops that help in person",
                "https://minato-pay.example/shops",
                Some(daily(10, 19)),
            ),
            contact(
                Kind::Venue,
                "アプリの使い方説明会",
                "Briefings on the app",
                "https://minato-pay.example/briefings",
                Some(daily(10, 16)),
            ),
            contact(Kind::Message, "担当者へのメッセージ", "A message to the staff", "", Some(daily(9, 18))),
        ],
        logo: None,
        policy: Policy {
            sms_per_day: 1_000_000,
            sources: SourceRules {
                address_per_10_minutes: 100_000,
                address_per_day: 1_000_000,
                account_per_day: 1_000,
                key_per_10_minutes: 1_000_000,
            },
            calls: true,
            calls_first: vec![NumberType::FixedLine],
            countries: ["JP", "US", "GB", "KR"].iter().filter_map(|code| code.parse().ok()).collect(),
            ..Policy::default()
        },
        changed_at: now,
    }
}

fn daily(from: u8, to: u8) -> Hours {
    let day = format!("[{{\"from\":\"{from:02}:00:00\",\"to\":\"{to:02}:00:00\"}}]");
    let spans = || serde_json::from_str::<Vec<Span>>(&day).unwrap_or_default();
    Hours { zone: "Asia/Tokyo".into(), week: std::array::from_fn(|_| spans()), closed: Vec::new() }
}
