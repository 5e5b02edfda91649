//! Small numbers in settings, whose rules say what they may be.

use serde::{Deserialize, Deserializer};

/// Reads a number; one beyond the type's range as the end of that. It is as wrong there, and its rule names the bounds
/// where the type's refusal could only name the type.
///
/// # Errors
/// Those of what is no whole number.
pub fn nearest<'de, D: Deserializer<'de>>(reader: D) -> Result<u8, D::Error> {
    let number = i64::deserialize(reader)?;
    Ok(u8::try_from(number.max(0)).unwrap_or(u8::MAX))
}
