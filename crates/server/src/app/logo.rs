//! Services' logos: set by an operator, drawn anew, shown beside the name (rule D5).

use domain::{
    digest::{Digest, sha256},
    id::ServiceId,
    refusal::Refusal,
    service::Service,
    time::{Time, seconds},
};
use store::{Store, logo, service};
use tokio::sync::Mutex;

use super::App;
use crate::picture;
pub use crate::picture::BYTES_MAX;

/// One picture at a time is drawn: a small file may take a hundred megabytes to read.
static DRAWING: Mutex<()> = Mutex::const_new(());

/// Sets a service's logo, or takes it away; gives the service as it is then.
///
/// # Errors
/// `bad-request` with what the picture must be, `not-found`, `busy` if somebody changes the service or sets another logo at
/// the same moment, `unavailable` without the store.
pub async fn set(store: &Store, id: ServiceId, given: Option<Vec<u8>>, now: Time) -> Result<Service, Refusal> {
    let png = match given {
        Some(bytes) => Some(drawn_anew(bytes, now).await?),
        None => None,
    };
    store
        .write(move |tx| {
            let found = service::fetch(tx, id)?.ok_or(Refusal::NotFound)?;
            let logo = png.as_deref().map(sha256);
            let changed = Service { logo, changed_at: now, ..found.value };
            match &png {
                Some(png) => logo::put(tx, id, png.clone())?,
                None => logo::remove(tx, id)?,
            }
            let written = service::update(tx, &changed, found.version)?;
            if written { Ok(changed) } else { Err(Refusal::Busy { retry_at: now.plus(seconds(1)) }.into()) }
        })
        .await
        .map_err(Refusal::from)
}

/// Where a logo is served: an address that is good for as long as the picture.
pub fn path(id: ServiceId, logo: &Digest) -> String {
    format!("/logos/{id}/{}", logo.hex())
}

/// On a thread where nobody waits: it may take a while.
async fn drawn_anew(bytes: Vec<u8>, now: Time) -> Result<Vec<u8>, Refusal> {
    let Ok(_alone) = DRAWING.try_lock() else { return Err(Refusal::Busy { retry_at: now.plus(seconds(1)) }) };
    let drawn = tokio::task::spawn_blocking(move || picture::logo(&bytes)).await;
    // A decoder that gives up in a panic could not read it either.
    let drawn = drawn.unwrap_or(Err(picture::UNREADABLE));
    drawn.map_err(|must| Refusal::BadRequest { field: "logo".into(), must: must.into() })
}

impl App {
    /// As [`set`], seen by this node at once.
    ///
    /// # Errors
    /// As [`set`].
    pub async fn set_logo(&self, id: ServiceId, given: Option<Vec<u8>>) -> Result<Service, Refusal> {
        let set = set(&self.store, id, given, self.now()).await;
        self.services.forget(id);
        set
    }

    /// A service's logo.
    ///
    /// # Errors
    /// `not-found` if it has none, `unavailable` without the store.
    pub async fn logo(&self, id: ServiceId) -> Result<Vec<u8>, Refusal> {
        self.store.read(move |tx| logo::fetch(tx, id)).await?.ok_or(Refusal::NotFound)
    }
}
