//! Message ids: one canonical form, whatever form the peer writes where.

/// How a peer writes message ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MessageIds {
    /// The same in responses and receipts.
    #[default]
    AsIs,
    /// Hexadecimal in responses and decimal in receipts, as a family of SMSCs does. The canonical form is decimal.
    HexInResponse,
}

impl MessageIds {
    /// The canonical form of an id from a submit's response.
    pub fn of_response(self, id: &str) -> String {
        match self {
            MessageIds::AsIs => id.to_owned(),
            MessageIds::HexInResponse => from_hex(id),
        }
    }

    /// The canonical form of an id from a receipt. The parameter wins, except that where ids differ it may repeat the
    /// response's form or the text's, so there the text wins and letters tell a parameter's form.
    pub(super) fn of_receipt(self, parameter: Option<&str>, text: Option<&str>) -> Option<String> {
        match self {
            MessageIds::AsIs => parameter.or(text).map(str::to_owned),
            MessageIds::HexInResponse => text.or(parameter).map(|id| {
                let decimal = id.bytes().all(|octet| octet.is_ascii_digit());
                if decimal { without_zeros(id).to_owned() } else { from_hex(id) }
            }),
        }
    }
}

/// A hexadecimal id as a decimal one; what is no hexadecimal number stays as it is.
fn from_hex(id: &str) -> String {
    u128::from_str_radix(id, 16).map_or_else(|_| id.to_owned(), |number| number.to_string())
}

fn without_zeros(id: &str) -> &str {
    let digits = id.trim_start_matches('0');
    if digits.is_empty() { &id[..id.len().min(1)] } else { digits }
}
