//! The server under test as its parent sees it.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    process::{Child, ChildStdout, Command, Stdio},
};

use serde_json::Value;

use crate::{output::Failure, subject};

/// A running `bench serve`, which ends when this is dropped.
pub struct Server {
    /// Where it serves.
    pub address: SocketAddr,
    /// A key that may verify.
    pub api_key: String,
    /// What another server on the same database needs to be told: [`Serves::Joining`].
    pub account: String,
    child: Child,
    said: BufReader<ChildStdout>,
}

/// What it serves.
pub enum Serves<'a> {
    /// A constant.
    Ceiling,
    /// The API, with verifications in memory; all else on a database.
    Memory(&'a str),
    /// The API, on a database.
    Store(&'a str),
    /// The same, on a database that a server with this account has been on.
    Joining(&'a str, &'a str),
    /// The same, and it sends to a message centre.
    Sending(&'a str, SocketAddr),
}

impl Server {
    /// Starts one and waits until it is ready.
    ///
    /// # Errors
    /// When it does not become ready; why is on standard error.
    pub fn start(serves: &Serves) -> Result<Server, Failure> {
        let mut command = Command::new(env::current_exe()?);
        command.arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped());
        match serves {
            Serves::Ceiling => command.arg("--ceiling"),
            Serves::Memory(url) => command.env(subject::DATABASE, url).arg("--memory"),
            Serves::Store(url) => command.env(subject::DATABASE, url),
            Serves::Joining(url, account) => command.env(subject::DATABASE, url).env(subject::ACCOUNT, account),
            Serves::Sending(url, centre) => command.env(subject::DATABASE, url).args(["--smpp", &centre.to_string()]),
        };
        let mut child = command.spawn()?;
        let said = child.stdout.take().ok_or(Failure("the server has no output".into()))?;
        let mut said = BufReader::new(said);
        let ready = line(&mut said)?;
        let told: Value = serde_json::from_str(&ready)?;
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        Ok(Server { address: text("address").parse()?, api_key: text("api_key"), account: ready, child, said })
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The codes of verifications, each with its id, in their order.
    ///
    /// # Errors
    /// When it has ended.
    pub fn codes(&mut self, ids: Vec<String>) -> Result<Vec<(String, String)>, Failure> {
        let stdin = self.child.stdin.as_mut().ok_or(Failure("the server has no input".into()))?;
        writeln!(stdin, "{}", ids.join(" "))?;
        let line = line(&mut self.said)?;
        let codes = line.split_ascii_whitespace().map(str::to_owned);
        Ok(ids.into_iter().zip(codes).collect())
    }
}

fn line(said: &mut BufReader<ChildStdout>) -> Result<String, Failure> {
    let mut line = String::new();
    match said.read_line(&mut line)? {
        0 => Err(Failure("the server under test has ended".into())),
        _ => Ok(line),
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The end of its input is its order to stop.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
