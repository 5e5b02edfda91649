//! What processes have used, from `/proc` (Linux).

use std::{fs, path::Path};

use crate::child::Server;

/// Linux tells processor time in hundredths of a second (`USER_HZ`, 100 wherever Rust runs).
const MS_PER_TICK: u64 = 10;
/// What the store calls its threads.
const STORE_THREADS: &str = "store";

/// Processor time so far, in milliseconds, user and system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    /// The server.
    pub server_ms: u64,
    /// The part of it that the store's threads took.
    pub store_ms: u64,
    /// The load generator, this process.
    pub generator_ms: u64,
    /// The database's processes, if it runs here.
    pub database_ms: u64,
    /// All that the machine did, for whomever.
    pub machine_ms: u64,
}

impl Used {
    /// What was used until now, by all of the servers together.
    pub fn now(servers: &[Server], database: Option<u32>) -> Used {
        let pids = || servers.iter().map(Server::pid);
        Used {
            server_ms: pids().map(|pid| of(&proc(pid))).sum(),
            store_ms: pids().flat_map(threads).filter(|one| one.name == STORE_THREADS).map(|one| one.ms).sum(),
            generator_ms: of(Path::new("/proc/self")),
            database_ms: database.map_or(0, family),
            machine_ms: busy(&fs::read_to_string("/proc/stat").unwrap_or_default()),
        }
    }

    /// What neither of the three took: other programs, which disturb the measurement.
    pub fn others_ms(&self) -> u64 {
        self.machine_ms.saturating_sub(self.server_ms + self.generator_ms + self.database_ms)
    }

    /// What was used since `before`.
    pub fn since(self, before: Used) -> Used {
        Used {
            server_ms: self.server_ms.saturating_sub(before.server_ms),
            store_ms: self.store_ms.saturating_sub(before.store_ms),
            generator_ms: self.generator_ms.saturating_sub(before.generator_ms),
            database_ms: self.database_ms.saturating_sub(before.database_ms),
            machine_ms: self.machine_ms.saturating_sub(before.machine_ms),
        }
    }
}

/// The memory that a process has resident, in MiB.
pub fn rss_mb(pid: u32) -> f64 {
    let status = fs::read_to_string(proc(pid).join("status")).unwrap_or_default();
    let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok());
    kib.map_or(0.0, |kib: f64| kib / 1_024.0)
}

/// A line of `stat`: a process, or one of its threads.
struct Stat {
    name: String,
    parent: u32,
    ms: u64,
}

fn proc(pid: u32) -> std::path::PathBuf {
    Path::new("/proc").join(pid.to_string())
}

fn of(folder: &Path) -> u64 {
    stat(folder).map_or(0, |stat| stat.ms)
}

fn stat(folder: &Path) -> Option<Stat> {
    parse(&fs::read_to_string(folder.join("stat")).ok()?)
}

/// proc_pid_stat(5): the name, in brackets, may hold anything; after it come state, parent, and as the 12th and 13th
/// user and system time.
fn parse(line: &str) -> Option<Stat> {
    let (before, after) = line.rsplit_once(") ")?;
    let fields: Vec<&str> = after.split(' ').collect();
    let ticks = |place: usize| fields.get(place)?.parse::<u64>().ok();
    Some(Stat {
        name: before.split_once('(')?.1.to_owned(),
        parent: fields.get(1)?.parse().ok()?,
        ms: (ticks(11)? + ticks(12)?) * MS_PER_TICK,
    })
}

/// proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal; all but the waiting.
fn busy(stat: &str) -> u64 {
    let all = stat.lines().next().and_then(|line| line.strip_prefix("cpu ")).unwrap_or_default();
    let ticks: Vec<u64> = all.split_ascii_whitespace().map_while(|field| field.parse().ok()).collect();
    [0, 1, 2, 5, 6, 7].iter().filter_map(|place| ticks.get(*place)).sum::<u64>() * MS_PER_TICK
}

fn threads(pid: u32) -> Vec<Stat> {
    all(&proc(pid).join("task"))
}

/// A process and its children: PostgreSQL has one for each connection.
fn family(pid: u32) -> u64 {
    let children: u64 = all(Path::new("/proc")).iter().filter(|one| one.parent == pid).map(|one| one.ms).sum();
    of(&proc(pid)) + children
}

fn all(folder: &Path) -> Vec<Stat> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| stat(&entry.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_whatever_the_name_holds() {
        let line = "12 (a) R (b) S 7 12 12 0 -1 4194304 10 0 0 0 25 5 0 0 20 0 4 0 100 0 0";
        let stat = parse(line).expect("it is as proc_pid_stat(5) says");
        assert_eq!((stat.name.as_str(), stat.parent, stat.ms), ("a) R (b", 7, 300));
        assert!(parse("12 (a").is_none());
    }

    #[test]
    fn waiting_is_not_work() {
        assert_eq!(busy("cpu  1 2 3 1000 1000 4 5 6 7 8\ncpu0 1 2 3 4 5 6 7 8\n"), 210);
        let used = Used { server_ms: 50, generator_ms: 20, database_ms: 30, machine_ms: 210, ..Used::default() };
        assert_eq!(used.others_ms(), 110);
    }

    #[test]
    fn this_process_uses_memory() {
        assert!(rss_mb(std::process::id()) > 0.1);
    }
}
