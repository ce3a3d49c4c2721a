//! Accounts, links, sessions and people, on both engines.

mod common;

use common::{NOW, both, connect, seed_staff};
use domain::role::Role;
use domain::text::Lang;
use futures::future::join_all;
use sea_orm::{ConnectionTrait, Statement};
use service::registry::account::{FREE_FAILURES, SignIn};
use service::registry::link::Purpose;
use service::secret::random_id;
use service::{Error, Service};

const PASSWORD: &str = "seven quiet herons by the lake";
const OTHER: &str = "eleven loud geese on the road";

/// Behind the service's back.
async fn sql(service: &Service, statement: &str) {
    let db = connect(&service.settings.registry_url).await;
    db.execute_unprepared(statement).await.expect("executed");
    db.close().await.expect("closed");
}

/// The first column of what the database holds.
async fn texts(service: &Service, query: &str) -> Vec<String> {
    let db = connect(&service.settings.registry_url).await;
    let statement = Statement::from_string(db.get_database_backend(), query);
    let rows = db.query_all_raw(statement).await.expect("rows");
    let texts = rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect();
    db.close().await.expect("closed");
    texts
}

async fn sign_in(service: &Service, number: &str, password: &str, now: i64) -> SignIn {
    service.registry.sign_in(number, password, now).await.expect("an answer")
}

fn is_invalid<T>(result: Result<T, Error>) -> bool {
    matches!(result, Err(Error::Invalid(_)))
}

#[tokio::test(flavor = "multi_thread")]
async fn people_sign_in_by_number_or_mail() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        assert_eq!(sign_in(&service, "1001", PASSWORD, NOW).await, SignIn::Wrong, "no password yet");
        service.registry.set_password(staff[0], PASSWORD, NOW).await.expect("set");
        let welcome = SignIn::Ok { staff_id: staff[0] };
        for login in ["1001", " 1001 ", "１００１", "n1001@example.org", "N1001@Example.ORG"] {
            assert_eq!(sign_in(&service, login, PASSWORD, NOW).await, welcome, "{login}");
        }
        assert_eq!(sign_in(&service, "1002", PASSWORD, NOW).await, SignIn::Wrong);
        assert_eq!(sign_in(&service, "1001", OTHER, NOW).await, SignIn::Wrong);
        assert_eq!(sign_in(&service, "1001", "", NOW).await, SignIn::Wrong);
        let stored =
            texts(&service, "SELECT password_hash FROM account WHERE password_hash IS NOT NULL").await;
        assert!(stored.iter().all(|hash| hash.starts_with("$argon2id$")), "{stored:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_lock_and_the_right_one_clears() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        service.registry.set_password(staff[0], PASSWORD, NOW).await.expect("set");
        for _ in 1..FREE_FAILURES {
            assert_eq!(sign_in(&service, "1001", OTHER, NOW).await, SignIn::Wrong);
        }
        let until = NOW + 60;
        assert_eq!(sign_in(&service, "1001", OTHER, NOW).await, SignIn::Locked { until });
        assert_eq!(sign_in(&service, "1001", PASSWORD, until - 1).await, SignIn::Locked { until });
        let later = SignIn::Locked { until: until + 120 };
        assert_eq!(sign_in(&service, "1001", OTHER, until).await, later, "the lock doubles");
        let welcome = SignIn::Ok { staff_id: staff[0] };
        assert_eq!(sign_in(&service, "1001", PASSWORD, until + 120).await, welcome);
        assert_eq!(sign_in(&service, "1001", OTHER, until + 120).await, SignIn::Wrong, "counted anew");
        assert_eq!(sign_in(&service, "1001", PASSWORD, until + 120).await, welcome);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_which_numbers_exist() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        service.registry.set_password(staff[0], PASSWORD, NOW).await.expect("set");
        // Names of their own for each run: what nobody has is counted by the process, not by the database.
        let nobody = format!("x{}", &random_id().expect("an id")[..12]);
        let leaver = format!("{nobody}@example.org");
        let leave = format!("UPDATE staff SET active = FALSE, mail = '{leaver}' WHERE id = {}", staff[0]);
        sql(&service, &leave).await;
        for login in [nobody.as_str(), leaver.as_str()] {
            for _ in 1..FREE_FAILURES {
                assert_eq!(sign_in(&service, login, PASSWORD, NOW).await, SignIn::Wrong, "{login}");
            }
            let until = NOW + 60;
            assert_eq!(sign_in(&service, login, PASSWORD, NOW).await, SignIn::Locked { until }, "{login}");
            assert_eq!(
                sign_in(&service, login, PASSWORD, NOW + 59).await,
                SignIn::Locked { until },
                "{login}"
            );
            assert_eq!(sign_in(&service, login, OTHER, until).await, SignIn::Locked { until: until + 120 });
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_attempts_at_once_are_no_way_around_the_lock() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        service.registry.set_password(staff[0], PASSWORD, NOW).await.expect("set");
        let attempts = (0..30).map(|n| {
            let service = service.clone();
            async move { sign_in(&service, "1001", &format!("{OTHER} {n}"), NOW).await }
        });
        let outcomes = join_all(attempts).await;
        let wrong = outcomes.iter().filter(|outcome| **outcome == SignIn::Wrong).count();
        assert!(wrong < 5, "{wrong} passwords were looked at");
        assert!(matches!(sign_in(&service, "1001", PASSWORD, NOW + 1).await, SignIn::Locked { .. }));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_keeps_the_rules_and_signs_out_everywhere() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let registry = &service.registry;
        for weak in ["short", "password1234", "n1001@example.org", "aaaaaaaaaaaaaaaa", &"x1y2".repeat(40)] {
            assert!(is_invalid(registry.set_password(staff[0], weak, NOW).await), "{weak}");
        }
        registry.set_password(staff[0], PASSWORD, NOW).await.expect("set");
        let before = registry.auth_hash(staff[0]).await.expect("a hash");
        assert_eq!(before.len(), 32);
        assert_eq!(registry.auth_hash(staff[0]).await.expect("a hash"), before);

        assert!(is_invalid(registry.change_password(staff[0], OTHER, "a new one of some length", NOW).await));
        assert!(is_invalid(registry.change_password(staff[0], PASSWORD, PASSWORD, NOW).await));
        assert!(is_invalid(registry.change_password(staff[0], PASSWORD, "short", NOW).await));
        assert_eq!(registry.auth_hash(staff[0]).await.expect("a hash"), before, "nothing was changed");
        registry.change_password(staff[0], PASSWORD, OTHER, NOW).await.expect("changed");
        let changed = registry.auth_hash(staff[0]).await.expect("a hash");
        assert_ne!(changed, before);
        assert_eq!(sign_in(&service, "1001", PASSWORD, NOW).await, SignIn::Wrong);
        assert_eq!(sign_in(&service, "1001", OTHER, NOW).await, SignIn::Ok { staff_id: staff[0] });

        registry.sign_out_everywhere(staff[0]).await.expect("signed out");
        assert_ne!(registry.auth_hash(staff[0]).await.expect("a hash"), changed);
        assert_eq!(sign_in(&service, "1001", OTHER, NOW).await, SignIn::Ok { staff_id: staff[0] });
        registry.sign_out_everywhere(staff[1]).await.expect("also without a password");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_password_is_everybodys() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let before = service.registry.auth_hash(staff[2]).await.expect("a hash");
        service.registry.set_demo_password(&staff, "demo").await.expect("set");
        service.registry.set_demo_password(&staff, "demonstration").await.expect("set again");
        assert_eq!(sign_in(&service, "1003", "demonstration", NOW).await, SignIn::Ok { staff_id: staff[2] });
        assert_eq!(sign_in(&service, "1012", "demonstration", NOW).await, SignIn::Ok { staff_id: staff[11] });
        assert_eq!(sign_in(&service, "1012", "demo", NOW).await, SignIn::Wrong);
        assert_ne!(service.registry.auth_hash(staff[2]).await.expect("a hash"), before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_once_in_its_time() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let registry = &service.registry;
        let older = registry.create_link(staff[0], Purpose::Activate, NOW).await.expect("a link");
        let token = registry.create_link(staff[0], Purpose::Activate, NOW).await.expect("a link");
        let reset = registry.create_link(staff[0], Purpose::Reset, NOW).await.expect("a link");
        let others = registry.create_link(staff[1], Purpose::Reset, NOW).await.expect("a link");
        let peek = async |token: &str, now: i64| registry.peek_link(token, now).await.expect("looked");
        assert_eq!(peek(&older, NOW).await, None, "replaced");
        assert_eq!(peek(&token, NOW).await, Some((staff[0], Purpose::Activate)));
        assert_eq!(peek(&token, NOW + 72 * 3_600 - 1).await, Some((staff[0], Purpose::Activate)));
        assert_eq!(peek(&token, NOW + 72 * 3_600).await, None);
        assert_eq!(peek(&reset, NOW + 3_599).await, Some((staff[0], Purpose::Reset)));
        assert_eq!(peek(&reset, NOW + 3_600).await, None);
        assert_eq!(peek("", NOW).await, None);
        assert!(is_invalid(registry.use_link(&token, PASSWORD, NOW + 72 * 3_600).await), "expired");
        assert!(is_invalid(registry.use_link(&token, "short", NOW).await));
        assert!(peek(&token, NOW).await.is_some(), "a refused password does not use the link up");

        let stored = texts(&service, "SELECT token_hash FROM one_time_link").await;
        assert_eq!(stored.len(), 3);
        assert!(stored.iter().all(|hash| hash.len() == 64 && *hash != token), "{stored:?}");

        registry.use_link(&token, PASSWORD, NOW).await.expect("used");
        assert_eq!(sign_in(&service, "1001", PASSWORD, NOW).await, SignIn::Ok { staff_id: staff[0] });
        assert!(is_invalid(registry.use_link(&token, OTHER, NOW).await), "used twice");
        assert_eq!(peek(&reset, NOW).await, None, "all links of the person are void");
        assert_eq!(peek(&others, NOW).await, Some((staff[1], Purpose::Reset)));
        assert_eq!(registry.delete_expired_links(NOW + 3_599).await.expect("removed"), 0);
        assert_eq!(registry.delete_expired_links(NOW + 3_600).await.expect("removed"), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_use_a_link_at_once_one_succeeds() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let token = service.registry.create_link(staff[0], Purpose::Reset, NOW).await.expect("a link");
        let (first, second) = futures::future::join(
            service.registry.use_link(&token, PASSWORD, NOW),
            service.registry.use_link(&token, OTHER, NOW),
        )
        .await;
        assert_ne!(first.is_ok(), second.is_ok());
        let password = if first.is_ok() { PASSWORD } else { OTHER };
        assert_eq!(sign_in(&service, "1001", password, NOW).await, SignIn::Ok { staff_id: staff[0] });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_left_has_nothing_any_more() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let registry = &service.registry;
        registry.set_password(staff[0], PASSWORD, NOW).await.expect("set");
        let token = registry.create_link(staff[0], Purpose::Reset, NOW).await.expect("a link");
        sql(&service, &format!("UPDATE staff SET active = FALSE WHERE id = {}", staff[0])).await;
        assert!(matches!(registry.person(staff[0]).await, Err(Error::NotFound)));
        assert!(matches!(registry.auth_hash(staff[0]).await, Err(Error::NotFound)));
        assert!(matches!(registry.set_password(staff[0], OTHER, NOW).await, Err(Error::NotFound)));
        assert!(matches!(registry.set_lang(staff[0], Lang::En).await, Err(Error::NotFound)));
        assert!(matches!(registry.create_link(staff[0], Purpose::Reset, NOW).await, Err(Error::NotFound)));
        assert_eq!(registry.peek_link(&token, NOW).await.expect("looked"), None);
        assert!(is_invalid(registry.use_link(&token, OTHER, NOW).await));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_roles_and_sees_what_lies_below() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let registry = &service.registry;
        let head = registry.person(staff[0]).await.expect("1001");
        let other_head = registry.person(staff[6]).await.expect("1007");
        let hr = registry.person(staff[1]).await.expect("1002");
        assert_eq!((head.number.as_str(), head.unit_name.en.as_str()), ("1001", "Division A"));
        assert!(head.has(Role::Manager) && head.has(Role::Staff) && !head.has(Role::Hr));
        assert!(hr.has(Role::Hr) && !hr.has(Role::Manager));
        let below = registry.scope(&head, Role::Manager).await.expect("units");
        assert!(below.contains(&head.unit_id) && !below.contains(&other_head.unit_id), "{below:?}");
        let whole = registry.scope(&hr, Role::Hr).await.expect("units");
        assert_eq!(whole.len(), 3, "the root and two divisions: {whole:?}");
        assert!(registry.scope(&head, Role::Hr).await.expect("units").is_empty());
        assert!(registry.scope(&head, Role::Staff).await.expect("units").is_empty());
        assert_eq!(head.lang, Lang::Ja);
        registry.set_lang(staff[0], Lang::En).await.expect("set");
        assert_eq!(registry.person(staff[0]).await.expect("1001").lang, Lang::En);
        assert!(matches!(registry.person(-1).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_kept_under_a_hash_until_they_expire() {
    both(|service| async move {
        let registry = &service.registry;
        let load = async |id: &str, now: i64| registry.load_session(id, now).await.expect("looked");
        assert!(registry.create_session("secret-id", "one", NOW + 10).await.expect("stored"));
        assert!(!registry.create_session("secret-id", "two", NOW + 10).await.expect("answered"), "taken");
        assert_eq!(load("secret-id", NOW).await.as_deref(), Some("one"));
        registry.save_session("secret-id", "three", NOW + 20).await.expect("saved");
        registry.save_session("another-id", "four", NOW + 5).await.expect("saved");
        assert_eq!(load("secret-id", NOW + 19).await.as_deref(), Some("three"));
        assert_eq!(load("secret-id", NOW + 20).await, None);
        let ids = texts(&service, "SELECT id FROM session").await;
        assert_eq!(ids.len(), 2);
        assert!(ids.iter().all(|id| id.len() == 64), "{ids:?}");
        assert_eq!(load(&ids[0], NOW).await, None, "what is stored opens nothing");
        assert_eq!(registry.delete_expired_sessions(NOW + 5).await.expect("removed"), 1);
        registry.delete_session("secret-id").await.expect("deleted");
        registry.delete_session("secret-id").await.expect("deleted twice");
        assert_eq!(load("secret-id", NOW).await, None);
    })
    .await;
}
