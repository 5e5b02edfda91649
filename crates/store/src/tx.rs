//! A transaction, as closures and tables see it.

use domain::{id::VerificationId, time::Time};

use crate::{
    engine::{Database, Engine, Role},
    error::Error,
    statement::Statement,
    value::{Row, Value},
};

/// What a commit changed, for those who wait for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The verifications whose rows changed.
    pub verifications: Vec<VerificationId>,
    /// Whether the outbox has rows that are due.
    pub outbox: bool,
}

impl Changes {
    pub(crate) fn is_empty(&self) -> bool {
        self.verifications.is_empty() && !self.outbox
    }
}

/// A connection with a transaction open on it.
pub struct Tx {
    engine: Box<dyn Engine>,
    role: Role,
    pub(crate) changes: Changes,
}

impl Tx {
    pub(crate) fn connect(database: &Database, role: Role) -> Result<Tx, Error> {
        Ok(Tx { engine: database.connect(role)?, role, changes: Changes::default() })
    }

    pub(crate) fn begin(&mut self) -> Result<(), Error> {
        self.changes = Changes::default();
        self.engine.run(self.engine.dialect().begin(self.role))
    }

    pub(crate) fn commit(&mut self) -> Result<Changes, Error> {
        self.engine.run("COMMIT")?;
        Ok(std::mem::take(&mut self.changes))
    }

    /// Undoes what the transaction did.
    ///
    /// # Errors
    /// Whatever it is, the connection is of no further use.
    pub(crate) fn roll_back(&mut self) -> Result<(), Error> {
        self.engine.run("ROLLBACK")
    }

    pub(crate) fn run_schema(&mut self, text: &str) -> Result<(), Error> {
        let text = self.engine.dialect().spell_schema(text);
        self.engine.run(&text)
    }

    /// What the database's own clock says; `None` if it is this machine's.
    ///
    /// # Errors
    /// As [`Tx::query`].
    pub fn clock(&mut self) -> Result<Option<Time>, Error> {
        Ok(self.engine.clock_ms()?.map(Time::from_ms))
    }

    /// The rows of a statement with single parameters.
    ///
    /// # Errors
    /// Any [`Error`] but `Refused`.
    pub fn query(&mut self, statement: &Statement, values: &[Value]) -> Result<Vec<Row>, Error> {
        self.engine.query(statement, 0, values)
    }

    /// The only row of a statement, if there is one.
    ///
    /// # Errors
    /// As [`Tx::query`].
    pub fn query_one(&mut self, statement: &Statement, values: &[Value]) -> Result<Option<Row>, Error> {
        Ok(self.query(statement, values)?.pop())
    }

    /// How many rows a statement changed.
    ///
    /// # Errors
    /// As [`Tx::query`].
    pub fn execute(&mut self, statement: &Statement, values: &[Value]) -> Result<u64, Error> {
        self.engine.execute(statement, 0, values)
    }

    /// The rows of a statement over a list of any length.
    ///
    /// # Errors
    /// As [`Tx::query`].
    pub fn query_list(&mut self, statement: &Statement, list: &[Vec<Value>]) -> Result<Vec<Row>, Error> {
        let mut found = Vec::new();
        for (length, values) in self.parts(statement, list) {
            found.extend(self.engine.query(statement, length, &values)?);
        }
        Ok(found)
    }

    /// How many rows a statement over a list of any length changed.
    ///
    /// # Errors
    /// As [`Tx::query`].
    pub fn execute_list(&mut self, statement: &Statement, list: &[Vec<Value>]) -> Result<u64, Error> {
        let mut changed = 0;
        for (length, values) in self.parts(statement, list) {
            changed += self.engine.execute(statement, length, &values)?;
        }
        Ok(changed)
    }

    /// Prepares a statement in every length that the engine uses, and says what is wrong with it.
    ///
    /// # Errors
    /// What the engine does not understand.
    pub fn prepare(&mut self, statement: &Statement) -> Result<(), Error> {
        let lengths = if statement.row.is_empty() { &[0][..] } else { self.engine.dialect().lengths };
        lengths.iter().try_for_each(|length| self.engine.prepare(statement, *length))
    }

    /// The list in parts of the engine's lengths, the last padded with rows of nothing.
    fn parts(&self, statement: &Statement, list: &[Vec<Value>]) -> Vec<(usize, Vec<Value>)> {
        let length = self.engine.dialect().fitting(list.len());
        let part = |rows: &[Vec<Value>]| {
            let length = self.engine.dialect().fitting(rows.len());
            let mut values: Vec<Value> = rows.concat();
            values.resize(length * statement.row.len(), Value::Null);
            (length, values)
        };
        list.chunks(length).map(part).collect()
    }
}
