//! What a storm came to, once it is over: everybody looks again at all that was told, and the promises are checked.

use std::{
    collections::BTreeMap,
    sync::mpsc::{TryRecvError, channel},
    time::Duration,
};

use domain::{channel::Channel, id::VerificationId, verification::Verification};
use serde_json::Value;
use store::verification;
use tokio::time::sleep;

use super::{
    desk::Book,
    frame::Letter,
    node::{self, Node},
    person,
    promises::Evidence,
    scene::{CALM_MS, Outcome, Scene},
};
use crate::output::Failure;

const ROWS_MAX: i64 = 10_000;
/// When somebody looks again who heard no answer.
const AGAIN: Duration = Duration::from_millis(500);

impl Scene {
    /// Checks the promises.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) fn verdict(mut self) -> Result<Outcome, Failure> {
        let queued = self.queued().ok_or(Failure("a node is missing".into()))?;
        let shown = self.aftermath()?;
        let Book { told, mut broken, figures, .. } = self.desk.book().clone();
        self.figures.append(&figures);
        let mut submitted = Vec::new();
        for station in &self.stations {
            for way in &station.ways {
                self.figures.append(&way.figures());
                submitted.extend(way.submitted());
            }
        }
        let rows = self.rows(&told.keys().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())?;
        let mut received: BTreeMap<Letter, u64> = BTreeMap::new();
        for number in &self.numbers {
            for code in self.town.phones.codes(*number) {
                *received.entry(Letter { number: *number, code }).or_default() += 1;
            }
        }
        let metrics = self.stations.iter().flat_map(|station| &station.metrics);
        let counted = metrics.map(|metrics| node::maybe_repeated(metrics)).sum();
        let evidence = Evidence {
            climate: &self.climate,
            keys: &self.keys,
            now: self.clock.now(),
            told: &told,
            shown: &shown,
            rows: &rows,
            submitted: &submitted,
            received: &received,
            numbers: &self.numbers,
            queued,
            kills: self.kills,
            counted,
            acknowledged: &self.town.phones.gateway.acknowledged(),
        };
        broken.extend(evidence.broken());
        let now = evidence.now;
        broken.extend(self.events_broken(&rows, now)?);
        let came: u64 = received.values().sum();
        let calls = |row: &&Verification| row.generations[0].channel == Channel::Call;
        let called_first = rows.iter().filter(calls).count() as u64;
        for (what, count) in [
            ("verifications acknowledged", told.len() as u64),
            ("approvals acknowledged", told.values().map(|told| told.approvals).sum()),
            ("wrong codes answered", told.values().map(|told| told.incorrect.len() as u64).sum()),
            ("messages that came to phones", came),
            ("verifications that began with a call", called_first),
            ("messages that came again", came - received.len() as u64),
            ("messages counted as perhaps repeated", counted),
            ("seconds of storm", self.at_ms / 1_000),
        ] {
            self.figures.add(what, count);
        }
        self.stations.iter_mut().filter_map(|station| station.node.take()).for_each(Node::stop);
        Ok(Outcome { figures: self.figures, broken })
    }

    /// Somebody looks at everything that was told, and gives each right code twice at once, also where it was right
    /// before.
    fn aftermath(&mut self) -> Result<BTreeMap<String, Value>, Failure> {
        let ids: Vec<String> = self.desk.book().told.keys().cloned().collect();
        let rows = self.rows(&ids.iter().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())?;
        let codes = rows.into_iter().filter_map(|row| Some((row.id.to_string(), row.code(row.newest(), &self.keys)?)));
        let codes: BTreeMap<String, String> = codes.map(|(id, code)| (id, code.digits().to_owned())).collect();
        let (shown, told) = channel();
        let desk = self.desk.clone();
        self.town.begin(async move {
            for id in ids {
                if let Some(code) = codes.get(&id) {
                    let checks = [0, 1].map(|node| person::check(&desk, node, &id, code));
                    let [one, other] = checks;
                    tokio::join!(one, other);
                }
                let path = format!("/v1/verifications/{id}");
                // Whoever hears no answer asks again, for as long as somebody waits for what they see.
                let view = loop {
                    match desk.ask(0, "GET", &path, "", &Value::Null).await {
                        Some((200, view)) => break view,
                        Some(_) | None => sleep(AGAIN).await,
                    }
                };
                _ = shown.send((id, view));
            }
        });
        let mut all = BTreeMap::new();
        let mut ends_ms = self.at_ms + CALM_MS;
        while self.at_ms < ends_ms {
            match told.try_recv() {
                Ok((id, view)) => {
                    all.insert(id, view);
                    ends_ms = self.at_ms + CALM_MS;
                }
                Err(TryRecvError::Empty) => self.step()?,
                Err(TryRecvError::Disconnected) => break,
            }
        }
        Ok(all)
    }

    /// The rows of these verifications, and of those that nobody was told of.
    fn rows(&self, ids: &[VerificationId]) -> Result<Vec<Verification>, Failure> {
        let node = self.stations[0].node.as_ref().ok_or(Failure("no node is left".into()))?;
        let ids = ids.to_vec();
        let read = move |tx: &mut store::Tx| {
            let mut rows = verification::fetch_all(tx, &ids)?;
            let others = verification::pending(tx, None, ROWS_MAX)?;
            rows.extend(others.into_iter().filter(|row| !ids.contains(&row.id)));
            Ok(rows)
        };
        Ok(node.ask(async |app| app.store.read(read).await)?)
    }
}
