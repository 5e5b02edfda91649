//! A server without a socket: whole requests go in as text, and each answer is held against what every answer must be.

mod answer;
mod setting;

use std::{fs, path::PathBuf};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    http::{HeaderMap, HeaderValue, Method, Request, Response, Uri, header},
};
use server::signature::{Signed, Signer};
use tokio::runtime::Runtime;
use tower::ServiceExt;

use crate::headers;
use setting::Setting;

/// The most bytes of an answer that is read: the largest page has a tenth of them.
const ANSWER_BYTES_MAX: usize = 1 << 20;
/// After so many requests there are a new flow, verification and guide to ask about: those before may be over.
const RENEWED_AFTER: u32 = 32;

/// A server's router over a store of its own.
pub struct Door {
    runtime: Runtime,
    setting: Setting,
    router: Router,
    folder: PathBuf,
    asked: u32,
}

impl Door {
    /// Opens a server on an empty store in the folder for temporary files.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub fn open() -> Door {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let place = std::thread::current().id();
        let folder = std::env::temp_dir().join(format!("tegata-hostile-{}-{place:?}", std::process::id()));
        fs::create_dir_all(&folder).expect("the folder for temporary files can be written");
        let (setting, router) = runtime.block_on(Setting::make(&folder));
        Door { runtime, setting, router, folder, asked: 0 }
    }

    /// Asks with a request as text, and holds the answer to what every answer must be: `METHOD target`, a header a line, an
    /// empty line, the body. `{flow}` and the like are [`Setting`]'s words. What is no request is passed over.
    ///
    /// # Panics
    /// When the answer is not as it must be.
    pub fn ask(&mut self, bytes: &[u8]) {
        if self.asked.is_multiple_of(RENEWED_AFTER) {
            self.runtime.block_on(self.setting.renew(&self.router, self.asked));
        }
        self.asked = self.asked.wrapping_add(1);
        let Some(request) = self.request(&self.setting.fill(bytes)) else { return };
        let router = self.router.clone();
        self.runtime.block_on(async {
            let response = router.oneshot(request).await.unwrap_or_else(|never| match never {});
            let (head, body) = read(response).await;
            answer::holds(&head, &body);
        });
    }

    fn request(&self, bytes: &[u8]) -> Option<Request<Body>> {
        let end = bytes.windows(2).position(|two| two == b"\n\n").unwrap_or(bytes.len());
        let (head, body) = (&bytes[..end], bytes.get(end + 2..).unwrap_or_default());
        let (line, block) = headers::split(head, b'\n');
        let (method, target) = headers::split(line, b' ');
        let mut request = Request::new(Body::from(Bytes::copy_from_slice(body)));
        *request.method_mut() = Method::from_bytes(method).ok()?;
        *request.uri_mut() = Uri::try_from(target).ok()?;
        *request.headers_mut() = headers::read(block);
        request.headers_mut().entry(header::HOST).or_insert(HeaderValue::from_static(setting::HOST));
        sign(request.headers_mut(), &self.setting.signer, body);
        Some(request)
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.runtime.block_on(self.setting.close());
        // What is left of it is only files that nobody needs.
        let _removed = fs::remove_dir_all(&self.folder);
    }
}

/// A gateway's signature, where one is asked for in its place.
fn sign(headers: &mut HeaderMap, signer: &Signer, body: &[u8]) {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if text("webhook-signature") == "{signature}" {
        let signature = signer.sign(Signed { id: text("webhook-id"), timestamp: text("webhook-timestamp"), body });
        headers.insert("webhook-signature", HeaderValue::from_str(&signature).expect("it is base64"));
    }
}

/// An answer and its body; streams of events go on for ever, and are not read.
async fn read(response: Response<Body>) -> (Response<()>, Bytes) {
    let (parts, body) = response.into_parts();
    let kind = parts.headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let goes_on = kind.starts_with(b"text/event-stream");
    let body =
        if goes_on { Bytes::new() } else { to_bytes(body, ANSWER_BYTES_MAX).await.expect("answers are bounded") };
    (Response::from_parts(parts, ()), body)
}
