//! Pictures: decoded and written anew, so that only pixels travel, and no more of them than a model sees.

use crate::{ExtractError, Kind, Limits, Picture, Said, Say};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Rgba};
use std::io::Cursor;

/// Up to here a picture without loss is worth its size: text on screens stays sharp.
const MOST_PNG: usize = 1 << 20;

pub(crate) fn read(
    file: &[u8],
    format: ImageFormat,
    limits: &Limits,
    say: Say<'_>,
) -> Result<(), ExtractError> {
    let pixels = decode(file, format, limits)?;
    let side = limits.picture_side;
    let pixels = match pixels.width().max(pixels.height()) > side {
        true => pixels.resize(side, side, FilterType::CatmullRom),
        false => pixels,
    };
    let (media_type, bytes) = encode(&pixels, format).map_err(|_| DAMAGED)?;
    say(Said::Picture(Picture {
        media_type: media_type.into(),
        width: pixels.width(),
        height: pixels.height(),
        base64: STANDARD.encode(bytes),
    }))
}

const DAMAGED: ExtractError = ExtractError::Damaged { kind: Kind::Picture };

/// The first picture of the file, upright, with 8 bits a channel.
fn decode(file: &[u8], format: ImageFormat, limits: &Limits) -> Result<DynamicImage, ExtractError> {
    let too_many = ExtractError::TooManyPixels { megapixels: limits.pixels / 1_000_000 };
    let reason = |error| match error {
        ImageError::Limits(_) => too_many.clone(),
        _ => DAMAGED,
    };
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    let mut most = image::Limits::default();
    // 16 bits in four channels, and as much again for the decoder.
    most.max_alloc = Some(limits.pixels * 8 + (64 << 20));
    reader.limits(most);
    let mut decoder = reader.into_decoder().map_err(reason)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limits.pixels {
        return Err(too_many);
    }
    let turn = decoder.orientation();
    let mut pixels = DynamicImage::from_decoder(decoder).map_err(reason)?;
    if let Ok(turn) = turn {
        pixels.apply_orientation(turn);
    }
    Ok(match pixels.color().has_alpha() {
        true => pixels.into_rgba8().into(),
        false => pixels.into_rgb8().into(),
    })
}

fn encode(pixels: &DynamicImage, from: ImageFormat) -> Result<(&'static str, Vec<u8>), ImageError> {
    if from != ImageFormat::Jpeg {
        let mut png = Cursor::new(Vec::new());
        pixels.write_to(&mut png, ImageFormat::Png)?;
        if png.get_ref().len() <= MOST_PNG {
            return Ok(("image/png", png.into_inner()));
        }
    }
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 85).encode_image(&on_white(pixels))?;
    Ok(("image/jpeg", jpeg))
}

/// JPEG knows no transparency, and what is behind it would show.
fn on_white(pixels: &DynamicImage) -> DynamicImage {
    let DynamicImage::ImageRgba8(pixels) = pixels else { return pixels.clone() };
    let mut white = image::RgbaImage::from_pixel(pixels.width(), pixels.height(), Rgba([255; 4]));
    image::imageops::overlay(&mut white, pixels, 0, 0);
    DynamicImage::ImageRgba8(white).into_rgb8().into()
}
