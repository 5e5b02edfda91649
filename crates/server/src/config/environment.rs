//! What the environment says, which goes before the file; and whether what is wrong is wrong there.

use std::{collections::HashMap, env};

use super::Config;

/// The prefix of environment variables: `TEGATA__HTTP__LISTEN` is `http.listen`.
const PREFIX: &str = "TEGATA";

/// The keys that are lists of words: in a variable these stand with commas between.
const LISTS: [&str; 3] = ["http.trusted_proxies", "http.shared_networks", "webhooks.own_origins"];

/// Our variables, by their names.
pub(super) type Variables = HashMap<String, String>;

/// Those that are set.
pub(super) fn variables() -> Variables {
    let all = env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    all.filter(|(name, _)| name.to_ascii_uppercase().starts_with(&format!("{PREFIX}__"))).collect()
}

/// These, to be read over the file.
pub(super) fn source(variables: &Variables) -> config::Environment {
    let environment = config::Environment::with_prefix(PREFIX).prefix_separator("__").separator("__");
    let environment = LISTS.iter().fold(environment.list_separator(","), |all, key| all.with_list_parse_key(key));
    environment.try_parsing(true).source(Some(variables.clone()))
}

/// The variable that is to blame for a problem: it names its key, and without it there is another or none.
pub(super) fn at_fault<'a>(text: &str, variables: &'a Variables, problem: &str) -> Option<&'a str> {
    let key = |name: &str| name.rsplit("__").next().unwrap_or(name).to_ascii_lowercase();
    let mut named: Vec<&String> = variables.keys().filter(|name| problem.contains(&key(name))).collect();
    named.sort_unstable();
    let is_to_blame = |name: &&String| {
        let mut others = variables.clone();
        others.remove(*name);
        Config::build(text, &others).err().is_none_or(|without| without != problem)
    };
    named.into_iter().find(is_to_blame).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of this file with these variables, who is to blame.
    fn blamed(text: &str, set: &[(&str, &str)]) -> Option<String> {
        let variables: Variables = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let problem = Config::build(text, &variables).expect_err("something is wrong");
        at_fault(text, &variables, &problem).map(str::to_owned)
    }

    #[test]
    fn lists_of_words_stand_with_commas_between() {
        let set = [
            ("TEGATA__HTTP__TRUSTED_PROXIES", "10.0.0.0/8,192.0.2.1"),
            ("TEGATA__HTTP__SHARED_NETWORKS", "198.51.100.0/24"),
            ("TEGATA__WEBHOOKS__OWN_ORIGINS", "http://10.0.0.5:3000,http://10.0.0.6:3000"),
            ("TEGATA__TRACES__AUTHORIZATION", "a,b"),
        ];
        let set = set.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let config = Config::build("public_url = \"https://v.example\"\n", &set).expect("it is read");
        let found = [config.http.trusted_proxies.len(), config.http.shared_networks.len()];
        assert_eq!((found, config.webhooks.own_origins.len()), ([2, 1], 2));
        assert!(config.traces.authorization.is_some_and(|text| text.0 == "a,b"), "a text is one");
    }

    #[test]
    fn what_is_wrong_in_the_environment_is_told_as_that() {
        const FILE: &str = "public_url = \"https://v.example\"\n";
        for (name, value) in [
            ("TEGATA__HTTP__LISTEN", "foo"),
            ("TEGATA__HTTP__COLOUR", "red"),
            ("TEGATA__COLOUR", "red"),
            ("TEGATA__LOG__LEVEL", "loud"),
            ("TEGATA__PUBLIC_URL", "ftp://x"),
            ("TEGATA__HTTP__BODY_BYTES_MAX", "1"),
            ("TEGATA__DATABASE", "mysql://h/d"),
            ("TEGATA__HTTP__TRUSTED_PROXIES", "10.0.0.0/8,proxy"),
        ] {
            let well = ("TEGATA__COUNTRY", "JP");
            assert_eq!(blamed(FILE, &[(name, value), well]).as_deref(), Some(name));
        }
        let own = format!("{FILE}[http]\nlisten = \"foo\"\n");
        assert_eq!(blamed(&own, &[("TEGATA__HTTP__ADMIN_LISTEN", "127.0.0.1:1")]), None, "the file is wrong");
        assert_eq!(blamed("", &[("TEGATA__COUNTRY", "JP")]), None, "so it is where something is missing");
    }
}
