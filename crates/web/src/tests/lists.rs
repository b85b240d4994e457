//! Pages, sorting, filters.

use std::collections::BTreeSet;

use store::testing::TestDb;

use crate::Role;
use crate::testing::{Client, World};

store::on_both!(
    pages_miss_and_repeat_nothing,
    filters_say_what_they_do_not_take,
    every_parameter_that_is_wrong_is_named
);

async fn people(world: &World) -> Client {
    for n in 0..23 {
        let role = if n % 3 == 0 { Role::Analyst } else { Role::Viewer };
        world.user(role, &format!("p{n:02}@shop.example")).await.unwrap();
        world.wait(60);
    }
    world.sign_in(Role::Owner).await.unwrap()
}

async fn all(client: &mut Client, query: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = client.get(&format!("/users?limit=5&{query}{cursor}")).await;
        assert_eq!(page.status, 200, "{}", String::from_utf8_lossy(&page.body));
        let items = page.json()["items"].as_array().unwrap().clone();
        found.extend(items.iter().map(|u| u["email"].as_str().unwrap().to_owned()));
        match page.json()["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
        assert_eq!(items.len(), 5);
    }
}

async fn pages_miss_and_repeat_nothing(t: TestDb) {
    let world = super::world(&t);
    let mut client = people(&world).await;
    let by_id = all(&mut client, "").await;
    assert_eq!((by_id.len(), by_id[0].as_str()), (24, "p00@shop.example"));
    for query in
        ["sort=role", "sort=-role,email", "sort=role,-created_at", "sort=-last_seen_at", "sort=disabled,role,name"]
    {
        let found = all(&mut client, query).await;
        assert_eq!(found.len(), 24, "{query}");
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 24, "{query}");
    }
    let sorted = all(&mut client, "sort=-role,email").await;
    assert_eq!(
        [sorted[0].as_str(), sorted[14].as_str(), sorted[15].as_str()],
        ["p01@shop.example", "p22@shop.example", by_id[23].as_str()]
    );
    let analysts = all(&mut client, "filter=role:in:analyst,owner&filter=email:has:P0&sort=-email").await;
    assert_eq!(analysts, ["p09@shop.example", "p06@shop.example", "p03@shop.example", "p00@shop.example"]);
    let early = all(&mut client, "filter=created_at:lt:2026-05-01T08:03:00Z").await;
    assert_eq!(early.len(), 3);
    assert!(all(&mut client, "filter=email:has:%25").await.is_empty(), "a percent sign is one");
    assert_eq!(all(&mut client, "filter=disabled:eq:false").await.len(), 24);
    // Somebody new between two pages shifts nothing.
    let page = client.get("/users?limit=20&sort=email").await.json();
    world.user(Role::Viewer, "a-new-one@shop.example").await.unwrap();
    let next = page["next"].as_str().unwrap();
    let rest = client.get(&format!("/users?limit=20&sort=email&cursor={next}")).await.json();
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (4, &serde_json::Value::Null));
}

async fn filters_say_what_they_do_not_take(t: TestDb) {
    let world = super::world(&t);
    let mut client = people(&world).await;
    let cursor = client.get("/users?limit=5&sort=email").await.json()["next"].as_str().unwrap().to_owned();
    let made_up = |text: &str| {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
    };
    let mark: serde_json::Value = {
        use base64::Engine as _;
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(&cursor).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    let changed = made_up(&serde_json::json!({"l": mark["l"], "v": [7, "x"]}).to_string());
    let wrong = [
        ("limit=0".to_owned(), "limit", "1 to 500"),
        ("limit=501".to_owned(), "limit", "1 to 500"),
        ("limit=many".to_owned(), "limit", "no whole number"),
        ("page=2".to_owned(), "page", "is no parameter here"),
        ("sort=emial".to_owned(), "sort", "did you mean \"email\"?"),
        ("filter=role:eq:admn".to_owned(), "filter[0]", "did you mean \"admin\"?"),
        ("filter=role:eq:admin&filter=role:like:x".to_owned(), "filter[1]", "\"like\" is not an operator"),
        ("filter=role:lt:admin".to_owned(), "filter[0]", "cannot be compared"),
        ("filter=role".to_owned(), "filter[0]", "is not a filter"),
        ("filter=created_at:gt:yesterday".to_owned(), "filter[0]", "is not an instant"),
        ("filter=disabled:eq:0".to_owned(), "filter[0]", "true or false"),
        ("cursor=nonsense".to_owned(), "cursor", "does not belong"),
        (format!("sort=-email&cursor={cursor}"), "cursor", "does not belong"),
        (format!("sort=email&filter=role:eq:admin&cursor={cursor}"), "cursor", "does not belong"),
        (format!("sort=email&cursor={changed}"), "cursor", "does not belong"),
    ];
    for (query, field, says) in wrong {
        let answer = client.get(&format!("/users?{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {answer:?}");
        let told = &answer.json()["fields"][0];
        assert_eq!(told["field"], field, "{query}: {told}");
        assert!(told["message"].as_str().unwrap().contains(says), "{query}: {told}");
    }
}

async fn every_parameter_that_is_wrong_is_named(t: TestDb) {
    let world = super::world(&t);
    let mut client = people(&world).await;
    let fields = async |client: &mut Client, path: &str| {
        let answer = client.get(path).await;
        assert_eq!(answer.status, 400, "{path}: {answer:?}");
        let answer = answer.json();
        let fields = answer["fields"].as_array().unwrap().iter().map(|f| f["field"].as_str().unwrap().to_owned());
        fields.collect::<Vec<_>>()
    };
    assert_eq!(
        fields(&mut client, "/users?limit=0&sort=emial&filter=role&filter=disabled:eq:0").await,
        ["limit", "sort", "filter[0]", "filter[1]"]
    );
    // Where nothing is taken nothing is left out without a word.
    assert_eq!(fields(&mut client, "/roles?limit=1").await, ["limit"]);
    let mut admin = world.sign_in(Role::Admin).await.unwrap();
    let made = admin.post("/keys", serde_json::json!({"name": "", "scopes": [], "expires_at": "soon"})).await;
    let told: Vec<_> = made.json()["fields"].as_array().unwrap().iter().map(|f| f["field"].clone()).collect();
    assert_eq!(told, ["expires_at", "name", "scopes"], "{:?}", made.json());
}
