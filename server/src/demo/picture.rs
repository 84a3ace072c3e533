//! Small pictures made from a number: real PNG files, so that the demo has real bytes to digest.
//!
//! Written by the PNG specification (ISO/IEC 15948): one palette image, its pixels in a stored
//! (uncompressed) zlib stream (RFC 1950, RFC 1951).

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::random::Random;

/// Blocks across and down; one side is mirrored to the other.
const BLOCKS: u8 = 7;
/// Pixels of a block's side.
const BLOCK: u8 = 5;
/// Pixels of the picture's side.
const SIDE: u8 = BLOCKS * BLOCK;

/// A symmetric pattern in two colours that `random` decides, as base64 of a PNG file.
pub(crate) fn base64_png(random: &mut Random) -> String {
    STANDARD.encode(png(random))
}

fn png(random: &mut Random) -> Vec<u8> {
    let [red, green, blue, ..] = random.bits().to_be_bytes();
    let palette = [
        0xf4,
        0xf2,
        0xee,
        red / 2 + 40,
        green / 2 + 40,
        blue / 2 + 40,
    ];
    let pattern = random.bits();
    let mut pixels = Vec::with_capacity(usize::from(SIDE) * (usize::from(SIDE) + 1));
    for y in 0..SIDE {
        pixels.push(0); // the row's filter: none
        for x in 0..SIDE {
            let column = (x / BLOCK).min(BLOCKS - 1 - x / BLOCK);
            let bit = u32::from(column) + 4 * u32::from(y / BLOCK);
            pixels.push(u8::from(pattern >> bit & 1 == 1));
        }
    }
    let mut file = vec![0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];
    // Width, height, 8 bits a pixel, palette, deflate, adaptive filters, not interlaced.
    let header = [0, 0, 0, SIDE, 0, 0, 0, SIDE, 8, 3, 0, 0, 0];
    chunk(&mut file, *b"IHDR", &header);
    chunk(&mut file, *b"PLTE", &palette);
    chunk(&mut file, *b"IDAT", &stored(&pixels));
    chunk(&mut file, *b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    file.extend(length.to_be_bytes());
    let body = file.len();
    file.extend(kind);
    file.extend(data);
    let sum = crc32(&file[body..]);
    file.extend(sum.to_be_bytes());
}

/// A zlib stream of one stored block; `data` is far below the 65,535 bytes that one holds.
fn stored(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
    let mut stream = vec![0x78, 0x01, 0x01];
    stream.extend(length.to_le_bytes());
    stream.extend((!length).to_le_bytes());
    stream.extend(data);
    stream.extend(adler32(data).to_be_bytes());
    stream
}

fn crc32(data: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in data {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            let carry = 0xedb8_8320 & (sum & 1).wrapping_neg();
            sum = (sum >> 1) ^ carry;
        }
    }
    !sum
}

fn adler32(data: &[u8]) -> u32 {
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in data {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    high << 16 | low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_values_are_those_of_their_specifications() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_picture_is_a_small_png_file_of_its_own() {
        let mut random = Random::new(3);
        let first = png(&mut random);
        assert_eq!(&first[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!(&first[12..16], b"IHDR");
        assert!(first.ends_with(&[b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82]));
        assert!(first.len() < 2_048);
        assert_ne!(first, png(&mut random));
        assert!(STANDARD.decode(base64_png(&mut random)).is_ok());
    }
}
