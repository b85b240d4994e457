//! Settings of the server (section `server` of the configuration). The comments of `config.default.toml` say what each means.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use base::{Code, Problem};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// Section `server`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Address and port to listen on.
    pub listen: String,
    /// The address people use, when it is another (behind a proxy); for links and for refusing other sites.
    pub public_url: String,
    /// PEM file of the certificate chain; empty = no TLS.
    pub tls_cert: String,
    /// PEM file of the private key.
    pub tls_key: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// From where `/metrics` may be read without signing in.
    pub metrics_from: Vec<IpNet>,
    /// A log-in that is not used ends after this long.
    pub session_idle_minutes: u32,
    /// A log-in ends after this long in any case.
    pub session_days: u32,
    /// The largest body of an ordinary request.
    pub body_kib: usize,
    /// The longest an ordinary request may take, after as long at most until its body is there.
    pub request_seconds: u64,
    /// How many requests are worked on at once; more wait a moment, then are refused.
    pub concurrency: usize,
    /// How many uploads, downloads and followed streams one user or key may have at once.
    pub streams_each: usize,
    /// No file is taken that would leave less of the disk.
    pub disk_reserve_mib: u64,
    /// Days that the audit log is kept; 0 = for ever.
    pub audit_days: u32,
    /// Memory of one password hash.
    pub password_memory_kib: u32,
    /// Passes of one password hash.
    pub password_passes: u32,
}

impl Default for Settings {
    fn default() -> Self {
        let net = |text: &str| text.parse().expect("the built-in networks are valid");
        Self {
            listen: "127.0.0.1:7080".to_owned(),
            public_url: String::new(),
            tls_cert: String::new(),
            tls_key: String::new(),
            trusted_proxies: Vec::new(),
            metrics_from: vec![net("127.0.0.0/8"), net("::1/128")],
            session_idle_minutes: 720,
            session_days: 14,
            body_kib: 1024,
            request_seconds: 30,
            concurrency: 64,
            streams_each: 16,
            disk_reserve_mib: 1024,
            audit_days: 0,
            // The second choice of OWASP's password storage cheat sheet: 19 MiB, two passes.
            password_memory_kib: 19 * 1024,
            password_passes: 2,
        }
    }
}

impl Settings {
    /// Whether the server itself speaks TLS.
    pub fn tls(&self) -> bool {
        !self.tls_cert.is_empty()
    }

    /// Whether browsers reach the server by TLS, through a proxy or directly: then cookies are sent by TLS only.
    pub fn secure(&self) -> bool {
        self.tls() || self.public_url.starts_with("https://")
    }

    /// A link to hand to a person: whole when the settings say what people use, else a path. Where the server listens
    /// (`0.0.0.0:7080`) leads nobody anywhere; the console puts the address in front by which it was opened.
    pub fn link(&self, path: &str) -> String {
        let address = self.public_url.trim_end_matches('/');
        format!("{address}{path}")
    }

    /// The address that people use, without a slash at its end; when the settings do not say, that at which a browser on this
    /// machine finds the server that listens there.
    pub fn address(&self, listening: SocketAddr) -> String {
        if !self.public_url.is_empty() {
            return self.link("");
        }
        let mut shown = listening;
        if shown.ip().is_unspecified() {
            shown.set_ip(if shown.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
        }
        format!("{}://{shown}", if self.tls() { "https" } else { "http" })
    }

    /// Where to listen.
    pub fn listen(&self) -> Result<SocketAddr, Problem> {
        self.listen.parse().map_err(|_| {
            Problem::new(Code::InvalidConfig, "server.listen is not valid")
                .hint("use address:port, such as 127.0.0.1:7080, 0.0.0.0:7080 or [::]:7080")
        })
    }

    /// Checks what the types cannot.
    pub fn check(&self) -> Result<(), Problem> {
        let wrong = |name: &str, hint: &str| {
            Err(Problem::new(Code::InvalidConfig, format!("server.{name} is not valid")).hint(hint.to_owned()))
        };
        if self.tls_cert.is_empty() != self.tls_key.is_empty() {
            return wrong("tls_cert", "set both tls_cert and tls_key, or neither");
        }
        self.listen()?;
        let public = &self.public_url;
        if !(public.is_empty() || public.starts_with("http://") || public.starts_with("https://")) {
            return wrong("public_url", "use http://… or https://…");
        }
        if self.session_idle_minutes == 0 || self.session_days == 0 {
            return wrong("session_idle_minutes", "use at least 1 for session_idle_minutes and session_days");
        }
        if self.body_kib == 0 || self.request_seconds == 0 || self.concurrency == 0 || self.streams_each == 0 {
            return wrong("concurrency", "use at least 1 for body_kib, request_seconds, concurrency and streams_each");
        }
        if argon2::Params::new(self.password_memory_kib, self.password_passes, 1, None).is_err() {
            return wrong("password_memory_kib", "use at least 8 for password_memory_kib and 1 for password_passes");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_somewhere() {
        let everywhere = Settings { listen: "0.0.0.0:7080".into(), ..Settings::default() };
        assert_eq!(everywhere.link("/reset#x"), "/reset#x");
        assert_eq!(everywhere.address(everywhere.listen().unwrap()), "http://127.0.0.1:7080");
        let known = Settings { public_url: "https://crm.example.com/".into(), ..everywhere };
        assert_eq!(known.link("/reset#x"), "https://crm.example.com/reset#x");
        assert_eq!(known.address(known.listen().unwrap()), "https://crm.example.com");
    }
}
