//! Texts as tables: alphabets, sizes, parts.

use proptest::prelude::*;
use rstest::rstest;
use smpp::{
    Message, Part,
    pdu::tlv::tag,
    text::{Alphabet, Size, TooLong, decode, one_segment, size},
};

use crate::world::{message, phone, sender};

#[rstest]
#[case::empty("", Alphabet::Gsm7, 0, 1)]
#[case::ascii("Your code is 123456", Alphabet::Gsm7, 19, 1)]
#[case::origin_bound("@shop.example #123456", Alphabet::Gsm7, 21, 1)]
#[case::extension("[€]", Alphabet::Gsm7, 6, 1)]
#[case::greek_capitals("ΔΦΓΛΩΠΨΣΘΞ", Alphabet::Gsm7, 10, 1)]
#[case::greek_small("δ", Alphabet::Ucs2, 1, 1)]
#[case::backtick("`", Alphabet::Ucs2, 1, 1)]
#[case::tab("\t", Alphabet::Ucs2, 1, 1)]
#[case::escape("\u{1B}", Alphabet::Ucs2, 1, 1)]
#[case::japanese("認証コード", Alphabet::Ucs2, 5, 1)]
#[case::emoji("🔐", Alphabet::Ucs2, 2, 1)]
#[case::gsm7_full(&"a".repeat(160), Alphabet::Gsm7, 160, 1)]
#[case::gsm7_over(&"a".repeat(161), Alphabet::Gsm7, 161, 2)]
#[case::gsm7_two_full(&"a".repeat(306), Alphabet::Gsm7, 306, 2)]
#[case::gsm7_three(&"a".repeat(307), Alphabet::Gsm7, 307, 3)]
#[case::escape_not_split(&format!("{}€{}", "a".repeat(152), "a".repeat(152)), Alphabet::Gsm7, 306, 3)]
#[case::ucs2_full(&"あ".repeat(70), Alphabet::Ucs2, 70, 1)]
#[case::ucs2_over(&"あ".repeat(71), Alphabet::Ucs2, 71, 2)]
#[case::pair_not_split(&format!("{}🔐{}", "あ".repeat(66), "あ".repeat(66)), Alphabet::Ucs2, 134, 3)]
fn sizes(#[case] text: &str, #[case] alphabet: Alphabet, #[case] units: usize, #[case] segments: usize) {
    assert_eq!(size(text), Size { alphabet, units, segments });
    let units_max = alphabet.units_max();
    match one_segment(text) {
        Ok(encoded) => assert_eq!((encoded.units, segments), (units, 1)),
        Err(refused) => assert_eq!(refused, TooLong { alphabet, units, units_max }),
    }
}

#[rstest]
#[case::letters("Az9", 0, b"Az9")]
#[case::moved("@$_\u{e0}", 0, &[0x00, 0x02, 0x11, 0x7F])]
#[case::extension("€|", 0, &[0x1B, 0x65, 0x1B, 0x40])]
#[case::ucs2("あ", 8, &[0x30, 0x42])]
#[case::emoji("🔐", 8, &[0xD8, 0x3D, 0xDD, 0x10])]
fn encodings(#[case] text: &str, #[case] data_coding: u8, #[case] bytes: &[u8]) {
    let encoded = one_segment(text).expect("it is short");
    assert_eq!((encoded.data_coding, encoded.bytes.as_ref()), (data_coding, bytes));
}

#[rstest]
#[case::ascii(1, b"caf\xE9", Some("caf\u{FFFD}"))]
#[case::gsm7_called_ascii(1, b"a\x00b\x11 #1_@\n", Some("a@b_ #1_@\n"))]
#[case::latin1(3, b"caf\xE9", Some("café"))]
#[case::gsm7_above(0, b"a\x80", Some("a\u{FFFD}"))]
#[case::gsm7_unknown_extension(0, &[b'a', 0x1B, b'b'], Some("a b"))]
#[case::gsm7_escape_at_end(0, &[b'a', 0x1B], Some("a "))]
#[case::gsm7_two_escapes(0, &[0x1B, 0x1B, b'a'], Some("  a"))]
#[case::ucs2_odd(8, &[0x30, 0x42, 0x30], Some("あ\u{FFFD}"))]
#[case::ucs2_lone_surrogate(8, &[0xD8, 0x3D], Some("\u{FFFD}"))]
#[case::binary(4, b"\x01\x02", None)]
#[case::jis(5, b"\x01\x02", None)]
fn decodings(#[case] data_coding: u8, #[case] bytes: &[u8], #[case] text: Option<&str>) {
    assert_eq!(decode(data_coding, bytes).as_deref(), text);
}

proptest! {
    #[test]
    fn what_is_encoded_is_read_back(text in "\\PC{0,40}") {
        if let Ok(encoded) = one_segment(&text) {
            prop_assert_eq!(decode(encoded.data_coding, &encoded.bytes), Some(text));
        }
    }

    #[test]
    fn gsm7_reads_back_all_it_has(text in "[@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\\\\\[~\\]|€\n\r\u{C}-]{0,80}") {
        let encoded = one_segment(&text).expect("160 septets at most");
        prop_assert_eq!(encoded.data_coding, 0);
        prop_assert_eq!(decode(0, &encoded.bytes), Some(text));
    }

    #[test]
    fn any_octets_decode(data_coding: u8, bytes: Vec<u8>) {
        let readable = matches!(data_coding, 0 | 1 | 3 | 8);
        prop_assert_eq!(decode(data_coding, &bytes).is_some(), readable);
    }
}

const PART: Part = Part { reference: 0x2A, total: 3, number: 2 };

fn with_header(header: &[u8]) -> Message {
    let mut message = message("tail");
    message.esm_class = 0x40;
    message.body = [header, b"tail"].concat().into();
    message
}

#[rstest]
#[case::reference_8(&[5, 0, 3, 0x2A, 3, 2], Some(PART), "tail")]
#[case::reference_16(&[6, 8, 4, 0, 0x2A, 3, 2], Some(PART), "tail")]
#[case::after_ports(&[11, 5, 4, 0, 1, 0, 2, 0, 3, 0x2A, 3, 2], Some(PART), "tail")]
#[case::number_zero(&[5, 0, 3, 0x2A, 3, 0], None, "tail")]
#[case::number_above_total(&[5, 0, 3, 0x2A, 3, 4], None, "tail")]
#[case::element_too_long(&[5, 0, 9, 0x2A, 3, 2], None, "tail")]
#[case::header_too_long(&[200, 0, 3, 0x2A, 3, 2], None, "")]
#[case::empty_header(&[0], None, "tail")]
fn parts_by_header(#[case] header: &[u8], #[case] part: Option<Part>, #[case] text: &str) {
    let message = with_header(header);
    assert_eq!((message.part(), message.text().as_deref()), (part, Some(text)));
}

#[rstest]
#[case(&[0, 0x2A], &[3], &[2], Some(PART))]
#[case(&[0, 0x2A], &[3], &[4], None)]
#[case(&[0x2A], &[3], &[2], None)]
fn parts_by_parameters(
    #[case] reference: &[u8],
    #[case] total: &[u8],
    #[case] number: &[u8],
    #[case] part: Option<Part>,
) {
    let mut message = message("tail");
    message.tlvs.push(tag::SAR_MSG_REF_NUM, reference.to_vec());
    message.tlvs.push(tag::SAR_TOTAL_SEGMENTS, total.to_vec());
    message.tlvs.push(tag::SAR_SEGMENT_SEQNUM, number.to_vec());
    assert_eq!((message.part(), message.text().as_deref()), (part, Some("tail")));
}

#[test]
fn debug_shows_neither_numbers_nor_texts() {
    let shown = format!("{:?} {:?} {:?}", message("secret 123456"), phone(), sender());
    for hidden in ["secret", "123456", "819012345678", "Tegata"] {
        assert!(!shown.contains(hidden), "{hidden} is in {shown}");
    }
}
