//! A route tried once, for `tegata doctor`: reached, and given a message if that is asked for; beside a server that
//! has it bound too, or without one.

use std::{sync::Arc, time::Duration};

use domain::{
    address::PhoneNumber,
    channel::Channel,
    delivery::State,
    id::{MessageId, v7},
    key::KeyRing,
    locale::Locale,
    time::{Millis, seconds},
};
use smpp::{
    backoff::After,
    link::{Client, Receipts},
};
use tokio::time::timeout;
use tracing::warn;

use super::{
    Outcome, Outgoing,
    http::Gateway,
    smpp::{Dialer, hand_over, meaning},
    twilio::Account,
};
use crate::{
    clock::{self, Clock},
    config::{ConfigError, route::Route},
    sms::MessageText,
};

/// How long reaching a route may take in all.
const REACHED_WITHIN: Duration = Duration::from_secs(20);
/// How long a receipt is waited for.
const RECEIPT_WITHIN: Duration = Duration::from_secs(20);
/// How long a test message is worth delivering.
const VALID_MS: Millis = seconds(600);

/// A route that answered.
pub struct Trial {
    route: String,
    sender: String,
    clock: Arc<Clock>,
    took_ms: Millis,
    via: Via,
}

enum Via {
    Smpp(Client, Receipts),
    Http(Box<Gateway>),
    Twilio(Box<Account>),
}

/// Why a route is not reached.
#[derive(Debug)]
pub struct Unreached {
    /// In the words of whoever said no.
    pub why: String,
    /// Whether the other side was there and refused: a person must act.
    pub refused: bool,
}

impl From<ConfigError> for Unreached {
    fn from(error: ConfigError) -> Self {
        Unreached { why: error.0, refused: true }
    }
}

impl Trial {
    /// Connects and binds, or asks the gateway for nothing (`HEAD`; Twilio, by its credentials, for no messages).
    ///
    /// # Errors
    /// Why it is not reached.
    pub async fn reach(
        route: &Route,
        public_url: &str,
        keys: &Arc<KeyRing>,
        clock: &Arc<Clock>,
    ) -> Result<Trial, Unreached> {
        let began = clock.now();
        let reaching = timeout(REACHED_WITHIN, reach(route, public_url, keys, clock));
        let late =
            || Unreached { why: format!("no answer within {} seconds", REACHED_WITHIN.as_secs()), refused: false };
        let via = reaching.await.unwrap_or_else(|_| Err(late()))?;
        let took_ms = clock.now().since(began);
        let (route, sender) = (route.name().to_owned(), route.sender().to_owned());
        Ok(Trial { route, sender, clock: clock.clone(), took_ms, via })
    }

    /// The time to the first answer: of a bind with all that comes before it, or of a request.
    pub fn took_ms(&self) -> Millis {
        self.took_ms
    }

    /// Hands one message over, and waits a while for its receipt, which only SMPP brings here: a gateway's goes to the
    /// server.
    pub async fn send(&mut self, to: PhoneNumber, text: MessageText) -> (Outcome, Option<State>) {
        let id = MessageId(v7(self.clock.now(), 0, clock::random()));
        let (channel, locale, sender) = (Channel::Sms, Locale::default(), self.sender.clone());
        let message = Outgoing { id, to, channel, locale, sender, text, valid_ms: VALID_MS };
        match &mut self.via {
            Via::Http(gateway) => (gateway.send(message).await, None),
            Via::Twilio(account) => (account.send(message).await, None),
            Via::Smpp(client, receipts) => {
                let outcome = hand_over(client, &message, |status| {
                    warn!(route = self.route, status, "the carrier refused the message")
                })
                .await;
                let Outcome::Accepted { carrier_id } = &outcome else { return (outcome, None) };
                let receipt = timeout(RECEIPT_WITHIN, receipt(receipts, carrier_id)).await;
                (outcome, receipt.ok().flatten())
            }
        }
    }

    /// Whether receipts come by the route itself.
    pub fn brings_receipts(&self) -> bool {
        match self.via {
            Via::Smpp(..) => true,
            Via::Http(_) | Via::Twilio(_) => false,
        }
    }

    /// Unbinds.
    pub async fn close(self) {
        match self.via {
            Via::Http(_) | Via::Twilio(_) => {}
            Via::Smpp(client, _) => drop(client.close().await),
        }
    }
}

async fn reach(route: &Route, public_url: &str, keys: &Arc<KeyRing>, clock: &Arc<Clock>) -> Result<Via, Unreached> {
    match route {
        Route::Smpp(route) => match Dialer::new(route)?.dial().await {
            Ok((client, receipts)) => Ok(Via::Smpp(client, receipts)),
            Err((why, after)) => Err(Unreached { why, refused: after == After::Refused }),
        },
        Route::Http(route) => {
            let gateway = Gateway::new(route.clone(), public_url, keys.clone(), clock.clone())?;
            match gateway.knock().await {
                // Whatever it says of a request that asks for nothing, it is there.
                Ok(..500) => Ok(Via::Http(Box::new(gateway))),
                Ok(status) => Err(Unreached { why: format!("it answers {status}"), refused: true }),
                Err(why) => Err(Unreached { why, refused: false }),
            }
        }
        Route::Twilio(route) => {
            let account = Account::new(route.clone(), public_url, keys.clone(), clock.clone())?;
            match account.knock().await {
                Ok(200..=299) => Ok(Via::Twilio(Box::new(account))),
                Ok(status) => Err(Unreached { why: format!("it answers {status}"), refused: status < 500 }),
                Err(why) => Err(Unreached { why, refused: false }),
            }
        }
    }
}

/// The final state of a message. Receipts of others, which a carrier may bring here, are not acknowledged: it repeats
/// them, to the server.
async fn receipt(receipts: &mut Receipts, carrier_id: &str) -> Option<State> {
    loop {
        let (receipt, ack) = receipts.recv().await?;
        if receipt.message_id == carrier_id {
            ack.accept();
            let (state, _) = meaning(receipt.state);
            if receipt.state.is_final() {
                return Some(state);
            }
        }
    }
}
