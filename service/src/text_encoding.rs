//! Which encoding an uploaded text file is in: UTF-8, UTF-8 with a byte order mark, or CP932, which Japanese
//! Excel writes when it saves as CSV.
//!
//! CP932 (Windows-31J) is what the WHATWG Encoding Standard, <https://encoding.spec.whatwg.org/>, calls
//! Shift_JIS: JIS X 0208 with the extensions of NEC and IBM, such as ① and 髙.

use domain::text::Lang;
use encoding_rs::{DecoderResult, SHIFT_JIS};

const UTF_8_MARK: &[u8] = b"\xef\xbb\xbf";
const UTF_16_MARKS: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];
/// How a workbook begins: `.xlsx` is a ZIP archive, `.xls` an OLE compound file.
const WORKBOOK_MARKS: [&[u8]; 2] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"];

/// An encoding that [`decode`] reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, which plain ASCII is too.
    Utf8,
    /// UTF-8 behind a byte order mark.
    Utf8WithMark,
    /// CP932, also known as Windows-31J and, loosely, as Shift_JIS.
    Cp932,
}

impl Encoding {
    /// What the encoding is called, in either language.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8WithMark => "UTF-8 (BOM)",
            Self::Cp932 => "Shift_JIS (CP932)",
        }
    }
}

/// A decoded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// What the file was in.
    pub encoding: Encoding,
}

/// Why a file is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodingError {
    /// More bytes than allowed.
    #[error("the file has {size} bytes; at most {max} are allowed")]
    TooLarge {
        /// Bytes found.
        size: usize,
        /// Most bytes allowed.
        max: usize,
    },
    /// A UTF-16 byte order mark.
    #[error("the file is in UTF-16")]
    Utf16,
    /// A spreadsheet workbook rather than text.
    #[error("the file is a spreadsheet workbook")]
    Workbook,
    /// A NUL byte, which no text file has; its line, from 1.
    #[error("line {0} has a NUL byte")]
    Nul(u64),
    /// A byte that is neither UTF-8 nor CP932; the line of the first one, from 1.
    #[error("line {0} has a byte that is neither UTF-8 nor CP932")]
    Undecodable(u64),
}

impl EncodingError {
    /// The message for the person who chose the file.
    pub fn message(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::TooLarge { size, max }, Lang::Ja) => {
                let (size, max) = (with_unit(*size), with_unit(*max));
                format!("ファイルが大きすぎます({size})。{max}以内にしてください。")
            }
            (Self::TooLarge { size, max }, Lang::En) => {
                let (size, max) = (with_unit(*size), with_unit(*max));
                format!("The file is too large ({size}); at most {max} are accepted.")
            }
            (Self::Utf16, Lang::Ja) => {
                "文字コードがUTF-16です。「CSV UTF-8(コンマ区切り)」で保存し直してください。".into()
            }
            (Self::Utf16, Lang::En) => {
                "The file is in UTF-16. Please save it as “CSV UTF-8 (comma delimited)”.".into()
            }
            (Self::Workbook, Lang::Ja) => {
                "Excelブックのままです。「CSV UTF-8(コンマ区切り)」で保存し直してください。".into()
            }
            (Self::Workbook, Lang::En) => {
                "This is an Excel workbook. Please save it as “CSV UTF-8 (comma delimited)”.".into()
            }
            (Self::Nul(line), Lang::Ja) => format!(
                "{line}行目にNULバイト(値が0のバイト)があります。テキストファイルか、ご確認ください。"
            ),
            (Self::Nul(line), Lang::En) => {
                format!(
                    "Line {line} has a NUL byte (a byte of value 0). Please check that this is a text file."
                )
            }
            (Self::Undecodable(line), Lang::Ja) => {
                format!("{line}行目に、UTF-8でもShift_JIS(CP932)でも読み取れない文字があります。")
            }
            (Self::Undecodable(line), Lang::En) => {
                format!(
                    "Line {line} has a character that can be read neither as UTF-8 nor as Shift_JIS (CP932)."
                )
            }
        }
    }
}

/// Decodes a text file of at most `max_bytes` bytes.
///
/// # Errors
///
/// See [`EncodingError`]. Lines are counted from 1, by line feed, carriage return, or both together.
pub fn decode(bytes: &[u8], max_bytes: usize) -> Result<Decoded, EncodingError> {
    if bytes.len() > max_bytes {
        return Err(EncodingError::TooLarge { size: bytes.len(), max: max_bytes });
    }
    if UTF_16_MARKS.iter().any(|mark| bytes.starts_with(mark)) {
        return Err(EncodingError::Utf16);
    }
    if WORKBOOK_MARKS.iter().any(|mark| bytes.starts_with(mark)) {
        return Err(EncodingError::Workbook);
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(EncodingError::Nul(line_of(bytes, at)));
    }
    let (body, marked) = match bytes.strip_prefix(UTF_8_MARK) {
        Some(body) => (body, true),
        None => (bytes, false),
    };
    match std::str::from_utf8(body) {
        Ok(text) => {
            let encoding = if marked { Encoding::Utf8WithMark } else { Encoding::Utf8 };
            Ok(Decoded { text: text.to_owned(), encoding })
        }
        Err(error) if marked || is_damaged_utf8(body) => {
            Err(EncodingError::Undecodable(line_of(body, error.valid_up_to())))
        }
        Err(_) => match decode_cp932(body) {
            Ok(text) => Ok(Decoded { text, encoding: Encoding::Cp932 }),
            Err(at) => Err(EncodingError::Undecodable(line_of(body, at))),
        },
    }
}

/// Decodes CP932, or says at which byte it cannot.
fn decode_cp932(bytes: &[u8]) -> Result<String, usize> {
    let mut decoder = SHIFT_JIS.new_decoder_without_bom_handling();
    let longest = decoder
        .max_utf8_buffer_length_without_replacement(bytes.len())
        .unwrap_or_else(|| bytes.len().saturating_mul(3));
    let mut text = String::with_capacity(longest);
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    match result {
        DecoderResult::InputEmpty => Ok(text),
        DecoderResult::OutputFull => Err(read),
        DecoderResult::Malformed(length, after) => {
            Err(read.saturating_sub(usize::from(length) + usize::from(after)))
        }
    }
}

/// True for a file that is UTF-8 but for a few broken bytes. Most UTF-8 Japanese also decodes as CP932, into
/// garbled kanji that would be stored as names. In real CP932 nearly every Japanese character breaks UTF-8,
/// and sound sequences of three bytes come about only by chance, so whichever is more frequent tells the two
/// apart.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut sound, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| c.len_utf8() >= 3).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    sound > broken
}

/// The line, from 1, in which the byte at `at` stands.
fn line_of(bytes: &[u8], at: usize) -> u64 {
    let mut line = 1;
    let mut previous = 0;
    for byte in bytes.iter().take(at) {
        if *byte == b'\r' || (*byte == b'\n' && previous != b'\r') {
            line += 1;
        }
        previous = *byte;
    }
    line
}

/// A size in bytes as people read it.
fn with_unit(size: usize) -> String {
    const KIB: usize = 1024;
    const MIB: usize = 1024 * KIB;
    match size {
        0..KIB => format!("{size} B"),
        KIB..MIB => format!("{:.1} KB", size as f64 / KIB as f64),
        _ => format!("{:.1} MB", size as f64 / MIB as f64),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MAX: usize = 10_000;

    fn cp932(text: &str) -> Vec<u8> {
        let (bytes, _, unmappable) = SHIFT_JIS.encode(text);
        assert!(!unmappable, "{text}");
        bytes.into_owned()
    }

    fn decoded(bytes: &[u8]) -> (String, Encoding) {
        let decoded = decode(bytes, MAX).expect("decodable");
        (decoded.text, decoded.encoding)
    }

    #[test]
    fn the_three_encodings_are_told_apart() {
        let text = "職員番号,氏名\r\n1,外務 花子\r\n";
        assert_eq!(decoded(text.as_bytes()), (text.into(), Encoding::Utf8));
        assert_eq!(decoded(format!("\u{feff}{text}").as_bytes()), (text.into(), Encoding::Utf8WithMark));
        assert_eq!(decoded(&cp932(text)), (text.into(), Encoding::Cp932));
        assert_eq!(decoded(b"a,b\n"), ("a,b\n".into(), Encoding::Utf8));
        assert_eq!(decoded(b""), (String::new(), Encoding::Utf8));
        assert_eq!(decoded(UTF_8_MARK), (String::new(), Encoding::Utf8WithMark));
    }

    #[test]
    fn the_extensions_of_windows_31j_are_read() {
        assert_eq!(decoded(b"\x87\x40"), ("①".into(), Encoding::Cp932));
        assert_eq!(decoded(b"\xfb\xfc"), ("髙".into(), Encoding::Cp932));
        assert_eq!(decoded(b"\x81\x60"), ("～".into(), Encoding::Cp932));
        assert_eq!(decoded(b"\xb6\xc5"), ("ｶﾅ".into(), Encoding::Cp932));
    }

    #[test]
    fn other_files_are_told_apart() {
        assert_eq!(decode(b"\xff\xfea\0", MAX), Err(EncodingError::Utf16));
        assert_eq!(decode(b"\xfe\xff\0a", MAX), Err(EncodingError::Utf16));
        assert_eq!(decode(b"PK\x03\x04\x14\0", MAX), Err(EncodingError::Workbook));
        assert_eq!(decode(b"\xd0\xcf\x11\xe0\xa1", MAX), Err(EncodingError::Workbook));
        assert_eq!(decode(b"a\nb\0c", MAX), Err(EncodingError::Nul(2)));
        assert_eq!(decode(b"abcd", 3), Err(EncodingError::TooLarge { size: 4, max: 3 }));
        assert!(decode(b"abc", 3).is_ok());
    }

    #[test]
    fn the_line_of_the_first_undecodable_byte_is_told() {
        let mut bytes = cp932("職員番号\r\n外務\r\n");
        bytes.extend(b"ab\x81\x20\xff\n");
        assert_eq!(decode(&bytes, MAX), Err(EncodingError::Undecodable(3)));
        let mut cut = cp932("職員番号\n花");
        cut.pop();
        assert_eq!(decode(&cut, MAX), Err(EncodingError::Undecodable(2)));
        assert_eq!(decode(b"a\rb\r\xff", MAX), Err(EncodingError::Undecodable(3)));
    }

    #[test]
    fn damaged_utf8_is_not_taken_for_cp932() {
        let mut bytes = "職員番号,氏名\n1,外務 花子\n".as_bytes().to_vec();
        bytes.extend(b"2,\x83\x41\n");
        assert!(decode_cp932(b"\x83\x41").is_ok());
        assert_eq!(decode(&bytes, MAX), Err(EncodingError::Undecodable(3)));
        let marked = [UTF_8_MARK, b"a\n\x83\x41"].concat();
        assert_eq!(decode(&marked, MAX), Err(EncodingError::Undecodable(2)));
    }

    #[test]
    fn every_error_is_told_in_both_languages() {
        for error in [
            EncodingError::TooLarge { size: 3 * 1024 * 1024, max: 2048 },
            EncodingError::Utf16,
            EncodingError::Workbook,
            EncodingError::Nul(2),
            EncodingError::Undecodable(3),
        ] {
            assert!(error.message(Lang::Ja).ends_with('。'));
            assert!(error.message(Lang::En).ends_with('.'));
        }
        let error = EncodingError::TooLarge { size: 3 * 1024 * 1024, max: 2048 };
        assert_eq!(error.message(Lang::Ja), "ファイルが大きすぎます(3.0 MB)。2.0 KB以内にしてください。");
        assert_eq!(with_unit(1023), "1023 B");
    }

    proptest! {
        #[test]
        fn no_bytes_make_decoding_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Err(EncodingError::Undecodable(line) | EncodingError::Nul(line)) = decode(&bytes, MAX) {
                prop_assert!((1..=bytes.len() as u64 + 1).contains(&line));
            }
        }

        #[test]
        fn japanese_in_cp932_is_read_back(text in "[ぁ-んァ-ヶ亜一右雨円王音下火花a-z,\n]{1,60}") {
            let bytes = cp932(&text);
            prop_assert_eq!(decode(&bytes, MAX).map(|decoded| decoded.text), Ok(text));
        }

        #[test]
        fn utf8_is_read_back(chars in prop::collection::vec(any::<char>(), 0..80)) {
            let text: String = chars.into_iter().filter(|c| *c != '\0').collect();
            let text = format!("a{text}");
            prop_assert_eq!(decode(text.as_bytes(), MAX).map(|decoded| decoded.text), Ok(text));
        }
    }
}
