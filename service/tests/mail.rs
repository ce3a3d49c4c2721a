//! The queue of mails, and sending, on both engines.

mod common;

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::{NOW, answers, both, connect, open_campaign, seed_staff};
use domain::ballot::Seed;
use domain::text::Lang;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use service::browser::Known;
use service::mail::outbox::{LEASE, MAX_ATTEMPTS};
use service::mail::{Fault, Kind, MailCounts, Mailer, Recipients, deliver_due};
use service::registry::link::Purpose;
use service::{Error, Service};

const PASSWORD: &str = "seven quiet herons by the lake";

/// The first column of what the database holds.
async fn texts(service: &Service, query: &str) -> Vec<String> {
    let db = connect(&service.settings.registry_url).await;
    let statement = Statement::from_string(db.get_database_backend(), query);
    let rows = db.query_all_raw(statement).await.expect("rows");
    let texts = rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect();
    db.close().await.expect("closed");
    texts
}

async fn request_reset(service: &Service, login: &str, now: i64) {
    let (settings, master) = (&service.settings, &service.master);
    service.registry.request_reset(login, settings, master, now).await.expect("an answer");
}

async fn queued(service: &Service) -> u64 {
    service.registry.mail_counts().await.expect("counts").queued
}

fn mailer(service: &Service) -> Mailer {
    Mailer::new(&service.settings).expect("a mailer")
}

/// A mailer that talks to this port.
fn mailer_at(service: &Service, port: u16) -> Mailer {
    let mut settings = service.settings.clone();
    settings.smtp_url = Some(format!("smtp://127.0.0.1:{port}"));
    Mailer::new(&settings).expect("a mailer")
}

/// What lies in the outbox folder.
fn outbox(service: &Service) -> Vec<String> {
    std::fs::read_dir(service.settings.outbox())
        .expect("the folder")
        .map(|entry| std::fs::read_to_string(entry.expect("an entry").path()).expect("a mail"))
        .collect()
}

/// The text of a mail, whatever its transfer encoding.
fn body(mail: &str) -> String {
    let (headers, body) = mail.split_once("\r\n\r\n").expect("headers and body");
    if headers.contains("Content-Transfer-Encoding: base64") {
        let joined: String = body.split_whitespace().collect();
        return String::from_utf8(STANDARD.decode(joined).expect("base64")).expect("UTF-8");
    }
    if headers.contains("Content-Transfer-Encoding: quoted-printable") {
        unquoted(body)
    } else {
        body.to_owned()
    }
}

/// Quoted-printable, decoded.
fn unquoted(text: &str) -> String {
    let joined = text.replace("=\r\n", "");
    let mut pieces = joined.split('=');
    let mut bytes: Vec<u8> = pieces.next().unwrap_or_default().bytes().collect();
    for piece in pieces {
        let (code, rest) = piece.split_at(2);
        bytes.push(u8::from_str_radix(code, 16).expect("two hexadecimal digits"));
        bytes.extend(rest.bytes());
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// The one-time token in a mail.
fn token(mail: &str, path: &str) -> String {
    let text = body(mail);
    let (_, rest) = text.split_once(path).expect("a link");
    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_reset_by_mail() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        request_reset(&service, "no-such-number", NOW).await;
        assert_eq!(queued(&service).await, 0);
        service.registry.set_lang(staff[0], Lang::En).await.expect("set");
        request_reset(&service, "N1001@example.org", NOW).await;
        assert_eq!(queued(&service).await, 1);
        let waiting = texts(&service, "SELECT body FROM mail").await;

        assert_eq!(deliver_due(&service.registry, &mailer(&service), NOW, 10).await.expect("sent"), 1);
        assert_eq!(deliver_due(&service.registry, &mailer(&service), NOW, 10).await.expect("nothing"), 0);
        let sent = outbox(&service);
        assert_eq!(sent.len(), 1);
        assert!(sent[0].contains("To: n1001@example.org\r\n"), "{}", sent[0]);
        let token = token(&sent[0], "/reset/");
        assert_eq!(token.len(), 43, "{}", sent[0]);
        assert!(!waiting[0].contains(&token), "the queue does not hold the token");
        assert_eq!(texts(&service, "SELECT body FROM mail").await, [""], "what was sent is not kept");
        assert_eq!(texts(&service, "SELECT recipient FROM mail").await, [""]);

        let found = service.registry.peek_link(&token, NOW + 60).await.expect("looked");
        assert_eq!(found, Some((staff[0], Purpose::Reset)));
        service.registry.use_link(&token, PASSWORD, NOW + 60).await.expect("used");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn resets_are_mailed_once_in_five_minutes() {
    both(|service| async move {
        seed_staff(&service).await;
        for now in [NOW, NOW + 1, NOW + 299] {
            request_reset(&service, "1001", now).await;
            assert_eq!(queued(&service).await, 1, "{now}");
        }
        request_reset(&service, "1002", NOW + 1).await;
        assert_eq!(queued(&service).await, 2, "another account");
        request_reset(&service, "1001", NOW + 300).await;
        assert_eq!(queued(&service).await, 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_without_a_password_is_invited_once() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let registry = &service.registry;
        let (settings, master) = (&service.settings, &service.master);
        registry.set_demo_password(&staff[..2], "demonstration").await.expect("set");
        assert_eq!(registry.invite_all(settings, master, NOW).await.expect("queued"), 10);
        assert_eq!(registry.invite_all(settings, master, NOW + 5).await.expect("none"), 0);
        assert_eq!(deliver_due(registry, &mailer(&service), NOW, 100).await.expect("sent"), 10);
        let sent = outbox(&service);
        let first = token(&sent[0], "/activate/");
        let (person, purpose) = registry.peek_link(&first, NOW).await.expect("looked").expect("a link");
        assert_eq!(purpose, Purpose::Activate);
        registry.use_link(&first, PASSWORD, NOW).await.expect("used");
        assert!(staff[2..].contains(&person));
        let after = NOW + 72 * 3_600;
        assert_eq!(
            registry.invite_all(settings, master, after).await.expect("queued"),
            9,
            "links have expired"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_neither_loses_nor_doubles_a_mail() {
    both(|service| async move {
        seed_staff(&service).await;
        request_reset(&service, "1001", NOW).await;
        let registry = &service.registry;
        let first = registry.claim_mail(NOW, 10).await.expect("claimed");
        assert_eq!(first.len(), 1);
        // The sender dies here. Nobody else takes its mail while it may still be alive.
        assert!(registry.claim_mail(NOW + LEASE - 1, 10).await.expect("none").is_empty());
        let second = registry.claim_mail(NOW + LEASE, 10).await.expect("claimed again");
        assert_eq!((second[0].id, second[0].attempt), (first[0].id, 2));
        assert_eq!(second[0].dedupe, first[0].dedupe, "and so its Message-ID and its file");
        // The first one comes back to life and reports: too late to count.
        registry.mark_mail_failed(&first[0], Fault::Timeout, NOW + LEASE).await.expect("noted");
        assert_eq!(registry.mail_counts().await.expect("counts").sending, 1);
        registry.mark_mail_sent(second[0].id).await.expect("noted");
        let counts = registry.mail_counts().await.expect("counts");
        assert_eq!((counts.queued, counts.sending, counts.sent, counts.failed), (0, 0, 1, 0));
        assert!(registry.claim_mail(NOW + 10 * LEASE, 10).await.expect("none").is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_claimed_by_one_of_many() {
    both(|service| async move {
        seed_staff(&service).await;
        for number in ["1001", "1002", "1003", "1004"] {
            request_reset(&service, number, NOW).await;
        }
        let claims = (0..6).map(|_| service.registry.claim_mail(NOW, 10));
        let claimed = futures::future::join_all(claims).await;
        let total: usize = claimed.into_iter().map(|mails| mails.expect("claimed").len()).sum();
        assert_eq!(total, 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_kills_its_sender_is_given_up() {
    both(|service| async move {
        seed_staff(&service).await;
        request_reset(&service, "1001", NOW).await;
        let mut now = NOW;
        for _ in 0..MAX_ATTEMPTS {
            assert_eq!(service.registry.claim_mail(now, 10).await.expect("claimed").len(), 1);
            now += LEASE;
        }
        assert!(service.registry.claim_mail(now, 10).await.expect("none").is_empty());
        let failures = service.registry.mail_failures(10).await.expect("failures");
        assert_eq!((failures[0].fault, failures[0].for_good), (Some(Fault::Interrupted), true));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_mail_waits_and_can_be_sent_later() {
    both(|service| async move {
        seed_staff(&service).await;
        request_reset(&service, "1001", NOW).await;
        let registry = &service.registry;
        // Nothing listens there.
        let closed =
            TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
        let away = mailer_at(&service, closed);
        let mut now = NOW;
        assert_eq!(deliver_due(registry, &away, now, 10).await.expect("tried"), 0);
        assert_eq!(queued(&service).await, 1);
        assert_eq!(deliver_due(registry, &away, now + 59, 10).await.expect("too early"), 0);
        let failures = registry.mail_failures(10).await.expect("failures");
        assert_eq!(failures.len(), 1);
        assert_eq!((failures[0].attempts, failures[0].for_good), (1, false));
        assert_eq!((failures[0].fault, failures[0].next_at), (Some(Fault::Connection), now + 60));
        assert_eq!(failures[0].recipient, "n***@example.org");
        for _ in 1..MAX_ATTEMPTS {
            now += 6 * 3_600;
            assert_eq!(deliver_due(registry, &away, now, 10).await.expect("tried"), 0);
        }
        assert_eq!(registry.mail_counts().await.expect("counts").failed, 1);
        now += 86_400;
        assert_eq!(deliver_due(registry, &away, now, 10).await.expect("given up"), 0);

        let failed = registry.mail_failures(10).await.expect("failures");
        assert!(failed[0].for_good);
        assert!(matches!(registry.requeue_failed(failed[0].id + 1, now).await, Err(Error::NotFound)));
        registry.requeue_failed(failed[0].id, now).await.expect("queued again");
        assert_eq!(deliver_due(registry, &mailer(&service), now, 10).await.expect("sent"), 1);
        assert!(registry.mail_failures(10).await.expect("none").is_empty());
        assert_eq!(registry.requeue_all_failed(now).await.expect("none"), 0);
    })
    .await;
}

/// A mail server that takes everything, and what it took.
fn server() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let taken = Arc::new(Mutex::new(Vec::new()));
    let keep = taken.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let keep = keep.clone();
            std::thread::spawn(move || converse(stream, &keep));
        }
    });
    (port, taken)
}

fn converse(stream: TcpStream, taken: &Mutex<Vec<String>>) {
    let mut out = stream.try_clone().expect("a second handle");
    let mut say = |text: &str| out.write_all(format!("{text}\r\n").as_bytes()).is_ok();
    say("220 test");
    let mut reader = BufReader::new(stream);
    let mut data: Option<String> = None;
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|length| length > 0) {
        let read = std::mem::take(&mut line);
        if read != ".\r\n"
            && let Some(text) = data.as_mut()
        {
            text.push_str(&read);
            continue;
        }
        if let Some(text) = data.take() {
            taken.lock().expect("unpoisoned").push(text);
            say("250 taken");
            continue;
        }
        match read.get(..4) {
            Some("EHLO" | "HELO") => say("250 test"),
            Some("DATA") => {
                data = Some(String::new());
                say("354 go on")
            }
            Some("QUIT") => say("221 bye"),
            _ => say("250 fine"),
        };
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_gets_each_mail_once() {
    both(|service| async move {
        seed_staff(&service).await;
        for n in 1001..=1012 {
            request_reset(&service, &n.to_string(), NOW).await;
        }
        let (port, taken) = server();
        let mailer = mailer_at(&service, port);
        assert_eq!(
            deliver_due(&service.registry, &mailer, NOW, 5).await.expect("sent"),
            5,
            "the limit holds"
        );
        assert_eq!(deliver_due(&service.registry, &mailer, NOW, 100).await.expect("sent"), 7);
        let mails = taken.lock().expect("unpoisoned").clone();
        assert_eq!(mails.len(), 12);
        let mut ids: Vec<&str> =
            mails.iter().flat_map(|m| m.lines()).filter(|line| line.starts_with("Message-ID: <")).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 12);
        assert!(mails.iter().all(|m| m.contains("Auto-Submitted: auto-generated\r\n")));
        assert!(mails.iter().all(|m| body(m).contains("パスワードの再設定")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_invites_and_reminds_by_ballots() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let id = open_campaign(&service).await;
        let registry = &service.registry;
        let settings = &service.settings;
        let already = registry.mail_counts().await.expect("counts").queued;
        let invited = registry.queue_invitations(&id, settings, None, NOW).await.expect("queued");
        assert_eq!(u64::from(invited) + already, 12);
        assert_eq!(registry.queue_invitations(&id, settings, None, NOW).await.expect("none"), 0);
        let bodies = texts(&service, "SELECT body FROM mail WHERE kind = 'invitation'").await;
        let hash = registry.campaign(&id).await.expect("the campaign").terms_hash.expect("a hash");
        assert!(
            bodies.iter().all(|b| b.contains(&hash) && b.contains(&format!("/answer/{id}"))),
            "{}",
            bodies[0]
        );

        let all = Recipients::default();
        assert_eq!(registry.reminder_audience(&id, all).await.expect("a count"), 12);
        let known = Known::read(&service, &id).await.expect("terms");
        let seed = Seed::new([1; 32]);
        known.answer(&service, staff[0], &seed, answers(4, 3)).await.expect("an accepted sheet");
        assert_eq!(registry.reminder_audience(&id, all).await.expect("a count"), 11);
        let stratum = registry.enrolment(&id, staff[0]).await.expect("enrolled").stratum;
        let division = Recipients { stratum: Some(stratum), ..all };
        assert_eq!(registry.reminder_audience(&id, division).await.expect("a count"), 5);

        let round = registry.reminder_round(&id).await.expect("a number");
        assert_eq!(round, 1);
        let some = registry.queue_reminders(&id, round, division, settings, Some(staff[1]), NOW).await;
        assert_eq!(some.expect("queued"), 5);
        let rest = registry.queue_reminders(&id, round, all, settings, Some(staff[1]), NOW).await;
        assert_eq!(rest.expect("queued"), 6, "nobody twice in a round");
        let to = texts(&service, "SELECT recipient FROM mail WHERE kind = 'reminder'").await;
        assert_eq!(to.len(), 11);
        assert!(!to.contains(&"n1001@example.org".to_owned()));
        assert!(registry.reminder_round(&id).await.expect("a number") > round);
        let waiting = |queued| MailCounts { queued, ..MailCounts::default() };
        let counts = registry.campaign_mail_counts(&id).await.expect("counts");
        assert_eq!(counts, [(Kind::Invitation, waiting(12)), (Kind::Reminder, waiting(11))]);
        assert_eq!(deliver_due(registry, &mailer(&service), NOW, 5).await.expect("sent"), 5);
        let counts = registry.campaign_mail_counts(&id).await.expect("counts");
        let invitations = MailCounts { queued: 7, sent: 5, ..MailCounts::default() };
        assert_eq!(counts, [(Kind::Invitation, invitations), (Kind::Reminder, waiting(11))]);
        assert!(registry.campaign_mail_counts("none").await.expect("counts").is_empty());

        // Those who have a ballot may have begun without sending: they are reached only among all.
        let everybody = Recipients { stratum: None, with_ballot: true };
        assert_eq!(registry.reminder_audience(&id, everybody).await.expect("a count"), 12);
        let reached =
            registry.queue_reminders(&id, round + 1, everybody, settings, Some(staff[1]), NOW).await;
        assert_eq!(reached.expect("queued"), 12);
        let query = "SELECT body FROM mail WHERE kind = 'reminder' AND recipient = 'n1001@example.org'";
        let bodies = texts(&service, query).await;
        assert!(bodies.len() == 1 && bodies[0].contains("対象の方全員"), "{bodies:?}");

        let early = registry.queue_release_notices(&id, settings, None, NOW).await;
        assert!(matches!(early, Err(Error::Invalid(_))));
        let closes = registry.campaign(&id).await.expect("the campaign").schedule.closes_at;
        let late = registry.queue_reminders(&id, 9, all, settings, None, closes).await;
        assert!(matches!(late, Err(Error::Invalid(_))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_are_invited_in_chunks() {
    both(|service| async move {
        seed_staff(&service).await;
        let mut csv = String::from("staff_number,name,mail,unit_code,role\n");
        for n in 1..=2_300 {
            let unit = if n % 2 == 0 { "A" } else { "B" };
            let role = if n == 1 { "hr" } else { "" };
            csv.push_str(&format!("P{n},職員{n},p{n}@example.org,{unit},{role}\n"));
        }
        let today = service.clock.today();
        service.registry.import_roster(csv.as_bytes(), None, NOW, today).await.expect("staff");
        let active = service.registry.active_staff().await.expect("staff").len();
        let id = open_campaign(&service).await;
        let (settings, master) = (&service.settings, &service.master);
        let already = service.registry.mail_counts().await.expect("counts").queued;
        let invited = service.registry.queue_invitations(&id, settings, None, NOW).await.expect("queued");
        assert_eq!(usize::try_from(u64::from(invited) + already).expect("a count"), active);
        let activated = service.registry.invite_all(settings, master, NOW).await.expect("queued");
        assert_eq!(activated as usize, active);
    })
    .await;
}

/// How many mails of a kind there are, and how often the schedule or a person queued them.
async fn mailed(service: &Service, kind: &str, act: &str) -> (usize, usize) {
    let mails = texts(service, &format!("SELECT dedupe FROM mail WHERE kind = '{kind}'")).await.len();
    let acts = service.registry.events(None, 100).await.expect("acts");
    (mails, acts.iter().filter(|event| event.what == act).count())
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_told_of_openings_and_releases_by_themselves() {
    both(|service| async move {
        let staff = seed_staff(&service).await;
        let id = open_campaign(&service).await;
        assert_eq!(mailed(&service, "invitation", "campaign.invite").await, (0, 0));
        for _ in 0..2 {
            service.run_schedule().await.expect("looked");
            assert_eq!(mailed(&service, "invitation", "campaign.invite").await, (12, 1), "once");
        }
        let bodies = texts(&service, "SELECT body FROM mail WHERE kind = 'invitation'").await;
        assert!(bodies.iter().all(|body| body.contains(&format!("/answer/{id}"))));

        let known = Known::read(&service, &id).await.expect("terms");
        for (n, person) in (0u8..).zip(&staff) {
            let seed = Seed::new([n + 1; 32]);
            known.answer(&service, *person, &seed, answers(4, 3)).await.expect("an accepted sheet");
        }
        service.close_campaign(&id, None).await.expect("closed");
        service.count_campaign(&id, None).await.expect("counted");
        service.run_schedule().await.expect("looked");
        assert_eq!(mailed(&service, "released", "campaign.tell").await, (0, 0));
        service.release_campaign(&id, None).await.expect("released");
        for _ in 0..2 {
            service.run_schedule().await.expect("looked");
            assert_eq!(mailed(&service, "released", "campaign.tell").await, (12, 1), "once");
        }
        let (registry, settings) = (&service.registry, &service.settings);
        assert_eq!(registry.queue_release_notices(&id, settings, None, NOW).await.expect("none"), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_twice_or_of_what_is_no_news() {
    both(|service| async move {
        seed_staff(&service).await;
        let (registry, settings) = (&service.registry, &service.settings);
        let invited = open_campaign(&service).await;
        assert_eq!(registry.queue_invitations(&invited, settings, None, NOW).await.expect("queued"), 12);
        service.run_schedule().await.expect("looked");
        assert_eq!(mailed(&service, "invitation", "campaign.invite").await, (12, 1), "done by hand");

        // Everybody was written to, and the crash came before it was recorded: nobody is written to again.
        let db = connect(&settings.registry_url).await;
        db.execute_unprepared("DELETE FROM event WHERE what = 'campaign.invite'").await.expect("forgotten");
        for _ in 0..2 {
            service.run_schedule().await.expect("looked");
            assert_eq!(mailed(&service, "invitation", "campaign.invite").await, (12, 1));
        }
        db.execute_unprepared("DELETE FROM event WHERE what = 'campaign.invite'").await.expect("forgotten");
        db.execute_unprepared("DELETE FROM mail").await.expect("forgotten");
        let closes = registry.campaign(&invited).await.expect("it").schedule.closes_at;
        service.extend_campaign(&invited, closes + 10 * 86_400, None).await.expect("later");
        service.clock.set(NOW + 2 * 86_400);
        service.run_schedule().await.expect("looked");
        assert_eq!(mailed(&service, "invitation", "campaign.invite").await, (0, 0), "it opened two days ago");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_mark_that_fails_does_not_send_the_others_again() {
    both(|service| async move {
        seed_staff(&service).await;
        for n in 1001..=1008 {
            request_reset(&service, &n.to_string(), NOW).await;
        }
        let db = connect(&service.settings.registry_url).await;
        let first = "(SELECT MIN(id) FROM mail)";
        let sqlite = format!(
            "CREATE TRIGGER stubborn BEFORE UPDATE ON mail WHEN NEW.state = 'sent' AND NEW.id = {first}
             BEGIN SELECT RAISE(ABORT, 'no'); END"
        );
        let postgres = format!(
            "CREATE FUNCTION stubborn() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN
                 IF NEW.state = 'sent' AND NEW.id = {first} THEN RAISE EXCEPTION 'no'; END IF;
                 RETURN NEW;
             END $$;
             CREATE TRIGGER stubborn BEFORE UPDATE ON mail FOR EACH ROW EXECUTE FUNCTION stubborn()"
        );
        let is_sqlite = db.get_database_backend() == DatabaseBackend::Sqlite;
        db.execute_unprepared(if is_sqlite { &sqlite } else { &postgres }).await.expect("a trigger");
        let outcome = deliver_due(&service.registry, &mailer(&service), NOW, 8).await;
        assert!(matches!(outcome, Err(Error::Database(_))), "the fault is told");
        let counts = service.registry.mail_counts().await.expect("counts");
        assert_eq!((counts.sent, counts.sending, counts.queued), (7, 1, 0));
        assert_eq!(outbox(&service).len(), 8);
    })
    .await;
}
