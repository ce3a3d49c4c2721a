//! The site as a test asks it: the whole router over databases of its own, without a port.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use service::{Clock, Service, Settings};
use tower::ServiceExt;

use crate::http::{Half, router};

pub const PASSWORD: &str = "a lantern for the evening ferry";
/// Somebody of the personnel division, and somebody who is only staff.
pub const HR: &str = "1002";
pub const STAFF: &str = "1003";

const HOST: &str = "shirube.example";
const UNITS: &str = "unit_code,name,name_en,parent_code,kind\nR,試験省,Test Ministry,,headquarters\n";
const PEOPLE: &str = "staff_number,name,mail,unit_code,role\n\
    1001,職員1001,n1001@example.org,R,administrator\n\
    1002,職員1002,n1002@example.org,R,hr\n\
    1003,職員1003,n1003@example.org,R,\n";

/// The site, with three people in one unit and a questionnaire.
pub struct Site {
    pub service: Service,
    router: Router,
    folder: PathBuf,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Site {
    /// Opens it. Its clock stands still at the machine's time.
    pub async fn open() -> Self {
        let id = service::secret::random_id().expect("an id");
        let folder = std::env::temp_dir().join(format!("shirube-site-{id}"));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time").as_secs();
        let clock = Clock::manual(i64::try_from(now).expect("a time"));
        let service = Service::start(Settings::local(&folder), clock).await.expect("a service");
        let (now, today) = (service.clock.now(), service.clock.today());
        service.registry.import_units(UNITS.as_bytes(), None, now).await.expect("units");
        service.registry.import_roster(PEOPLE.as_bytes(), None, now, today).await.expect("staff");
        let everyone = service.registry.active_staff().await.expect("staff");
        service.registry.set_demo_password(&everyone, PASSWORD).await.expect("passwords");
        let questionnaire =
            service::registry::editing::Template::Engagement.questionnaire().expect("a questionnaire");
        service.registry.save_questionnaire(&questionnaire).await.expect("a questionnaire");
        Self { router: router(Half::All(service.clone())), service, folder }
    }

    /// A page, as a Japanese browser asks for it; `cookie` is empty before there is one.
    pub async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.ask(Method::GET, path, &[("cookie", cookie)], "").await
    }

    /// A form, as a browser sends it from `page`.
    pub async fn post(&self, path: &str, page: &str, cookie: &str, form: &str) -> Answer {
        let referer = format!("http://{HOST}{page}");
        let headers = [
            ("cookie", cookie),
            ("referer", referer.as_str()),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        self.ask(Method::POST, path, &headers, form).await
    }

    /// Signs in and returns the cookie. `cookie` is what the browser had before.
    pub async fn sign_in(&self, number: &str, cookie: &str) -> String {
        let form = format!("number={number}&password={}", PASSWORD.replace(' ', "+"));
        let answer = self.post("/api/sign-in", "/sign-in", cookie, &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.cookie().expect("a cookie")
    }

    /// Any request.
    pub async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::new(Body::from(body.to_owned()));
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().expect("an address");
        let usual =
            [("host", HOST), ("accept", "text/html,application/xhtml+xml"), ("accept-language", "ja")];
        for (name, value) in usual.iter().chain(headers).filter(|(_, value)| !value.is_empty()) {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
            request.headers_mut().insert(name, HeaderValue::from_str(value).expect("a value"));
        }
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 4 << 20).await.expect("a body");
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Answer {
    /// A header; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// The session's cookie, if one was set.
    pub fn cookie(&self) -> Option<String> {
        let set = self.headers.get_all(header::SET_COOKIE).iter().filter_map(|v| v.to_str().ok());
        let pair = |line: &str| line.split(';').next().unwrap_or_default().to_owned();
        set.map(pair).find(|pair| pair.starts_with("shirube="))
    }
}
