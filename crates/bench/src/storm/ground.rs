//! What a storm's nodes stand on: a file for one, a PostgreSQL for several, or one with a standby that takes over.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use server::config::DatabaseUrl;

use crate::{output::Failure, postgres::Postgres};

/// No commit is acknowledged before a standby has it.
const SYNCHRONOUS: &[&str] = &["synchronous_standby_names=*", "synchronous_commit=on"];

/// The kinds of ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// One node on a file.
    Sqlite,
    /// Two or three nodes on one PostgreSQL, which crashes and comes back.
    Postgres,
    /// Two or three nodes on a primary with a synchronous standby, which takes over when the primary dies.
    Pair,
}

/// The database of one storm.
pub struct Ground {
    file: PathBuf,
    primary: Option<Postgres>,
    standby: Option<Postgres>,
}

impl Ground {
    /// Lays it in an empty folder.
    ///
    /// # Errors
    /// When PostgreSQL does not start.
    pub fn lay(kind: Kind, folder: &Path) -> Result<Ground, Failure> {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o711))?;
        let mut ground = Ground { file: folder.join("tegata.db"), primary: None, standby: None };
        let room = |name: &str| {
            let room = folder.join(name);
            fs::create_dir(&room).map(|()| room)
        };
        match kind {
            Kind::Sqlite => {}
            Kind::Postgres => ground.primary = Some(Postgres::start(&room("primary")?, &[])?),
            Kind::Pair => {
                let primary = Postgres::start(&room("primary")?, SYNCHRONOUS)?;
                ground.standby = Some(primary.standby(&room("standby")?)?);
                ground.primary = Some(primary);
            }
        }
        Ok(ground)
    }

    /// How a node finds it; each has an address of its own, so that each has faults of its own.
    ///
    /// # Errors
    /// When it is no address.
    pub fn url(&self, node: usize) -> Result<DatabaseUrl, Failure> {
        let Some(primary) = &self.primary else {
            return DatabaseUrl::parse(&format!("sqlite:{}", self.file.display())).map_err(Failure);
        };
        let both =
            self.standby.as_ref().and_then(|standby| Some(format!("{},{}", primary.address()?, standby.address()?)));
        let url = match (both, primary.address()) {
            (Some(both), Some(one)) => format!("{}?target_session_attrs=read-write", primary.url.replace(&one, &both)),
            _ => format!("{}?connect_timeout=5", primary.url),
        };
        DatabaseUrl::parse(&format!("{url}&application_name=node{node}")).map_err(Failure)
    }

    /// The database crashes.
    ///
    /// # Errors
    /// When it does not.
    pub fn crash(&mut self) -> Result<(), Failure> {
        self.primary.as_mut().map_or(Ok(()), |primary| primary.halt("-QUIT"))
    }

    /// It comes back; where there is a standby, that takes over instead.
    ///
    /// # Errors
    /// When it does not.
    pub fn recover(&mut self) -> Result<(), Failure> {
        match (&self.standby, &mut self.primary) {
            (Some(standby), _) => standby.promote(),
            (None, Some(primary)) => primary.resume(),
            (None, None) => Ok(()),
        }
    }
}
