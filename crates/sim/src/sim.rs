//! The running simulator.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use tokio::task::JoinHandle;

use crate::api::{self, Centre};
use crate::clock::Clock;
use crate::exchange::Exchange;
use crate::smsc::{Account, Smsc};
use crate::voice::Voice;
use crate::world::World;

/// What the simulator needs to know.
#[derive(Clone)]
pub struct SimConfig {
    /// Where `sim.jsonl` is kept; nowhere, if not given.
    pub dir: Option<PathBuf>,
    /// What all chance is made of.
    pub seed: u64,
    /// Where the message centre listens; port 0 picks one.
    pub smpp_listen: SocketAddr,
    /// The one account's name, at most 15 octets.
    pub system_id: String,
    /// Its password, at most 8 octets.
    pub password: String,
    /// Where people find name and password, for the page; empty, if nowhere.
    pub account_is_in: String,
    /// The secret by which calls are asked for and their receipts signed: `whsec_` and at least 24 bytes in base64. Without
    /// it no calls are made.
    pub voice_secret: Option<String>,
    /// The host names under which the HTTP side may be asked, such as `127.0.0.1` and `localhost`; ports do not matter.
    pub allowed_hosts: Vec<String>,
}

/// A running simulator. Dropping it ends it at once; [`Sim::stop`] says goodbye first.
pub struct Sim {
    exchange: Arc<Exchange>,
    smpp_address: SocketAddr,
    account_is_in: String,
    allowed_hosts: Vec<String>,
    courier: JoinHandle<()>,
    smsc: Option<JoinHandle<()>>,
    voice: Option<Voice>,
    poster: Option<JoinHandle<()>>,
}

impl Sim {
    /// Reads the journal, opens the message centre and begins to bring messages.
    ///
    /// # Errors
    /// When the journal cannot be read or written, the address cannot be listened on, or the voice provider's secret is none.
    pub async fn start(config: SimConfig, clock: Arc<dyn Clock>) -> io::Result<Sim> {
        let voice = config.voice_secret.as_deref().map(Voice::new).transpose()?;
        let exchange = Arc::new(Exchange::open(config.seed, config.dir.as_deref(), clock)?);
        let account = Account { system_id: config.system_id, password: config.password };
        let smsc = Smsc::open(config.smpp_listen, Arc::clone(&exchange), account).await?;
        let smpp_address = smsc.address()?;
        let smsc = tokio::spawn(smsc.run());
        let courier = tokio::spawn({
            let exchange = Arc::clone(&exchange);
            async move { exchange.run_courier().await }
        });
        let poster = voice.as_ref().map(|voice| voice.post_receipts(Arc::clone(&exchange))).transpose()?;
        let (allowed_hosts, account_is_in) = (config.allowed_hosts, config.account_is_in);
        Ok(Sim { exchange, smpp_address, account_is_in, allowed_hosts, courier, smsc: Some(smsc), voice, poster })
    }

    /// Where SMPP clients connect.
    pub fn smpp_address(&self) -> SocketAddr {
        self.smpp_address
    }

    /// The API and the page, to be nested at [`crate::MOUNT`].
    pub fn router(&self) -> Router {
        let centre = Centre { address: self.smpp_address.to_string(), account_is_in: self.account_is_in.clone() };
        api::router(Arc::clone(&self.exchange), self.allowed_hosts.clone(), centre, self.voice.clone())
    }

    /// Looks at the world; for tests and measurements in the same process.
    pub fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        self.exchange.read(look)
    }

    /// Ends event streams and long polls, closes every SMPP session in order, then ends. What is on its way and what is to be
    /// told stays in the journal.
    pub async fn stop(mut self) {
        self.exchange.stop();
        if let Some(smsc) = self.smsc.take()
            && let Err(error) = smsc.await
        {
            tracing::error!(%error, "the message centre ended badly");
        }
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.courier.abort();
        [&self.smsc, &self.poster].into_iter().flatten().for_each(JoinHandle::abort);
    }
}
