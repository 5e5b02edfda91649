//! What others run on their side: an HTTP receiver of calls, and the signature of Standard Webhooks 1.0.0, written down a
//! second time.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use serde_json::Value;
use sha2::Sha256;

/// A call that came.
pub struct Call {
    /// Method, path and version.
    pub line: String,
    headers: Vec<(String, String)>,
    pub body: String,
}

/// What a call is answered with.
#[derive(Clone, Copy)]
pub struct Says {
    pub status: u16,
    /// Lines of the head, each with its end.
    pub head: &'static str,
    pub body: &'static str,
}

/// Not to answer at all.
pub const NOTHING: Says = Says { status: 0, head: "", body: "" };

/// A connection, with TLS or without.
trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

/// Takes calls on loopback and answers each with the next of its answers; the last one repeats.
pub struct Receiver {
    pub url: String,
    calls: mpsc::Receiver<Call>,
}

impl Receiver {
    pub fn start(statuses: &'static [u16]) -> Receiver {
        Receiver::saying(statuses, "")
    }

    /// As [`Receiver::start`]; each answer has these lines in its head, each with its end.
    pub fn saying(statuses: &'static [u16], head: &'static str) -> Receiver {
        Receiver::answering(statuses.iter().map(|status| Says { status: *status, head, body: "" }).collect())
    }

    pub fn answering(answers: Vec<Says>) -> Receiver {
        Receiver::taking("http://127.0.0.1", |stream| Box::new(stream), answers)
    }

    /// As [`Receiver::start`], over TLS, with the certificate of `tls/server.pem`: for `localhost`, by the authority of
    /// `tls/authority.pem`.
    pub fn secured(statuses: &'static [u16]) -> Receiver {
        let config = Arc::new(tls());
        let secure = move |stream| -> Box<dyn Stream> {
            let connection = ServerConnection::new(config.clone()).expect("the configuration is whole");
            Box::new(StreamOwned::new(connection, stream))
        };
        let answers = statuses.iter().map(|status| Says { status: *status, head: "", body: "" }).collect();
        Receiver::taking("https://localhost", secure, answers)
    }

    fn taking(
        origin: &str,
        open: impl Fn(TcpStream) -> Box<dyn Stream> + Send + 'static,
        answers: Vec<Says>,
    ) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has free ports");
        let url = format!("{origin}:{}/messages", listener.local_addr().expect("it is bound").port());
        let (taken, calls) = mpsc::channel();
        thread::spawn(move || {
            let mut unanswered = Vec::new();
            let mut nth = 0;
            for stream in listener.incoming().flatten() {
                let mut reader = BufReader::new(open(stream));
                let Some(call) = Call::read(&mut reader) else { continue };
                let says = answers.get(nth).or(answers.last()).expect("there is one");
                nth += 1;
                if says.status == NOTHING.status {
                    unanswered.push(reader);
                } else if reader.get_mut().write_all(says.written().as_bytes()).is_err() {
                    return;
                }
                if taken.send(call).is_err() {
                    return;
                }
            }
        });
        Receiver { url, calls }
    }

    /// Its scheme, host and port.
    pub fn origin(&self) -> &str {
        self.url.trim_end_matches("/messages")
    }

    /// The next call, whenever it comes.
    pub fn next(&self) -> Call {
        self.calls.recv_timeout(Duration::from_secs(15)).expect("it is called")
    }

    /// The calls that came and were not looked at yet.
    pub fn so_far(&self) -> Vec<Call> {
        self.calls.try_iter().collect()
    }

    /// Nobody calls for a while.
    pub fn hears_nothing(&self) {
        let call = self.calls.recv_timeout(Duration::from_millis(1_500)).ok();
        assert!(call.is_none(), "it was called: {}", call.map_or(String::new(), |call| call.body));
    }
}

/// Valid until 2126; the key guards nothing but these tests.
fn tls() -> ServerConfig {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("tls/server.pem")).expect("it is a certificate");
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/server.key.pem")).expect("it is a key");
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let config = config.with_safe_default_protocol_versions().expect("the provider has them").with_no_client_auth();
    config.with_single_cert(vec![certificate], key).expect("they belong together")
}

impl Says {
    fn written(&self) -> String {
        let Says { status, head, body } = self;
        let length = body.len();
        format!("HTTP/1.1 {status} X\r\n{head}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}")
    }
}

impl Call {
    fn read(reader: &mut impl BufRead) -> Option<Call> {
        let (mut headers, mut first, mut line) = (Vec::new(), String::new(), String::new());
        reader.read_line(&mut first).ok()?;
        while reader.read_line(&mut line).ok()? > 2 {
            let pair = line.trim_end().split_once(": ");
            headers.extend(pair.map(|(name, value)| (name.to_lowercase(), value.to_owned())));
            line.clear();
        }
        let call = Call { line: first.trim_end().to_owned(), headers, body: String::new() };
        let length = call.header("content-length");
        let mut body = vec![0; if length.is_empty() { 0 } else { length.parse().ok()? }];
        reader.read_exact(&mut body).ok()?;
        Some(Call { body: String::from_utf8(body).ok()?, ..call })
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("the call is JSON")
    }
}

/// `webhook-signature` of a call.
pub fn signature(key: &[u8], id: &str, timestamp: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key will do");
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}
