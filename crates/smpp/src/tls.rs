//! A TLS connector for the client. The cryptography (aws-lc-rs) is named here, so no process-wide default is needed.

use std::{fmt, sync::Arc};

use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio_rustls::TlsConnector;

/// Whose certificates are believed.
#[derive(Debug, Clone, Copy)]
pub enum Roots<'a> {
    /// The operating system's.
    Platform,
    /// Only those in this PEM text: a provider's own authority.
    Pem(&'a [u8]),
}

/// Why there is no connector.
#[derive(Debug)]
pub enum TlsError {
    /// The PEM text holds no certificate, or one that cannot be read.
    BadPem,
    /// The operating system's certificates, or a certificate, are not usable.
    Rustls(rustls::Error),
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TlsError::BadPem => f.write_str("no certificate can be read from the PEM text"),
            TlsError::Rustls(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for TlsError {}

impl From<rustls::Error> for TlsError {
    fn from(error: rustls::Error) -> TlsError {
        TlsError::Rustls(error)
    }
}

/// A connector; give the server's name (`rustls_pki_types::ServerName`) when connecting.
pub fn client(roots: Roots<'_>) -> Result<TlsConnector, TlsError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let builder = match roots {
        Roots::Platform => builder.with_platform_verifier()?,
        Roots::Pem(pem) => builder.with_root_certificates(store(pem)?),
    };
    Ok(TlsConnector::from(Arc::new(builder.with_no_client_auth())))
}

fn store(pem: &[u8]) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        roots.add(certificate.map_err(|_| TlsError::BadPem)?)?;
    }
    if roots.is_empty() { Err(TlsError::BadPem) } else { Ok(roots) }
}
