//! Delivery receipts: what became of a message, read from the text and from the optional parameters, and written.
//!
//! The text is each vendor's own (SMPP 3.4, appendix B, is only an example):
//!
//! ```text
//! id:0123456789 sub:001 dlvrd:001 submit date:2611011200 done date:2611011201 stat:DELIVRD err:000 text:...
//! ```
//!
//! so it is read by key, whatever the case, order and spacing. Parameters are better evidence than text and win.

mod fields;
mod ids;
mod state;

use std::fmt;

pub use self::{ids::MessageIds, state::MessageState};

use self::fields::Fields;
use crate::{
    pdu::{
        message::{Address, Kind, Message},
        tlv::{Tlvs, tag},
    },
    text,
};

/// The network's own reason: the `network_error_code` parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetworkError {
    /// 1 ANSI-136, 2 IS-95, 3 GSM, 8 the SMSC's own …
    pub network: u8,
    pub code: u16,
}

/// A delivery receipt. Its `Debug` does not show whose.
#[derive(Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The id that the submit's response gave, in the canonical form that [`MessageIds`] makes.
    pub message_id: String,
    pub state: MessageState,
    /// Whether this is an intermediate notification, by `esm_class`.
    pub intermediate: bool,
    /// The word after `err:`, the vendor's own.
    pub error: Option<String>,
    pub network_error: Option<NetworkError>,
    /// `YYMMDDhhmm` or `YYMMDDhhmmss`, in the SMSC's own time zone.
    pub submitted: Option<String>,
    /// As `submitted`: when the state was reached.
    pub done: Option<String>,
    /// Whom the message was for: the `deliver_sm`'s source.
    pub recipient: Address,
    /// Who sent it: the `deliver_sm`'s destination.
    pub sender: Address,
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receipt")
            .field("message_id", &self.message_id)
            .field("state", &self.state)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// Why a `deliver_sm` gives no receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoReceipt {
    /// Its `esm_class` says that it is something else.
    OtherKind,
    /// It says receipt, but there is no id or no state in it.
    Unreadable,
}

/// Reads a receipt.
pub fn read(message: &Message, ids: MessageIds) -> Result<Receipt, NoReceipt> {
    let intermediate = match message.kind() {
        Kind::Receipt => false,
        Kind::Intermediate => true,
        Kind::Message | Kind::Other => return Err(NoReceipt::OtherKind),
    };
    let text = text(message);
    let fields = Fields::of(&text);
    let parameter = message.tlvs.get_text(tag::RECEIPTED_MESSAGE_ID).filter(|id| !id.is_empty());
    let message_id = ids.of_receipt(parameter, fields.get("id"));
    let state = message.tlvs.get_u8(tag::MESSAGE_STATE).map(MessageState::from_code);
    let state = state.or_else(|| fields.get("stat").map(MessageState::from_word));
    let (Some(message_id), Some(state)) = (message_id, state) else {
        return Err(NoReceipt::Unreadable);
    };
    Ok(Receipt {
        message_id,
        state,
        intermediate,
        error: fields.get("err").map(str::to_owned),
        network_error: network_error(message),
        submitted: fields.get("submitdate").map(str::to_owned),
        done: fields.get("donedate").map(str::to_owned),
        recipient: message.source.clone(),
        sender: message.destination.clone(),
    })
}

/// No receipt's text is longer; what is, is not searched through.
const TEXT_OCTETS_MAX: usize = 1_024;

/// The receipt's text. Under the default alphabet it is read as ASCII: most SMSCs write these texts as such, and an id
/// with `_` or `@` would change its letters as GSM-7; where GSM-7 has them, ASCII has control characters, so both are read.
fn text(message: &Message) -> String {
    match message.data_coding {
        0 | 1 | 3 => {
            let octets = message.body.iter().take(TEXT_OCTETS_MAX);
            octets.map(|octet| text::ascii(*octet)).collect()
        }
        _ => {
            let text = message.text().unwrap_or_default();
            text.chars().take(TEXT_OCTETS_MAX).collect()
        }
    }
}

fn network_error(message: &Message) -> Option<NetworkError> {
    match message.tlvs.get(tag::NETWORK_ERROR_CODE)?.as_ref() {
        [network, high, low] => Some(NetworkError { network: *network, code: u16::from_be_bytes([*high, *low]) }),
        _ => None,
    }
}

/// Where a written receipt says what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In the text only, as older SMSCs do.
    Text,
    /// In the optional parameters only.
    Parameters,
    /// In both.
    Both,
}

impl Receipt {
    /// A receipt with nothing but what every receipt has.
    pub fn new(message_id: &str, state: MessageState, recipient: Address, sender: Address) -> Receipt {
        Receipt {
            message_id: message_id.to_owned(),
            state,
            intermediate: !state.is_final(),
            error: None,
            network_error: None,
            submitted: None,
            done: None,
            recipient,
            sender,
        }
    }

    /// The `deliver_sm` that says this; the server's side of [`read`]. The id is written as it is.
    pub fn write(&self, form: Form) -> Message {
        let (with_text, with_parameters) = match form {
            Form::Text => (true, false),
            Form::Parameters => (false, true),
            Form::Both => (true, true),
        };
        Message {
            source: self.recipient.clone(),
            destination: self.sender.clone(),
            esm_class: if self.intermediate { 0x20 } else { 0x04 },
            registered_delivery: 0,
            data_coding: 0,
            validity_ms: None,
            body: if with_text { self.write_text().into() } else { Vec::new().into() },
            tlvs: if with_parameters { self.write_parameters() } else { Tlvs::default() },
        }
    }

    fn write_text(&self) -> String {
        let date = |date: &Option<String>| date.clone().unwrap_or_else(|| "0000000000".to_owned());
        format!(
            "id:{} sub:001 dlvrd:{} submit date:{} done date:{} stat:{} err:{} text:",
            self.message_id,
            if self.state == MessageState::Delivered { "001" } else { "000" },
            date(&self.submitted),
            date(&self.done),
            self.state.word(),
            self.error.as_deref().unwrap_or("000"),
        )
    }

    fn write_parameters(&self) -> Tlvs {
        let mut tlvs = Tlvs::default();
        tlvs.push(tag::RECEIPTED_MESSAGE_ID, format!("{}\0", self.message_id));
        tlvs.push(tag::MESSAGE_STATE, vec![self.state.code()]);
        if let Some(NetworkError { network, code }) = self.network_error {
            let [high, low] = code.to_be_bytes();
            tlvs.push(tag::NETWORK_ERROR_CODE, vec![network, high, low]);
        }
        tlvs
    }
}
