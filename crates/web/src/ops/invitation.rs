//! Inviting people by link.

use base::{Code, InvitationId, Problem};

use super::{email, login, name, strong, user};
use crate::App;
use crate::api::{Field, Kind, ListQuery, ListSpec, Page};
use crate::entropy::{token, token_hash};
use crate::model::{Actor, Caller, Event, Invitation, Who};
use crate::rules::role::Role;
use crate::store::invitation::{
    COLUMNS, invitation_accept, invitation_find, invitation_get, invitation_insert, invitation_revoke, read,
};
use crate::store::user::{user_by_email, user_insert};

/// How long an invitation holds, in days.
const DAYS: i64 = 7;

fn spec() -> ListSpec {
    let roles = Role::ALL.iter().map(|r| r.as_str().into()).collect();
    ListSpec {
        name: "invitations",
        fields: vec![
            Field::new("email", "i.email", Kind::Text).sortable(),
            Field::new("role", "i.role", Kind::OneOf(roles)),
            Field::new("created_at", "i.created_at", Kind::Time).sortable(),
        ],
        key: ("i.id", true),
        sort: "",
    }
}

/// A page of invitations, the newest first.
pub async fn invitation_list(app: &App, query: &ListQuery) -> Result<Page<Invitation>, Problem> {
    let list = query.check(spec())?;
    let mut tx = app.db.read().await?;
    list.fetch(&mut tx, COLUMNS, "web_invitation i WHERE 1 = 1", vec![], read).await
}

/// Invites somebody; earlier open invitations to the address end. Returns the token of the link, which is nowhere else.
pub async fn invite(app: &App, actor: &Actor, address: &str, role: Role) -> Result<(Invitation, String), Problem> {
    let email = email(address)?;
    user::may_make(actor, None, role)?;
    let secret = token(app.entropy.as_ref());
    let mut tx = app.db.write().await?;
    if user_by_email(&mut tx, &email).await?.is_some() {
        return Err(user::taken(Problem::new(Code::Conflict, "taken")));
    }
    invitation_revoke(&mut tx, None, &email, app.now()).await?;
    let until = app.now() + DAYS * base::clock::DAY;
    let new = (email.as_str(), role, Some(actor.user));
    let id = invitation_insert(&mut tx, app.now(), new, &token_hash(&secret), until).await?;
    let detail = serde_json::json!({"role": role});
    app.audit(&mut tx, Event::new(actor, "invitation.create", id).detail(detail)).await?;
    let made = invitation_get(&mut tx, id).await?.ok_or_else(|| missing(id))?;
    tx.commit().await?;
    Ok((made, secret))
}

/// Takes an invitation back.
pub async fn revoke(app: &App, actor: &Actor, id: InvitationId) -> Result<(), Problem> {
    let mut tx = app.db.write().await?;
    let found = invitation_get(&mut tx, id).await?.ok_or_else(|| missing(id))?;
    if found.accepted_at.is_some() {
        return Err(Problem::new(Code::Conflict, "this invitation was accepted").hint("lock the user out instead"));
    }
    if invitation_revoke(&mut tx, Some(id), "", app.now()).await? > 0 {
        app.audit(&mut tx, Event::new(actor, "invitation.revoke", id)).await?;
    }
    tx.commit().await
}

/// What a link invites to.
pub(crate) async fn look(app: &App, secret: &str) -> Result<Invitation, Problem> {
    let mut tx = app.db.read().await?;
    invitation_find(&mut tx, &token_hash(secret), app.now()).await?.ok_or_else(gone)
}

/// Accepts an invitation: makes the user and signs him in.
pub async fn accept(
    app: &App,
    caller: &Caller,
    secret: &str,
    (shown, password): (&str, &str),
) -> Result<login::NewSession, Problem> {
    let invitation = look(app, secret).await?;
    let name = name(shown)?;
    strong("password", password, &invitation.email, &name)?;
    let hash = app.passwords.hash(app.entropy.as_ref(), password).await?;
    let mut tx = app.db.write().await?;
    if !invitation_accept(&mut tx, invitation.id, app.now()).await? {
        return Err(gone());
    }
    let new = (invitation.email.as_str(), name.as_str(), invitation.role);
    let id = user_insert(&mut tx, app.now(), new, &hash).await.map_err(user::taken)?;
    let detail = serde_json::json!({"invitation": invitation.id, "role": invitation.role});
    app.audit(&mut tx, Event::new(Who::user(caller, id), "user.create", id).detail(detail)).await?;
    let user = user::existing(&mut tx, id).await?;
    let session = login::open(app, &mut tx, caller, user, None).await?;
    tx.commit().await?;
    Ok(session)
}

fn gone() -> Problem {
    Problem::new(Code::NotFound, "this invitation does not hold: it was accepted, taken back, or is older than a week")
        .hint("ask for another one")
}

fn missing(id: InvitationId) -> Problem {
    Problem::new(Code::NotFound, format!("{id} does not exist")).hint("GET /api/v1/invitations lists them")
}
