//! `bench verify`: the bare HTTP ceiling, the server without a store, each store, and the whole way to a phone, in one run, so that what disturbs
//! the machine disturbs all of them.

use std::{collections::HashMap, env, path::PathBuf, sync::Arc, time::Duration};

use clap::{Args, ValueEnum};

use crate::{
    child::{Server, Serves},
    crew::{Checks, Crew},
    journey,
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
    EndToEnd,
}

const ALL: [Subject; 5] = [Subject::Http, Subject::None, Subject::Sqlite, Subject::Postgres, Subject::EndToEnd];

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
    };
    if !arguments.json {
        output::line(HEAD);
    }
    let stores = if arguments.stores.is_empty() { ALL.to_vec() } else { arguments.stores.clone() };
    for store in stores {
        run.measure(store).await?;
    }
    Ok(())
}

impl Run<'_> {
    async fn measure(&mut self, subject: Subject) -> Result<(), Failure> {
        match subject {
            Subject::Http => self.rows("http", Server::start(&Serves::Ceiling)?, None).await,
            Subject::None => {
                let url = self.sqlite("none")?;
                self.rows("none", Server::start(&Serves::Memory(&url))?, None).await
            }
            Subject::Sqlite => {
                let url = self.sqlite("sqlite")?;
                self.rows("sqlite", Server::start(&Serves::Store(&url))?, None).await
            }
            Subject::Postgres => match Postgres::find(&self.scratch) {
                Ok(database) => {
                    let server = Server::start(&Serves::Store(&database.url))?;
                    self.rows("postgres", server, database.pid()).await
                }
                Err(failure) => {
                    output::note(&format!("the rows of postgres are left out: {failure}"));
                    Ok(())
                }
            },
            Subject::EndToEnd => {
                let url = self.sqlite("end-to-end")?;
                let people = self.connections.iter().max().copied().unwrap_or(1);
                let row = journey::measure(&url, people, self.length, self.people.clone()).await?;
                self.print(&row);
                Ok(())
            }
        }
    }

    fn sqlite(&self, name: &str) -> Result<String, Failure> {
        Ok(format!("sqlite:{}", self.scratch.folder(name)?.join("tegata.db").display()))
    }

    /// One row for each number of connections, all on the same server and its growing tables.
    async fn rows(&mut self, name: &'static str, mut server: Server, database: Option<u32>) -> Result<(), Failure> {
        let mut rows = 0;
        for connections in self.connections.clone() {
            let mut crew = Crew::connect(server.address, &server.api_key, connections, self.people.clone()).await?;
            // What warms up is what is checked when time is taken.
            let begun = crew.work(self.length, None).await?.created;
            rows += begun.len();
            let checks = Checks::new(server.codes(begun)?);
            let before = Used::now(server.pid(), database);
            let span = crew.work(self.length, Some(checks)).await?;
            let used = Used::now(server.pid(), database).since(before);
            let seconds = span.took.as_secs_f64();
            let mut row = Row::new((name, rows, connections), span.latencies, seconds, used, rss_mb(server.pid()));
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
            self.print(&row);
        }
        Ok(())
    }

    fn print(&self, row: &Row) {
        output::line(&if self.arguments.json { row.json().to_string() } else { row.line() });
    }
}
