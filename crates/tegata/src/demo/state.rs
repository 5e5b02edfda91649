//! What the demo keeps from one start to the next: `DIR/demo.toml`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    digest::{Fixed, sha256},
    key::{KeyId, KeyRing, Secret},
    time::Time,
};
use serde::{Deserialize, Serialize};
use server::clock;
use store::{Store, api_key};

use crate::{database::create_key, output::Failure};

#[derive(Default, Serialize, Deserialize)]
pub struct State {
    /// The secret that everything is derived from and sealed with.
    secret: String,
    pub smpp_system_id: String,
    pub smpp_password: String,
    /// The secret by which server and voice provider know each other; a folder from before calls has none yet.
    #[serde(default)]
    pub voice_secret: String,
    /// The sample service's id; empty before the first start is through.
    pub service: String,
    /// Its API key, with every scope.
    pub api_key: String,
    /// Where the demo answers, or did when it was last started.
    #[serde(default)]
    pub url: String,
    #[serde(skip)]
    file: PathBuf,
    /// Whether this start made it.
    #[serde(skip)]
    is_new: bool,
}

impl State {
    /// What a demo that was started in this folder keeps.
    pub fn read(data: &Path) -> Result<State, Failure> {
        let file = data.join("demo.toml");
        let text = fs::read_to_string(&file).map_err(|why| Failure(format!("{}: {why}", file.display())))?;
        Ok(State { file, ..toml::from_str(&text)? })
    }

    /// What was kept, or a new one.
    pub fn open(data: &Path) -> Result<State, Failure> {
        let file = data.join("demo.toml");
        if file.exists() {
            let mut state = State::read(data)?;
            if state.voice_secret.is_empty() {
                state.voice_secret = voice_secret();
                state.save()?;
            }
            return Ok(state);
        }
        let state = State {
            secret: STANDARD.encode(clock::random::<32>()),
            smpp_system_id: "tegata".into(),
            smpp_password: Fixed(clock::random::<4>()).hex(),
            voice_secret: voice_secret(),
            file,
            is_new: true,
            ..State::default()
        };
        state.save()?;
        Ok(state)
    }

    /// Takes back what [`State::open`] made for a demo that never was: a refused one leaves nothing behind.
    pub fn forget_if_new(&self) -> Result<(), Failure> {
        if self.is_new { Ok(fs::remove_file(&self.file)?) } else { Ok(()) }
    }

    /// Writes it down.
    pub fn save(&self) -> Result<(), Failure> {
        Ok(write_whole(&self.file, &toml::to_string(self)?)?)
    }

    pub fn keys(&self) -> Result<KeyRing, Failure> {
        let bytes = STANDARD.decode(&self.secret)?;
        let secret = bytes.try_into().map_err(|_| Failure("demo.toml: secret must be 32 bytes".into()))?;
        KeyRing::new(&[(KeyId(1), Secret::new(secret))]).ok_or_else(|| Failure("demo.toml: no secret".into()))
    }

    /// The kept API key, or a new one if the database does not know it.
    pub async fn key(&self, store: &Store, now: Time) -> Result<String, Failure> {
        let digest = sha256(self.api_key.as_bytes());
        if store.read(move |tx| api_key::find(tx, digest)).await?.is_some() {
            return Ok(self.api_key.clone());
        }
        let service = self.service.parse().map_err(|_| Failure("demo.toml: service is no id".into()))?;
        create_key(store, service, "verify admin", "demo", now).await
    }
}

fn voice_secret() -> String {
    format!("whsec_{}", STANDARD.encode(clock::random::<32>()))
}

/// Writes a file whole or not at all: a torn one would lose the keys.
///
/// # Errors
/// When the operating system does not take it; what was there stays.
pub fn write_whole(file: &Path, text: &str) -> io::Result<()> {
    let next = file.with_extension("toml.new");
    fs::write(&next, text)?;
    fs::rename(&next, file)
}
