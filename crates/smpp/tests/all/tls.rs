//! The TLS connector against a server with a certificate of a test's own authority, over a pipe.

use std::{io, sync::Arc};

use rustls::{ServerConfig, crypto::aws_lc_rs};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject};
use smpp::tls::{Roots, TlsError, client};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio_rustls::TlsAcceptor;

/// Valid until 2126; the key guards nothing but these tests.
const AUTHORITY: &[u8] = include_bytes!("tls/authority.pem");
const CERTIFICATE: &[u8] = include_bytes!("tls/server.pem");
const KEY: &[u8] = include_bytes!("tls/server.key.pem");

fn acceptor() -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE).expect("it is a certificate");
    let key = PrivateKeyDer::from_pem_slice(KEY).expect("it is a key");
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider has them")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("they belong together");
    TlsAcceptor::from(Arc::new(config))
}

/// Shakes hands under a name and sends a word.
async fn shake(roots: Roots<'_>, name: &'static str) -> io::Result<()> {
    let (near, far) = duplex(16_384);
    let connector = client(roots).expect("the roots are good");
    let name = ServerName::try_from(name).expect("it is a name");
    let serving = async {
        let mut stream = acceptor().accept(far).await?;
        stream.write_all(b"word").await?;
        stream.shutdown().await
    };
    let using = async {
        let mut word = [0; 4];
        connector.connect(name, near).await?.read_exact(&mut word).await?;
        assert_eq!(&word, b"word");
        Ok(())
    };
    let (_, used) = tokio::join!(serving, using);
    used
}

#[tokio::test]
async fn the_given_authority_is_believed() {
    assert!(shake(Roots::Pem(AUTHORITY), "smsc.test").await.is_ok());
}

#[tokio::test]
async fn another_name_is_not() {
    assert!(shake(Roots::Pem(AUTHORITY), "other.test").await.is_err());
}

#[tokio::test]
async fn another_authority_is_not() {
    assert!(shake(Roots::Pem(CERTIFICATE), "smsc.test").await.is_err());
}

#[tokio::test]
async fn the_platform_does_not_know_the_tests_authority() {
    assert!(shake(Roots::Platform, "smsc.test").await.is_err());
}

#[test]
fn text_without_certificates_is_refused() {
    for pem in [&b""[..], b"no pem", KEY, b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
        assert!(matches!(client(Roots::Pem(pem)), Err(TlsError::BadPem)));
    }
}
