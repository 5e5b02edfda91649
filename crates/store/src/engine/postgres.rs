//! PostgreSQL: many workers and many nodes, rows locked as they are loaded.

use std::{error::Error as StdError, thread::sleep, time::Duration};

use futures::{
    TryStreamExt,
    future::{try_join, try_join_all},
};
use rustls::ClientConfig;
use rustls_platform_verifier::ConfigVerifierExt;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{
    Client, Config, NoTls, Socket,
    config::SslMode,
    tls::MakeTlsConnect,
    types::{FromSql, IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{Dialect, Engine, Role, Use, dialect::Kept};
use crate::{
    error::Error,
    statement::Statement,
    value::{Row, Value},
};

/// How long connecting, and an answer's first packet, may take before the server counts as gone.
const AWAY: Duration = Duration::from_secs(5);

/// The server takes a moment to let go of a process that has ended: it is looked so often, with these pauses.
const GOING_LOOKS: u32 = 10;
const GOING_PAUSE: Duration = Duration::from_millis(200);

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
    moves: "",
    lock: "FOR UPDATE OF t",
    skip: "FOR UPDATE SKIP LOCKED",
    begin_write: "BEGIN",
    begin_read: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    begin_migration: "BEGIN; LOCK TABLE migration IN EXCLUSIVE MODE",
    arrays: true,
};

/// A connection to the server. What needs no answer before the next is sent at once: a round trip takes longer than
/// most statements do.
pub(super) struct Postgres {
    client: Client,
    // Drives the connection while something is awaited; this thread is its only one.
    runtime: Runtime,
    prepared: Kept<tokio_postgres::Statement>,
    /// What begins the transaction, sent with what comes first in it.
    begin: Option<&'static str>,
}

/// A statement and its parameters.
type Sent<'a> = (tokio_postgres::Statement, Vec<Parameter<'a>>);
type Answer<T> = Result<T, tokio_postgres::Error>;

impl Postgres {
    pub(super) fn connect(url: &str, role: Role) -> Result<Postgres, Error> {
        // The parser's error names the wrong part, not the password.
        let mut config: Config = url.parse().map_err(|why| Error::Unavailable(format!("the URL: {why}")))?;
        let own = config.get_options().unwrap_or_default().to_owned();
        let bounds = if role == Role::Migration { "" } else { BOUNDS };
        config.options(format!("{PLANS} {bounds} {own}")).keepalives_idle(AWAY).tcp_user_timeout(AWAY);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(AWAY);
        }
        if config.get_application_name().is_none() {
            config.application_name("tegata");
        }
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|why| Error::Unavailable(format!("no event loop: {why}")))?;
        let client = if config.get_ssl_mode() == SslMode::Require {
            let tls = ClientConfig::with_platform_verifier();
            let tls = tls.map_err(|why| Error::Unavailable(format!("certificates: {why}")))?;
            connect(&runtime, &config, MakeRustlsConnect::new(tls))?
        } else {
            config.ssl_mode(SslMode::Disable);
            connect(&runtime, &config, NoTls)?
        };
        Ok(Postgres { client, runtime, prepared: Kept::new(), begin: None })
    }

    fn prepared(&mut self, statement: &Statement) -> Result<tokio_postgres::Statement, Error> {
        let Postgres { client, runtime, prepared, .. } = self;
        let prepare = || runtime.block_on(client.prepare(&DIALECT.spell(statement))).map_err(|why| sort(&why));
        prepared.get(statement, prepare).cloned()
    }

    /// Where others with this connection's name are connected from.
    fn connected(&mut self) -> Result<Vec<String>, Error> {
        const CONNECTED: Statement = Statement::new(
            "connected",
            "SELECT DISTINCT COALESCE(host(client_addr), 'an unknown address') FROM pg_stat_activity \
             WHERE datname = current_database() AND application_name = current_setting('application_name') \
             AND backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY 1",
        );
        let found = self.query(&[Use { statement: &CONNECTED, rows: &[Vec::new()] }])?;
        found.into_iter().flatten().map(|mut row| row.read()).collect()
    }

    /// Sends all, then awaits the answers; nothing is sent for an empty list.
    fn send<T: Default>(
        &mut self,
        uses: &[Use],
        one: impl AsyncFn(&Client, &Sent) -> Answer<T>,
    ) -> Result<Vec<T>, Error> {
        let prepare = |used: &Use| self.prepared(used.statement);
        let prepared: Vec<_> = uses.iter().map(prepare).collect::<Result<_, Error>>()?;
        let sent: Vec<Sent> = prepared.into_iter().zip(uses.iter().map(parameters)).collect();
        let begin = begin(&self.client, self.begin.take());
        let answer = async |(used, sent): (&Use, &Sent)| match used.rows {
            [] => Ok(T::default()),
            _ => one(&self.client, sent).await,
        };
        let answers = try_join_all(uses.iter().zip(&sent).map(answer));
        self.runtime.block_on(try_join(begin, answers)).map(|(_, answers)| answers).map_err(|why| sort(&why))
    }
}

/// A parameter of a statement.
#[derive(Debug)]
enum Parameter<'a> {
    One(&'a Value),
    /// A column of its list.
    Array(Vec<&'a Value>),
}

fn parameters<'a>(used: &Use<'a>) -> Vec<Parameter<'a>> {
    let Use { statement, rows } = *used;
    if statement.row.is_empty() {
        return rows.iter().flatten().map(Parameter::One).collect();
    }
    (0..statement.row.len()).map(|n| Parameter::Array(rows.iter().map(|row| &row[n]).collect())).collect()
}

impl ToSql for Parameter<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Parameter::One(value) => value.to_sql_checked(kind, out),
            Parameter::Array(values) => values.to_sql_checked(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

async fn begin(client: &Client, script: Option<&str>) -> Answer<()> {
    match script {
        Some(script) => client.batch_execute(script).await,
        None => Ok(()),
    }
}

/// Connects, and lets the connection be driven by the runtime. Whatever is in the way of it may go away, unless the
/// server itself says no.
fn connect<T>(runtime: &Runtime, config: &Config, tls: T) -> Result<Client, Error>
where
    T: MakeTlsConnect<Socket, Stream: Send + 'static>,
{
    let connected = runtime.block_on(config.connect(tls));
    let (client, connection) = connected.map_err(|why| match why.as_db_error() {
        Some(_) => sort(&why),
        None => Error::Lost(reason(&why)),
    })?;
    // How it ends shows in what is asked of it.
    runtime.spawn(async { connection.await.unwrap_or_default() });
    Ok(client)
}

impl Engine for Postgres {
    fn dialect(&self) -> &'static Dialect {
        &DIALECT
    }

    fn run(&mut self, script: &str) -> Result<(), Error> {
        let begin = begin(&self.client, self.begin.take());
        let both = try_join(begin, self.client.batch_execute(script));
        self.runtime.block_on(both).map(|_| ()).map_err(|why| sort(&why))
    }

    fn begin(&mut self, role: Role) -> Result<(), Error> {
        self.begin = Some(DIALECT.begin(role));
        Ok(())
    }

    fn query(&mut self, uses: &[Use]) -> Result<Vec<Vec<Row>>, Error> {
        let query = async |client: &Client, (statement, values): &Sent<'_>| {
            client.query_raw(statement, values).await?.try_collect::<Vec<tokio_postgres::Row>>().await
        };
        let found = self.send(uses, query)?;
        let read = |row: tokio_postgres::Row| -> Result<Row, Error> {
            let values = (0..row.len()).map(|column| row.try_get(column).map_err(|why| sort(&why)));
            values.collect::<Result<_, _>>().map(Row::new)
        };
        found.into_iter().map(|rows| rows.into_iter().map(read).collect()).collect()
    }

    fn execute(&mut self, uses: &[Use]) -> Result<Vec<u64>, Error> {
        let execute =
            async |client: &Client, (statement, values): &Sent<'_>| client.execute_raw(statement, values).await;
        self.send(uses, execute)
    }

    fn clock_ms(&mut self) -> Result<Option<i64>, Error> {
        const CLOCK: Statement =
            Statement::new("clock", "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)");
        let found = self.query(&[Use { statement: &CLOCK, rows: &[Vec::new()] }])?;
        found.into_iter().flatten().next().map(|mut row| row.read()).transpose()
    }

    fn lax(&mut self) -> Result<Vec<String>, Error> {
        const LAX: Statement = Statement::new(
            "lax",
            "SELECT name || ' = ' || setting FROM pg_settings \
             WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off' ORDER BY 1",
        );
        let found = self.query(&[Use { statement: &LAX, rows: &[Vec::new()] }])?;
        found.into_iter().flatten().map(|mut row| row.read()).collect()
    }

    fn others(&mut self) -> Result<Vec<String>, Error> {
        for _ in 0..GOING_LOOKS {
            if self.connected()?.is_empty() {
                return Ok(Vec::new());
            }
            sleep(GOING_PAUSE);
            // What is known of others is kept for a transaction.
            self.run("SELECT pg_stat_clear_snapshot()")?;
        }
        self.connected()
    }

    fn prepare(&mut self, statement: &Statement) -> Result<(), Error> {
        let prepared = self.prepared(statement)?;
        let columns = prepared.columns().iter().map(tokio_postgres::Column::type_);
        let ours = |kind: &&Type| <Value as ToSql>::accepts(kind) || <Vec<Value> as ToSql>::accepts(kind);
        match columns.chain(prepared.params()).find(|kind| !ours(kind)) {
            Some(kind) => Err(Error::Fault(format!("{} has a {kind}", statement.name))),
            None => Ok(()),
        }
    }
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
fn sort(error: &tokio_postgres::Error) -> Error {
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
        "53100" => Error::Full(text),
        _ => match &code[..2] {
            "08" => Error::Lost(text),
            // Resources, and what an operator has to set right: password, database, rights.
            "28" | "3D" | "53" | "58" => Error::Unavailable(text),
            _ => Error::Fault(text),
        },
    }
}

fn reason(error: &tokio_postgres::Error) -> String {
    error.source().map_or(error.to_string(), |source| format!("{error}: {source}"))
}
