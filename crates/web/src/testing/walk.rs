//! Tries every operation of the document as everybody: nobody, every role, keys with and without the scope.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Answer, Client, World};
use crate::{Permission, Role};

struct Operation {
    method: Method,
    name: String,
    path: String,
    access: String,
    body: bool,
    documented: BTreeSet<String>,
}

/// Walks the document. `open` lists the operations that are for anyone (`POST /auth/login`), so that a new one is noticed.
/// Returns what is wrong; empty: all is well. Fails for an operation that says not who may call it, or cannot be tried.
pub async fn walk(world: &World, open: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut opened = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for (operation, id) in operations(world, &mut wrong) {
        if !ids.insert(id.clone()) {
            wrong.push(format!("{}: its operationId {id} is taken: rename the handler", operation.name));
        }
        match operation.access.as_str() {
            "anyone" => {
                opened.insert(operation.name.clone());
                let answer = attempt(&operation, &mut world.client(), &mut wrong).await;
                check(&operation, "nobody", &answer, true, &mut wrong);
            }
            "signed-in" => signed_in(world, &operation, true, &mut wrong).await,
            "person" => signed_in(world, &operation, false, &mut wrong).await,
            name => match Permission::parse(name) {
                Ok(permission) => permitted(world, &operation, permission, &mut wrong).await,
                Err(_) => wrong.push(format!("{}: x-permission \"{name}\" is unknown", operation.name)),
            },
        }
    }
    let expected: BTreeSet<String> = open.iter().map(|o| (*o).to_owned()).collect();
    wrong.extend(opened.difference(&expected).map(|o| format!("{o} is for anyone: is that meant?")));
    wrong.extend(expected.difference(&opened).map(|o| format!("{o} is expected to be for anyone, but is not")));
    wrong
}

async fn signed_in(world: &World, operation: &Operation, keys: bool, wrong: &mut Vec<String>) {
    nobody(world, operation, wrong).await;
    for role in Role::ALL {
        as_role(world, operation, role, true, wrong).await;
    }
    as_key(world, operation, Permission::ALL, keys, wrong).await;
}

async fn permitted(world: &World, operation: &Operation, permission: Permission, wrong: &mut Vec<String>) {
    nobody(world, operation, wrong).await;
    for role in Role::ALL {
        as_role(world, operation, role, role.permissions().contains(&permission), wrong).await;
    }
    let others: Vec<Permission> = Permission::ALL.iter().copied().filter(|p| *p != permission).collect();
    as_key(world, operation, &others, false, wrong).await;
    as_key(world, operation, &[permission], true, wrong).await;
}

async fn nobody(world: &World, operation: &Operation, wrong: &mut Vec<String>) {
    let answer = attempt(operation, &mut world.client(), wrong).await;
    if answer.status != StatusCode::UNAUTHORIZED || answer.code() != "unauthenticated" {
        wrong.push(format!("{} as nobody: {} instead of 401", operation.name, answer.status));
    }
    let mut stranger = world.client().with_key("gxk_not-a-key");
    let answer = attempt(operation, &mut stranger, wrong).await;
    if answer.status != StatusCode::UNAUTHORIZED {
        wrong.push(format!("{} with an unknown key: {} instead of 401", operation.name, answer.status));
    }
}

async fn as_role(world: &World, operation: &Operation, role: Role, may: bool, wrong: &mut Vec<String>) {
    match world.sign_in(role).await {
        Ok(mut client) => {
            let answer = attempt(operation, &mut client, wrong).await;
            check(operation, role.as_str(), &answer, may, wrong);
            if role == Role::Owner && may && answer.status == StatusCode::FORBIDDEN {
                wrong.push(format!("{} as owner: refused ({})", operation.name, answer.json()["detail"]));
            }
        }
        Err(problem) => wrong.push(format!("no {} could be made: {problem}", role.as_str())),
    }
}

async fn as_key(world: &World, operation: &Operation, scopes: &[Permission], may: bool, wrong: &mut Vec<String>) {
    match world.key(scopes).await {
        Ok(mut client) => {
            let answer = attempt(operation, &mut client, wrong).await;
            let who = if scopes.len() == 1 { "a key with the scope" } else { "a key with other scopes" };
            check(operation, who, &answer, may, wrong);
        }
        Err(problem) => wrong.push(format!("no key could be made: {problem}")),
    }
}

/// Whether the guard let through whom it should. A use case may still refuse one role what it allows another (an
/// administrator who changes an owner), so only the guard's own words count as its refusal.
fn check(operation: &Operation, who: &str, answer: &Answer, may: bool, wrong: &mut Vec<String>) {
    let detail = answer.json()["detail"].as_str().unwrap_or_default().to_owned();
    let by_guard = detail.contains("does not include") || detail.contains("an API key cannot");
    let refused = answer.status == StatusCode::FORBIDDEN && by_guard
        || answer.status == StatusCode::UNAUTHORIZED && operation.access != "anyone";
    if may && refused {
        wrong.push(format!("{} as {who}: refused ({}: {detail})", operation.name, answer.status));
    }
    if !may && answer.status != StatusCode::FORBIDDEN {
        wrong.push(format!("{} as {who}: {} instead of 403", operation.name, answer.status));
    }
}

/// Calls the operation with the examples of its parameters and an empty object: guards come before bodies.
async fn attempt(operation: &Operation, client: &mut Client, wrong: &mut Vec<String>) -> Answer {
    let empty = json!({});
    let body = operation.body.then_some(&empty);
    let answer = client.send(operation.method.clone(), &operation.path, body).await;
    if answer.status.is_server_error() {
        wrong.push(format!("{}: {}", operation.name, answer.status));
    }
    if !operation.documented.contains(answer.status.as_str()) {
        wrong.push(format!("{}: answers {}, which is not documented", operation.name, answer.status));
    }
    answer
}

fn operations(world: &World, wrong: &mut Vec<String>) -> Vec<(Operation, String)> {
    let document = serde_json::to_value(&world.document).unwrap_or_default();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else { continue };
            let short = path.strip_prefix(crate::server::document::PREFIX).unwrap_or(path);
            let name = format!("{method} {short}");
            match filled(path, operation) {
                Ok(path) => {
                    let text = |key: &str| operation[key].as_str().unwrap_or_default().to_owned();
                    let statuses = operation["responses"].as_object().into_iter().flatten();
                    let documented = statuses.map(|(status, _)| status.clone()).collect();
                    let access = text("x-permission");
                    let body = operation["requestBody"].is_object();
                    found.push((Operation { method, name, path, access, body, documented }, text("operationId")));
                }
                Err(parameter) => wrong.push(format!("{name}: give an example for the parameter {parameter}")),
            }
        }
    }
    if found.is_empty() {
        wrong.push("the document has no operations".to_owned());
    }
    found
}

/// The path with the examples of its parameters.
fn filled(path: &str, operation: &Value) -> Result<String, String> {
    let mut path = path.to_owned();
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    for parameter in parameters.filter(|p| p["in"] == "path") {
        let name = parameter["name"].as_str().unwrap_or_default();
        let example = match &parameter["example"] {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return Err(name.to_owned()),
        };
        path = path.replace(&format!("{{{name}}}"), &example);
    }
    match path.split('{').nth(1) {
        Some(rest) => Err(rest.split('}').next().unwrap_or_default().to_owned()),
        None => Ok(path),
    }
}
