//! What a service calls itself, in the messages that carry its name: one SMS, with one code in it.

use domain::{
    code::Code,
    id::{ServiceId, v4},
    locale::Locale,
    service::{Policy, Service},
    time::Time,
    verification::Purpose,
};
use server::sms;
use smpp::text;

const CODE: &str = "8203946157";

/// Lines: the name, the name in English, the host, how many digits codes have.
pub fn holds(bytes: &[u8]) {
    let Some(service) = std::str::from_utf8(bytes).ok().and_then(read) else { return };
    if !service.problems().is_empty() || sms::problem(&service, "verify.example.jp").is_some() {
        return;
    }
    let host = service.host.as_deref().unwrap_or("verify.example.jp");
    let digits = service.policy.code_digits;
    let code = &CODE[..usize::from(digits)];
    for locale in Locale::ALL {
        for purpose in [Purpose::VerifyPhone, Purpose::SignUp, Purpose::SignIn, Purpose::Payment, Purpose::Recovery] {
            let brand = service.brand_in(locale);
            let written = sms::compose(locale, brand, purpose, code, host).0;
            assert!(text::one_segment(&written).is_ok(), "{written:?}");
            assert!(written.contains(brand) && written.ends_with(&format!("\n@{host} #{code}")), "{written:?}");
            // A host's own digits can look like a code; which one is meant, the last line says to phones.
            if !host.bytes().any(|b| b.is_ascii_digit()) {
                assert_eq!(Code::read(&written, digits).as_ref().map(Code::digits), Some(code), "{written:?}");
            }
        }
    }
}

fn read(text: &str) -> Option<Service> {
    let mut lines = text.split('\n');
    let brand = lines.next()?.to_owned();
    let mut some = || lines.next().filter(|line| !line.is_empty()).map(str::to_owned);
    let (brand_en, host, digits) = (some(), some(), some());
    let policy =
        Policy { code_digits: digits.and_then(|digits| digits.parse().ok()).unwrap_or(6), ..Policy::default() };
    Some(Service {
        id: ServiceId(v4([1; 16])),
        brand,
        brand_en,
        sender: None,
        color: None,
        return_urls: Vec::new(),
        host,
        embed_origins: Vec::new(),
        email_code_url: None,
        contacts: Vec::new(),
        logo: None,
        policy,
        changed_at: Time::default(),
    })
}
