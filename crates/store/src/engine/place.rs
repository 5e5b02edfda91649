//! Where a database is, in words that may stand in a log: of a server's URL neither user nor password.

use std::fmt;

use tokio_postgres::{Config, config::Host};

use super::Database;

/// The usual port of PostgreSQL, which URLs leave out.
const PORT: u16 = 5_432;

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Database::Sqlite(file) => write!(f, "sqlite:{}", file.display()),
            Database::Postgres { url } => f.write_str(&server(url)),
        }
    }
}

/// Hosts and name as the driver understands them: what it takes for something else is not told.
fn server(url: &str) -> String {
    let Ok(config) = url.parse::<Config>() else { return "postgres (its URL cannot be read)".to_owned() };
    let ports = config.get_ports();
    let hosts: Vec<String> = config
        .get_hosts()
        .iter()
        .enumerate()
        .map(|(nth, host)| {
            // One port holds for every host.
            let port = ports.get(nth).or(ports.first()).copied().unwrap_or(PORT);
            match host {
                // The driver takes what follows the first @ for the host: of a password that holds one, its end.
                Host::Tcp(name) => format!("{}:{port}", name.rsplit('@').next().unwrap_or_default()),
                Host::Unix(folder) => folder.display().to_string(),
            }
        })
        .collect();
    // Without a name it is the user's.
    format!("postgres {}/{}", hosts.join(","), config.get_dbname().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_database_is_says_neither_user_nor_password() {
        let told = |url: &str| Database::Postgres { url: url.to_owned() }.to_string();
        for (url, wanted) in [
            ("postgres://anna:s3cret@db.example/tegata?sslmode=require", "postgres db.example:5432/tegata"),
            ("postgres://anna:s3cret@one:5433,two:5434/tegata", "postgres one:5433,two:5434/tegata"),
            ("postgres://anna:s3cret@one,two/tegata", "postgres one:5432,two:5432/tegata"),
            ("postgresql://db.example", "postgres db.example:5432/"),
            ("postgres:///tegata?host=/run/postgresql&user=anna&password=s3cret", "postgres /run/postgresql/tegata"),
            ("postgres://anna:x@s3cret@db.example/tegata", "postgres db.example:5432/tegata"),
            ("postgres://anna:s3cret@db.example:port/tegata", "postgres (its URL cannot be read)"),
        ] {
            assert_eq!(told(url), wanted, "{url}");
        }
        assert_eq!(Database::Sqlite("/data/tegata.db".into()).to_string(), "sqlite:/data/tegata.db");
    }
}
