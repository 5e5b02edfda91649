//! `bench verify`: the bare HTTP ceiling, the server without a store, each store, and the whole way to a phone, in one run, so that what disturbs
//! the machine disturbs all of them.

use std::{collections::HashMap, env, fs, path::PathBuf, sync::Arc, time::Duration};

use clap::{Args, ValueEnum};

use crate::{
    chart,
    child::{Server, Serves},
    crew::{Checks, Crew},
    journey, old,
    output::{self, Failure},
    people::People,
    postgres::Postgres,
    process::{Used, rss_mb},
    row::{HEAD, Row},
    scratch::Scratch,
};

/// What is measured, and for how long.
#[derive(Args)]
pub struct Arguments {
    /// Print one line of JSON a row.
    #[arg(long)]
    json: bool,
    /// One second a row, at 64 connections only.
    #[arg(long)]
    quick: bool,
    /// Milliseconds a row, after as many of warming up; 5000 unless told, 1000 if quick.
    #[arg(long)]
    span_ms: Option<u64>,
    /// Connections, such as 16,64,256.
    #[arg(long, value_delimiter = ',')]
    connections: Vec<usize>,
    /// What to measure, such as http,sqlite; all unless told.
    #[arg(long = "store", value_enum, value_delimiter = ',')]
    stores: Vec<Subject>,
    /// Measure each store again beside so many old verifications, and a tenth as many numbers.
    #[arg(long, default_value_t = 0)]
    old: u64,
    /// So many of them are due to be erased: what that costs.
    #[arg(long, default_value_t = 0)]
    due: u64,
    /// Draw the rows in this file, an SVG.
    #[arg(long)]
    chart: Option<PathBuf>,
    /// Where the databases are put, and removed from afterwards; the folder for temporary files unless told.
    #[arg(long)]
    data: Option<PathBuf>,
}

/// What can be measured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Subject {
    Http,
    None,
    Sqlite,
    Postgres,
    /// Two servers on one PostgreSQL.
    #[value(name = "postgres-2")]
    PostgresTwo,
    EndToEnd,
}

const ALL: [Subject; 6] =
    [Subject::Http, Subject::None, Subject::Sqlite, Subject::Postgres, Subject::PostgresTwo, Subject::EndToEnd];

/// One run.
struct Run<'a> {
    arguments: &'a Arguments,
    length: Duration,
    connections: Vec<usize>,
    scratch: Scratch,
    people: Arc<People>,
    /// Requests a second of the ceiling and of the server without a store, by connections.
    ceilings: HashMap<usize, f64>,
    storeless: HashMap<usize, f64>,
    /// What was measured without old rows.
    drawn: Vec<Row>,
}

/// A store that is measured.
#[derive(Clone, Copy)]
struct Place<'a> {
    name: &'static str,
    url: &'a str,
    /// How many servers are on it.
    servers: usize,
    /// The database's first process.
    database: Option<u32>,
}

/// Measures and prints.
pub async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let quick = (vec![64], 1_000);
    let (connections, span_ms) = if arguments.quick { quick } else { (vec![16, 64, 256], 5_000) };
    let mut run = Run {
        arguments,
        length: Duration::from_millis(arguments.span_ms.unwrap_or(span_ms)),
        connections: if arguments.connections.is_empty() { connections } else { arguments.connections.clone() },
        scratch: Scratch::new(&arguments.data.clone().unwrap_or_else(env::temp_dir))?,
        people: Arc::default(),
        ceilings: HashMap::new(),
        storeless: HashMap::new(),
        drawn: Vec::new(),
    };
    if !arguments.json {
        output::line(HEAD);
    }
    let stores = if arguments.stores.is_empty() { ALL.to_vec() } else { arguments.stores.clone() };
    for store in stores {
        run.measure(store).await?;
    }
    if let Some(file) = &arguments.chart {
        fs::write(file, chart::svg(&run.drawn))?;
    }
    Ok(())
}

impl Run<'_> {
    async fn measure(&mut self, subject: Subject) -> Result<(), Failure> {
        match subject {
            Subject::Http => self.rows("http", &mut [Server::start(&Serves::Ceiling)?], 0, None).await.map(drop),
            Subject::None => {
                let url = self.sqlite("none")?;
                self.rows("none", &mut [Server::start(&Serves::Memory(&url))?], 0, None).await.map(drop)
            }
            Subject::Sqlite => {
                let url = self.sqlite("sqlite")?;
                self.store(Place { name: "sqlite", url: &url, servers: 1, database: None }).await
            }
            Subject::Postgres => self.postgres("postgres", 1).await,
            Subject::PostgresTwo => self.postgres("postgres-2", 2).await,
            Subject::EndToEnd => {
                let url = self.sqlite("end-to-end")?;
                let people = self.connections.iter().max().copied().unwrap_or(1);
                let row = journey::measure(&url, people, self.length, self.people.clone()).await?;
                self.print(row);
                Ok(())
            }
        }
    }

    async fn postgres(&mut self, name: &'static str, servers: usize) -> Result<(), Failure> {
        match Postgres::find(&self.scratch.folder(name)?) {
            Ok(database) => self.store(Place { name, url: &database.url, servers, database: database.pid() }).await,
            Err(failure) => {
                output::note(&format!("the rows of {name} are left out: {failure}"));
                Ok(())
            }
        }
    }

    /// A store as it grows; then, if that is asked for, the same store beside old rows.
    async fn store(&mut self, place: Place<'_>) -> Result<(), Failure> {
        let Place { name, url, database, .. } = place;
        let first = Server::start(&Serves::Store(url))?;
        let account = first.account.clone();
        let mut servers = Vec::from([first]);
        for _ in 1..place.servers {
            servers.push(Server::start(&Serves::Joining(url, &account))?);
        }
        let rows = self.rows(name, &mut servers, 0, database).await?;
        drop(servers);
        let old = self.arguments.old;
        if old == 0 {
            return Ok(());
        }
        old::fill(url, old, self.arguments.due).await?;
        let join = |_| Server::start(&Serves::Joining(url, &account));
        let mut servers: Vec<Server> = (0..place.servers).map(join).collect::<Result<_, _>>()?;
        self.rows(name, &mut servers, rows + usize::try_from(old)?, database).await.map(drop)
    }

    fn sqlite(&self, name: &str) -> Result<String, Failure> {
        Ok(format!("sqlite:{}", self.scratch.folder(name)?.join("tegata.db").display()))
    }

    /// One row for each number of connections, all on the same servers and their growing tables, where so many
    /// verifications are; how many there are afterwards.
    async fn rows(
        &mut self,
        name: &'static str,
        servers: &mut [Server],
        mut rows: usize,
        database: Option<u32>,
    ) -> Result<usize, Failure> {
        let old = rows > 0;
        for connections in self.connections.clone() {
            let mut crew = Crew::connect(servers, connections, self.people.clone()).await?;
            // What warms up is what is checked when time is taken.
            let begun = crew.work(self.length, None).await?.created;
            rows += begun.len();
            let checks = Checks::new(servers[0].codes(begun)?);
            let before = Used::now(servers, database);
            let span = crew.work(self.length, Some(checks)).await?;
            let used = Used::now(servers, database).since(before);
            let rss_mb = servers.iter().map(|server| rss_mb(server.pid())).fold(0.0, f64::max);
            let seconds = span.took.as_secs_f64();
            let mut row = Row::new((name, rows, connections), span.latencies, seconds, used, rss_mb);
            if name == "http" {
                row.rows = 0;
                self.ceilings.insert(connections, row.per_second());
            }
            if name == "none" {
                self.storeless.insert(connections, row.per_second());
            }
            row.ceiling = self.ceilings.get(&connections).copied();
            row.storeless = self.storeless.get(&connections).copied();
            rows += span.created.len();
            row.old = old;
            self.print(row);
        }
        Ok(rows)
    }

    fn print(&mut self, row: Row) {
        output::line(&if self.arguments.json { row.json().to_string() } else { row.line() });
        if !row.old {
            self.drawn.push(row);
        }
    }
}
