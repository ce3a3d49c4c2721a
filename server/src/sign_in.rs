//! The forms that touch the session itself: signing in, signing out, choosing the language.

use app::context::RequestInfo;
use app::flash::Flash;
use axum::extract::Extension;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use axum::{Form, Router};
use domain::roster::MAX_MAIL;
use domain::text::{Lang, Text};
use serde::Deserialize;
use service::registry::account::SignIn;
use tower_sessions::Session;

use crate::auth::{Account, AuthSession, Backend};
use crate::request::{LANG_COOKIE, local_path};

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
            Ok(auth_hash) => match begin(&mut auth, Account { staff: staff_id, auth_hash }).await {
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
    // Anybody can write this: no more of it is kept than a number or an address can have.
    let number = form.number.chars().take(MAX_MAIL).collect();
    let fields = [("number".to_owned(), number), ("next".to_owned(), next)];
    Flash::refusal(message, fields).leave(&session).await;
    Redirect::to("/sign-in").into_response()
}

/// Signs the account in under a new session id, whatever session the browser came with: somebody may have planted it,
/// an anonymous one or their own. axum-login by itself gives a new id to an anonymous session only. What the session of
/// another person held goes with it.
async fn begin(auth: &mut AuthSession, account: Account) -> Result<(), axum_login::Error<Backend>> {
    if auth.user.as_ref().is_some_and(|before| before.staff != account.staff) {
        auth.session.clear().await;
    }
    auth.session.cycle_id().await?;
    auth.login(&account).await
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
    let secure = if info.service.settings.is_https() { "; Secure" } else { "" };
    let cookie = format!("{LANG_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax{secure}", lang.tag());
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use crate::testing::{HR, STAFF, Site};

    #[tokio::test(flavor = "multi_thread")]
    async fn a_session_that_was_there_before_is_worth_nothing_afterwards() {
        let site = Site::open().await;
        // Somebody plants the session of their own account; another person signs in over it.
        let planted = site.sign_in(STAFF, "").await;
        assert_eq!(site.get("/account", &planted).await.status, StatusCode::OK);
        let own = site.sign_in(HR, &planted).await;
        assert_ne!(own, planted);
        let refused = site.get("/account", &planted).await;
        assert_eq!(refused.status, StatusCode::SEE_OTHER);
        let page = site.get("/account", &own).await;
        assert!(page.body.contains("職員1002") && !page.body.contains("職員1003"), "{}", page.body);
        // Nor does signing in once more keep the id.
        let again = site.sign_in(HR, &own).await;
        assert_ne!(again, own);
        assert_eq!(site.get("/account", &own).await.status, StatusCode::SEE_OTHER);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_the_session_of_another_person_held_goes_with_it() {
        let site = Site::open().await;
        let first = site.sign_in(HR, "").await;
        let form = "title_ja=%E7%81%AF%E5%8F%B0&questionnaire=none";
        let page = "/hr/campaigns/new";
        let refused = site.post("/api/hr/campaigns/create", page, &first, form).await;
        assert_eq!((refused.status, refused.header("location")), (StatusCode::FOUND, page));
        let second = site.sign_in(HR, &first).await;
        assert!(site.get(page, &second).await.body.contains("灯台"), "the same person keeps what was typed");
        let refused = site.post("/api/hr/campaigns/create", page, &second, form).await;
        assert_eq!(refused.status, StatusCode::FOUND);
        let other = site.sign_in(STAFF, &second).await;
        let third = site.sign_in(HR, &other).await;
        assert!(!site.get(page, &third).await.body.contains("灯台"));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn no_more_of_a_number_is_kept_than_one_can_have() {
        let site = Site::open().await;
        let typed = "7".repeat(10_000);
        let form = format!("number={typed}&password=x&next=/{}", "a".repeat(3_000));
        let refused = site.post("/api/sign-in", "/sign-in", "", &form).await;
        assert_eq!(refused.status, StatusCode::SEE_OTHER);
        let page = site.get("/sign-in", &refused.cookie().expect("a cookie")).await;
        assert!(page.body.contains(&"7".repeat(254)) && !page.body.contains(&"7".repeat(255)));
        assert!(!page.body.contains("aaaa"), "nor an address that nobody has");
        let form = format!("number={}&password=x", "7".repeat(20_000));
        let refused = site.post("/api/sign-in", "/sign-in", "", &form).await;
        assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(refused.cookie().is_none() && refused.body.contains("大きすぎる"), "{}", refused.body);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_language_is_changed_where_one_is() {
        let site = Site::open().await;
        let page = site.get("/forgot?from=here&b=c", "").await;
        assert!(page.body.contains("value=\"/forgot?from=here&amp;b=c\""), "{}", page.body);
        let form = "lang=en&next=%2Fforgot%3Ffrom%3Dhere%26b%3Dc";
        let answer = site.post("/api/language", "/forgot?from=here&b=c", "", form).await;
        assert_eq!(answer.header("location"), "/forgot?from=here&b=c");
        assert!(answer.header("set-cookie").starts_with("lang=en; "), "{}", answer.header("set-cookie"));
    }
}
