//! A person who walks through a guide with their phone in hand: answers what is true, does what is said.

use std::collections::BTreeMap;

use super::{Browser, Flow, Page, Sms, World};

/// The steps after which nobody goes on.
const STEPS_MAX: usize = 40;

/// What is true of a person's phone, by the guide's facts.
pub type Truth<'a> = BTreeMap<&'a str, &'a str>;

/// One person in front of a guide's page.
pub struct Walk<'a> {
    pub world: &'a World,
    pub browser: Browser,
    pub flow: Flow,
    pub number: &'a str,
    pub truth: Truth<'a>,
    /// The remedies that were shown, in order.
    pub shown: Vec<String>,
}

/// What a guide's page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    Question(String),
    Remedy(String),
    Contact,
}

impl Page {
    /// What a guide's page shows.
    #[track_caller]
    pub fn guides(&self) -> Seen {
        let hidden = |form: &str, field: &str| {
            let (_, fields) = self.form(form).or_else(|| self.form(&format!("{form}?lang=ja")))?;
            fields.into_iter().find(|(name, _)| name == field).map(|(_, value)| value)
        };
        if let Some(fact) = hidden("/answer", "fact") {
            return Seen::Question(fact);
        }
        hidden("/outcome", "cause").map_or(Seen::Contact, Seen::Remedy)
    }
}

/// What most people answer.
const USUAL: [(&str, &str); 8] = [
    ("on_screen", "nothing"),
    ("phone", "iphone"),
    ("sms_app", "plus_message"),
    ("carrier", "docomo"),
    ("mvno_line", "docomo"),
    ("where", "home"),
    ("change", "nothing"),
    ("ios", "26"),
];

impl Browser {
    /// Answers a guide's questions like most people until it shows something to do.
    #[track_caller]
    pub fn until_remedy(&mut self, mut page: Page) -> Page {
        for _ in 0..STEPS_MAX {
            let Seen::Question(fact) = page.guides() else { return page };
            let usual = USUAL.iter().find(|(name, _)| *name == fact).map_or("yes", |(_, answer)| answer);
            page = self.submit(&page, "/answer", &[("value", usual)]).is(200);
        }
        panic!("questions without end: {page:?}")
    }
}

impl Walk<'_> {
    pub fn help(&mut self) -> Page {
        self.browser.open(&format!("{}/help", self.flow.url))
    }

    /// Goes on until a remedy satisfies `mends`, leaving the others behind; gives its page and name.
    #[track_caller]
    pub fn until(&mut self, mends: impl Fn(&str) -> bool) -> (Page, String) {
        let mut page = self.help().is(200);
        for _ in 0..STEPS_MAX {
            page = match page.guides() {
                Seen::Question(fact) => {
                    let answer = self.truth.get(fact.as_str()).copied();
                    let answer = answer.unwrap_or_else(|| panic!("asked for {fact}, after {:?}", self.shown));
                    self.browser.submit(&page, "/answer", &[("value", answer)]).is(200)
                }
                Seen::Remedy(cause) => {
                    self.shown.push(cause.clone());
                    if mends(&cause) {
                        return (page, cause);
                    }
                    self.browser.submit(&page, "/outcome", &[("outcome", "not_helped")]).is(200)
                }
                Seen::Contact => panic!("nothing but humans after {:?}", self.shown),
            };
        }
        panic!("no end: {:?}", self.shown)
    }

    /// The newest message on the phone, wherever it is.
    #[track_caller]
    pub fn newest(&self) -> Sms {
        let mut newest = self.world.sms_to(self.number);
        while let Some(newer) = self.world.try_sms_to(self.number, 1_000) {
            newest = newer;
        }
        newest
    }
}
