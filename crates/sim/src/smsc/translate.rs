//! Between SMPP's messages and the world's.

use smpp::receipt::{Form, NetworkError};
use smpp::{Address, Message, MessageState, Receipt, Status};

use crate::times::receipt_date;
use crate::world::{self, Number, Part, Sender, State, Submission, Wanted};

/// Types of number (SMPP 3.4 §5.2.5).
const TON_INTERNATIONAL: u8 = 1;
/// The `network_error_code` of a GSM network (SMPP 3.4 §5.3.2.31).
const NETWORK_GSM: u8 = 3;
/// The longest text: what ten parts of GSM-7 hold, in characters.
const TEXT_CHARS_MAX: usize = 1530;
/// `ESME_RINVDCS` (SMPP 5.0): the text's coding is none that a phone could show.
const INVALID_DATA_CODING: Status = Status(0x104);

/// A message's id as the centre tells it.
pub(super) fn message_id(id: u64) -> String {
    format!("{id:08x}")
}

/// What a client submits, or the status that refuses it.
pub(super) fn submission(message: &Message, system_id: &str, now_ms: i64) -> Result<Submission, Status> {
    let number = recipient(&message.destination).ok_or(Status::INVALID_DESTINATION)?;
    let part = message.part().map(|part| Part { reference: part.reference, total: part.total, index: part.number });
    Ok(Submission {
        system_id: system_id.into(),
        from: shown(&message.source),
        sender: Sender { ton: message.source.ton, npi: message.source.npi, address: message.source.as_str().into() },
        number,
        text: text(message)?,
        part,
        wanted: wanted(message.registered_delivery),
        valid_until_ms: message.validity_ms.map(|validity_ms| now_ms.saturating_add(validity_ms)),
    })
}

fn text(message: &Message) -> Result<String, Status> {
    let text = message.text().ok_or(INVALID_DATA_CODING)?;
    if text.chars().count() > TEXT_CHARS_MAX { Err(Status::INVALID_MESSAGE_LENGTH) } else { Ok(text) }
}

/// A receipt as `deliver_sm`, by text and by parameters. `None` if its sender is no address, which a submitted one is.
pub(super) fn receipt(receipt: &world::Receipt) -> Option<Message> {
    let recipient = Address::international(&receipt.number.to_string()).ok()?;
    let Sender { ton, npi, address } = &receipt.sender;
    let sender = Address::new(*ton, *npi, address).ok()?;
    let mut written = Receipt::new(&message_id(receipt.id), state(receipt.state), recipient, sender);
    written.submitted = Some(receipt_date(receipt.submitted_ms));
    written.done = Some(receipt_date(receipt.done_ms));
    written.error = Some(format!("{:03}", receipt.error));
    written.network_error = (receipt.error != 0).then_some(NetworkError { network: NETWORK_GSM, code: receipt.error });
    Some(written.write(Form::Both))
}

fn state(state: State) -> MessageState {
    match state {
        State::Delivered => MessageState::Delivered,
        State::Expired => MessageState::Expired,
        State::Undeliverable => MessageState::Undeliverable,
        State::Rejected => MessageState::Rejected,
    }
}

/// The recipient; a national number is a Japanese one.
fn recipient(address: &Address) -> Option<Number> {
    let digits = address.as_str();
    match digits.strip_prefix('0').filter(|_| address.ton != TON_INTERNATIONAL) {
        Some(national) => format!("81{national}").parse().ok(),
        None => digits.parse().ok(),
    }
}

/// A sender as a phone shows it.
fn shown(address: &Address) -> String {
    let text = address.as_str();
    match address.ton {
        TON_INTERNATIONAL if !text.starts_with('+') => format!("+{text}"),
        _ => text.into(),
    }
}

fn wanted(registered_delivery: u8) -> Wanted {
    match registered_delivery & 0b11 {
        1 => Wanted::Always,
        2 => Wanted::OnFailure,
        3 => Wanted::OnSuccess,
        _ => Wanted::Never,
    }
}
