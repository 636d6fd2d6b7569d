//! A shape in one colour with a thin rim in the opposite one: what a panel looks like is a guess, and the icon of an app that
//! lives there has to be seen when the guess is wrong.

/// How strong the rim is: on the ground that was guessed it is hardly there.
const RIM: u8 = 150;

/// The pixels of a shape, RGBA, whose alpha is kept.
pub fn coloured(shape: &[u8], width: usize, colour: [u8; 3]) -> Vec<u8> {
    let is_light = colour.iter().map(|part| u32::from(*part)).sum::<u32>() > 3 * 128;
    let opposite = if is_light { [0x14, 0x20, 0x1F] } else { [0xFF, 0xFF, 0xFF] };
    let alphas: Vec<u8> = shape.chunks_exact(4).map(|pixel| pixel[3]).collect();
    let reach = (width / 32).max(1);
    let mut pixels = Vec::with_capacity(shape.len());
    for (at, alpha) in alphas.iter().enumerate() {
        let rim = nearest(&alphas, width, at, reach).min(RIM);
        // The shape lies over its rim.
        let over = |front: u8, back: u8| {
            let (front, back, alpha) = (u32::from(front), u32::from(back), u32::from(*alpha));
            u8::try_from((front * alpha + back * (255 - alpha)) / 255).unwrap_or(u8::MAX)
        };
        pixels.extend([0, 1, 2].map(|part| over(colour[part], opposite[part])));
        pixels.push((*alpha).max(rim));
    }
    pixels
}

/// The strongest alpha around a pixel.
fn nearest(alphas: &[u8], width: usize, at: usize, reach: usize) -> u8 {
    let (x, y) = (at % width, at / width);
    let rows = y.saturating_sub(reach)..=y + reach;
    let columns = x.saturating_sub(reach)..=(x + reach).min(width - 1);
    let around = rows.flat_map(|row| columns.clone().map(move |column| row * width + column));
    around.filter_map(|at| alphas.get(at)).copied().max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::coloured;

    #[test]
    fn a_shape_is_seen_on_a_ground_of_its_own_colour() {
        let mut shape = vec![0; 5 * 5 * 4];
        shape[(2 * 5 + 2) * 4 + 3] = 255;
        for colour in [[0xE7, 0xEC, 0xEA], [0x14, 0x20, 0x1F]] {
            let pixels = coloured(&shape, 5, colour);
            let pixel = |x: usize, y: usize| &pixels[(y * 5 + x) * 4..][..4];
            assert_eq!(pixel(2, 2), [colour[0], colour[1], colour[2], 255], "the shape has its colour");
            let rim = pixel(1, 2);
            assert!(rim[3] > 100 && rim[0].abs_diff(colour[0]) > 100, "its rim has another: {rim:?}");
            assert_eq!(pixel(0, 0)[3], 0, "and the rest is clear");
        }
    }
}
