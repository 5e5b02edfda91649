//! `bench start`: how soon after its start the program itself answers, and what memory it then has while nothing happens.

use std::{
    ffi::OsStr,
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use clap::Args;
use serde_json::json;

use crate::{
    output::{self, Failure},
    process::rss_mb,
    scratch::Scratch,
};

/// Between two looks whether it answers.
const LOOK_EVERY: Duration = Duration::from_millis(1);
const ANSWERS_WITHIN: Duration = Duration::from_secs(20);
/// How long nothing happens before memory is read.
const IDLE: Duration = Duration::from_secs(5);

/// What is started, and how often.
#[derive(Args)]
pub struct Arguments {
    /// The program; `tegata` beside this one unless told.
    #[arg(long)]
    program: Option<PathBuf>,
    /// Starts, each on the same database.
    #[arg(long, default_value_t = 5)]
    times: usize,
    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
}

/// Starts it again and again.
///
/// # Errors
/// When it cannot be started, or does not answer.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let beside = std::env::current_exe()?.with_file_name("tegata");
    let program = arguments.program.clone().unwrap_or(beside);
    let scratch = Scratch::new(&std::env::temp_dir())?;
    let folder = scratch.folder("start")?;
    let config = folder.join("tegata.toml");
    let address = prepare(&program, &folder, &config)?;
    let mut starts_ms = Vec::new();
    let mut idle_mb: f64 = 0.0;
    for time in 0..arguments.times.max(1) {
        let (mut server, took) = start(&program, &config, address)?;
        starts_ms.push(took.as_secs_f64() * 1_000.0);
        if time == 0 {
            thread::sleep(IDLE);
            idle_mb = rss_mb(server.id());
        }
        server.kill()?;
        server.wait()?;
    }
    starts_ms.sort_by(f64::total_cmp);
    let [first, middle, last] = [0, starts_ms.len() / 2, starts_ms.len() - 1].map(|place| starts_ms[place].round());
    output::line(&if arguments.json {
        json!({ "first_answer_ms": { "least": first, "median": middle, "most": last }, "idle_rss_mb": idle_mb.round() })
            .to_string()
    } else {
        format!("first answer {middle:.0} ms after start ({first:.0} to {last:.0}); {idle_mb:.0} MiB idle")
    });
    Ok(())
}

/// A configuration with its secrets and its tables; where it listens.
fn prepare(program: &Path, folder: &Path, config: &Path) -> Result<SocketAddr, Failure> {
    let free = || TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    let (public, admin) = (free()?, free()?);
    let (database, secrets) = (folder.join("tegata.db"), folder.join("secrets.toml"));
    let text = format!(
        "public_url = \"http://{public}\"\ndatabase = \"sqlite:{}\"\nsecrets = \"{}\"\n\n[http]\nlisten = \"{public}\"\nadmin_listen = \"{admin}\"\n",
        database.display(),
        secrets.display(),
    );
    fs::write(config, text)?;
    let init = [OsStr::new("secrets"), OsStr::new("init"), OsStr::new("--file"), secrets.as_os_str()];
    for command in [&init[..], &[OsStr::new("migrate"), OsStr::new("--config"), config.as_os_str()]] {
        if !Command::new(program).args(command).stdout(Stdio::null()).status()?.success() {
            return Err(Failure(format!("{} cannot be prepared", program.display())));
        }
    }
    Ok(admin)
}

/// Starts it, and waits for the first answer that says that it is ready.
fn start(program: &Path, config: &Path, admin: SocketAddr) -> Result<(Child, Duration), Failure> {
    let began = Instant::now();
    let child = Command::new(program)
        .args([OsStr::new("serve"), OsStr::new("--config"), config.as_os_str()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    while began.elapsed() < ANSWERS_WITHIN {
        if ready(admin).unwrap_or(false) {
            return Ok((child, began.elapsed()));
        }
        thread::sleep(LOOK_EVERY);
    }
    Err(Failure(format!("{} does not answer", program.display())))
}

fn ready(admin: SocketAddr) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(admin)?;
    stream.write_all(format!("GET /readyz HTTP/1.1\r\nHost: {admin}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}
