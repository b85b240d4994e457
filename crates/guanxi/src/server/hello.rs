//! What `serve` says: where it is, and how to sign in.

use std::net::SocketAddr;
use std::path::Path;

use serde::{Deserialize, Serialize};
use web::ops::first_run::FirstOwner;

use crate::app::App;
use crate::{output, text};

/// With which password somebody can sign in, if that can be told.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct LogIn {
    /// What he signs in with.
    pub email: Option<String>,
    /// The password that was generated.
    pub password: Option<String>,
    /// Where it is kept: a demonstration tells it again.
    #[serde(skip)]
    keep: Option<std::path::PathBuf>,
}

impl LogIn {
    /// That of a demonstration, which is kept in its folder.
    pub(crate) fn of_demo(data: &Path) -> Self {
        let path = data.join("log-in.json");
        let known = std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        Self { keep: Some(path), ..known.unwrap_or_default() }
    }

    /// The one of an owner that was just made.
    pub(super) fn or_first(self, first: Option<FirstOwner>) -> Self {
        let Some(FirstOwner { email, password, .. }) = first else { return self };
        let made = Self { email: Some(email), password: Some(password), keep: self.keep };
        if let Some(Err(error)) = made.keep.as_ref().map(|path| made.write(path)) {
            tracing::warn!(%error, "the log-in of the demonstration is not kept");
        }
        made
    }

    fn write(&self, path: &Path) -> std::io::Result<()> {
        use std::io::Write as _;
        use std::os::unix::fs::OpenOptionsExt as _;
        let mut file = std::fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(path)?;
        file.write_all(serde_json::to_string(self)?.as_bytes())
    }
}

/// Says it, once it listens.
pub(super) fn say(app: &App, listening: SocketAddr, login: &LogIn, json: bool) {
    let address = app.config.server.address(listening);
    if json {
        let said = serde_json::json!({ "address": address, "email": login.email, "password": login.password });
        output::line(said.to_string());
        return;
    }
    output::line(text::say("Guanxi {0} · {1}", &[&env!("CARGO_PKG_VERSION"), &app.config.business.name]));
    output::line(text::say("  open      {0}", &[&address]));
    if let (Some(email), Some(password)) = (&login.email, &login.password) {
        output::line(text::say("  sign in   {0}", &[email]));
        output::line(text::say("  password  {0}", &[password]));
        let note = if login.keep.is_some() {
            text::t("            (of this demonstration; if you have changed it, use yours)")
        } else {
            text::t("            (it is shown this once: keep it, or change it under your name)")
        };
        output::line(note);
    } else {
        output::line(text::t("  sign in   with your account; a forgotten password: guanxi user reset-password EMAIL"));
    }
    output::line(text::t("Ctrl-C ends it."));
}

/// Says what the end of the server before cut off.
pub(super) fn resume(jobs: i64, json: bool) {
    if jobs > 0 {
        tracing::warn!(jobs, "jobs were cut off when the server ended; they go on within a minute");
    }
    if jobs > 0 && !json {
        output::note(text::say(
            "{0} [job was|jobs were] cut off when the server ended last; what was begun goes on within a minute",
            &[&jobs],
        ));
    }
}

/// Says that it ends.
pub(super) fn farewell(json: bool) {
    if !json {
        output::note(text::t("ending what was begun … (at most 20 s)"));
    }
}
