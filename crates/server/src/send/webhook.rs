//! Calls to webhooks, whose addresses somebody gave by API (rule D2): https to public addresses only, looked at for each
//! call; no redirects, no proxies, and of the answer nothing but its status. Signed after Standard Webhooks 1.0.0.

use std::{error::Error, io, net::IpAddr, sync::Arc, time::Duration};

use domain::{
    public::is_public,
    webhook::{NoAnswer, Tried},
};
use reqwest::{Certificate, Client, ClientBuilder, Url};
use tokio_rustls::rustls;

use super::public::{LookUp, NotPublic, PublicOnly, system};
use crate::{
    clock::Clock,
    config::{ConfigError, Webhooks},
    signature::{Signed, Signer},
};

/// How long a call may take in all: names, connection, answer.
pub const TIMEOUT: Duration = Duration::from_secs(10);

/// A call to an endpoint.
pub struct Call<'a> {
    /// Where to.
    pub url: &'a str,
    /// The event's id, the same in each try.
    pub id: &'a str,
    /// What is told.
    pub body: Vec<u8>,
    /// What it is signed with.
    pub signer: &'a Signer,
}

/// Who calls.
pub struct Caller {
    public: Client,
    own: Client,
    own_origins: Vec<String>,
    clock: Arc<Clock>,
}

impl Caller {
    /// A caller of public addresses, and of the operator's own origins.
    ///
    /// # Errors
    /// When the system's certificates cannot be used.
    pub fn new(config: &Webhooks, clock: Arc<Clock>) -> Result<Caller, ConfigError> {
        Caller::with(config, clock, system(), TIMEOUT)
    }

    fn with(config: &Webhooks, clock: Arc<Clock>, look_up: LookUp, timeout: Duration) -> Result<Caller, ConfigError> {
        let built = |builder: ClientBuilder| builder.build().map_err(|error| ConfigError(format!("webhooks: {error}")));
        // No connection is kept: each call looks where its name leads.
        let client = || {
            let client = Client::builder().timeout(timeout).pool_max_idle_per_host(0);
            client.redirect(reqwest::redirect::Policy::none()).no_proxy()
        };
        let public = built(client().dns_resolver(Arc::new(PublicOnly(look_up))))?;
        // What an own authority signed is believed of own origins alone.
        let own = client().tls_certs_merge(authority(config.ca_file.as_deref())?);
        Ok(Caller { public, own: built(own)?, own_origins: config.own_origins.clone(), clock })
    }

    /// Calls an endpoint, and says what it answered.
    pub async fn call(&self, call: Call<'_>) -> Tried {
        let Some((client, url)) = self.way(call.url) else { return Tried::Nothing(NoAnswer::NotPublic) };
        let timestamp = (self.clock.now().ms() / 1_000).to_string();
        let signature = call.signer.sign(Signed { id: call.id, timestamp: &timestamp, body: &call.body });
        let request = client.post(url).header("content-type", "application/json");
        let request = request.header("webhook-id", call.id).header("webhook-timestamp", timestamp);
        let answered = request.header("webhook-signature", signature).body(call.body).send().await;
        match answered {
            Ok(answer) => Tried::Status(answer.status().as_u16()),
            Err(error) => Tried::Nothing(no_answer(&error)),
        }
    }

    /// By which client an address may be called, if it may. An address that stands in the URL itself is never looked up,
    /// so it is looked at here.
    fn way(&self, url: &str) -> Option<(&Client, Url)> {
        let url: Url = url.parse().ok()?;
        if self.own_origins.contains(&url.origin().ascii_serialization()) {
            return Some((&self.own, url));
        }
        let host = url.host_str()?.trim_matches(['[', ']']);
        let literal: Option<IpAddr> = host.parse().ok();
        (url.scheme() == "https" && literal.is_none_or(is_public)).then_some((&self.public, url))
    }
}

/// Why nothing came back.
fn no_answer(error: &reqwest::Error) -> NoAnswer {
    let is = |wanted: fn(&(dyn Error + 'static)) -> bool| reasons(error).any(wanted);
    if error.is_timeout() {
        NoAnswer::Timeout
    } else if is(|reason| reason.is::<NotPublic>()) {
        NoAnswer::NotPublic
    } else if is(|reason| reason.is::<rustls::Error>()) {
        NoAnswer::NotTrusted
    } else if error.is_connect() {
        NoAnswer::NoConnection
    } else {
        NoAnswer::NoHttp
    }
}

/// An error and what it came of. What an I/O error wraps is not its source, but stands in its place.
fn reasons<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |reason| {
        let reason: &'a (dyn Error + 'static) = *reason;
        match reason.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => reason.source(),
        }
    })
}

/// The certificates of a file.
fn authority(file: Option<&str>) -> Result<Vec<Certificate>, ConfigError> {
    let Some(file) = file else { return Ok(Vec::new()) };
    let wrong = |what: String| ConfigError(format!("webhooks.ca_file {file}: {what}"));
    let pem = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
    let found = Certificate::from_pem_bundle(&pem).map_err(|error| wrong(error.to_string()))?;
    if found.is_empty() { Err(wrong("no certificate can be read from it".into())) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use rstest::rstest;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    /// A caller for whom every name leads where `look_up` says.
    fn caller(own: &[String], look_up: LookUp) -> Caller {
        patient(own, look_up, TIMEOUT)
    }

    fn patient(own: &[String], look_up: LookUp, timeout: Duration) -> Caller {
        let config = Webhooks { own_origins: own.to_vec(), ca_file: None };
        Caller::with(&config, Arc::new(Clock::default()), look_up, timeout).expect("certificates")
    }

    fn nowhere() -> LookUp {
        Arc::new(|name| Box::pin(async move { panic!("{name} was looked up") }))
    }

    async fn called(caller: &Caller, url: &str) -> Tried {
        let signer = Signer::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        caller.call(Call { url, id: "evt_1", body: b"{}".to_vec(), signer: &signer }).await
    }

    /// Answers every connection with this, and counts them.
    async fn answering(answer: &'static str) -> (u16, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let (port, count) = (listener.local_addr().expect("bound").port(), Arc::new(AtomicUsize::new(0)));
        let counted = count.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let mut asked = [0; 2_048];
                let _read = stream.read(&mut asked).await;
                let _written = stream.write_all(answer.as_bytes()).await;
            }
        });
        (port, count)
    }

    #[rstest]
    #[case("http://shop.example/")]
    #[case("https://127.0.0.1/")]
    #[case("https://0x7f.1/")]
    #[case("https://2130706433/")]
    #[case("https://[::1]/")]
    #[case("https://[::ffff:10.0.0.1]/")]
    #[case("https://169.254.169.254/latest")]
    #[case("ftp://shop.example/")]
    #[case("nonsense")]
    fn d2_an_address_in_the_url_is_looked_at_too(#[case] url: &str) {
        assert!(caller(&[], nowhere()).way(url).is_none());
    }

    #[test]
    fn d2_an_own_origin_is_compared_whole() {
        let caller = caller(&["http://127.0.0.1:3000".into()], nowhere());
        assert!(caller.way("http://127.0.0.1:3000/hooks").is_some());
        for other in ["http://127.0.0.1:30001/", "http://127.0.0.1/", "https://127.0.0.1:3000/"] {
            assert!(caller.way(other).is_none(), "{other}");
        }
    }

    #[tokio::test]
    async fn d2_a_name_whose_answer_changes_is_not_called() {
        let (port, connections) = answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        // Public when it was first looked at, then beside a public one, then alone.
        let look_up: LookUp = Arc::new(move |_| {
            let nth = count.fetch_add(1, Ordering::SeqCst);
            let found = [&["192.0.2.1"][..], &["1.1.1.1", "127.0.0.1"], &["127.0.0.1"]][nth.min(2)];
            let found = found.iter().map(|ip| (ip.parse::<IpAddr>().expect("an address"), 0).into()).collect();
            Box::pin(async move { Ok(found) })
        });
        let caller = caller(&[], look_up);
        for _ in 0..3 {
            assert_eq!(
                called(&caller, &format!("https://rebind.example:{port}/")).await,
                Tried::Nothing(NoAnswer::NotPublic)
            );
        }
        assert_eq!(asked.load(Ordering::SeqCst), 3, "it is looked up for each call");
        assert_eq!(connections.load(Ordering::SeqCst), 0, "nobody connected");
    }

    #[tokio::test]
    async fn what_kept_an_answer_away_is_told_apart() {
        let (talks_no_http, _) = answering("220 mail.example ESMTP\r\n").await;
        let (says_nothing, _) = answering("").await;
        let free = TcpListener::bind("127.0.0.1:0").await.and_then(|it| it.local_addr()).expect("a port").port();
        let cases = [
            (format!("http://127.0.0.1:{talks_no_http}"), NoAnswer::NoHttp),
            (format!("http://127.0.0.1:{says_nothing}"), NoAnswer::NoHttp),
            (format!("https://127.0.0.1:{talks_no_http}"), NoAnswer::NotTrusted),
            (format!("http://127.0.0.1:{free}"), NoAnswer::NoConnection),
            (format!("https://127.0.0.1:{free}"), NoAnswer::NoConnection),
        ];
        for (url, why) in cases {
            assert_eq!(
                called(&caller(std::slice::from_ref(&url), nowhere()), &url).await,
                Tried::Nothing(why),
                "{url}"
            );
        }
        let unknown: LookUp = Arc::new(|_| Box::pin(async { Err(io::ErrorKind::NotFound.into()) }));
        assert_eq!(
            called(&caller(&[], unknown), "https://shop.example/").await,
            Tried::Nothing(NoAnswer::NoConnection)
        );
    }

    #[tokio::test]
    async fn who_does_not_answer_in_time_is_told_apart() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let caller = patient(std::slice::from_ref(&url), nowhere(), Duration::from_millis(50));
        assert_eq!(called(&caller, &url).await, Tried::Nothing(NoAnswer::Timeout));
    }

    #[tokio::test]
    async fn d2_redirects_are_not_followed() {
        let (inside, connections) = answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
        let answer = format!("HTTP/1.1 307 X\r\nlocation: http://127.0.0.1:{inside}/\r\ncontent-length: 0\r\n\r\n");
        let (port, _) = answering(Box::leak(answer.into_boxed_str())).await;
        let own = [format!("http://127.0.0.1:{port}"), format!("http://127.0.0.1:{inside}")];
        let caller = caller(&own, nowhere());
        assert_eq!(called(&caller, &format!("{}/hooks", own[0])).await, Tried::Status(307));
        assert_eq!(connections.load(Ordering::SeqCst), 0, "the redirect leads nowhere");
        assert_eq!(called(&caller, &own[1]).await, Tried::Status(200));
    }
}
