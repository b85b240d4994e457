//! Certificates, read at the start and again when their files change.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum_server::tls_rustls::RustlsConfig;
use base::{Code, Problem};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::settings::Settings;

/// How often the files are looked at.
const EVERY: Duration = Duration::from_mins(1);

/// The configuration of TLS from the files of the settings.
pub(super) async fn load(settings: &Settings) -> Result<RustlsConfig, Problem> {
    read(settings).await.map(RustlsConfig::from_config)
}

async fn read(settings: &Settings) -> Result<Arc<ServerConfig>, Problem> {
    let (cert, key) = (settings.tls_cert.clone(), settings.tls_key.clone());
    let read = tokio::task::spawn_blocking(move || {
        let chain = CertificateDer::pem_file_iter(&cert)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|e| wrong("tls_cert", &cert, &e))?;
        let key = PrivateKeyDer::from_pem_file(&key).map_err(|e| wrong("tls_key", &key, &e))?;
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(ring)
            .with_safe_default_protocol_versions()
            .map_err(|e| wrong("tls_cert", &cert, &e))?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|e| wrong("tls_cert", &cert, &e))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    });
    read.await.map_err(|e| Problem::internal("reading the certificate failed", e))?
}

fn wrong(name: &str, path: &str, error: &dyn std::error::Error) -> Problem {
    Problem::new(Code::InvalidConfig, format!("server.{name} = \"{path}\" cannot be used: {error}"))
        .hint("give PEM files: the certificate with its chain, and its private key")
}

/// Takes new certificates without a restart; wrong ones are said in the log and not taken.
pub(super) async fn follow(settings: Settings, config: RustlsConfig) {
    let mut before = changed(&settings).await;
    loop {
        tokio::time::sleep(EVERY).await;
        let now = changed(&settings).await;
        if now == before {
            continue;
        }
        before = now;
        match read(&settings).await {
            Ok(new) => {
                config.reload_from_config(new);
                tracing::info!("the certificate was read again");
            }
            Err(problem) => tracing::error!(%problem, "the new certificate is not used"),
        }
    }
}

async fn changed(settings: &Settings) -> [Option<SystemTime>; 2] {
    let of = async |path: &str| tokio::fs::metadata(path).await.ok().and_then(|m| m.modified().ok());
    [of(&settings.tls_cert).await, of(&settings.tls_key).await]
}
