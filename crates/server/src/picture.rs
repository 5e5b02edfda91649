//! Pictures from outside: read within bounds, and drawn anew as a small PNG, so that nothing of a file that somebody
//! gave us is served but what it looks like (rule D5).

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Rgba, Rgba32FImage, RgbaImage,
    imageops::{self, FilterType},
    metadata::Orientation,
};

/// The most bytes that a picture may come in.
pub const BYTES_MAX: usize = 256 * 1024;
/// The most pixels on a side: a few bytes can claim to be thousands of millions.
const SIDE_MAX: u32 = 2_048;
/// The least: what is smaller would be a blur.
const SIDE_MIN: u32 = 40;
/// The most pixels on a side of what is made of it: it is shown at 40, on screens of up to four dots a pixel.
const SIDE_SHOWN_MAX: u32 = 160;
/// What a decoder may take for itself.
const DECODER_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Why a picture is not taken, as what it must be.
pub type Must = &'static str;

/// A service's logo of a PNG, JPEG or WebP: a square PNG, the picture in its middle, transparent around it.
///
/// # Errors
/// What the picture must be.
pub fn logo(bytes: &[u8]) -> Result<Vec<u8>, Must> {
    if bytes.len() > BYTES_MAX {
        return Err("be a picture of at most 262144 bytes");
    }
    let picture = fitted(decoded(bytes)?);
    let (width, height) = picture.dimensions();
    let side = width.max(height);
    let mut square = RgbaImage::new(side, side);
    let middle = |length: u32| i64::from((side - length) / 2);
    // Not laid over: blending with nothing would round the colours of what is half transparent.
    imageops::replace(&mut square, &picture, middle(width), middle(height));
    let mut png = Cursor::new(Vec::new());
    square.write_to(&mut png, ImageFormat::Png).map_err(|_| UNREADABLE)?;
    Ok(png.into_inner())
}

/// Of what cannot be read at all.
pub const UNREADABLE: Must = "be a PNG, JPEG or WebP picture that can be read";
const WRONG_SIZE: Must = "be a picture of 40 to 2048 pixels on each side";

/// What the bytes say of themselves decides, whatever their sender called them.
fn decoded(bytes: &[u8]) -> Result<DynamicImage, Must> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| UNREADABLE)?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) {
        return Err(UNREADABLE);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(DECODER_BYTES_MAX);
    reader.limits(limits);
    let said = |error: ImageError| if matches!(error, ImageError::Limits(_)) { WRONG_SIZE } else { UNREADABLE };
    let mut decoder = reader.into_decoder().map_err(said)?;
    let (width, height) = decoder.dimensions();
    if !(SIDE_MIN..=SIDE_MAX).contains(&width) || !(SIDE_MIN..=SIDE_MAX).contains(&height) {
        return Err(WRONG_SIZE);
    }
    // How a camera was held; a picture whose note of that cannot be read is taken as it is.
    let turned = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(said)?;
    picture.apply_orientation(turned);
    Ok(picture)
}

/// No larger than it is shown. Colours are weighted by how much of them is seen, or what is transparent would leave a
/// dark edge.
fn fitted(picture: DynamicImage) -> RgbaImage {
    let longest = picture.width().max(picture.height());
    if longest <= SIDE_SHOWN_MAX {
        return picture.into_rgba8();
    }
    let scaled = |length: u32| (length * SIDE_SHOWN_MAX / longest).max(1);
    let (width, height) = (scaled(picture.width()), scaled(picture.height()));
    let mut exact: Rgba32FImage = picture.into_rgba32f();
    weigh(&mut exact, |alpha| alpha);
    let mut small = imageops::resize(&exact, width, height, FilterType::Triangle);
    weigh(&mut small, |alpha| if alpha > 0.0 { alpha.recip() } else { 0.0 });
    DynamicImage::ImageRgba32F(small).into_rgba8()
}

fn weigh(picture: &mut Rgba32FImage, by: impl Fn(f32) -> f32) {
    for Rgba([red, green, blue, alpha]) in picture.pixels_mut() {
        let weight = by(*alpha);
        for colour in [red, green, blue] {
            *colour *= weight;
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const TEAL: Rgba<u8> = Rgba([0, 133, 122, 255]);

    fn written(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.into().write_to(&mut bytes, format).expect("it can be written");
        bytes.into_inner()
    }

    fn seen(png: &[u8]) -> RgbaImage {
        image::load_from_memory_with_format(png, ImageFormat::Png).expect("a PNG").into_rgba8()
    }

    #[rstest]
    #[case::png(ImageFormat::Png)]
    #[case::jpeg(ImageFormat::Jpeg)]
    #[case::webp(ImageFormat::WebP)]
    fn d5_a_picture_is_drawn_anew_and_small(#[case] format: ImageFormat) {
        let wide = DynamicImage::from(RgbaImage::from_pixel(640, 320, TEAL)).into_rgb8();
        let made = seen(&logo(&written(wide, format)).expect("it is taken"));
        assert_eq!(made.dimensions(), (160, 160));
        assert_eq!(made[(80, 20)].0[3], 0, "transparent above it");
        let near = |at: Rgba<u8>| at.0.iter().zip(TEAL.0).all(|(is, was)| is.abs_diff(was) <= 3);
        assert!(near(made[(2, 80)]) && near(made[(157, 80)]), "{:?}", made[(2, 80)]);
    }

    #[test]
    fn d5_nothing_of_the_file_but_the_picture_is_kept() {
        let mut png = written(RgbaImage::from_pixel(64, 64, TEAL), ImageFormat::Png);
        let text = b"\x00\x00\x00\x10tEXtComment\x00<script>\x00\x00\x00\x00";
        png.splice(33..33, text.iter().copied());
        png.extend(b"<script>alert(1)</script>");
        let made = logo(&png).unwrap_or_default();
        assert!(!made.windows(8).any(|part| part == b"<script>"));
        assert_eq!(made, logo(&written(RgbaImage::from_pixel(64, 64, TEAL), ImageFormat::Png)).expect("it is taken"));
    }

    #[test]
    fn what_is_transparent_leaves_no_edge() {
        let disc = RgbaImage::from_fn(400, 400, |x, _| if x < 201 { TEAL } else { Rgba([0, 0, 0, 0]) });
        let made = seen(&logo(&written(disc, ImageFormat::Png)).expect("it is taken"));
        let edge = made.pixels().filter(|pixel| pixel.0[3] > 0);
        assert!(edge.clone().all(|pixel| pixel.0[1].abs_diff(TEAL.0[1]) <= 2), "{:?}", edge.min_by_key(|p| p.0[1]));
    }

    #[rstest]
    #[case::empty(b"".as_slice(), UNREADABLE)]
    #[case::text(b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>", UNREADABLE)]
    #[case::gif(b"GIF89a\x40\x00\x40\x00\x00\x00\x00;", UNREADABLE)]
    #[case::cut(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", UNREADABLE)]
    #[case::cut_jpeg(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", UNREADABLE)]
    #[case::cut_webp(b"RIFF\x24\x00\x00\x00WEBPVP8 ", UNREADABLE)]
    fn d5_what_is_no_picture_is_refused(#[case] bytes: &[u8], #[case] must: Must) {
        assert_eq!(logo(bytes), Err(must));
    }

    #[rstest]
    #[case(39, 64)]
    #[case(64, 39)]
    #[case(2_049, 40)]
    #[case(40, 2_049)]
    fn d5_a_picture_has_its_size(#[case] width: u32, #[case] height: u32) {
        assert_eq!(logo(&written(RgbaImage::new(width, height), ImageFormat::Png)), Err(WRONG_SIZE));
    }

    /// Damage comes to a word, wherever it is: a panic would, too, but only after a fright in the log.
    #[rstest]
    #[case::png(ImageFormat::Png)]
    #[case::jpeg(ImageFormat::Jpeg)]
    #[case::webp(ImageFormat::WebP)]
    fn d5_a_damaged_picture_is_refused_or_read(#[case] format: ImageFormat) {
        let drawn = RgbaImage::from_fn(48, 48, |x, y| Rgba([x as u8 * 5, y as u8 * 5, 90, 255]));
        let whole = written(DynamicImage::from(drawn).into_rgb8(), format);
        for place in 0..whole.len() {
            let cut = logo(&whole[..place]);
            assert!(cut.is_ok() || cut == Err(UNREADABLE), "{place}: {cut:?}");
            let mut flipped = whole.clone();
            flipped[place] ^= 0xff;
            let read = logo(&flipped);
            assert!(read.is_ok() || matches!(read, Err(UNREADABLE | WRONG_SIZE)), "{place}: {read:?}");
        }
    }

    /// A head that claims to be 65 535 pixels wide and high: 17 GB, of 45 bytes.
    #[test]
    fn d5_a_bomb_is_not_lit() {
        let mut png = written(RgbaImage::new(64, 64), ImageFormat::Png);
        png.splice(16..24, [0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        // The head's checksum is wrong now; either word is a no.
        assert!(logo(&png).is_err());
        assert_eq!(logo(&vec![0; BYTES_MAX + 1]), Err("be a picture of at most 262144 bytes"));
        let mut jpeg = written(DynamicImage::from(RgbaImage::new(64, 64)).into_rgb8(), ImageFormat::Jpeg);
        let frame = jpeg.windows(2).position(|two| two == [0xff, 0xc0]).expect("a frame");
        jpeg.splice(frame + 5..frame + 9, [0xff; 4]);
        assert_eq!(logo(&jpeg), Err(WRONG_SIZE));
    }
}
