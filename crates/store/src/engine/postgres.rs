//! PostgreSQL: many workers and many nodes, rows locked as they are loaded.

use std::{error::Error as StdError, time::Duration};

use postgres::{
    Client, Config, NoTls,
    config::SslMode,
    types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};
use rustls::ClientConfig;
use rustls_platform_verifier::ConfigVerifierExt;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{Dialect, Engine, Role, dialect::Kept};
use crate::{
    error::Error,
    statement::Statement,
    value::{Row, Value},
};

/// How long connecting, and an answer's first packet, may take before the server counts as gone.
const AWAY: Duration = Duration::from_secs(5);

/// Lists are joined by index, whatever the planner believes about a table without statistics: it scanned, and the
/// door had a quarter of its speed. Plans are made once a statement, not once an execution.
const PLANS: &str = "-c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off \
                     -c plan_cache_mode=force_generic_plan -c jit=off";
/// No statement of ours takes seconds; one that does waits for something that will not come.
const BOUNDS: &str = "-c statement_timeout=10s -c idle_in_transaction_session_timeout=10s";

static DIALECT: Dialect = Dialect {
    integer: "BIGINT",
    text: "TEXT",
    text_column: "TEXT COLLATE \"C\"",
    bytes: "BYTEA",
    parameter: '$',
    table: "",
    // Room on each page, so that changed rows stay where the index has them.
    heap: "WITH (fillfactor = 70)",
    lock: "FOR UPDATE OF t",
    skip: "FOR UPDATE SKIP LOCKED",
    begin_write: "BEGIN",
    begin_read: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    begin_migration: "BEGIN; LOCK TABLE migration IN EXCLUSIVE MODE",
    lengths: &[256, 128, 64, 32, 16, 8, 4, 2, 1],
};

/// A connection to the server.
pub(super) struct Postgres {
    client: Client,
    prepared: Kept<postgres::Statement>,
}

impl Postgres {
    pub(super) fn connect(url: &str, role: Role) -> Result<Postgres, Error> {
        // The parser's error names the wrong part, not the password.
        let mut config: Config = url.parse().map_err(|why| Error::Unavailable(format!("the URL: {why}")))?;
        let own = config.get_options().unwrap_or_default().to_owned();
        let bounds = if role == Role::Migration { "" } else { BOUNDS };
        config.options(&format!("{PLANS} {bounds} {own}")).keepalives_idle(AWAY).tcp_user_timeout(AWAY);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(AWAY);
        }
        if config.get_application_name().is_none() {
            config.application_name("tegata");
        }
        let client = if config.get_ssl_mode() == SslMode::Require {
            let tls = ClientConfig::with_platform_verifier();
            let tls = tls.map_err(|why| Error::Unavailable(format!("certificates: {why}")))?;
            config.connect(MakeRustlsConnect::new(tls))
        } else {
            config.ssl_mode(SslMode::Disable).connect(NoTls)
        };
        // Whatever is in the way of a connection may go away, unless the server itself says no.
        let client = client.map_err(|why| match why.as_db_error() {
            Some(_) => sort(&why),
            None => Error::Lost(reason(&why)),
        })?;
        Ok(Postgres { client, prepared: Kept::new() })
    }

    fn prepared(&mut self, statement: &Statement, length: usize) -> Result<postgres::Statement, Error> {
        let Postgres { client, prepared } = self;
        let prepare = || client.prepare(&DIALECT.spell(statement, length)).map_err(|why| sort(&why));
        prepared.get(statement, length, prepare).cloned()
    }
}

impl Engine for Postgres {
    fn dialect(&self) -> &'static Dialect {
        &DIALECT
    }

    fn run(&mut self, script: &str) -> Result<(), Error> {
        self.client.batch_execute(script).map_err(|why| sort(&why))
    }

    fn query(&mut self, statement: &Statement, length: usize, values: &[Value]) -> Result<Vec<Row>, Error> {
        let prepared = self.prepared(statement, length)?;
        let rows = self.client.query(&prepared, &parameters(values)).map_err(|why| sort(&why))?;
        let read = |row: postgres::Row| -> Result<Row, Error> {
            let values = (0..row.len()).map(|column| row.try_get(column).map_err(|why| sort(&why)));
            values.collect::<Result<_, _>>().map(Row::new)
        };
        rows.into_iter().map(read).collect()
    }

    fn execute(&mut self, statement: &Statement, length: usize, values: &[Value]) -> Result<u64, Error> {
        let prepared = self.prepared(statement, length)?;
        self.client.execute(&prepared, &parameters(values)).map_err(|why| sort(&why))
    }

    fn clock_ms(&mut self) -> Result<Option<i64>, Error> {
        const CLOCK: &str = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
        let row = self.client.query_one(CLOCK, &[]).map_err(|why| sort(&why))?;
        row.try_get(0).map(Some).map_err(|why| sort(&why))
    }

    fn prepare(&mut self, statement: &Statement, length: usize) -> Result<(), Error> {
        let prepared = self.prepared(statement, length)?;
        let columns = prepared.columns().iter().map(postgres::Column::type_);
        match columns.chain(prepared.params()).find(|kind| !<Value as FromSql>::accepts(kind)) {
            Some(kind) => Err(Error::Fault(format!("{} has a {kind}", statement.name))),
            None => Ok(()),
        }
    }
}

fn parameters(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Integer(integer) => integer.to_sql_checked(kind, out),
            Value::Text(text) => text.to_sql_checked(kind, out),
            Value::Bytes(bytes) => bytes.to_sql_checked(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT8 | Type::TEXT | Type::BYTEA)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        match *kind {
            Type::INT8 => i64::from_sql(kind, raw).map(Value::Integer),
            Type::TEXT => String::from_sql(kind, raw).map(Value::Text),
            _ => Vec::from_sql(kind, raw).map(Value::Bytes),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Value::Null)
    }

    fn accepts(kind: &Type) -> bool {
        <Value as ToSql>::accepts(kind)
    }
}

/// Sorts PostgreSQL's errors by their SQLSTATE; without one, the connection is what failed.
fn sort(error: &postgres::Error) -> Error {
    let Some(state) = error.as_db_error() else {
        // What was not sent at all is a value that does not fit its parameter, or a column that does not fit.
        let ours = !error.is_closed() && error.source().is_some_and(|source| !source.is::<std::io::Error>());
        return if ours { Error::Fault(reason(error)) } else { Error::Lost(reason(error)) };
    };
    let code = state.code().code();
    let text = format!("{} ({code})", state.message());
    match code {
        // Serialization, deadlock, lock timeout, cancelled by a timeout.
        "40001" | "40P01" | "55P03" | "57014" => Error::Conflict(text),
        // Shutting down, starting, standby only, too many connections, idle too long in a transaction.
        "57P01" | "57P02" | "57P03" | "57P05" | "25006" | "25P03" | "53300" => Error::Lost(text),
        _ => match &code[..2] {
            "08" => Error::Lost(text),
            // Resources, and what an operator has to set right: password, database, rights.
            "28" | "3D" | "53" | "58" => Error::Unavailable(text),
            _ => Error::Fault(text),
        },
    }
}

fn reason(error: &postgres::Error) -> String {
    error.source().map_or(error.to_string(), |source| format!("{error}: {source}"))
}
