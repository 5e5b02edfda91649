//! A browser without JavaScript: a cookie jar, and forms that are sent with what stands hidden in them.

use std::collections::HashMap;

use super::{Answer, Request, http::Events};

/// One person's browser.
#[derive(Clone, Default)]
pub struct Browser {
    /// By name and the path under which it is sent.
    cookies: HashMap<(String, String), String>,
    language: &'static str,
}

/// A page, or the redirect that leads to another site.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it is, after redirects.
    pub url: String,
    pub answer: Answer,
}

impl Browser {
    pub fn new() -> Browser {
        Browser { cookies: HashMap::new(), language: "ja" }
    }

    /// One that asks for English.
    pub fn english() -> Browser {
        Browser { language: "en", ..Browser::new() }
    }

    /// Opens an address and follows where it leads within this server.
    pub fn open(&mut self, url: &str) -> Page {
        self.go(url, Request::new("GET", url))
    }

    /// Sends the form of a page whose action ends in `action`, with its hidden fields and these.
    #[track_caller]
    pub fn submit(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let (url, mut all) = page.form(action).unwrap_or_else(|| panic!("no form {action} on {page:?}"));
        all.retain(|(name, _)| fields.iter().all(|(given, _)| given != name));
        let given = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let all: Vec<(String, String)> = all.into_iter().chain(given).collect();
        let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(&url, &all)
    }

    /// Posts fields to an address, as a reload or another site's page would.
    pub fn post(&mut self, url: &str, fields: &[(&str, &str)]) -> Page {
        self.go(url, Request::new("POST", url).form(fields))
    }

    /// Sends a request with this browser's cookies, and follows redirects within the server.
    pub fn go(&mut self, url: &str, request: Request) -> Page {
        let answer = self.dressed(url, request).send();
        self.keep_cookies(&answer);
        let page = Page { url: url.to_owned(), answer };
        match page.leads_to().filter(|next| next.starts_with('/')) {
            Some(next) => self.open(&format!("{}{next}", page.origin())),
            None => page,
        }
    }

    /// The value of this browser's cookie, whatever its path.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|((known, _), _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Follows a page's events with this browser's cookies.
    pub fn follow(&self, url: &str) -> Events {
        self.dressed(url, Request::new("GET", url)).follow()
    }

    fn dressed(&self, url: &str, request: Request) -> Request {
        let path = &url[url.find("://").map_or(0, |at| at + 3)..];
        let path = path.find('/').map_or("/", |at| &path[at..]);
        let sent = self.cookies.iter().filter(|((_, under), _)| path.starts_with(under.as_str()));
        let sent: Vec<String> = sent.map(|((name, _), value)| format!("{name}={value}")).collect();
        let request = request.header("Accept", "text/html").header("Accept-Language", self.language);
        if sent.is_empty() { request } else { request.header("Cookie", sent.join("; ")) }
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for cookie in answer.all("set-cookie") {
            let ends = cookie.contains("Max-Age=0");
            let mut parts = cookie.split("; ");
            let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).expect("a cookie has a value");
            let path = parts.find_map(|part| part.strip_prefix("Path=")).unwrap_or("/");
            let key = (name.to_owned(), path.to_owned());
            if ends {
                self.cookies.remove(&key)
            } else {
                self.cookies.insert(key, value.to_owned())
            };
        }
    }
}

impl Page {
    #[track_caller]
    pub fn is(self, status: u16) -> Page {
        assert_eq!(self.answer.status, status, "{self:?}");
        self
    }

    /// Asserts that it is a page that says what has to be put right.
    #[track_caller]
    pub fn slips(self) -> Page {
        let page = self.is(200);
        assert!(page.html().contains(" aria-invalid=\"true\""), "{page:?}");
        page
    }

    pub fn html(&self) -> &str {
        &self.answer.body
    }

    /// Where a redirect leads.
    pub fn leads_to(&self) -> Option<&str> {
        self.answer.header("location").filter(|_| (300..400).contains(&self.answer.status))
    }

    /// Whether there is a field to type into.
    pub fn asks_for(&self, field: &str) -> bool {
        self.html().contains(&format!("<input id=\"{field}\""))
            || self.html().contains(&format!(" id=\"{field}\" name="))
    }

    /// The value of an attribute's first place on the page.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let after = self.html().split(&format!(" {name}=\"")).nth(1)?;
        after.split('"').next()
    }

    /// The address of the form whose action ends in `action`, and its hidden fields.
    pub fn form(&self, action: &str) -> Option<(String, Vec<(String, String)>)> {
        let forms = self.html().split("<form ").skip(1).filter_map(|rest| rest.split("</form>").next());
        let of =
            |form: &str, name: &str| Some(form.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?.to_owned());
        let found = |form: &&str| of(&format!(" {form}"), "action").is_some_and(|target| target.ends_with(action));
        let form = forms.into_iter().find(found)?;
        let hidden = form.split("<input type=\"hidden\"").skip(1).filter_map(|input| input.split('>').next());
        let fields = hidden.filter_map(|input| Some((of(input, "name")?, of(input, "value")?))).collect();
        Some((format!("{}{}", self.origin(), of(form, "action")?), fields))
    }

    fn origin(&self) -> &str {
        let start = self.url.find("://").map_or(0, |at| at + 3);
        let end = self.url[start..].find('/').map_or(self.url.len(), |at| start + at);
        &self.url[..end]
    }
}
