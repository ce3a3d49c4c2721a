//! What is said when a request cannot be taken: a page to browsers, a line of text to everything else, both in the
//! language of whoever asks.

use std::any::Any;

use app::context::status_of;
use app::pages::notice::{self, Form, Notice};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::text::{Lang, Text};
use service::Error;

use crate::api::PROBLEM;
use crate::request::{browser_lang, header_text, page_before, sign_in_address};

/// Why a request is not taken. It travels with the response; [`in_words`] makes of it what is sent.
#[derive(Clone, Debug)]
pub struct Refusal {
    status: StatusCode,
    notice: Notice,
}

impl Refusal {
    /// A refusal in words of its own, which ends in the way back.
    pub fn new(status: StatusCode, text: Text) -> Self {
        let mut refusal = Self::from(status);
        refusal.notice.text = text;
        refusal
    }

    /// Nobody is signed in any more. `unsent` is what was typed, where it can be sent again as it is; otherwise the
    /// way leads to the sign-in and from there to `back`.
    pub fn signed_out(unsent: Option<Form>, back: &str) -> Self {
        let title = Text::new("ログインの有効期限が切れました", "Your sign-in has expired");
        let (text, next) = match unsent {
            Some(form) => (
                Text::new(
                    "まだ何も保存されていません。入力した内容は、この画面に残っています。別のタブでログインしてから、この画面で「もう一度送信する」を押してください。",
                    "Nothing has been saved yet. What you typed is kept on this page: sign in in another tab, then press “Send again” here.",
                ),
                notice::Next::SendAgain(form),
            ),
            None => (
                Text::new(
                    "まだ何も保存されていません。ログインしてから、もう一度送信してください。ファイルとパスワードは、選び直し、入力し直す必要があります。",
                    "Nothing has been saved yet. Please sign in and send it again. A file has to be chosen again, a password typed again.",
                ),
                notice::Next::SignIn(sign_in_address(back)),
            ),
        };
        Self { status: StatusCode::UNAUTHORIZED, notice: Notice { title, text, next } }
    }
}

impl From<StatusCode> for Refusal {
    /// What a status means, for those who did not ask for a number.
    fn from(status: StatusCode) -> Self {
        let (title, text) = match status {
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => (
                Text::new("見つかりません", "Not found"),
                Text::new(
                    "アドレスが変わったか、すでに終わった内容かもしれません。",
                    "The address may have changed, or what was here may be over.",
                ),
            ),
            StatusCode::FORBIDDEN => (
                Text::new("この操作はできません", "This cannot be done"),
                Text::new("この操作を行う権限がありません。", "You are not allowed to do this."),
            ),
            StatusCode::PAYLOAD_TOO_LARGE => (
                Text::new("大きすぎるため、受け取れませんでした", "Too large to be taken"),
                Text::new(
                    "ファイルは16 MB以内(ページに別の上限がある場合はその大きさ以内)にしてください。文章は、いくつかに分けてください。何も保存されていません。",
                    "A file may have at most 16 MB, or less where the page says so; a long text has to be split. Nothing has been saved.",
                ),
            ),
            status if status.is_server_error() => (
                Text::new("システムのエラー", "Something went wrong"),
                Text::new(
                    "システムの内部でエラーが起きました。時間をおいてもう一度お試しください。",
                    "Something went wrong on our side. Please try again in a moment.",
                ),
            ),
            _ => (
                Text::new("受け付けられませんでした", "This could not be taken"),
                Text::new(
                    "送られた内容を読み取れませんでした。何も保存されていません。前のページに戻って、もう一度送信してください。",
                    "What was sent could not be read. Nothing has been saved. Please go back and send it again.",
                ),
            ),
        };
        Self { status, notice: Notice { title, text, next: notice::Next::Back } }
    }
}

impl From<&Error> for Refusal {
    /// Says what the error says; faults of the system are logged.
    fn from(error: &Error) -> Self {
        let status = StatusCode::from_u16(status_of(error)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::new(status, Text::new(error.message(Lang::Ja), error.message(Lang::En)))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The answer to a request during which the program was at fault. Where it was, the panic itself has written down.
pub fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a request ended in a panic");
    Refusal::from(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

/// True where a browser wants to show the answer as a page.
pub fn wants_page(headers: &HeaderMap) -> bool {
    header_text(headers, &header::ACCEPT).contains("text/html")
}

/// Puts refusals into words. A library's own words, such as those of a body that is too large, are replaced where a
/// browser would show them as a page.
pub async fn in_words(request: Request, next: Next) -> Response {
    let page = wants_page(request.headers());
    let lang = browser_lang(request.headers());
    let back = page_before(request.headers());
    let response = next.run(request).await;
    let Some(refusal) = refused(&response, page) else { return response };
    // The language a person has chosen is known only further in.
    let lang = response.extensions().get::<Lang>().copied().unwrap_or(lang);
    let (kind, body) = if page {
        ("text/html; charset=utf-8", notice::document(refusal.notice, lang, &back))
    } else {
        ("text/plain; charset=utf-8", refusal.notice.text.get(lang).to_owned())
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    Response::from_parts(parts, Body::from(body))
}

fn refused(response: &Response, page: bool) -> Option<Refusal> {
    if let Some(refusal) = response.extensions().get::<Refusal>() {
        return Some(refusal.clone());
    }
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    let kind = header_text(response.headers(), &header::CONTENT_TYPE);
    // Programs are told what they were promised, whatever they say they accept.
    let shown = kind.starts_with("text/html") || kind.starts_with(PROBLEM);
    (page && failed && !shown).then(|| Refusal::from(status))
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use axum::{Router, middleware};
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    use super::*;

    async fn breaks() -> &'static str {
        panic!("on purpose")
    }

    async fn too_large() -> (StatusCode, &'static str) {
        (StatusCode::PAYLOAD_TOO_LARGE, "length limit exceeded")
    }

    async fn said(path: &str, headers: &[(header::HeaderName, &str)]) -> (StatusCode, String) {
        let router = Router::new()
            .route("/breaks", get(breaks))
            .route("/large", get(too_large))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(middleware::from_fn(in_words));
        let mut request = Request::builder().uri(path);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let response =
            router.oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.expect("a body");
        (status, String::from_utf8(bytes.to_vec()).expect("a text"))
    }

    #[tokio::test]
    async fn a_panic_is_told_in_the_readers_language() {
        let page = [(header::ACCEPT, "text/html"), (header::ACCEPT_LANGUAGE, "en-GB")];
        let (status, text) = said("/breaks", &page).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(
            text.starts_with("<!DOCTYPE html>") && text.contains("Something went wrong on our side"),
            "{text}"
        );
        assert!(!text.contains("on purpose"), "{text}");
        let (_, text) = said("/breaks", &[(header::ACCEPT_LANGUAGE, "ja")]).await;
        assert!(text.starts_with("システムの内部でエラー"), "{text}");
    }

    #[tokio::test]
    async fn a_librarys_words_are_not_shown_to_people() {
        let page = [(header::ACCEPT, "text/html,*/*")];
        let (status, text) = said("/large", &page).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(text.contains("大きすぎるため") && text.contains("16 MB"), "{text}");
        assert!(!text.contains("length limit"), "{text}");
        let (_, text) = said("/large", &[(header::ACCEPT, "application/json")]).await;
        assert_eq!(text, "length limit exceeded", "a program reads the status");
    }

    #[test]
    fn who_cannot_send_again_is_led_to_the_sign_in_and_back() {
        let refusal = Refusal::signed_out(None, "/hr/roster?a=b");
        assert_eq!(refusal.notice.next, notice::Next::SignIn("/sign-in?next=%2Fhr%2Froster%3Fa%3Db".into()));
    }
}
