//! A store's threads: each connects, says how that went, and works until the store closes.

use std::{fs::File, sync::Arc, thread};

use crate::{
    engine::{Database, Role},
    error::{Error, OpenError},
    link::Link,
    migration,
    reach::Reach,
    tables::{claim, delivery},
};

/// Starts threads, and knows whether they live.
pub(crate) struct Threads {
    database: Database,
    reach: Arc<Reach>,
    started: usize,
    /// Held by each thread.
    alive: Arc<()>,
}

impl Threads {
    /// None yet.
    pub fn of(database: &Database) -> Threads {
        Threads { database: database.clone(), reach: Arc::default(), started: 0, alive: Arc::default() }
    }

    /// Whether all that were started still work.
    pub fn are_whole(&self) -> bool {
        Arc::strong_count(&self.alive) > self.started
    }

    /// Whether the database did not answer last, whichever thread asked.
    pub fn is_away(&self) -> bool {
        self.reach.is_away()
    }

    /// Starts one, and waits until it is connected.
    ///
    /// # Errors
    /// When it cannot connect, or migrations are missing.
    pub fn start(
        &mut self,
        role: Role,
        lock: Option<Arc<File>>,
        work: impl FnOnce(Link, Option<Arc<File>>) + Send + 'static,
    ) -> Result<(), OpenError> {
        let (ready, opened) = std::sync::mpsc::channel();
        let (database, reach, alive) = (self.database.clone(), self.reach.clone(), self.alive.clone());
        let connect_and_work = move || {
            let _alive = alive;
            let link = Link::open(&database, role, reach).map_err(OpenError::from).and_then(|mut link| {
                migration::verify(link.tx()?)?;
                // Whoever has the folder to itself knows that nobody else holds a lease.
                if lock.is_some() && role == Role::Writer {
                    link.transact(|tx| Ok(claim::free(tx)? + delivery::free(tx)?))?;
                }
                Ok(link)
            });
            // Whoever opens waits for this, and finds the folder unlocked if it failed.
            match link {
                Ok(link) => {
                    let _ = ready.send(Ok(()));
                    work(link, lock);
                }
                Err(error) => {
                    drop(lock);
                    let _ = ready.send(Err(error));
                }
            }
        };
        let spawned = thread::Builder::new().name("store".into()).spawn(connect_and_work);
        spawned.map_err(|why| Error::Unavailable(format!("no thread: {why}")))?;
        self.started += 1;
        opened.recv().unwrap_or_else(|_| Err(Error::Fault("a worker ended at its start".into()).into()))
    }
}
