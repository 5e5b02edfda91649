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

use crate::{output::Failure, scratch::Scratch};

/// A URL of a database that may be written to; it keeps what was written.
const GIVEN: &str = "TEGATA_BENCH_POSTGRES";
const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// A PostgreSQL, stopped when dropped if it was started here.
pub struct Postgres {
    /// How to reach it.
    pub url: String,
    started: Option<Child>,
}

impl Postgres {
    /// The given one, or a new one with its defaults: every commit is flushed to the disk.
    ///
    /// # Errors
    /// Why there is none.
    pub fn find(scratch: &Scratch) -> Result<Postgres, Failure> {
        match env::var(GIVEN) {
            Ok(url) => Ok(Postgres { url, started: None }),
            Err(_) => start(&scratch.folder("postgres")?),
        }
    }

    /// Its first process, if it was started here.
    pub fn pid(&self) -> Option<u32> {
        self.started.as_ref().map(Child::id)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(mut child) = self.started.take() {
            // SIGINT is its fast shutdown. If it cannot be sent, the data is thrown away all the same.
            let _ = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
            let _ = child.wait();
        }
    }
}

/// What a new one is started with.
struct Place<'a> {
    binaries: PathBuf,
    folder: &'a Path,
    /// Whom it runs as, by user and group; as whoever runs this, if not told.
    user: Option<(u32, u32)>,
}

fn start(folder: &Path) -> Result<Postgres, Failure> {
    let binaries = newest(Path::new("/usr/lib/postgresql")).ok_or_else(|| {
        Failure(format!("no PostgreSQL: {GIVEN} is not set, and Debian's package postgresql is not installed"))
    })?;
    let place = Place { binaries, folder, user: unprivileged()? };
    let password = Fixed(clock::random::<16>()).hex();
    place.initialise(&password)?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let url = format!("postgres://tegata:{password}@127.0.0.1:{port}/postgres");
    let postgres = Postgres { url, started: Some(place.serve(port)?) };
    wait(&place.binaries, port)?;
    Ok(postgres)
}

impl Place<'_> {
    fn initialise(&self, password: &str) -> Result<(), Failure> {
        let secret = self.folder.join("password");
        fs::write(&secret, password)?;
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600))?;
        if let Some((id, group)) = self.user {
            chown(self.folder, Some(id), Some(group))?;
            chown(&secret, Some(id), Some(group))?;
        }
        let mut init = Command::new(self.binaries.join("initdb"));
        init.arg("-D").arg(self.data()).arg("--pwfile").arg(&secret);
        init.args(["-U", "tegata", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]);
        if self.prepared(&mut init)?.status()?.success() {
            return Ok(());
        }
        Err(Failure(format!("initdb failed: {}", fs::read_to_string(self.folder.join("log"))?)))
    }

    fn serve(&self, port: u16) -> io::Result<Child> {
        // It ends with this process, whatever ends that.
        let mut serve = Command::new("setpriv");
        serve.args(["--pdeathsig", "INT"]).arg(self.binaries.join("postgres"));
        serve.arg("-D").arg(self.data()).arg("-k").arg(self.folder);
        serve.args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
        self.prepared(&mut serve)?.spawn()
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
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
