//! `database`: where everything is kept.

use std::{fmt, path::PathBuf};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// `sqlite:FILE` or `postgres://…`; its password is never shown.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file on this machine.
    Sqlite(PathBuf),
    /// A server.
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads either form.
    ///
    /// # Errors
    /// What it must be.
    pub fn parse(text: &str) -> Result<DatabaseUrl, String> {
        // SQLite takes these for more than names: an address with options, and no file at all.
        let is_name = |file: &&str| !file.is_empty() && !file.starts_with("file:") && !file.starts_with(':');
        if let Some(file) = text.strip_prefix("sqlite:").filter(is_name) {
            return Ok(DatabaseUrl::Sqlite(file.into()));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(DatabaseUrl::Postgres(text.to_owned()));
        }
        Err("must be sqlite:FILE or postgres://user:password@host/name".into())
    }
}

impl Default for DatabaseUrl {
    fn default() -> Self {
        DatabaseUrl::Sqlite("tegata.db".into())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DatabaseUrl::Sqlite(file) => write!(f, "sqlite:{}", file.display()),
            DatabaseUrl::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

impl Serialize for DatabaseUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            DatabaseUrl::Sqlite(file) => serializer.serialize_str(&format!("sqlite:{}", file.display())),
            DatabaseUrl::Postgres(url) => serializer.serialize_str(url),
        }
    }
}

impl<'de> Deserialize<'de> for DatabaseUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        DatabaseUrl::parse(&text).map_err(|must| D::Error::custom(format!("database {must}")))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("sqlite:tegata.db", true)]
    #[case("sqlite:/var/lib/tegata/tegata.db", true)]
    #[case("postgres://tegata@db.internal/tegata", true)]
    #[case("sqlite:", false)]
    #[case("sqlite::memory:", false)]
    #[case("sqlite:file:tegata.db?mode=memory", false)]
    #[case("mysql://localhost/tegata", false)]
    fn a_database_is_a_file_or_a_server(#[case] url: &str, #[case] sound: bool) {
        assert_eq!(DatabaseUrl::parse(url).is_ok(), sound);
    }
}
