//! Phone numbers as they are typed: what is taken reads back as itself in every way in which it is shown.

use domain::{address::PhoneNumber, country::Country};

/// The first two bytes name a country, or none; the rest is what is typed.
pub fn holds(bytes: &[u8]) {
    let Some((country, typed)) = read(bytes) else { return };
    let Ok((number, plan)) = PhoneNumber::read(typed, country) else { return };
    let e164 = number.e164();
    let digits = e164.strip_prefix('+').expect("E.164 begins with +");
    assert!((1..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()), "{e164}");
    let again = |text: &str, country| PhoneNumber::read(text, country).map(|(number, _)| number);
    assert_eq!(again(e164, None).as_ref(), Ok(&number), "the stored form is the number");
    assert_eq!(again(e164, country).as_ref(), Ok(&number), "wherever it is typed");
    assert!(plan.number_type.is_some() && plan == number.plan(), "codes go to its type, then and now");
    assert_eq!(PhoneNumber::from_e164(e164).err(), plan.without_sms(), "by SMS, if that goes there");
    assert!(e164.starts_with(number.range()) && number.range().len() < e164.len());
    let shown = number.masked().chars().filter(char::is_ascii_digit).count();
    assert_eq!(shown, 2, "a mask hides: {}", number.masked());
    for reader in [number.country(), Some(Country::JP)].into_iter().flatten() {
        let written = number.written_for(reader);
        assert_eq!(again(&written, Some(reader)).as_ref(), Ok(&number), "{written} in {reader:?}");
    }
}

fn read(bytes: &[u8]) -> Option<(Option<Country>, &str)> {
    let (code, typed) = bytes.split_at_checked(2)?;
    let country = std::str::from_utf8(code).ok().and_then(|code| code.parse().ok());
    Some((country, std::str::from_utf8(typed).ok()?))
}
