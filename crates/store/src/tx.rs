//! A transaction, as closures and tables see it.

use domain::{
    id::{ServiceId, VerificationId},
    limit::{Limited, Over},
    time::Time,
};

use crate::{
    engine::{Database, Engine, Role, Use},
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
    /// How often a service's rule was gone over, and what became of it.
    pub exceeded: Vec<((ServiceId, Limited, Over), u64)>,
}

impl Changes {
    pub(crate) fn is_empty(&self) -> bool {
        self.verifications.is_empty() && !self.outbox && self.exceeded.is_empty()
    }
}

/// Rows that one statement writes.
pub(crate) struct Write {
    pub statement: &'static Statement,
    pub rows: Vec<Vec<Value>>,
    /// Whether a row short means that another transaction was faster.
    pub exact: bool,
}

/// A connection with a transaction open on it.
pub struct Tx {
    engine: Box<dyn Engine>,
    role: Role,
    pub(crate) in_doubt: bool,
    pub(crate) changes: Changes,
}

impl Tx {
    pub(crate) fn connect(database: &Database, role: Role) -> Result<Tx, Error> {
        Ok(Tx { engine: database.connect(role)?, role, in_doubt: false, changes: Changes::default() })
    }

    pub(crate) fn begin(&mut self) -> Result<(), Error> {
        self.changes = Changes::default();
        self.engine.begin(self.role)
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

    /// Whether what is done now may have been committed before, by a try of which nobody was told how it ended: what must
    /// not happen twice is left then.
    pub fn is_in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// What the database's own clock says; `None` if it is this machine's.
    ///
    /// # Errors
    /// As [`Tx::query`].
    pub fn clock(&mut self) -> Result<Option<Time>, Error> {
        Ok(self.engine.clock_ms()?.map(Time::from_ms))
    }

    /// Settings of the database by which it may forget what it said is committed; empty if it has none.
    ///
    /// # Errors
    /// As [`Tx::query`].
    pub fn lax(&mut self) -> Result<Vec<String>, Error> {
        self.engine.lax()
    }

    /// Where other processes of ours are connected from, as far as the engine knows.
    ///
    /// # Errors
    /// As [`Tx::query`].
    pub(crate) fn others(&mut self) -> Result<Vec<String>, Error> {
        self.engine.others()
    }

    /// The rows of a statement with single parameters.
    ///
    /// # Errors
    /// Any [`Error`] but `Refused`.
    pub fn query(&mut self, statement: &Statement, values: &[Value]) -> Result<Vec<Row>, Error> {
        self.query_list(statement, &[values.to_vec()])
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
        self.execute_list(statement, &[values.to_vec()])
    }

    /// The rows of a statement over a list of any length.
    ///
    /// # Errors
    /// As [`Tx::query`].
    pub fn query_list(&mut self, statement: &Statement, rows: &[Vec<Value>]) -> Result<Vec<Row>, Error> {
        Ok(self.query_all(&[Use { statement, rows }])?.into_iter().flatten().collect())
    }

    /// How many rows a statement over a list of any length changed.
    ///
    /// # Errors
    /// As [`Tx::query`].
    pub fn execute_list(&mut self, statement: &Statement, rows: &[Vec<Value>]) -> Result<u64, Error> {
        Ok(self.engine.execute(&[Use { statement, rows }])?.iter().sum())
    }

    /// The rows of each of these statements, in order, none of which needs another's: one round trip for all.
    pub(crate) fn query_all(&mut self, uses: &[Use]) -> Result<Vec<Vec<Row>>, Error> {
        self.engine.query(uses)
    }

    /// Writes, in order, in one round trip.
    pub(crate) fn write(&mut self, writes: &[Write]) -> Result<(), Error> {
        let uses: Vec<Use> = writes.iter().map(|Write { statement, rows, .. }| Use { statement, rows }).collect();
        let written = self.engine.execute(&uses)?;
        let short =
            writes.iter().zip(written).find(|(write, written)| write.exact && *written != write.rows.len() as u64);
        short.map_or(Ok(()), |(write, written)| {
            let wanted = write.rows.len();
            Err(Error::Conflict(format!("{}: {written} of {wanted} rows were as expected", write.statement.name)))
        })
    }

    /// Prepares a statement, and says what is wrong with it.
    ///
    /// # Errors
    /// What the engine does not understand.
    pub fn prepare(&mut self, statement: &Statement) -> Result<(), Error> {
        self.engine.prepare(statement)
    }
}
