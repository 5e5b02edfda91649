//! What the configuration itself tells: addresses, proxies, listeners, and who may read its files.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use server::{
    app::{guide::CARRIER, route::unknown_carriers},
    clock::Clock,
    config::{Config, DatabaseUrl, route::Route},
    guide::Library,
    send::webhook::Caller,
};

use super::finding::Report;
use crate::output::Failure;

pub fn look(report: &mut Report, file: &Path, config: &Config) -> Result<(), Failure> {
    let text = fs::read_to_string(file)?;
    readers(report, "configuration", file, holds_secrets(&text).then_some(SECRETS));
    for named in secret_files(&text, file.parent().unwrap_or(Path::new(""))) {
        readers(report, "secret file", &named, Some(SECRETS));
    }
    readers(report, "key file", config.secrets.as_ref(), Some(SECRETS));
    if let DatabaseUrl::Sqlite(file) = &config.database {
        for end in ["", "-wal", "-shm"] {
            let mut name = file.clone().into_os_string();
            name.push(end);
            readers(report, "database file", name.as_ref(), Some(ROWS));
        }
    }
    public_url(report, config);
    proxies(report, config);
    admin(report, config.http.admin_listen.ip());
    routes(report, config);
    webhooks(report, config);
    Ok(())
}

/// What is in a file whose readers matter.
const SECRETS: &str = "secrets";
const ROWS: &str = "what people did and wrote";

/// Whether a configuration has a password or secret in it, and not in files of their own.
fn holds_secrets(text: &str) -> bool {
    let Ok(table) = text.parse::<toml::Table>() else { return true };
    let url = table.get("database").and_then(toml::Value::as_str).is_some_and(|url| url.contains('@'));
    url || hidden(&table).any(|value| value.as_str().is_some())
}

/// The files that a configuration names for secrets, which it would else hold itself; looked for from its folder.
fn secret_files(text: &str, folder: &Path) -> Vec<PathBuf> {
    let Ok(table) = text.parse::<toml::Table>() else { return Vec::new() };
    let names = hidden(&table).filter_map(|value| value.get("file")?.as_str());
    names.map(|name| folder.join(name)).collect()
}

/// What the routes keep to themselves, in place or in a file.
fn hidden(table: &toml::Table) -> impl Iterator<Item = &toml::Value> {
    let routes = table.get("routes").and_then(toml::Value::as_array).into_iter().flatten();
    routes.flat_map(|route| ["password", "secret", "auth_token", "key_secret"].map(|key| route.get(key))).flatten()
}

fn readers(report: &mut Report, check: &str, file: &Path, kept: Option<&str>) {
    // One that is missing is told where it is read.
    let Ok(found) = fs::metadata(file) else { return };
    let mode = found.permissions().mode() & 0o777;
    let says = format!("{} has mode {mode:03o}", file.display());
    let advice = format!("chmod 600 {}, for the service's user", file.display());
    if mode & 0o022 != 0 {
        report.wrong(check, format!("{says}: others can write it"), &advice);
        return;
    }
    match kept {
        Some(what) if mode & 0o004 != 0 => {
            report.wrong(check, format!("{says}: it holds {what}, and everybody on this machine can read it"), &advice);
        }
        Some(what) if mode & 0o040 != 0 => {
            report.warning(check, format!("{says}: it holds {what}, and its group can read it"), &advice);
        }
        Some(_) | None => report.ok(check, says),
    }
}

fn public_url(report: &mut Report, config: &Config) {
    if config.is_https() {
        report.ok("public address", config.public_url.clone());
    } else {
        let says = format!("{} is not https: nobody reaches it but this machine", config.public_url);
        report.warning("public address", says, "set `public_url` to the https address that people use");
    }
}

fn proxies(report: &mut Report, config: &Config) {
    let proxies = &config.http.trusted_proxies;
    let tell = "set `http.trusted_proxies` to the addresses of your proxies";
    if proxies.iter().any(|network| network.is_everything()) {
        report.wrong("proxies", "everybody counts as a proxy, so anybody can pass for any address", tell);
    } else if proxies.is_empty() && config.is_https() {
        let says = "none is trusted: behind one, all people are one address and share its limits";
        report.warning("proxies", says, tell);
    } else {
        report.ok("proxies", format!("{} trusted", proxies.len()));
    }
    if config.http.shared_networks.iter().any(|network| network.is_everything()) {
        let says = "everybody is in one: no address is refused, however much it asks for";
        report.warning("shared networks", says, "set `http.shared_networks` to those of mobile carriers and the like");
    }
}

/// Whether addresses lead no further than to one's own network.
fn is_private(address: IpAddr) -> bool {
    address.is_loopback()
        || match address {
            IpAddr::V4(address) => address.is_private() || address.is_link_local(),
            IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
        }
}

fn admin(report: &mut Report, listen: IpAddr) {
    let advice = "set `http.admin_listen` to loopback or to a private address: metrics tell how busy you are";
    if listen == IpAddr::V4(Ipv4Addr::UNSPECIFIED) || listen == IpAddr::V6(Ipv6Addr::UNSPECIFIED) {
        report.warning("admin listener", format!("{listen} is every address of this machine"), advice);
    } else if is_private(listen) {
        report.ok("admin listener", format!("{listen} is loopback or private"));
    } else {
        report.wrong("admin listener", format!("{listen} can be reached from everywhere"), advice);
    }
}

/// What of the routes can be told without asking them.
fn routes(report: &mut Report, config: &Config) {
    if config.routes.is_empty() {
        report.wrong("routes", "there is none: no message goes out", "add `[[routes]]` (docs/configuration.md)");
    }
    match Library::open(config.guides.folder.as_deref().map(Path::new)) {
        Ok(guides) => carriers(report, config, &guides),
        Err(error) => report.wrong("guides", format!("guides.folder: {error}"), "`serve` does not start with it"),
    }
    for route in &config.routes {
        let Route::Smpp(smpp) = route else { continue };
        let host = smpp.address.rsplit_once(':').map_or("", |(host, _)| host).trim_matches(['[', ']']);
        let near = host == "localhost" || host.parse().is_ok_and(is_private);
        if !smpp.tls && !near {
            let says = "SMPP without TLS: codes and numbers can be read on the way";
            report.warning(&format!("route {}", smpp.name), says, "set `tls = true`, or use a private line or tunnel");
        }
    }
}

/// A carrier is known by what people tell a guide, and by nothing else.
fn carriers(report: &mut Report, config: &Config, guides: &Library) {
    let known: Vec<String> = guides.values(CARRIER).into_iter().collect();
    for (route, carrier) in unknown_carriers(config, guides) {
        let says = format!("no guide knows the carrier {carrier}: nothing goes by it to its phones");
        let advice = format!("`carriers` are named as guides do: {}", known.join(", "));
        report.warning(&format!("route {route}"), says, &advice);
    }
}

/// Whether webhooks can be called at all.
fn webhooks(report: &mut Report, config: &Config) {
    if let Err(error) = Caller::new(&config.webhooks, Arc::new(Clock::default())) {
        report.wrong("webhooks", error.0, "`serve` does not start with it");
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{holds_secrets, secret_files};

    #[test]
    fn secrets_are_seen_where_they_stand() {
        for key in ["password", "secret", "auth_token", "key_secret"] {
            assert!(holds_secrets(&format!("[[routes]]\n{key} = \"p\"")), "{key}");
        }
        assert!(holds_secrets("database = \"postgres://u:p@h/d\""));
        assert!(!holds_secrets("database = \"sqlite:a\"\n[[routes]]\npassword = { file = \"f\" }"));
    }

    #[test]
    fn files_of_secrets_are_seen_whose_they_are() {
        let text = "[[routes]]\npassword = { file = \"smpp\" }\n[[routes]]\nca_file = \"ca.pem\"\nauth_token = \"t\"\n\
                    [[routes]]\nsecret = { file = \"/run/secrets/gate\" }\n";
        let found = secret_files(text, Path::new("/etc/tegata"));
        assert_eq!(found, ["/etc/tegata/smpp", "/run/secrets/gate"].map(PathBuf::from));
    }
}
