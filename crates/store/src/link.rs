//! A connection that comes back: transactions rerun when another was in the way or the connection was lost.

use std::{sync::Arc, thread::sleep, time::Duration};

use crate::{
    engine::{Database, Role},
    error::Error,
    reach::Reach,
    tx::{Changes, Tx},
};

/// How often one transaction is tried. With the pauses below: 2.5 seconds while the database is away.
const ATTEMPTS_MAX: u32 = 8;
const LOST_PAUSE: Duration = Duration::from_millis(20);
const CONFLICT_PAUSE: Duration = Duration::from_millis(1);

/// One thread's connection.
pub(crate) struct Link {
    database: Database,
    role: Role,
    tx: Option<Tx>,
    /// The database was away last time: try once, so that those who wait are told soon.
    down: bool,
    reach: Arc<Reach>,
    /// The connection broke in a try of what is done now: it may have been committed.
    in_doubt: bool,
}

impl Link {
    /// Connects.
    ///
    /// # Errors
    /// What the engine says.
    pub fn open(database: &Database, role: Role, reach: Arc<Reach>) -> Result<Link, Error> {
        let tx = Tx::connect(database, role)?;
        Ok(Link { database: database.clone(), role, tx: Some(tx), down: false, reach, in_doubt: false })
    }

    /// Whether the database did not answer last, whichever connection asked.
    pub fn is_away(&self) -> bool {
        self.reach.is_away()
    }

    /// The connection, for the checks at the start.
    pub fn tx(&mut self) -> Result<&mut Tx, Error> {
        let tx = match self.tx.take() {
            Some(tx) => tx,
            None => Tx::connect(&self.database, self.role)?,
        };
        Ok(self.tx.insert(tx))
    }

    /// What comes now was not tried before.
    pub fn begin_anew(&mut self) {
        self.in_doubt = false;
    }

    /// Runs `work` in a transaction and commits, as often as it takes within bounds.
    ///
    /// # Errors
    /// What `work` says, after a rollback; or that the database is away or contended for too long.
    pub fn transact<T>(&mut self, mut work: impl FnMut(&mut Tx) -> Result<T, Error>) -> Result<(T, Changes), Error> {
        let attempts = if self.down { 1 } else { ATTEMPTS_MAX };
        let mut outcome = self.attempt(&mut work);
        for attempt in 1..attempts {
            let pause = match &outcome {
                Err(Error::Lost(_)) => LOST_PAUSE,
                Err(Error::Conflict(_)) => CONFLICT_PAUSE,
                Ok(_) | Err(Error::Refused(_) | Error::Unavailable(_) | Error::Full(_) | Error::Fault(_)) => break,
            };
            sleep(pause * 2u32.pow(attempt - 1));
            outcome = self.attempt(&mut work);
        }
        self.down = matches!(outcome, Err(Error::Lost(_)));
        self.reach.note(outcome.as_ref().err());
        outcome
    }

    fn attempt<T>(&mut self, work: &mut impl FnMut(&mut Tx) -> Result<T, Error>) -> Result<(T, Changes), Error> {
        let in_doubt = self.in_doubt;
        let tx = self.tx()?;
        tx.in_doubt = in_doubt;
        let outcome = tx.begin().and_then(|()| {
            let value = work(tx)?;
            Ok((value, tx.commit()?))
        });
        // A connection that cannot roll back is dropped, and the engine rolls back by itself.
        if outcome.is_err() && tx.roll_back().is_err() {
            self.tx = None;
        }
        self.in_doubt |= matches!(outcome, Err(Error::Lost(_)));
        outcome
    }
}
