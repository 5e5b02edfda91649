//! A PostgreSQL to measure: the one that `TEGATA_BENCH_POSTGRES` names, or a throw-away one from Debian's packages.

use std::{
    env, fs, io,
    net::TcpListener,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use domain::digest::Fixed;
use server::clock;

use crate::output::Failure;

/// A URL of a database that may be written to; it keeps what was written.
const GIVEN: &str = "TEGATA_BENCH_POSTGRES";
const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// The user that is its superuser, and whom everything connects as.
const USER: &str = "tegata";

/// A PostgreSQL, stopped when dropped if it was started here.
pub struct Postgres {
    /// How to reach it.
    pub url: String,
    started: Option<Started>,
}

/// One that was started here.
struct Started {
    place: Place,
    /// Its first process, while it runs.
    child: Option<Child>,
    port: u16,
    password: String,
    options: &'static [&'static str],
}

impl Postgres {
    /// The given one, or a new one in an empty folder, with its defaults: every commit is flushed to the disk.
    ///
    /// # Errors
    /// Why there is none.
    pub fn find(folder: &Path) -> Result<Postgres, Failure> {
        match env::var(GIVEN) {
            Ok(url) => Ok(Postgres { url, started: None }),
            Err(_) => Postgres::start(folder, &[]),
        }
    }

    /// A new one in an empty folder, with settings of its own.
    ///
    /// # Errors
    /// Why there is none.
    pub fn start(folder: &Path, options: &'static [&'static str]) -> Result<Postgres, Failure> {
        let place = Place::find(folder)?;
        let password = Fixed(clock::random::<16>()).hex();
        place.initialise(&password)?;
        Postgres::serve(place, password, options)
    }

    fn serve(place: Place, password: String, options: &'static [&'static str]) -> Result<Postgres, Failure> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let url = format!("postgres://{USER}:{password}@127.0.0.1:{port}/postgres");
        let started = Started { place, child: None, port, password, options };
        let mut postgres = Postgres { url, started: Some(started) };
        postgres.resume()?;
        Ok(postgres)
    }

    /// Its first process, if it was started here.
    pub fn pid(&self) -> Option<u32> {
        self.started.as_ref()?.child.as_ref().map(Child::id)
    }

    /// Where it listens, if it was started here: `host:port`.
    pub fn address(&self) -> Option<String> {
        self.started.as_ref().map(|started| format!("127.0.0.1:{}", started.port))
    }

    /// Ends it by a signal: `-QUIT` is its own way to crash.
    ///
    /// # Errors
    /// When it does not end.
    pub fn halt(&mut self, signal: &str) -> Result<(), Failure> {
        if let Some(mut child) = self.started.as_mut().and_then(|started| started.child.take()) {
            Command::new("kill").args([signal, &child.id().to_string()]).status()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Starts it again where it was, and waits until it answers.
    ///
    /// # Errors
    /// When it does not.
    pub fn resume(&mut self) -> Result<(), Failure> {
        let Some(started) = self.started.as_mut().filter(|started| started.child.is_none()) else { return Ok(()) };
        started.child = Some(started.place.serve(started.port, started.options)?);
        wait(&started.place.binaries, started.port)
    }

    /// A standby of it in an empty folder, which follows every commit.
    ///
    /// # Errors
    /// When it does not start.
    pub fn standby(&self, folder: &Path) -> Result<Postgres, Failure> {
        let place = Place::find(folder)?;
        let mut copy = self.command("pg_basebackup")?;
        copy.args(["-R", "-c", "fast", "-D"]).arg(place.data());
        place.owned(folder)?;
        if !place.prepared(&mut copy)?.status()?.success() {
            return Err(Failure(format!("pg_basebackup failed: {}", place.log())));
        }
        let password = self.started.as_ref().map(|started| started.password.clone()).unwrap_or_default();
        Postgres::serve(place, password, &[])
    }

    /// Makes a standby the primary.
    ///
    /// # Errors
    /// When it does not become that.
    pub fn promote(&self) -> Result<(), Failure> {
        let Some(started) = &self.started else { return Ok(()) };
        let mut promote = Command::new(started.place.binaries.join("pg_ctl"));
        promote.args(["promote", "-w", "-D"]).arg(started.place.data());
        let promoted = started.place.prepared(&mut promote)?.status()?;
        if promoted.success() { Ok(()) } else { Err(Failure(format!("pg_ctl promote: {}", started.place.log()))) }
    }

    /// A program of PostgreSQL's that connects to it.
    fn command(&self, name: &str) -> Result<Command, Failure> {
        let started = self.started.as_ref().ok_or(Failure("it was not started here".into()))?;
        let mut command = Command::new(started.place.binaries.join(name));
        command.args(["-h", "127.0.0.1", "-p", &started.port.to_string(), "-U", USER]);
        command.env("PGPASSWORD", &started.password);
        Ok(command)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT is its fast shutdown. If it cannot be sent, the data is thrown away all the same.
        let _ = self.halt("-INT");
    }
}

/// What one is started with.
struct Place {
    binaries: PathBuf,
    folder: PathBuf,
    /// Whom it runs as, by user and group; as whoever runs this, if not told.
    user: Option<(u32, u32)>,
}

impl Place {
    fn find(folder: &Path) -> Result<Place, Failure> {
        let binaries = newest(Path::new("/usr/lib/postgresql")).ok_or_else(|| {
            Failure(format!("no PostgreSQL: {GIVEN} is not set, and Debian's package postgresql is not installed"))
        })?;
        Ok(Place { binaries, folder: folder.to_owned(), user: unprivileged()? })
    }

    fn initialise(&self, password: &str) -> Result<(), Failure> {
        let secret = self.folder.join("password");
        fs::write(&secret, password)?;
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600))?;
        self.owned(&self.folder)?;
        self.owned(&secret)?;
        let mut init = Command::new(self.binaries.join("initdb"));
        init.arg("-D").arg(self.data()).arg("--pwfile").arg(&secret);
        init.args(["-U", USER, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]);
        if self.prepared(&mut init)?.status()?.success() {
            return Ok(());
        }
        Err(Failure(format!("initdb failed: {}", self.log())))
    }

    fn serve(&self, port: u16, options: &[&str]) -> io::Result<Child> {
        // It ends with the thread that starts it, whatever ends that.
        let mut serve = Command::new("setpriv");
        serve.args(["--pdeathsig", "INT"]).arg(self.binaries.join("postgres"));
        serve.arg("-D").arg(self.data()).arg("-k").arg(&self.folder);
        serve.args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
        serve.args(options.iter().flat_map(|option| ["-c", option]));
        self.prepared(&mut serve)?.spawn()
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Gives a file to the right user.
    fn owned(&self, file: &Path) -> io::Result<()> {
        self.user.map_or(Ok(()), |(id, group)| chown(file, Some(id), Some(group)))
    }

    /// The command as the right user, with its output in the folder's log.
    fn prepared<'c>(&self, command: &'c mut Command) -> io::Result<&'c mut Command> {
        let log = fs::File::options().create(true).append(true).open(self.folder.join("log"))?;
        command.current_dir("/").stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        if let Some((id, group)) = self.user {
            command.uid(id).gid(group);
        }
        Ok(command)
    }
}

/// Waits until it answers.
fn wait(binaries: &Path, port: u16) -> Result<(), Failure> {
    let began = Instant::now();
    while began.elapsed() < STARTS_WITHIN {
        let mut ask = Command::new(binaries.join("pg_isready"));
        if ask.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]).status()?.success() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
    Err(Failure("PostgreSQL did not start".into()))
}

/// The binaries of the newest version.
fn newest(packages: &Path) -> Option<PathBuf> {
    let versions = fs::read_dir(packages).ok()?.flatten().map(|entry| entry.path());
    let whole = versions.filter(|path| path.join("bin/initdb").exists());
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    whole.max_by_key(number).map(|path| path.join("bin"))
}

/// PostgreSQL refuses to run as root: then it runs as somebody else, by user and group.
fn unprivileged() -> Result<Option<(u32, u32)>, Failure> {
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut ids = line.split(':').skip(2);
        Some((ids.next()?.parse().ok()?, ids.next()?.parse().ok()?))
    };
    let found = find("postgres").or_else(|| find("nobody"));
    found.map(Some).ok_or_else(|| Failure("PostgreSQL does not run as root, and there is nobody else".into()))
}
