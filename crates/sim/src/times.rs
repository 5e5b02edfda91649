//! Instants as text.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// RFC 3339 in UTC, with milliseconds.
pub(crate) fn rfc3339(at_ms: i64) -> String {
    format!("{:.3}", instant(at_ms))
}

/// The time of day in Japan, to the second.
pub(crate) fn time_of_day(at_ms: i64) -> String {
    in_japan(at_ms, "%H:%M:%S")
}

/// The date and time of day in Japan, to the minute.
pub(crate) fn date_and_time(at_ms: i64) -> String {
    in_japan(at_ms, "%Y-%m-%d %H:%M")
}

/// `YYMMDDhhmm` in UTC, as receipts have it (SMPP 3.4, appendix B).
pub(crate) fn receipt_date(at_ms: i64) -> String {
    instant(at_ms).strftime("%y%m%d%H%M").to_string()
}

fn in_japan(at_ms: i64, format: &str) -> String {
    let zone = TimeZone::get("Asia/Tokyo").unwrap_or(TimeZone::UTC);
    instant(at_ms).to_zoned(zone).strftime(format).to_string()
}

fn instant(at_ms: i64) -> Timestamp {
    Timestamp::from_millisecond(at_ms).unwrap_or_default()
}
