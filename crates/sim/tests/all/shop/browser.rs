//! A person's browser at the shop: it keeps cookies and says where its forms come from.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use sim::shop::{self, Shop};
use tower::ServiceExt;

#[derive(Clone)]
pub struct Browser {
    pub host: String,
    shop: Router,
    cookies: BTreeMap<String, String>,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub text: String,
    /// Each `Set-Cookie`.
    pub cookies: Vec<String>,
    headers: HeaderMap,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }
}

thread_local! {
    /// One shop for each API, shared by the browsers of a test.
    static SHOPS: std::cell::RefCell<BTreeMap<String, Router>> = const { std::cell::RefCell::new(BTreeMap::new()) };
}

impl Browser {
    /// A browser at the shop whose API is at `url`.
    pub fn of(url: &str, api_key: &str) -> Browser {
        let open = || {
            let shop = Shop {
                url: url.into(),
                api_key: api_key.into(),
                brand: "みなと<b>ペイ".into(),
                brand_en: "Minato <b>Pay".into(),
            };
            let hosts = vec!["127.0.0.1:8080".into(), "localhost".into()];
            Router::new().nest(shop::MOUNT, shop.router(hosts))
        };
        let shop = SHOPS.with_borrow_mut(|shops| shops.entry(format!("{url} {api_key}")).or_insert_with(open).clone());
        let host = url.strip_prefix("http://").unwrap().to_owned();
        Browser { host, shop, cookies: BTreeMap::new() }
    }

    pub async fn open(&mut self, path: &str) -> Answer {
        self.send("GET", path, &[]).await
    }

    /// Sends a form of the shop's own.
    pub async fn submit(&mut self, path: &str) -> Answer {
        let origin = format!("http://{}", self.host);
        self.send("POST", path, &[("origin", &origin), ("sec-fetch-site", "same-origin")]).await
    }

    pub async fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, &self.host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let kept: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header(header::COOKIE, kept.join("; ")).body(Body::empty()).unwrap();
        let response = self.shop.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let set = headers.get_all(header::SET_COOKIE).iter().map(|line| line.to_str().unwrap().to_owned());
        let cookies: Vec<String> = set.collect();
        for line in &cookies {
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            self.keep(name, value);
        }
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        Answer { status, text: String::from_utf8(bytes.to_vec()).unwrap(), cookies, headers }
    }

    pub fn keep(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.into(), value.into());
    }
}
