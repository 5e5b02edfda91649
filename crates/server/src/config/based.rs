//! Files that a configuration names are looked for from the folder that it is in, wherever a command is called from.

use std::path::Path;

use toml::{Table, Value};

use super::{DatabaseUrl, secrets_file};

/// The keys whose texts name a file or a folder, in whichever section.
const FILES: [&str; 4] = ["secrets", "ca_file", "folder", "file"];

/// Begins every relative name in a configuration with its folder, also of what goes without saying. Names in the environment
/// are left as they are: whoever sets one knows where the command runs.
pub(super) fn base(table: &mut Table, folder: &Path) {
    let usual = Value::try_from(DatabaseUrl::default()).expect("a text can be written");
    table.entry("database").or_insert(usual);
    table.entry("secrets").or_insert_with(|| secrets_file().into());
    if let Some(Value::String(text)) = table.get_mut("database")
        && let Ok(DatabaseUrl::Sqlite(file)) = DatabaseUrl::parse(text)
        && let Some(file) = folder.join(file).to_str()
    {
        *text = format!("sqlite:{file}");
    }
    names(table, folder);
}

fn names(table: &mut Table, folder: &Path) {
    for (key, value) in table {
        if let Value::String(name) = value
            && FILES.contains(&key.as_str())
            && let Some(whole) = folder.join(&*name).to_str()
        {
            *name = whole.to_owned();
        } else if let Value::Table(table) = value {
            names(table, folder);
        } else if let Value::Array(list) = value {
            list.iter_mut().filter_map(Value::as_table_mut).for_each(|table| names(table, folder));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn based(text: &str) -> Table {
        let mut table = text.parse().expect("it is TOML");
        base(&mut table, Path::new("/etc/tegata"));
        table
    }

    #[test]
    fn every_file_is_looked_for_beside_the_configuration() {
        let read = based(
            "database = \"sqlite:a.db\"\nsecrets = \"../keys.toml\"\n[guides]\nfolder = \"guides\"\n[webhooks]\n\
             ca_file = \"ca.pem\"\n[[routes]]\nname = \"file\"\nca_file = \"/ca.pem\"\npassword = { file = \"smpp\" }\n",
        );
        let wanted = "database = \"sqlite:/etc/tegata/a.db\"\nsecrets = \"/etc/tegata/../keys.toml\"\n[guides]\n\
                      folder = \"/etc/tegata/guides\"\n[webhooks]\nca_file = \"/etc/tegata/ca.pem\"\n[[routes]]\n\
                      name = \"file\"\nca_file = \"/ca.pem\"\npassword = { file = \"/etc/tegata/smpp\" }\n";
        assert_eq!(read, wanted.parse::<Table>().expect("it is TOML"));
    }

    #[test]
    fn what_goes_without_saying_is_there_too_and_what_is_no_file_stays() {
        let (nothing, server) = (based(""), based("database = \"postgres://h/d\""));
        assert_eq!(nothing["database"].as_str(), Some("sqlite:/etc/tegata/tegata.db"));
        assert_eq!(nothing["secrets"].as_str(), Some("/etc/tegata/secrets.toml"));
        assert_eq!(server["database"].as_str(), Some("postgres://h/d"));
        assert_eq!(based("database = \"sqlite::memory:\"")["database"].as_str(), Some("sqlite::memory:"), "refused");
    }
}
