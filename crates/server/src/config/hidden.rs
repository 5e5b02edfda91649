//! What is never shown: passwords and secrets, in the configuration or in files of their own.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text that is never shown. It stands in the configuration, or in a file of its own: `{ file = "…" }`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Hidden(pub String);

/// As an operator wrote it.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Written {
    Here(String),
    Elsewhere { file: String },
}

impl TryFrom<Written> for Hidden {
    type Error = String;

    fn try_from(written: Written) -> Result<Hidden, String> {
        let file = match written {
            Written::Here(text) => return Ok(Hidden(text)),
            Written::Elsewhere { file } => file,
        };
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))?;
        // Editors end a file with a line's end.
        Ok(Hidden(text.trim_end_matches(['\r', '\n']).to_owned()))
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Holder {
        password: Hidden,
    }

    #[test]
    fn a_password_may_stand_in_a_file_of_its_own() {
        let file = std::env::temp_dir().join(format!("tegata_password_{}", std::process::id()));
        std::fs::write(&file, "pass word\n").expect("the folder can be written");
        let read = |password: &str| {
            let holder: Result<Holder, _> = toml::from_str(&format!("password = {password}"));
            holder.map(|holder| holder.password.0).map_err(|error| error.to_string())
        };
        assert_eq!(read(&format!("{{ file = {file:?} }}")), Ok("pass word".into()));
        assert_eq!(read("\"here\""), Ok("here".into()));
        std::fs::remove_file(&file).expect("it is there");
        assert!(read(&format!("{{ file = {file:?} }}")).is_err_and(|said| said.contains("tegata_password_")));
        assert!(read("{ file = \"a\", more = 1 }").is_err() && read("{}").is_err() && read("1").is_err());
    }
}
