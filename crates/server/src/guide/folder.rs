//! The operator's folder: one sub-folder a guide, with its three files.

use std::{collections::BTreeMap, fs, io::Read, path::Path};

use super::{FILE_NAMES, Fault, Files};

/// The most guides of a folder.
const GUIDES_MAX: usize = 32;

/// The largest file, in bytes: ten times the largest that is shipped.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// What a folder holds: each guide by its name, with its files or why they cannot be read. Names that begin with a dot are passed
/// over: editors and version control keep things there.
///
/// # Errors
/// When the folder itself cannot be read.
pub fn read(folder: &Path) -> std::io::Result<BTreeMap<String, Result<Files, Fault>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || !entry.path().is_dir() || found.len() == GUIDES_MAX {
            continue;
        }
        let files = if is_name(&name) {
            files(&name, &entry.path())
        } else {
            let reason = "a guide's name is 1 to 48 small letters, digits and -".to_owned();
            Err(Fault { file: name.clone(), line: 1, reason })
        };
        found.insert(name, files);
    }
    Ok(found)
}

fn is_name(name: &str) -> bool {
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    plain && (1..=48).contains(&name.len())
}

fn files(id: &str, folder: &Path) -> Result<Files, Fault> {
    let [graph, ja, en] = FILE_NAMES.map(|name| file(id, folder, name));
    Ok(Files { graph: graph?, ja: ja?, en: en? })
}

fn file(id: &str, folder: &Path, name: &str) -> Result<String, Fault> {
    let fault = |reason: String| Fault { file: format!("{id}/{name}"), line: 1, reason };
    let mut bytes = Vec::new();
    let file = fs::File::open(folder.join(name)).map_err(|error| fault(error.to_string()))?;
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| fault(error.to_string()))?;
    if u64::try_from(bytes.len()).is_ok_and(|bytes| bytes > FILE_BYTES_MAX) {
        return Err(fault(format!("is larger than {FILE_BYTES_MAX} bytes")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let sound = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = sound.iter().filter(|byte| **byte == b'\n').count() + 1;
        Fault { line, ..fault("is not UTF-8 here".to_owned()) }
    })
}
