//! SMPP's PDUs as a wire sees them: where one ends, what it is, and whom a submit is for.

/// The commands that a wire looks at (SMPP 3.4 §5.1.2.1).
pub const SUBMIT: u32 = 0x0000_0004;
pub const SUBMIT_ANSWER: u32 = 0x8000_0004;
pub const DELIVER: u32 = 0x0000_0005;
const HEADER_BYTES: usize = 16;

/// One PDU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame(pub Vec<u8>);

/// Whom a submit is for, and the code that it carries.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Letter {
    /// E.164 digits.
    pub number: u64,
    pub code: String,
}

impl Frame {
    /// Takes the first PDU off what has been read, once all of it is there.
    pub fn take(read: &mut Vec<u8>) -> Option<Frame> {
        let length = usize::try_from(word(read, 0)?).ok()?.max(HEADER_BYTES);
        (read.len() >= length).then(|| Frame(read.drain(..length).collect()))
    }

    pub fn command(&self) -> u32 {
        word(&self.0, 4).unwrap_or(0)
    }

    /// The answer to this request that refuses it.
    pub fn refused(&self, status: u32) -> Frame {
        let sequence = word(&self.0, 12).unwrap_or(0);
        let words = [HEADER_BYTES as u32, self.command() | 0x8000_0000, status, sequence];
        Frame(words.iter().flat_map(|word| word.to_be_bytes()).collect())
    }

    /// What a `submit_sm` carries; `None` for anything else.
    pub fn letter(&self) -> Option<Letter> {
        let mut rest = self.0.get(HEADER_BYTES..).filter(|_| self.command() == SUBMIT)?;
        let _service_type = text(&mut rest)?;
        rest = rest.get(2..)?;
        let _source = text(&mut rest)?;
        rest = rest.get(2..)?;
        let number = text(&mut rest)?.parse().ok()?;
        // The message ends in `#` and its code; in UCS-2 every other octet is zero.
        let after = rest.iter().rposition(|octet| *octet == b'#')? + 1;
        let code: String =
            rest[after..].iter().filter(|octet| octet.is_ascii_digit()).map(|octet| char::from(*octet)).collect();
        (!code.is_empty()).then_some(Letter { number, code })
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes)
}

/// A text that ends in a zero.
fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let end = rest.iter().position(|octet| *octet == 0)?;
    let text = std::str::from_utf8(&rest[..end]).ok()?;
    *rest = &rest[end + 1..];
    Some(text)
}

#[cfg(test)]
mod tests {
    use smpp::{
        Address, Message,
        session::{Config, Session},
        text,
    };

    use super::*;

    /// The PDUs that a real session writes.
    fn submits(said: &[&str]) -> Vec<u8> {
        let bind = smpp::Bind::new("a", "b", "").expect("it is short");
        let mut session: Session<()> = Session::client(Config::default(), &bind, 0);
        session.outgoing().clear();
        let answer: [u32; 5] = [17, 0x8000_0009, 0, 1, 0];
        let mut bound: bytes::BytesMut = answer.iter().flat_map(|word| word.to_be_bytes()).take(17).collect();
        session.receive(&mut bound, 0, &mut Vec::new());
        for said in said {
            let to = Address::international("819012345678").expect("digits");
            let text = text::one_segment(said).expect("it is short");
            let message = Message::new(Address::alphanumeric("Shop").expect("letters"), to, text).valid_for_ms(60_000);
            session.request(&message, (), 0).expect("it is bound");
        }
        session.outgoing().to_vec()
    }

    #[test]
    fn a_submit_is_read_in_either_coding_and_only_when_it_is_whole() {
        let letter = Letter { number: 819_012_345_678, code: "123456".into() };
        let all = submits(&["Your code: 123456 @shop.example #123456", "認証コード 123456 @shop.example #123456"]);
        let mut read = Vec::new();
        let mut seen = Vec::new();
        for byte in &all {
            read.push(*byte);
            seen.extend(Frame::take(&mut read));
        }
        assert!(read.is_empty());
        assert_eq!(seen.iter().map(Frame::letter).collect::<Vec<_>>(), [Some(letter.clone()), Some(letter)]);
        assert_eq!(seen[0].refused(0x58).command(), SUBMIT_ANSWER);
        assert_eq!(seen[0].refused(0x58).letter(), None);
    }
}
