//! The second factor.

use serde_json::json;
use store::testing::TestDb;

use crate::Role;
use crate::rules::totp::code_at;

store::on_both!(the_second_factor_from_set_up_to_loss);

async fn the_second_factor_from_set_up_to_loss(t: TestDb) {
    let world = super::world(&t);
    let (id, password) = world.user(Role::Manager, "anna@shop.example").await.unwrap();
    let mut client = world.client();
    client.login("anna@shop.example", &password).await;
    assert_eq!(client.post("/auth/totp/setup", json!({"password": "wrong"})).await.status, 422);
    assert_eq!(client.post("/auth/totp/enable", json!({"code": "123456"})).await.code(), "conflict");
    let setup = client.post("/auth/totp/setup", json!({"password": password})).await.json();
    let secret = setup["secret"].as_str().unwrap().to_owned();
    assert!(setup["url"].as_str().unwrap().starts_with("otpauth://totp/Guanxi:anna%40shop.example?"), "{setup}");
    assert!(setup["qr_svg"].as_str().unwrap().contains("<svg"));
    // Until the first code is given, nothing is asked for.
    assert_eq!(world.client().login("anna@shop.example", &password).await.json()["state"], "signed_in");
    assert_eq!(client.post("/auth/totp/enable", json!({"code": "000000"})).await.status, 422);
    let code = code_at(&secret, world.now()).unwrap();
    let enabled = client.post("/auth/totp/enable", json!({"code": code})).await;
    let codes: Vec<String> = serde_json::from_value(enabled.json()["recovery_codes"].clone()).unwrap();
    assert_eq!((codes.len(), codes[0].len()), (10, 11));

    let mut other = world.client();
    let first = other.login("anna@shop.example", &password).await;
    assert_eq!((first.json()["state"].as_str(), other.cookie.as_deref()), (Some("totp"), None));
    let challenge = first.json()["challenge"].as_str().unwrap().to_owned();
    let step = |code: &str| json!({"challenge": challenge, "code": code});
    assert_eq!(other.post("/auth/totp", step(&code)).await.status, 401, "the code was used to turn it on");
    world.wait(30);
    let code = code_at(&secret, world.now()).unwrap();
    assert_eq!(other.post("/auth/totp", step(&code)).await.json()["state"], "signed_in");
    assert_eq!(other.post("/auth/totp", step(&code)).await.status, 401, "a challenge is used up");
    assert_eq!(other.get("/auth/me").await.json()["recovery_codes"], 10);

    // Somebody with the password alone does not get far.
    let mut thief = world.client();
    thief.address = ([198, 51, 100, 7], 1).into();
    let challenge = thief.login("anna@shop.example", &password).await.json()["challenge"].as_str().unwrap().to_owned();
    let step = |code: &str| json!({"challenge": challenge, "code": code});
    let mut refused = Vec::new();
    for n in 0..6 {
        refused.push(thief.post("/auth/totp", step(&format!("00000{n}"))).await.status.as_u16());
    }
    assert_eq!(refused, [401, 401, 401, 401, 401, 429]);
    world.wait(300);
    assert_eq!(thief.post("/auth/totp", step("000009")).await.status, 401, "the challenge is too old");

    // The device is lost: a recovery code works once, in any case.
    let mut other = world.client();
    let first = other.login("anna@shop.example", &password).await;
    let challenge = first.json()["challenge"].as_str().unwrap_or_else(|| panic!("{first:?}")).to_owned();
    let recovery = json!({"challenge": challenge, "code": codes[3].to_uppercase()});
    assert_eq!(other.post("/auth/totp", recovery).await.status, 200);
    assert_eq!(other.get("/auth/me").await.json()["recovery_codes"], 9);
    let off = json!({"password": password, "code": codes[3]});
    assert_eq!(other.post("/auth/totp/disable", off).await.status, 422, "used before");
    let off = json!({"password": password, "code": codes[4]});
    assert_eq!(other.post("/auth/totp/disable", off).await.status, 204);
    assert_eq!(world.client().login("anna@shop.example", &password).await.json()["state"], "signed_in");

    // Or an administrator takes it away.
    let setup = other.post("/auth/totp/setup", json!({"password": password})).await.json();
    world.wait(30);
    let code = code_at(setup["secret"].as_str().unwrap(), world.now()).unwrap();
    assert_eq!(other.post("/auth/totp/enable", json!({"code": code})).await.status, 200);
    let mut admin = world.sign_in(Role::Admin).await.unwrap();
    assert_eq!(admin.delete(&format!("/users/{id}/totp")).await.status, 204);
    assert_eq!(world.client().login("anna@shop.example", &password).await.json()["state"], "signed_in");
}
