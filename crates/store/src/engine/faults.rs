//! Faults between the store and its engine: what a storm does to a database. Built only with the feature `faults`.
//!
//! Whoever makes the storm asks for a database's [`Faults`] before it is opened; every connection that is made to it from
//! then on goes through them.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak},
};

use super::{Database, Dialect, Engine, Role, Use};
use crate::{error::Error, statement::Statement, value::Row};

/// What strikes one commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Another transaction was in the way: serialization fails.
    Conflict,
    /// The connection breaks before it.
    Lost,
    /// The connection breaks after it: it happened, and nobody was told.
    InDoubt,
    /// There is no room for it.
    Full,
    /// A defect of ours panics before it.
    Panic,
}

/// The faults of one database, as one process has it open; clones share them.
#[derive(Clone, Default)]
pub struct Faults(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    next: VecDeque<Fault>,
    refuses: bool,
    stalls: bool,
    dead: bool,
    /// How many commits are left to whoever dies after one.
    left: Option<u64>,
}

static ALL: Mutex<BTreeMap<String, Weak<Shared>>> = Mutex::new(BTreeMap::new());

fn key(database: &Database) -> String {
    match database {
        Database::Sqlite(file) => file.display().to_string(),
        Database::Postgres { url } => url.clone(),
    }
}

impl Faults {
    /// New ones for a database: those who have it open keep theirs.
    pub fn of(database: &Database) -> Faults {
        let faults = Faults::default();
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, faults| faults.strong_count() > 0);
        all.insert(key(database), Arc::downgrade(&faults.0));
        faults
    }

    /// Strikes the next commit that nothing else is meant for.
    pub fn strike(&self, fault: Fault) {
        self.state().next.push_back(fault);
    }

    /// Whether the engine takes nothing at all.
    pub fn refuse(&self, refuses: bool) {
        self.state().refuses = refuses;
    }

    /// Whether everybody who begins a transaction waits until this is over.
    pub fn stall(&self, stalls: bool) {
        self.state().stalls = stalls;
        self.0.changed.notify_all();
    }

    /// The process is dead: nothing it began is committed any more.
    pub fn die(&self) {
        self.state().dead = true;
        self.0.changed.notify_all();
    }

    /// The process dies right after so many more commits.
    pub fn die_after(&self, commits: u64) {
        self.state().left = Some(commits);
    }

    /// Whether it is dead.
    pub fn is_dead(&self) -> bool {
        self.state().dead
    }

    /// Whether whoever begins a transaction waits.
    pub fn stalls(&self) -> bool {
        self.state().stalls
    }

    /// The good times are back.
    pub fn calm(&self) {
        let mut state = self.state();
        *state = State { dead: state.dead, ..State::default() };
        drop(state);
        self.0.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits while it stalls, and refuses while it is to refuse.
    fn pass(&self) -> Result<(), Error> {
        let waited = self.0.changed.wait_while(self.state(), |state| state.stalls && !state.dead);
        let state = waited.unwrap_or_else(PoisonError::into_inner);
        match (state.dead, state.refuses) {
            (true, _) => Err(Error::Unavailable("the process is dead".into())),
            (false, true) => Err(Error::Unavailable("the storm takes nothing".into())),
            (false, false) => Ok(()),
        }
    }

    /// What strikes this commit.
    fn fault(&self) -> Option<Fault> {
        self.state().next.pop_front()
    }

    fn committed(&self) {
        let mut state = self.state();
        if let Some(left) = state.left.as_mut() {
            *left = left.saturating_sub(1);
            state.dead |= state.left == Some(0);
        }
    }
}

/// Puts the database's faults, if it has any, before a new connection's engine.
pub(super) fn before(
    database: &Database,
    role: Role,
    connect: impl FnOnce() -> Result<Box<dyn Engine>, Error>,
) -> Result<Box<dyn Engine>, Error> {
    let found = {
        let all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&key(database)).and_then(Weak::upgrade)
    };
    let Some(faults) = found.map(Faults).filter(|_| role != Role::Migration) else { return connect() };
    faults.pass()?;
    Ok(Box::new(Struck { engine: connect()?, faults, role }))
}

/// An engine with its faults.
struct Struck {
    engine: Box<dyn Engine>,
    faults: Faults,
    role: Role,
}

impl Struck {
    fn commit(&mut self) -> Result<(), Error> {
        self.faults.pass()?;
        if self.role != Role::Writer {
            return self.engine.run("COMMIT");
        }
        match self.faults.fault() {
            None => self.engine.run("COMMIT")?,
            Some(Fault::Conflict) => return Err(Error::Conflict("the storm was faster".into())),
            Some(Fault::Full) => return Err(Error::Full("the storm left none".into())),
            // Told to nobody: the log is for what was not asked for.
            Some(Fault::Panic) => std::panic::resume_unwind(Box::new("the storm found a defect")),
            Some(Fault::Lost) => return Err(Error::Lost("the storm cut it".into())),
            Some(Fault::InDoubt) => {
                self.engine.run("COMMIT")?;
                self.faults.committed();
                return Err(Error::Lost("the storm cut it after the commit".into()));
            }
        }
        self.faults.committed();
        Ok(())
    }
}

impl Engine for Struck {
    fn dialect(&self) -> &'static Dialect {
        self.engine.dialect()
    }

    fn run(&mut self, script: &str) -> Result<(), Error> {
        if script == "COMMIT" { self.commit() } else { self.engine.run(script) }
    }

    fn begin(&mut self, role: Role) -> Result<(), Error> {
        self.faults.pass()?;
        self.engine.begin(role)
    }

    fn query(&mut self, uses: &[Use]) -> Result<Vec<Vec<Row>>, Error> {
        self.faults.pass()?;
        self.engine.query(uses)
    }

    fn execute(&mut self, uses: &[Use]) -> Result<Vec<u64>, Error> {
        self.faults.pass()?;
        self.engine.execute(uses)
    }

    fn clock_ms(&mut self) -> Result<Option<i64>, Error> {
        self.engine.clock_ms()
    }

    fn lax(&mut self) -> Result<Vec<String>, Error> {
        self.engine.lax()
    }

    fn others(&mut self) -> Result<Vec<String>, Error> {
        self.engine.others()
    }

    fn prepare(&mut self, statement: &Statement) -> Result<(), Error> {
        self.engine.prepare(statement)
    }
}
