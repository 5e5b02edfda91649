//! The demo's clock: the server and the simulator share it, whoever asks the simulator moves it, and `DIR/clock.toml`
//! keeps how far, so that what happened lies in the past after a restart too.

use std::{
    fs,
    future::Future,
    io,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use domain::time::{Millis, Time};
use serde::{Deserialize, Serialize};
use server::clock::Clock;

use super::state::write_whole;
use crate::output::Failure;

/// What the file says.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    /// How far the demo's clock is ahead of the machine's, in milliseconds.
    ahead_ms: Millis,
}

/// The server's clock, as the simulator asks for one: moving it moves both.
pub struct DemoClock {
    clock: Arc<Clock>,
    file: PathBuf,
    /// Held from reading how far it is ahead until it is moved.
    moving: Mutex<()>,
}

/// The clock of a demo's folder, moved as far as it was.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn read(data: &Path) -> Result<Clock, Failure> {
    let kept = match fs::read_to_string(file(data)) {
        Ok(text) => toml::from_str(&text)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Kept::default(),
        Err(error) => return Err(error.into()),
    };
    Ok(Clock::ahead_by(kept.ahead_ms))
}

fn file(data: &Path) -> PathBuf {
    data.join("clock.toml")
}

impl DemoClock {
    pub fn new(clock: Arc<Clock>, data: &Path) -> DemoClock {
        DemoClock { clock, file: file(data), moving: Mutex::new(()) }
    }
}

impl sim::Clock for DemoClock {
    fn now_ms(&self) -> i64 {
        self.clock.now().ms()
    }

    fn sleep_until<'a>(&'a self, at_ms: i64) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(self.clock.sleep_until(Time::from_ms(at_ms)))
    }

    fn advance(&self, ms: i64) -> io::Result<()> {
        let _moving = self.moving.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = Kept { ahead_ms: self.clock.ahead_ms().saturating_add(ms) };
        write_whole(&self.file, &toml::to_string(&kept).map_err(io::Error::other)?)?;
        self.clock.advance(ms);
        Ok(())
    }
}
