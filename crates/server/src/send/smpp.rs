//! A bind to an SMSC: connects, binds, and comes back when the link is lost.

use std::{sync::Arc, time::Duration};

use domain::delivery::{Reason, State};
use smpp::{
    Address, Bind, Class, Message, MessageState, Receipt,
    backoff::{After, backoff_ms},
    link::{self, Ack, Client, ClientConfig, SendError},
    session, text,
    tls::{self, Roots},
};
use tokio::{
    net::TcpStream,
    sync::{mpsc, watch},
};
use tokio_rustls::rustls;
use tracing::{info, warn};

use super::{Outcome, Outgoing, refusals::Refusals};
use crate::{
    clock::{self, Clock},
    config::{
        ConfigError,
        route::{MessageIds, SmppRoute},
    },
    link::LinkState,
    receipt::{Acknowledge, Incoming},
};

/// How long to wait before a message is tried again while the link is down, or after "not now".
const AGAIN_MS: i64 = 1_000;

/// What the dispatcher and the routes' page know of a bind.
#[derive(Clone)]
pub struct Link {
    route: Arc<SmppRoute>,
    client: watch::Receiver<Option<Client>>,
    state: LinkState,
    refusals: Arc<Refusals>,
    clock: Arc<Clock>,
}

/// A route's link, and what keeps it bound until `stop`.
///
/// # Errors
/// When the route's settings cannot be used.
pub fn start(
    route: SmppRoute,
    clock: Arc<Clock>,
    receipts: mpsc::Sender<Incoming>,
    stop: watch::Receiver<bool>,
) -> Result<(Link, impl Future<Output = ()> + use<>), ConfigError> {
    let dialer = Dialer::new(&route)?;
    let (bound, client) = watch::channel(None);
    let link = Link { route: Arc::new(route), client, state: LinkState::default(), refusals: Arc::default(), clock };
    let binding = keep_bound(dialer, link.clone(), bound, receipts, stop);
    Ok((link, binding))
}

impl Link {
    pub(crate) fn name(&self) -> &str {
        &self.route.name
    }

    pub(super) fn sender(&self) -> &str {
        &self.route.sender
    }

    pub(super) fn window(&self) -> usize {
        self.route.window
    }

    pub(super) fn state(&self) -> &LinkState {
        &self.state
    }

    pub(super) async fn send(&self, message: Outgoing) -> Outcome {
        let client = self.client.borrow().clone();
        let Some(client) = client else { return Outcome::Later { after_ms: AGAIN_MS } };
        let refused = |status: String| self.refusals.note(self.name(), status, self.clock.now());
        hand_over(&client, &message, refused).await
    }
}

/// Gives one message to a bound link; `note` is told in which words it was refused.
pub(super) async fn hand_over(client: &Client, message: &Outgoing, note: impl Fn(String)) -> Outcome {
    let Some(submit) = submit(message) else { return Outcome::Refused(Reason::RejectedByCarrier) };
    match client.submit(submit).await {
        Ok(carrier_id) if carrier_id.is_empty() => Outcome::Unconfirmed { carrier_id: None },
        Ok(carrier_id) => Outcome::Accepted { carrier_id },
        Err(SendError::Unconfirmed) => Outcome::Unconfirmed { carrier_id: None },
        Err(SendError::NotBound | SendError::Closed) => Outcome::Later { after_ms: AGAIN_MS },
        Err(SendError::Refused { status, class }) => {
            note(status.to_string());
            refused(class)
        }
    }
}

fn submit(message: &Outgoing) -> Option<Message> {
    let text = text::one_segment(&message.text.0).ok()?;
    let to = Address::international(message.to.e164().trim_start_matches('+')).ok()?;
    let from = source(&message.sender)?;
    Some(Message::new(from, to, text).with_receipt().valid_for_ms(message.valid_ms))
}

/// Digits are an international number, few digits a short code, letters a name.
fn source(sender: &str) -> Option<Address> {
    let digits = sender.trim_start_matches('+');
    if digits.is_empty() {
        return Address::new(0, 0, "").ok();
    }
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Address::alphanumeric(sender).ok();
    }
    if digits.len() <= 6 { Address::new(0, 1, digits).ok() } else { Address::international(digits).ok() }
}

fn refused(class: Class) -> Outcome {
    match class {
        Class::Throttled => Outcome::Slower { after_ms: 0 },
        Class::Transient | Class::Session | Class::Vendor => Outcome::Later { after_ms: AGAIN_MS },
        Class::Credentials => Outcome::Later { after_ms: 10 * AGAIN_MS },
        Class::Number => Outcome::Refused(Reason::NoSuchSubscriber),
        Class::Ok | Class::Rejected | Class::Sender | Class::OurBug => Outcome::Refused(Reason::RejectedByCarrier),
    }
}

async fn keep_bound(
    dialer: Dialer,
    link: Link,
    bound: watch::Sender<Option<Client>>,
    receipts: mpsc::Sender<Incoming>,
    mut stop: watch::Receiver<bool>,
) {
    let mut attempt = 0;
    loop {
        let after = tokio::select! {
            () = stopped(&mut stop) => return,
            dialled = dialer.dial() => match dialled {
                Ok((client, incoming)) => {
                    attempt = 0;
                    info!(route = link.name(), "bound");
                    serve(&link, &bound, client, incoming, &receipts, &mut stop).await;
                    After::Lost
                }
                Err((problem, after)) => {
                    warn!(route = link.name(), problem, "no bind");
                    after
                }
            },
        };
        if *stop.borrow() {
            return;
        }
        let wait = backoff_ms(after, attempt, u32::from_be_bytes(clock::random()));
        attempt = attempt.saturating_add(1);
        tokio::select! {
            () = stopped(&mut stop) => return,
            () = tokio::time::sleep(Duration::from_millis(u64::try_from(wait).unwrap_or(0))) => {}
        }
    }
}

/// A bound link from its first to its last moment.
async fn serve(
    link: &Link,
    bound: &watch::Sender<Option<Client>>,
    client: Client,
    mut incoming: link::Receipts,
    receipts: &mpsc::Sender<Incoming>,
    stop: &mut watch::Receiver<bool>,
) {
    link.state.set(true);
    bound.send_replace(Some(client.clone()));
    let reason = loop {
        tokio::select! {
            reason = client.closed() => break reason,
            () = stopped(stop) => break client.close().await,
            received = incoming.recv() => match received {
                Some((receipt, ack)) => forward(link, receipt, ack, receipts).await,
                None => break client.closed().await,
            },
        }
    };
    link.state.set(false);
    bound.send_replace(None);
    info!(route = link.name(), ?reason, "unbound");
}

/// Dropping the acknowledgement asks the SMSC to repeat the receipt.
async fn forward(link: &Link, receipt: Receipt, ack: Ack, receipts: &mpsc::Sender<Incoming>) {
    let (state, reason) = meaning(receipt.state);
    let incoming = Incoming {
        route: link.name().to_owned(),
        carrier_id: receipt.message_id,
        recipient: Some(receipt.recipient.as_str().trim_start_matches('+').to_owned()),
        state,
        reason,
        ack: Acknowledge::Smpp(ack),
    };
    if receipts.send(incoming).await.is_err() {
        warn!(route = link.name(), "a receipt came while stopping; the carrier will repeat it");
    }
}

/// A carrier's word in our few states. Japanese carriers commonly give no reason with "undelivered".
pub(super) fn meaning(state: MessageState) -> (State, Option<Reason>) {
    match state {
        MessageState::Scheduled | MessageState::Enroute | MessageState::Accepted | MessageState::Unknown => {
            (State::Submitted, None)
        }
        MessageState::Delivered => (State::Delivered, None),
        MessageState::Expired => (State::Undelivered, Some(Reason::Unreachable)),
        MessageState::Deleted | MessageState::Skipped => (State::Undelivered, Some(Reason::Deleted)),
        MessageState::Undeliverable => (State::Undelivered, Some(Reason::Unknown)),
        MessageState::Rejected => (State::Undelivered, Some(Reason::Refused)),
    }
}

/// How to reach one SMSC.
pub(super) struct Dialer {
    address: String,
    tls: Option<(tokio_rustls::TlsConnector, rustls_pki_types::ServerName<'static>)>,
    config: ClientConfig,
}

impl Dialer {
    pub(super) fn new(route: &SmppRoute) -> Result<Dialer, ConfigError> {
        let wrong = |what: String| ConfigError(format!("routes: {}: {what}", route.name));
        let bind = Bind::new(&route.system_id, &route.password.0, &route.system_type)
            .map_err(|field| wrong(format!("{} must be at most {} octets", field.field, field.octets_max)))?;
        let session = session::Config {
            window_max: route.window,
            response_timeout_ms: route.response_timeout_ms,
            enquire_link_ms: route.enquire_link_ms,
            ..session::Config::default()
        };
        let message_ids = match route.message_ids {
            MessageIds::AsIs => smpp::MessageIds::AsIs,
            MessageIds::HexInResponse => smpp::MessageIds::HexInResponse,
        };
        let tls = if route.tls { Some(Dialer::tls(route).map_err(wrong)?) } else { None };
        let config = ClientConfig { bind, session, message_ids };
        Ok(Dialer { address: route.address.clone(), tls, config })
    }

    fn tls(route: &SmppRoute) -> Result<(tokio_rustls::TlsConnector, rustls_pki_types::ServerName<'static>), String> {
        let pem = route.ca_file.as_ref().map(std::fs::read).transpose();
        let pem = pem.map_err(|error| format!("ca_file: {error}"))?;
        let roots = pem.as_deref().map_or(Roots::Platform, Roots::Pem);
        let connector = tls::client(roots).map_err(|error| format!("ca_file: {error}"))?;
        let host = route.address.rsplit_once(':').map_or(route.address.as_str(), |(host, _)| host);
        let name = host.trim_matches(['[', ']']).to_owned();
        let name = rustls_pki_types::ServerName::try_from(name).map_err(|_| "address: no host name".to_owned())?;
        Ok((connector, name))
    }

    pub(super) async fn dial(&self) -> Result<(Client, link::Receipts), (String, After)> {
        let lost = |error: std::io::Error| (error.to_string(), After::Lost);
        let connecting = tokio::time::timeout(Duration::from_secs(10), TcpStream::connect(&self.address));
        let stream = connecting.await.map_err(|_| ("no connection within 10 seconds".to_owned(), After::Lost))?;
        let stream = stream.map_err(lost)?;
        // Without it, every small PDU waits for the last one's acknowledgement.
        stream.set_nodelay(true).map_err(lost)?;
        let bound = match &self.tls {
            None => link::client(stream, self.config.clone()).await,
            Some((connector, name)) => {
                let secured = connector.connect(name.clone(), stream).await;
                let stream = secured.map_err(|error| (no_tls(&error), After::Lost))?;
                link::client(stream, self.config.clone()).await
            }
        };
        bound.map_err(|error| (error.to_string(), error.after()))
    }
}

/// Why TLS did not begin. What a plain SMSC answers to TLS's first words is no TLS, or it hangs up.
fn no_tls(error: &std::io::Error) -> String {
    let said = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match said {
        Some(rustls::Error::InvalidMessage(_)) => {
            "what answers there does not speak TLS: say `tls = false`, or name its TLS port in `address`".to_owned()
        }
        None if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            "it hung up as TLS began: if it does not speak TLS, say `tls = false` or name its TLS port in `address`"
                .to_owned()
        }
        Some(_) | None => error.to_string(),
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that whoever could ask to stop is gone, which is a stop too.
    let _gone = stop.wait_for(|stop| *stop).await;
}
