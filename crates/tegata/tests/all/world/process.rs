//! The binary under test, as a process: started, listened to, stopped, or killed.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

/// How long an orderly stop may take.
const STOPS_WITHIN: Duration = Duration::from_secs(12);

/// A process of the binary under test that serves until it is stopped.
pub struct Process {
    child: Child,
    log: Arc<Mutex<Vec<String>>>,
    reading: Option<thread::JoinHandle<()>>,
}

/// The binary with these arguments.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tegata"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs a command of the binary to its end.
pub fn run(arguments: &[&str]) -> Output {
    command(arguments).output().expect("the binary can be started")
}

/// Runs a command that must work, and gives what it printed.
pub fn done(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it prints UTF-8").trim_end().to_owned()
}

/// Runs a command that must refuse, and gives what it said.
pub fn refused(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?} must refuse: {output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).expect("it says UTF-8")
}

impl Process {
    /// Starts a command that serves.
    pub fn start(arguments: &[&str]) -> Process {
        Process::start_printing(arguments, Stdio::null())
    }

    /// Starts a command that prints one line of JSON when it is ready, and gives that.
    pub fn start_ready(arguments: &[&str]) -> (Process, Value) {
        let mut process = Process::start_printing(arguments, Stdio::piped());
        let mut line = String::new();
        let printed = process.child.stdout.take().expect("it is piped");
        BufReader::new(printed).read_line(&mut line).expect("its output can be read");
        let ready = serde_json::from_str(&line)
            .unwrap_or_else(|_| panic!("not ready: {line:?}; its log: {:#?}", process.log_lines()));
        (process, ready)
    }

    /// Starts a command that speaks to people, and gives what it prints until a line has this in it.
    pub fn start_saying(arguments: &[&str], last: &str) -> (Process, String) {
        let mut process = Process::start_printing(arguments, Stdio::piped());
        let printed = BufReader::new(process.child.stdout.take().expect("it is piped"));
        let mut told = String::new();
        for line in printed.lines() {
            told += &line.expect("its output can be read");
            told.push('\n');
            if told.contains(last) {
                return (process, told);
            }
        }
        panic!("it ended before it said {last}: {told}; its log: {:#?}", process.log_lines())
    }

    /// Starts a command that serves, to which a limit on its files' size is an error and not its end.
    pub fn start_limited(arguments: &[&str]) -> Process {
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_tegata")]);
        command.args(arguments).stdin(Stdio::null());
        Process::spawn(command, Stdio::null())
    }

    /// The same, none of whose log lines can be written.
    pub fn start_unheard(arguments: &[&str]) -> Process {
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\" 2>/dev/full", env!("CARGO_BIN_EXE_tegata")]);
        command.args(arguments).stdin(Stdio::null());
        Process::spawn(command, Stdio::null())
    }

    fn start_printing(arguments: &[&str], printed: Stdio) -> Process {
        Process::spawn(command(arguments), printed)
    }

    fn spawn(mut command: Command, printed: Stdio) -> Process {
        let mut child = command.stdout(printed).stderr(Stdio::piped()).spawn().expect("the binary can be started");
        let log = Arc::new(Mutex::new(Vec::new()));
        let (lines, said) = (log.clone(), child.stderr.take().expect("it is piped"));
        let reading = thread::spawn(move || {
            for line in BufReader::new(said).lines().map_while(Result::ok) {
                lines.lock().expect("nobody panics with it").push(line);
            }
        });
        Process { child, log, reading: Some(reading) }
    }

    /// What it has logged so far.
    pub fn log_lines(&self) -> Vec<String> {
        self.log.lock().expect("nobody panics with it").clone()
    }

    /// Its id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("it is our child").is_none()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args([signal, &id]).status().expect("there is a kill command");
        assert!(told.success());
    }

    /// SIGKILL: no goodbye.
    pub fn kill(&mut self) {
        self.child.kill().expect("it is our child");
        self.child.wait().expect("it is our child");
    }

    /// SIGTERM: it must end by itself, soon and well. Gives its whole log.
    pub fn stop(&mut self) -> Vec<String> {
        self.stop_by("-TERM")
    }

    /// The same by another signal.
    pub fn stop_by(&mut self, signal: &str) -> Vec<String> {
        self.signal(signal);
        let (status, log) = self.end();
        assert!(status.success(), "it ended with {status}; its log: {log:#?}");
        log
    }

    /// Waits for its end; how it ended, and its whole log.
    pub fn end(&mut self) -> (ExitStatus, Vec<String>) {
        let began = Instant::now();
        while self.is_running() {
            assert!(began.elapsed() < STOPS_WITHIN, "it does not stop; its log: {:#?}", self.log_lines());
            thread::sleep(Duration::from_millis(10));
        }
        let status = self.child.wait().expect("it is our child");
        if let Some(reading) = self.reading.take() {
            reading.join().expect("reading does not panic");
        }
        (status, self.log_lines())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.is_running() {
            self.kill();
        }
    }
}

/// What a test does to the world and the log tells: a gateway that fails, a clock that is moved past codes.
const PROVOKED: [&str; 2] =
    ["messages do not get through by this route", "codes were over before any route took their messages"];

/// Holds that a log has no error, and no warning but of what a test provokes unless they are allowed.
pub fn assert_quiet(log: &[String], warnings_allowed: bool) {
    let warns = |line: &&String| line.contains(" WARN ") && !PROVOKED.iter().any(|told| line.contains(told));
    let loud =
        |line: &&String| line.contains(" ERROR ") || line.contains("panicked") || (!warnings_allowed && warns(line));
    let loud: Vec<&String> = log.iter().filter(loud).collect();
    assert!(loud.is_empty(), "the log must be quiet: {loud:#?}");
}
