//! Every operation as everybody.

use store::testing::TestDb;
use utoipa::openapi::OpenApi;

use super::stage;
use crate::Role;
use crate::testing::{World, settings, walk};

store::on_both!(every_operation_lets_through_whom_it_says);

const OPEN: [&str; 6] = [
    "POST /auth/login",
    "POST /auth/totp",
    "POST /auth/reset",
    "POST /auth/reset/look",
    "POST /auth/invitation",
    "POST /auth/invitation/accept",
];

async fn every_operation_lets_through_whom_it_says(t: TestDb) {
    let mut world = super::world(&t);
    world.user(Role::Owner, "first@shop.example").await.unwrap();
    // These answer 500 and 503 on purpose, or never.
    for path in ["/api/v1/panic", "/api/v1/fail", "/api/v1/sleep", "/api/v1/follow"] {
        world.document.paths.paths.remove(path).unwrap();
    }
    let wrong = walk(&world, &OPEN).await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The walk must see what is wrong, or it proves nothing.
#[tokio::test]
async fn the_walk_notices_what_is_wrong() {
    let t = store::testing::sqlite().await;
    let mut world = World::new(t.db.clone(), settings(), stage::routes).unwrap();
    world.document = OpenApi::default();
    assert!(walk(&world, &[]).await[0].contains("no operations"));
    let mut world = World::new(t.db.clone(), settings(), stage::routes).unwrap();
    let paths = &mut world.document.paths.paths;
    paths.retain(|path, _| {
        ["/api/v1/people/{id}", "/api/v1/auth/login", "/api/v1/count", "/api/v1/roles"].contains(&path.as_str())
    });
    let change =
        |paths: &mut utoipa::openapi::path::PathsMap<String, utoipa::openapi::PathItem>, path: &str, access: &str| {
            let item = paths.get_mut(path).unwrap();
            let operation = item.get.as_mut().or(item.post.as_mut()).unwrap();
            operation.extensions.as_mut().unwrap().insert("x-permission".into(), access.into());
        };
    change(paths, "/api/v1/people/{id}", "sql.run");
    change(paths, "/api/v1/count", "nobody.knows");
    let wrong = walk(&world, &[]).await.join("\n");
    assert!(wrong.contains("GET /people/{id} as viewer: 200 OK instead of 403"), "{wrong}");
    assert!(wrong.contains("GET /people/{id} as a key with the scope: refused"), "{wrong}");
    assert!(wrong.contains("POST /count: x-permission \"nobody.knows\" is unknown"), "{wrong}");
    assert!(wrong.contains("POST /auth/login is for anyone: is that meant?"), "{wrong}");
}

/// What a client has to write is shown by an example, and what it reads is described.
#[tokio::test]
async fn every_body_has_an_example() {
    let t = store::testing::sqlite().await;
    let world = World::new(t.db.clone(), settings(), |_| crate::Routes::new()).unwrap();
    let document = serde_json::to_value(&world.document).unwrap();
    let mut missing = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let schema = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str();
            let name = schema.map(|s| s.trim_start_matches("#/components/schemas/"));
            if name.is_some_and(|n| document["components"]["schemas"][n]["example"].is_null()) {
                missing.push(format!("{method} {path}: its body has no example"));
            }
            let described = operation["summary"].is_string() && operation["tags"].is_array();
            if !described {
                missing.push(format!("{method} {path}: it has no summary or tag"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
