//! The document of the API keeps its word: what its examples ask for is answered, and what is sent and answered has an example.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::repo::text;
use crate::running::{Running, json_of};
use crate::support::{Shop, filled};

/// Operations whose examples are not asked for, and why.
const NOT_ASKED: [(&str, &str); 1] = [("job_events", "a stream does not end")];

/// Operations that ask for a second permission (docs/guide/en/roles.md).
const ALSO: [(&str, &str); 1] = [("bad_row_file", "customers.pii")];

#[test]
fn what_the_examples_of_the_document_ask_for_is_answered_in_a_filled_shop() {
    let shop = filled();
    let mut server = Running::start(&shop);
    server.login();
    let job = with_work(&shop, &server);
    let orders = json_of(&server.get("!/orders?limit=1"));
    let order = orders["items"][0]["id"].as_str().expect("there are orders");
    let document = json_of(&server.get("!/openapi.json"));
    let (mut asked, mut wrong) = (BTreeSet::new(), Vec::new());
    for (path, operation) in operations(&document, "get") {
        let id = operation["operationId"].as_str().expect("it has an id");
        if NOT_ASKED.iter().any(|(not, _)| *not == id) {
            continue;
        }
        // Ids that nobody can know beforehand.
        let known = |path: &str| {
            path.replace("/jobs/{id}", &format!("/jobs/{job}")).replace("/orders/{id}", &format!("/orders/{order}"))
        };
        for address in addresses(&known(path), operation) {
            let answer = server.get(&address);
            if !answer.status().is_success() {
                wrong.push(format!("{id}: {address} answers {}: {}", answer.status(), answer.body()));
            }
            let status = answer.status().as_u16().to_string();
            for (header, _) in operation["responses"][&status]["headers"].as_object().into_iter().flatten() {
                if answer.headers().get(header.as_str()).is_none() {
                    wrong.push(format!("{id}: {address} has no {header}, which is documented"));
                }
            }
        }
        // Whoever has the permission that the document names, and no other, is answered too.
        if let Some((key, scopes)) = key_for(&server, id, operation["x-permission"].as_str().unwrap_or_default()) {
            let address = addresses(&known(path), operation).into_iter().min_by_key(String::len).unwrap_or_default();
            let request = server.agent.get(server.url(&address)).header("authorization", format!("Bearer {key}"));
            let answer = request.call().expect("the server answers");
            if !answer.status().is_success() {
                wrong.push(format!("{id}: {address} answers {} to a key with {scopes}", answer.status()));
            }
        }
        asked.insert(id.to_owned());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(asked.len() > 40, "only {asked:?} were asked");
    // A reason that is no longer one is to be noticed.
    for (id, _) in NOT_ASKED {
        assert!(operations(&document, "get").any(|(_, o)| o["operationId"] == id), "{id} is no operation");
    }
}

/// A key with the permission of an operation and what else it must have, and which these are.
fn key_for(server: &Running, id: &str, permission: &str) -> Option<(String, String)> {
    // Files of jobs are for who began them; `person`, `signed-in` and `anyone` are no permissions.
    if id == "job_file" || !permission.contains('.') {
        return None;
    }
    let mut scopes = vec![permission];
    scopes.extend(ALSO.iter().filter(|(operation, _)| *operation == id).map(|(_, more)| *more));
    let made = server.send("POST", "!/keys", &json!({ "name": id, "scopes": scopes }));
    assert_eq!(made.status(), 201, "{id}: {}", made.body());
    Some((json_of(&made)["secret"].as_str()?.to_owned(), scopes.join(" and ")))
}

/// Work of every kind whose outcome can be looked at: an import with a bad row, a check, a back-up, and a job that wrote a file, whose
/// id is returned.
fn with_work(shop: &Shop, server: &Running) -> String {
    let mut jobs = Vec::new();
    let export = json!({ "format": "csv", "query": {}, "columns": ["name", "monetary"] });
    for (path, body) in
        [("!/customers/exports", export), ("!/checks", json!({})), ("!/backups", json!({ "note": "before the sale" }))]
    {
        let begun = server.send("POST", path, &body);
        assert_eq!(begun.status(), 202, "{path}: {}", begun.body());
        let job = json_of(&begun);
        assert_eq!(server.ended(&job)["state"], "done", "{path}");
        jobs.push(job["id"].as_str().expect("it has an id").to_owned());
    }
    let rows =
        "order_id,time,customer,product,quantity,unit_price\nB1,2026-02-01 10:00,C1,P1,1,2.50\nB2,,C2,P1,1,2.50\n";
    let file = shop.file("till.csv", rows);
    assert_eq!(shop.import(&file, &["--save-mapping", "till"])["bad_rows"], 1);
    jobs.swap_remove(0)
}

/// Addresses with the examples of the parameters: only those that must be given, each other one with them, and all at once.
fn addresses(path: &str, operation: &Value) -> BTreeSet<String> {
    let (mut path, mut required, mut optional) = (path.to_owned(), String::new(), Vec::new());
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().expect("it has a name");
        let must = parameter["required"] == true;
        let values = examples(parameter);
        assert!(!must || !values.is_empty(), "{}: {name} has no example", operation["operationId"]);
        let mut written = String::new();
        for value in &values {
            let _ = write!(written, "&{name}={}", encoded(value));
        }
        match parameter["in"].as_str() {
            Some("path") => path = path.replace(&format!("{{{name}}}"), &encoded(&values[0])),
            Some("query") if must => required += &written,
            Some("query") if !written.is_empty() => optional.push(written),
            _ => {}
        }
    }
    let every = optional.concat();
    let chosen = optional.into_iter().chain([String::new(), every]);
    let address = |more: String| format!("{path}?{}", format!("{required}{more}").trim_start_matches('&'));
    chosen.map(address).map(|address| address.trim_end_matches('?').to_owned()).collect()
}

/// The values of a parameter's example, else the first of those it can have.
fn examples(parameter: &Value) -> Vec<String> {
    let given = [&parameter["example"], &parameter["schema"]["example"], &parameter["schema"]["enum"][0]];
    match given.into_iter().find(|value| !value.is_null()) {
        None => Vec::new(),
        Some(Value::Array(all)) => all.iter().map(plain).collect(),
        Some(one) => vec![plain(one)],
    }
}

#[test]
fn every_shape_of_a_request_or_an_answer_has_an_example() {
    let document: Value = serde_json::from_str(&text("openapi.json")).expect("it is JSON");
    let schemas = document["components"]["schemas"].as_object().expect("it has schemas");
    let mut bodies = BTreeMap::new();
    for method in ["get", "post", "put", "patch", "delete"] {
        for (_, operation) in operations(&document, method) {
            let id = operation["operationId"].as_str().expect("it has an id");
            let answers = operation["responses"].as_object().into_iter().flatten().map(|(_, answer)| answer);
            for body in answers.chain([&operation["requestBody"]]) {
                for (kind, content) in body["content"].as_object().into_iter().flatten() {
                    if kind == "application/json" && content["example"].is_null() {
                        bodies.entry(content["schema"].to_string()).or_insert((id, &content["schema"]));
                    }
                }
            }
        }
    }
    assert!(bodies.len() > 50, "only {bodies:?} were found");
    let bare = bodies.values().filter(|(_, schema)| !has_example(schema, schemas, &mut Vec::new()));
    let bare: Vec<String> = bare.map(|(id, schema)| format!("{id}: {schema}")).collect();
    assert!(bare.is_empty(), "without an example:\n{}", bare.join("\n"));
}

/// Whether a reader sees a value of this shape: its own example, or one of every part that must be there.
fn has_example<'a>(schema: &'a Value, schemas: &'a Map<String, Value>, within: &mut Vec<&'a str>) -> bool {
    if let Some(name) = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
        // What holds itself (a tree) is known by its other parts.
        if within.contains(&name) {
            return true;
        }
        within.push(name);
        let has = has_example(&schemas[name], schemas, within);
        within.pop();
        return has;
    }
    if ["example", "examples", "enum", "const"].iter().any(|key| schema.get(key).is_some())
        || schema["type"] == "boolean"
    {
        return true;
    }
    if let Some(items) = schema.get("items") {
        return has_example(items, schemas, within);
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        if let Some(parts) = schema[key].as_array() {
            return parts.iter().filter(|part| part["type"] != "null").all(|part| has_example(part, schemas, within));
        }
    }
    let Some(required) = schema["required"].as_array() else { return false };
    let parts = required.iter().filter_map(Value::as_str).map(|name| &schema["properties"][name]);
    parts.into_iter().all(|part| has_example(part, schemas, within))
}

#[test]
fn every_example_of_a_shape_fits_it() {
    let document: Value = serde_json::from_str(&text("openapi.json")).expect("it is JSON");
    let schemas = document["components"]["schemas"].as_object().expect("it has schemas");
    let shown = schemas.iter().filter(|(_, schema)| !schema["example"].is_null());
    let wrong: Vec<String> =
        shown.filter_map(|(name, schema)| misfit(&schema["example"], schema, schemas, name)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What of a value is not as its shape says: members that are unknown or missing, values of another kind.
fn misfit(value: &Value, schema: &Value, schemas: &Map<String, Value>, at: &str) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
        return misfit(value, &schemas[name], schemas, at);
    }
    if let Some(parts) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        let all: Option<Vec<String>> = parts.iter().map(|part| misfit(value, part, schemas, at)).collect();
        return all.map(|all| all.join(", or "));
    }
    if schema["enum"].as_array().is_some_and(|known| !known.contains(value)) {
        return Some(format!("{at} cannot be {value}"));
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let is = |wanted: &Value| *wanted == kind || *wanted == "number" && kind == "integer";
    let fits = schema["type"]
        .as_array()
        .map_or_else(|| schema["type"].is_null() || is(&schema["type"]), |all| all.iter().any(is));
    if !fits {
        return Some(format!("{at} is {kind} and should be {}", schema["type"]));
    }
    if let Some(items) = schema.get("items") {
        return value.as_array().into_iter().flatten().find_map(|one| misfit(one, items, schemas, &format!("{at}[]")));
    }
    let (members, known) = value.as_object().zip(schema["properties"].as_object())?;
    let mut required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if let Some(missing) = required.find(|name| !members.contains_key(*name)) {
        return Some(format!("{at} lacks {missing}"));
    }
    let more = !matches!(schema["additionalProperties"], Value::Null | Value::Bool(false));
    members.iter().find_map(|(name, value)| match known.get(name) {
        Some(schema) => misfit(value, schema, schemas, &format!("{at}.{name}")),
        None => (!more).then(|| format!("{at} has no {name}")),
    })
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

fn encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn operations<'a>(document: &'a Value, wanted: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let paths = document["paths"].as_object().expect("it has paths").iter();
    paths.filter_map(move |(path, methods)| Some((path.as_str(), methods.get(wanted)?)))
}
