//! What people know: where to ask, and what they were told. The promises are checked against this, not against what the
//! server thinks it said.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::Value;
use tokio::time::timeout;

use super::figures::Figures;
use crate::connection::Connection;

/// How long a caller waits for an answer.
const PATIENCE: Duration = Duration::from_secs(8);

/// What was told of one verification.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Whom its messages were for.
    pub numbers: BTreeSet<u64>,
    /// The most messages that it was said to have.
    pub sends: u64,
    /// How often a code was said to be right.
    pub approvals: u64,
    /// How often a proof was taken.
    pub redeemed: u64,
    pub canceled: bool,
    /// How many tries were said to be left after each wrong code.
    pub incorrect: Vec<u64>,
    /// Checks of which nobody heard how they went.
    pub unheard: u64,
}

/// What everybody shares.
pub struct Desk {
    pub api_key: String,
    nodes: Mutex<Vec<Option<SocketAddr>>>,
    book: Mutex<Book>,
}

/// What is written down.
#[derive(Clone, Debug, Default)]
pub struct Book {
    pub told: BTreeMap<String, Told>,
    /// Answers that no storm excuses.
    pub broken: Vec<String>,
    pub figures: Figures,
    /// How many people are still at it.
    pub busy: usize,
}

/// An answer: status and body.
pub type Heard = Option<(u16, Value)>;

impl Desk {
    /// With no node yet.
    pub fn new(api_key: String, nodes: usize) -> Desk {
        Desk { api_key, nodes: Mutex::new(vec![None; nodes]), book: Mutex::default() }
    }

    /// Where a node is now.
    pub fn node_is_at(&self, place: usize, address: Option<SocketAddr>) {
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner)[place] = address;
    }

    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks some node; `None` if no answer comes.
    pub async fn ask(&self, node: u64, method: &str, path: &str, head: &str, json: &Value) -> Heard {
        let said = if json.is_null() { String::new() } else { json.to_string() };
        self.say(node, method, path, head, &said).await
    }

    /// As [`Desk::ask`], with a body as it stands.
    pub async fn say(&self, node: u64, method: &str, path: &str, head: &str, said: &str) -> Heard {
        let address = {
            let nodes = self.nodes.lock().unwrap_or_else(PoisonError::into_inner);
            nodes[node as usize % nodes.len()]
        };
        let asking = async {
            let mut connection = Connection::open(address?, &self.api_key).await.ok()?;
            let answer = connection.ask(method, path, head, said).await.ok()?;
            let body = if answer.body.is_empty() { Value::Null } else { serde_json::from_str(answer.body).ok()? };
            Some((answer.status, body))
        };
        let heard = timeout(PATIENCE, asking).await.ok().flatten();
        let mut book = self.book();
        match &heard {
            None => book.figures.add("requests without an answer", 1),
            Some((503, _)) => book.figures.add("requests refused for a while", 1),
            Some((500.., answer)) => book.broken.push(format!("{method} {path}: {answer}")),
            Some(_) => book.figures.add("requests answered", 1),
        }
        heard
    }
}

impl Book {
    /// What was told of a verification.
    pub fn of(&mut self, id: &str) -> &mut Told {
        self.told.entry(id.to_owned()).or_default()
    }

    /// Takes in how a verification was said to stand.
    pub fn view(&mut self, view: &Value) -> Option<String> {
        let id = view["id"].as_str()?.to_owned();
        let told = self.of(&id);
        told.sends = told.sends.max(view["sends"].as_u64()?);
        let number: Option<u64> = view["to"].as_str().and_then(|to| to.trim_start_matches('+').parse().ok());
        told.numbers.extend(number);
        Some(id)
    }
}
