//! `validity_period` in its relative form, `YYMMDDhhmmsst00R`.

const SECOND_MS: i64 = 1_000;
const DAY_MS: i64 = 24 * 3_600 * SECOND_MS;

/// The longest time we write: more would need months, whose length nobody agrees on.
pub const MS_MAX: i64 = 30 * DAY_MS;

/// Writes a time in milliseconds, in whole seconds rounded up, at most [`MS_MAX`].
pub fn write(ms: i64) -> String {
    let seconds = (ms.clamp(SECOND_MS, MS_MAX) + SECOND_MS - 1) / SECOND_MS;
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (hours, minutes, seconds) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("0000{days:02}{hours:02}{minutes:02}{seconds:02}000R")
}

/// Reads a relative time in milliseconds; a month counts as 30 days, a year as 365. Absolute times and everything else
/// give `None`: their meaning needs a clock.
pub fn read(text: &str) -> Option<i64> {
    let digits = text.strip_suffix('R').filter(|digits| digits.len() == 15)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let pair = |at: usize| digits[at..at + 2].parse::<i64>().ok();
    let days = pair(0)? * 365 + pair(2)? * 30 + pair(4)?;
    let seconds = pair(6)? * 3_600 + pair(8)? * 60 + pair(10)?;
    Some(days * DAY_MS + seconds * SECOND_MS)
}
