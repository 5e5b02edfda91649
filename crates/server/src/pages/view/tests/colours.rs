//! The palette of `assets/tegata.css`: every pair that meets on a page, in light and in dark (WCAG 2.2, 1.4.3 and 1.4.11).

const STYLE: &str = include_str!("../../../../assets/tegata.css");

/// Text: foreground, background.
const TEXT: [(&str, &str); 21] = [
    ("ink", "paper"),
    ("ink", "panel"),
    ("ink", "bad-bg"),
    ("ink", "good-bg"),
    ("ink", "warn-bg"),
    ("ink-soft", "paper"),
    ("ink-soft", "panel"),
    ("action", "paper"),
    ("action", "panel"),
    ("action-strong", "paper"),
    ("action-strong", "panel"),
    ("on-action", "action"),
    ("on-action", "action-strong"),
    ("visited", "paper"),
    ("visited", "panel"),
    ("bad", "paper"),
    ("bad", "bad-bg"),
    ("good", "paper"),
    ("good", "good-bg"),
    ("warn", "warn-bg"),
    ("focus-ink", "focus"),
];

/// Edges and marks.
const EDGES: [(&str, &str); 7] = [
    ("edge", "paper"),
    ("edge", "panel"),
    ("action", "paper"),
    ("bad", "paper"),
    ("bad", "panel"),
    ("good", "panel"),
    ("warn", "panel"),
];

#[test]
fn every_pair_has_contrast() {
    let (light, dark) = (palette(0), palette(1));
    for (scheme, colours) in [("light", &light), ("dark", &dark)] {
        for (pairs, least) in [(&TEXT[..], 4.5), (&EDGES[..], 3.0)] {
            for (fore, back) in pairs {
                let found = contrast(colour(colours, &light, fore), colour(colours, &light, back));
                assert!(found >= least, "{scheme}: {fore} on {back} is {found:.2}, at least {least}");
            }
        }
        // One tone of the focus ring stands out on any ground.
        for ground in ["paper", "panel", "action", "bad-bg", "good-bg"] {
            let ring = ["focus", "focus-ink"]
                .map(|tone| contrast(colour(colours, &light, tone), colour(colours, &light, ground)));
            assert!(ring.iter().any(|found| *found >= 3.0), "{scheme}: the focus ring on {ground}: {ring:?}");
        }
    }
}

#[test]
fn contrast_is_measured_as_the_standard_says() {
    assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 0.01);
    assert!((contrast([0x76; 3], [255; 3]) - 4.54).abs() < 0.01);
}

type Palette = Vec<(&'static str, [u8; 3])>;

/// The colours of the `nth` block that sets custom properties: light, then dark.
fn palette(nth: usize) -> Palette {
    let block = STYLE.split(":root {").nth(nth + 1).and_then(|rest| rest.split('}').next()).expect("the block exists");
    let pairs = block.lines().filter_map(|line| line.trim().strip_prefix("--")?.strip_suffix(';')?.split_once(": #"));
    pairs.map(|(name, hex)| (name, rgb(hex))).collect()
}

/// What a scheme does not set is as in light.
fn colour(scheme: &Palette, light: &Palette, name: &str) -> [u8; 3] {
    let found = scheme.iter().chain(light).find(|(other, _)| *other == name);
    found.unwrap_or_else(|| panic!("no colour --{name}")).1
}

fn rgb(hex: &str) -> [u8; 3] {
    [0, 2, 4].map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("six hexadecimal digits"))
}

fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(rgb: [u8; 3]) -> f64 {
    let [red, green, blue] = rgb.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}
