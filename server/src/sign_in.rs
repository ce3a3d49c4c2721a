//! The forms that touch the session itself: signing in, signing out, choosing the language.

use app::context::RequestInfo;
use app::flash::{self, Flash, Mood};
use axum::extract::Extension;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use axum::{Form, Router};
use domain::text::{Lang, Text};
use serde::Deserialize;
use service::registry::account::SignIn;
use tower_sessions::Session;

use crate::auth::{Account, AuthSession};
use crate::request::LANG_COOKIE;

/// The routes.
pub fn router() -> Router {
    Router::new()
        .route("/api/sign-in", post(sign_in))
        .route("/api/sign-out", post(sign_out))
        .route("/api/language", post(language))
}

#[derive(Deserialize)]
struct SignInForm {
    number: String,
    password: String,
    #[serde(default)]
    next: String,
}

async fn sign_in(
    mut auth: AuthSession,
    session: Session,
    Extension(info): Extension<RequestInfo>,
    Form(form): Form<SignInForm>,
) -> Response {
    let next = local_path(&form.next);
    let registry = &info.service.registry;
    let message = match registry.sign_in(&form.number, &form.password, info.service.clock.now()).await {
        Ok(SignIn::Ok { staff_id }) => match registry.auth_hash(staff_id).await {
            Ok(auth_hash) => match auth.login(&Account { staff: staff_id, auth_hash }).await {
                // axum-login gives the session a new id here, so that one planted before is of no use.
                Ok(()) => return Redirect::to(&next).into_response(),
                Err(error) => fault(&error),
            },
            Err(error) => fault(&error),
        },
        Ok(SignIn::Wrong) => Text::new(
            "職員番号またはパスワードが違います。",
            "The staff number or the password is not correct.",
        ),
        Ok(SignIn::Locked { until }) => locked(until - info.service.clock.now()),
        Err(error) => fault(&error),
    };
    let fields = [("number".to_owned(), form.number), ("next".to_owned(), next)];
    let flash = Flash { mood: Mood::Error, message, fields: fields.into() };
    if let Err(error) = session.insert(flash::KEY, flash).await {
        tracing::warn!(%error, "a message for the next page was not kept");
    }
    Redirect::to("/sign-in").into_response()
}

fn fault(error: &dyn std::fmt::Display) -> Text {
    tracing::error!(%error, "sign-in failed");
    Text::new(
        "システムの内部でエラーが起きました。時間をおいてもう一度お試しください。",
        "Something went wrong on our side. Please try again in a moment.",
    )
}

fn locked(seconds: i64) -> Text {
    let minutes = (seconds.max(1) + 59) / 60;
    Text::new(
        format!(
            "続けて間違えたため、このアカウントは一時的に使えません。{minutes}分ほど待ってからお試しください。"
        ),
        format!("Too many wrong attempts. Please wait about {minutes} min before trying again."),
    )
}

async fn sign_out(mut auth: AuthSession) -> Response {
    if let Err(error) = auth.logout().await {
        tracing::warn!(%error, "sign-out failed");
    }
    Redirect::to("/sign-in").into_response()
}

#[derive(Deserialize)]
struct LanguageForm {
    lang: String,
    #[serde(default)]
    next: String,
}

async fn language(Extension(info): Extension<RequestInfo>, Form(form): Form<LanguageForm>) -> Response {
    let lang = Lang::from_tag(&form.lang).unwrap_or_default();
    if let Some(person) = &info.person
        && let Err(error) = info.service.registry.set_lang(person.id, lang).await
    {
        tracing::warn!(%error, "the language was not kept");
    }
    let mut response = Redirect::to(&local_path(&form.next)).into_response();
    let cookie = format!("{LANG_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax", lang.tag());
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// A path on this site, or the home page: what comes in a form must not lead elsewhere.
fn local_path(next: &str) -> String {
    let local = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(char::is_control);
    if local { next.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_sign_in_nobody_is_led_elsewhere() {
        assert_eq!(local_path("/answer/1?x=y"), "/answer/1?x=y");
        for elsewhere in ["https://evil.example", "//evil.example", "/\\evil.example", "", "/a\r\nb"] {
            assert_eq!(local_path(elsewhere), "/");
        }
    }
}
