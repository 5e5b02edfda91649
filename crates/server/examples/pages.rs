//! Writes every sample page to `target/pages/{ja,en}/`, with its assets, for eyes and browsers.

use domain::locale::Locale;
use std::path::Path;
use std::{fs, io};

use server::pages::view::samples;

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = std::env::args().nth(1).unwrap_or_else(|| "target/pages".into());
    let out = Path::new(&out);
    fs::create_dir_all(out.join("assets"))?;
    for asset in ["tegata.css", "console.css", "page.js", "mark.svg"] {
        fs::copy(root.join("assets").join(asset), out.join("assets").join(asset))?;
    }
    for lang in Locale::ALL {
        fs::create_dir_all(out.join(lang.tag()))?;
        for sample in samples::all(lang) {
            // The files are opened without a server, so their assets are beside them.
            let html = sample.html.replace("\"/assets/", "\"../assets/");
            fs::write(out.join(lang.tag()).join(sample.name).with_extension("html"), html)?;
        }
    }
    Ok(())
}
