//! The voice provider: takes calls by HTTP as docs/http-provider.md has them, signed both ways, lets phones ring, and
//! tells what came of it.

mod asked;
mod poster;

use std::io;
use std::sync::Arc;

use domain::signature::Signer;
use tokio::task::JoinHandle;

use crate::exchange::Exchange;

pub(crate) use asked::NotTaken;

/// Who asks for calls and this provider know each other by one secret.
#[derive(Clone)]
pub(crate) struct Voice {
    signer: Signer,
}

impl Voice {
    /// The provider of a secret: `whsec_` and at least 24 bytes in base64.
    ///
    /// # Errors
    /// When the secret is none.
    pub(crate) fn new(secret: &str) -> io::Result<Voice> {
        let signer = Signer::read(secret);
        let signer = signer.ok_or_else(|| {
            let must = "the voice provider's secret must be whsec_ and 24 or more bytes in base64";
            io::Error::new(io::ErrorKind::InvalidInput, must)
        })?;
        Ok(Voice { signer })
    }

    /// Posts the receipts of calls from now on.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub(crate) fn post_receipts(&self, exchange: Arc<Exchange>) -> io::Result<JoinHandle<()>> {
        let poster = poster::Poster::new(exchange, self.signer.clone())?;
        Ok(tokio::spawn(poster.run()))
    }
}
