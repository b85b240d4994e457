//! Schemathesis tries the operations of the document with all kinds of requests, on the real server over a filled shop.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::running::{Running, json_of};
use crate::support::{Shop, filled, skipped};

/// What a key does not try, and why.
const NOT_WITH_A_KEY: [(&str, &str); 2] =
    [("job_events", "a stream does not end"), ("key_revoke", "would revoke the key that is used")];

/// What a person tries beside the operations that are for people only: a key is refused where it would change who made it.
const ALSO_BY_A_PERSON: [&str; 7] = [
    "auth_me",
    "key_revoke",
    "user_update",
    "user_password_reset",
    "user_session_list",
    "user_session_end",
    "user_totp_remove",
];

/// What a person does not try, and why.
const NOT_BY_A_PERSON: [(&str, &str); 1] = [("auth_logout", "would end the log-in that is used")];

const PASSWORD: &str = "correct horse battery";

#[test]
fn schemathesis_finds_no_defect_and_no_answer_that_is_not_documented() {
    let Some(tools) = tools() else { return };
    let shop = filled();
    let mut server = Running::start(&shop);
    server.login();
    let all: Vec<String> = json_of(&server.get("!/roles"))["permissions"]
        .as_array()
        .expect("there are permissions")
        .iter()
        .map(|p| p["name"].as_str().unwrap_or_default().to_owned())
        .collect();
    let made = shop.run(&["key", "make", "schemathesis", "--scope", &all.join(",")]);
    let key = made["secret"].as_str().expect("it has a secret");
    let mut words = vec!["--header".to_owned(), format!("Authorization: Bearer {key}")];
    words.extend(NOT_WITH_A_KEY.iter().flat_map(|(id, _)| ["--exclude-operation-id".to_owned(), (*id).to_owned()]));
    schemathesis(&tools, &shop, &server, "", &words);
}

#[test]
fn schemathesis_as_a_person_finds_no_defect_either() {
    let Some(tools) = tools() else { return };
    let shop = filled();
    let mut server = Running::start(&shop);
    server.login();
    shop.run(&["user", "add", "ben@shop.example", "--role", "viewer"]);
    let key = shop.run(&["key", "make", "till", "--scope", "import.read"]);
    // The password of the document's examples: so they are right, and the second factor is set up in earnest.
    server.change_password(PASSWORD);
    let elsewhere = server.agent.post(server.url("!/auth/login")).header("content-type", "application/json");
    let login = json!({ "email": server.email, "password": PASSWORD }).to_string();
    assert_eq!(elsewhere.send(login).expect("the server answers").status(), 200);
    let sessions = json_of(&server.get("!/auth/sessions"));
    let session = sessions["items"].as_array().and_then(|all| all.iter().find(|s| s["current"] == false));
    let session = session.and_then(|s| s["id"].as_str()).expect("there are two log-ins");
    // Ending log-ins is tried on those of others: the one that is used must last.
    let fixed = format!(
        "[[operations]]\ninclude-operation-id = \"auth_session_end\"\nparameters = {{ \"path.id\" = \"{session}\" }}\n\
         [[operations]]\ninclude-operation-id = \"user_session_end\"\nparameters = {{ \"path.id\" = \"usr_2\" }}\n\
         [[operations]]\ninclude-operation-id = \"key_revoke\"\nparameters = {{ \"path.id\" = \"{}\" }}\n",
        key["id"].as_str().expect("it has an id")
    );
    let document = json_of(&server.get("!/openapi.json"));
    // Without headers of its own making in the place of the cookie: who is nobody is refused, which other tests see to.
    let mut words = vec!["--generation-with-security-parameters".to_owned(), "false".to_owned()];
    for (name, value) in server.identity() {
        words.extend(["--header".to_owned(), format!("{name}: {value}")]);
    }
    for id in for_people(&document) {
        words.extend(["--include-operation-id".to_owned(), id]);
    }
    schemathesis(&tools, &shop, &server, &fixed, &words);
    assert_eq!(server.get("!/auth/me").status(), 200, "the log-in that was used has ended: the run tried little");
    for action in ["key.revoke", "session.end", "session.end_all", "user.update", "user.password_reset"] {
        let found = json_of(&server.get(&format!("!/audit?filter=action:eq:{action}&limit=1")));
        assert_ne!(found["items"], json!([]), "nobody got through to {action}");
    }
}

/// The operations that only people may call, and those that a key is refused or spared.
fn for_people(document: &Value) -> Vec<String> {
    let operations = document["paths"].as_object().expect("it has paths").values().flat_map(|path| {
        path.as_object().into_iter().flat_map(|methods| methods.values()).filter(|o| o["operationId"].is_string())
    });
    let ids = operations.filter_map(|operation| {
        let id = operation["operationId"].as_str()?;
        let of_people = operation["x-permission"] == "person" || ALSO_BY_A_PERSON.contains(&id);
        (of_people && NOT_BY_A_PERSON.iter().all(|(not, _)| *not != id)).then(|| id.to_owned())
    });
    let ids: Vec<String> = ids.collect();
    for id in ALSO_BY_A_PERSON {
        assert!(ids.iter().any(|known| known == id), "{id} is no operation");
    }
    ids
}

/// Where schemathesis is installed; `None`, visibly, where it is not.
fn tools() -> Option<PathBuf> {
    let found = std::env::var_os("SCHEMATHESIS_FOLDER").map(PathBuf::from).filter(|dir| dir.is_dir());
    if found.is_none() {
        skipped("schemathesis is not installed (make test does it, with pip)");
    }
    found
}

/// Runs it; fails, with what it said, when it finds anything.
fn schemathesis(tools: &Path, shop: &Shop, server: &Running, config: &str, words: &[String]) {
    let config = shop.file("schemathesis.toml", config);
    let mut command = Command::new("python3");
    command.env("PYTHONPATH", tools).current_dir(shop.path("data")).args(["-m", "schemathesis.cli", "--config-file"]);
    command.arg(config).arg("run").arg(server.url("!/openapi.json")).args(["--url", &server.address]).args(words);
    command.args([
        "--checks",
        "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
    ]);
    command.args(["--phases", "examples,coverage,fuzzing", "--max-examples", "12", "--seed", "7"]);
    command.args(["--generation-database", "none", "--request-timeout", "20", "--suppress-health-check", "all"]);
    command.args(["--warnings", "off", "--no-color", "--continue-on-failure"]);
    let output = command.output().expect("python3 runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(server.get("/healthz").status(), 200);
}
