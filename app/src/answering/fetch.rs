//! Requests of the browser: one small function for all of them. The client that comes with server functions waits
//! without end, and weighs more than all that is needed here.

use std::time::Duration;

use leptos::prelude::set_timeout;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Longest wait for a whole answer: on a line that hangs it is better to say so and to try again.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is sent along.
pub enum Body<'a> {
    /// Nothing.
    Nothing,
    /// A JSON document.
    Json(&'a str),
    /// Bytes as they are.
    Bytes(&'a [u8]),
}

/// What came back.
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub text: String,
}

/// Why nothing came back.
pub enum Unanswered {
    /// No connection, or no answer in time.
    Cut,
    /// The server leads elsewhere, as it does with people who are not signed in. That is not followed.
    Redirected,
}

/// One request. With `cookies` they go along to this server; without, nothing does that says who asks.
pub async fn request(method: &str, url: &str, body: Body<'_>, cookies: bool) -> Result<Reply, Unanswered> {
    let cut = |_: JsValue| Unanswered::Cut;
    let init = web_sys::RequestInit::new();
    init.set_method(method);
    init.set_credentials(if cookies {
        web_sys::RequestCredentials::SameOrigin
    } else {
        web_sys::RequestCredentials::Omit
    });
    init.set_redirect(web_sys::RequestRedirect::Manual);
    match body {
        Body::Nothing => {}
        Body::Json(json) => {
            let headers = web_sys::Headers::new().map_err(cut)?;
            headers.set("content-type", "application/json").map_err(cut)?;
            headers.set("accept", "application/json").map_err(cut)?;
            init.set_headers(&headers);
            init.set_body(&JsValue::from_str(json));
        }
        Body::Bytes(bytes) => init.set_body(&js_sys::Uint8Array::from(bytes)),
    }
    let controller = web_sys::AbortController::new().map_err(cut)?;
    init.set_signal(Some(&controller.signal()));
    // Once the answer is here this does nothing.
    set_timeout(move || controller.abort(), PATIENCE);
    let request = web_sys::Request::new_with_str_and_init(url, &init).map_err(cut)?;
    let window = web_sys::window().ok_or(Unanswered::Cut)?;
    let response = JsFuture::from(window.fetch_with_request(&request)).await.map_err(cut)?;
    let response: web_sys::Response = response.dyn_into().map_err(cut)?;
    if response.type_() == web_sys::ResponseType::Opaqueredirect {
        return Err(Unanswered::Redirected);
    }
    let text = JsFuture::from(response.text().map_err(cut)?).await.map_err(cut)?;
    Ok(Reply { status: response.status(), text: text.as_string().unwrap_or_default() })
}
