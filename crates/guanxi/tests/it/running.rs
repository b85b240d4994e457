//! A real server and a browser on it.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Response;

use crate::support::Shop;

/// A server that runs until this is dropped.
pub(crate) struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
    /// For requests that are no browser's.
    pub(crate) agent: Agent,
    /// Where it is.
    pub(crate) address: String,
    /// What its first start printed.
    pub(crate) email: String,
    /// What its first start printed.
    pub(crate) password: String,
    cookie: String,
    csrf: String,
}

impl Running {
    /// Starts a shop's server on a free port.
    pub(crate) fn start(shop: &Shop) -> Self {
        let mut command = shop.command();
        command.args(["serve", "--listen", "127.0.0.1:0", "--owner", "ann@shop.example"]);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary runs");
        let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        out.read_line(&mut line).expect("it says where it is");
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"));
        let word = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(30)));
        let (email, password) = (word("email"), word("password"));
        let agent = config.build().new_agent();
        Self {
            child,
            out,
            agent,
            address: word("address"),
            email,
            password,
            cookie: String::new(),
            csrf: String::new(),
        }
    }

    /// The address of a path; `!` in front stands for `/api/v1`.
    pub(crate) fn url(&self, path: &str) -> String {
        let prefix = if path.starts_with("/api") || !path.starts_with('!') { "" } else { "/api/v1" };
        format!("{}{prefix}{}", self.address, path.trim_start_matches('!'))
    }

    /// Status, headers and text of a `GET`; `!` in front of a path stands for `/api/v1`.
    pub(crate) fn get(&self, path: &str) -> Response<String> {
        let request = self.agent.get(self.url(path)).header("cookie", &self.cookie);
        read(request.call().expect("the server answers"))
    }

    /// The same of a `POST` or `PATCH` with JSON.
    pub(crate) fn send(&self, method: &str, path: &str, body: &Value) -> Response<String> {
        let url = self.url(path);
        let request = if method == "PATCH" { self.agent.patch(url) } else { self.agent.post(url) };
        let request = request.header("cookie", &self.cookie).header("x-csrf-token", &self.csrf);
        read(request.header("content-type", "application/json").send(body.to_string()).expect("the server answers"))
    }

    /// The same of a `DELETE`.
    pub(crate) fn delete(&self, path: &str) -> Response<String> {
        let request = self.agent.delete(self.url(path)).header("cookie", &self.cookie);
        read(request.header("x-csrf-token", &self.csrf).call().expect("the server answers"))
    }

    /// Signs in as the owner that the first start made.
    pub(crate) fn login(&mut self) {
        let answer = self.send("POST", "!/auth/login", &json!({ "email": self.email, "password": self.password }));
        self.take_identity(&answer);
    }

    /// Changes the password of who is signed in.
    pub(crate) fn change_password(&mut self, new: &str) {
        let change = json!({ "password": self.password, "new_password": new });
        let answer = self.send("POST", "!/auth/password", &change);
        self.take_identity(&answer);
        new.clone_into(&mut self.password);
    }

    /// The headers by which the server knows who is signed in.
    pub(crate) fn identity(&self) -> [(&'static str, &str); 2] {
        [("Cookie", &self.cookie), ("X-CSRF-Token", &self.csrf)]
    }

    fn take_identity(&mut self, answer: &Response<String>) {
        assert_eq!(answer.status(), 200, "{}", answer.body());
        let cookie = answer.headers()["set-cookie"].to_str().expect("a cookie is text").to_owned();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite="), "{cookie}");
        cookie.split(';').next().unwrap_or_default().clone_into(&mut self.cookie);
        json_of(answer)["csrf_token"].as_str().unwrap_or_default().clone_into(&mut self.csrf);
    }

    /// Waits for a job to end; the job.
    pub(crate) fn ended(&self, job: &Value) -> Value {
        let path = format!("!/jobs/{}", job["id"].as_str().unwrap_or_default());
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            let job = json_of(&self.get(&path));
            if !["queued", "running"].contains(&job["state"].as_str().unwrap_or_default()) {
                return job;
            }
            assert!(Instant::now() < deadline, "{job} does not end");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Asks it to end as a service manager does.
    pub(crate) fn ask_to_end(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill is there").success());
    }

    /// Asks it to end, if that was not done; the exit code.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        self.ask_to_end();
        let code = self.child.wait().expect("it ends").code();
        let mut rest = String::new();
        while self.out.read_line(&mut rest).is_ok_and(|n| n > 0) {}
        assert_eq!(rest, "", "it says nothing more on its output");
        code
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(response: Response<ureq::Body>) -> Response<String> {
    let (parts, mut body) = response.into_parts();
    Response::from_parts(parts, body.read_to_string().expect("the answer is text"))
}

/// The body as JSON.
pub(crate) fn json_of(answer: &Response<String>) -> Value {
    serde_json::from_str(answer.body()).unwrap_or_else(|e| panic!("{e}: {}", answer.body()))
}
