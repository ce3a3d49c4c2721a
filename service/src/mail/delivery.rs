//! Sending: to a mail server, or into files where there is none.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use futures::future::join_all;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, SinglePart};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::fault::Fault;
use super::outbox::{Claimed, TOKEN, token_purpose};
use crate::error::{Error, Result};
use crate::registry::Registry;
use crate::registry::link;
use crate::secret::{MasterKey, random_id, sha256_hex};
use crate::settings::Settings;

/// Mails on their way at a time.
const PARALLEL: u64 = 8;
/// How long the mail server may take for one step.
const PATIENCE: Duration = Duration::from_secs(20);
/// The last second whose date has four digits of year, as mail wants it.
const LAST_SECOND: u64 = 253_402_300_799;

enum Way {
    Server(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Folder(PathBuf),
}

/// Sends mails the way the settings say.
pub struct Mailer {
    way: Way,
    from: Mailbox,
    master: MasterKey,
}

/// The file that a mail with this key is written to: always the same one, so that writing it again doubles nothing.
pub fn file_name(dedupe: &str) -> String {
    format!("{}.eml", sha256_hex(dedupe.as_bytes()))
}

/// The Message-ID of the mail with this key: always the same one, by which receivers tell a repetition.
fn message_id(dedupe: &str) -> String {
    format!("<{}@shirube>", sha256_hex(dedupe.as_bytes()))
}

/// A text for a header: one line, without control characters.
fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let line: String = text.chars().map(|c| if breaks(c) { ' ' } else { c }).collect();
    line.trim().to_owned()
}

/// Reads `Name <address>` or a bare address.
fn sender(text: &str) -> Option<Mailbox> {
    let (name, address) = match text.trim().strip_suffix('>').and_then(|t| t.rsplit_once('<')) {
        Some((name, address)) => (one_line(name.trim().trim_matches('"')), address.trim()),
        None => (String::new(), text.trim()),
    };
    let address: Address = address.parse().ok()?;
    Some(Mailbox::new((!name.is_empty()).then_some(name), address))
}

fn fault(error: &lettre::transport::smtp::Error) -> Fault {
    if let Some(code) = error.status() {
        Fault::Refused(code.into())
    } else if error.is_timeout() {
        Fault::Timeout
    } else if error.is_tls() {
        Fault::Tls
    } else {
        Fault::Connection
    }
}

/// Writes a file so that it is there whole or not at all, after a crash too.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let random = random_id().map_err(std::io::Error::other)?;
    let unfinished = folder.join(format!(".{name}.{random}"));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&unfinished).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let finished = written.and_then(|()| std::fs::rename(&unfinished, folder.join(name)));
    // The name is on the disk only when the folder is.
    #[cfg(unix)]
    let finished = finished.and_then(|()| std::fs::File::open(folder)?.sync_all());
    if finished.is_err() {
        // The first error is the one to report; a file that is not there need not be removed.
        let _ = std::fs::remove_file(&unfinished);
    }
    finished
}

impl Mailer {
    /// Reads sender, server and master key from the settings.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the sender's address or the server's URL cannot be used.
    pub fn new(settings: &Settings) -> Result<Self> {
        let from = sender(&settings.mail_from).ok_or_else(|| {
            Error::invalid(
                "差出人のメールアドレスの設定が正しくありません。",
                "The sender's address in the settings is not valid.",
            )
        })?;
        let way = match &settings.smtp_url {
            None => Way::Folder(settings.outbox()),
            Some(url) => {
                // The error is left out: it may quote the URL, which has a password in it.
                let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| {
                    Error::invalid(
                        "メールサーバーのURLの設定が正しくありません(smtp:// または smtps://)。",
                        "The mail server's URL in the settings is not valid (smtp:// or smtps://).",
                    )
                })?;
                Way::Server(Box::new(server.timeout(Some(PATIENCE)).build()))
            }
        };
        Ok(Self { way, from, master: MasterKey::load(settings)? })
    }

    /// The mail as it goes out; `at` is its date, seconds since 1970 UTC.
    fn message(&self, mail: &Claimed, at: i64) -> Result<Message, Fault> {
        let to: Address = mail.recipient.parse().map_err(|_| Fault::Address)?;
        let body = match &mail.sealed_token {
            None => mail.body.clone(),
            Some(sealed) => {
                let opened = self.master.open(&token_purpose(&mail.dedupe), sealed);
                mail.body.replace(TOKEN, &link::token(&opened.map_err(|_| Fault::Key)?))
            }
        };
        let seconds = u64::try_from(at).unwrap_or(0).min(LAST_SECOND);
        // RFC 3834: nobody's absence notice answers such a mail.
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(one_line(&mail.subject))
            .message_id(Some(message_id(&mail.dedupe)))
            .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
            .raw_header(HeaderValue::new(automatic, "auto-generated".into()))
            .singlepart(SinglePart::plain(body))
            .map_err(|_| Fault::Message)
    }

    async fn send(&self, mail: &Claimed, at: i64) -> Result<(), Fault> {
        let message = self.message(mail, at)?;
        match &self.way {
            Way::Server(server) => server.send(message).await.map(drop).map_err(|e| fault(&e)),
            Way::Folder(folder) => {
                let (folder, name) = (folder.clone(), file_name(&mail.dedupe));
                let bytes = message.formatted();
                let written = tokio::task::spawn_blocking(move || write(&folder, &name, &bytes)).await;
                written.map_err(|_| Fault::Disk)?.map_err(|_| Fault::Disk)
            }
        }
    }
}

/// Sends up to `limit` mails that are due and returns how many went out. Stops early where the server is away; what
/// is left stays queued.
pub async fn deliver_due(registry: &Registry, mailer: &Mailer, now: i64, limit: u64) -> Result<usize> {
    let started = Instant::now();
    let (mut tried, mut sent) = (0u64, 0usize);
    while tried < limit {
        // Leases begin when a mail is taken, not when the first one was.
        let elapsed = i64::try_from(started.elapsed().as_secs()).unwrap_or(i64::MAX);
        let at = now.saturating_add(elapsed);
        let mails = registry.claim_mail(at, PARALLEL.min(limit - tried)).await?;
        if mails.is_empty() {
            break;
        }
        tried = tried.saturating_add(u64::try_from(mails.len()).unwrap_or(u64::MAX));
        let sending: Vec<_> = mails.iter().map(|mail| mailer.send(mail, at)).collect();
        let outcomes = join_all(sending).await;
        // All are marked, whatever becomes of one mark: a mail that went out and is not marked goes out again.
        let mut marked = Ok(());
        for (mail, outcome) in mails.iter().zip(&outcomes) {
            let mark = match outcome {
                Ok(()) => {
                    sent += 1;
                    registry.mark_mail_sent(mail.id).await
                }
                Err(fault) => {
                    tracing::warn!(mail = mail.id, attempt = mail.attempt, %fault, "a mail was not sent");
                    registry.mark_mail_failed(mail, *fault, at).await
                }
            };
            marked = marked.and(mark);
        }
        marked?;
        if outcomes.iter().all(|outcome| outcome.is_err_and(Fault::is_away)) {
            break;
        }
    }
    if sent > 0 {
        tracing::info!(sent, "mails were sent");
    }
    Ok(sent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailer() -> Mailer {
        Mailer {
            way: Way::Folder(PathBuf::new()),
            from: sender("標 Shirube <shirube@localhost>").expect("a sender"),
            master: MasterKey::from_bytes(&[7; 32]).expect("a key"),
        }
    }

    fn mail(subject: &str, body: &str) -> Claimed {
        Claimed {
            id: 1,
            dedupe: "invite/abc/1".into(),
            recipient: "n1001@example.org".into(),
            subject: subject.into(),
            body: body.into(),
            sealed_token: None,
            attempt: 1,
        }
    }

    fn text(mail: &Claimed) -> String {
        let message = mailer().message(mail, 1_759_305_600).expect("a message");
        String::from_utf8(message.formatted()).expect("ASCII")
    }

    #[test]
    fn a_mail_is_ascii_on_the_wire_and_says_what_it_is() {
        let sent = text(&mail("【ご協力のお願い】職員意識調査", "花子 様\n\nお願いします。\n"));
        assert!(sent.is_ascii());
        assert!(sent.contains("\r\nAuto-Submitted: auto-generated\r\n"), "{sent}");
        assert!(sent.contains("To: n1001@example.org\r\n"), "{sent}");
        assert!(sent.contains("Content-Type: text/plain; charset=utf-8\r\n"), "{sent}");
        assert!(sent.contains("Date: Wed, 01 Oct 2025 08:00:00 +0000\r\n"), "{sent}");
        assert!(sent.contains("Subject: =?utf-8?b?"), "{sent}");
        assert!(!sent.replace("\r\n", "").contains(['\r', '\n']));
    }

    #[test]
    fn the_same_mail_has_the_same_message_id_and_file() {
        let id = message_id("invite/abc/1");
        assert!(text(&mail("a", "b")).contains(&format!("Message-ID: {id}\r\n")));
        assert_eq!(message_id("invite/abc/1"), id);
        assert_ne!(message_id("invite/abc/2"), id);
        assert_eq!(file_name("invite/abc/1").len(), 68);
        assert_ne!(file_name("invite/abc/1"), file_name("invite/abc/2"));
        assert!(!file_name("../../etc/passwd").contains(['/', '\\']));
    }

    #[test]
    fn headers_cannot_be_injected() {
        for subject in ["a\r\nBcc: victim@example.org", "a\nBcc: victim@example.org", "a\rBcc: x@example.org"]
        {
            let message = mailer().message(&mail(subject, "body"), 0).expect("a message");
            assert_eq!(message.envelope().to().len(), 1);
            let sent = String::from_utf8(message.formatted()).expect("ASCII");
            assert!(!sent.lines().any(|line| line.starts_with("Bcc")), "{sent}");
        }
        let mut injected = mail("s", "b");
        injected.recipient = "a@example.org\r\nBcc: victim@example.org".into();
        assert_eq!(mailer().message(&injected, 0).err(), Some(Fault::Address));
    }

    #[test]
    fn a_token_opens_only_in_its_own_mail() {
        let bytes = [9; 32];
        let mut with_link = mail("s", "https://shirube.example/reset/{token}\n");
        let sealed = mailer().master.seal(&token_purpose(&with_link.dedupe), &bytes).expect("sealed");
        with_link.sealed_token = Some(sealed);
        let sent = text(&with_link);
        assert!(sent.contains(&format!("/reset/{}", link::token(&bytes))), "{sent}");
        with_link.dedupe = "reset/2/1".into();
        assert_eq!(mailer().message(&with_link, 0).err(), Some(Fault::Key));
    }

    #[test]
    fn senders_are_read_with_and_without_a_name() {
        let bare = sender("shirube@example.org").expect("a sender");
        assert_eq!((bare.name, bare.email.to_string()), (None, "shirube@example.org".to_owned()));
        let named = sender("\"標 Shirube\" <shirube@localhost>").expect("a sender");
        assert_eq!(named.name.as_deref(), Some("標 Shirube"));
        assert!(sender("標 Shirube").is_none());
        assert!(sender("a <b@example.org\r\nBcc: c@example.org>").is_none());
    }

    #[test]
    fn a_file_is_written_whole_and_over_itself() {
        let folder = std::env::temp_dir().join(format!("shirube-outbox-{}", random_id().expect("an id")));
        std::fs::create_dir_all(&folder).expect("a folder");
        write(&folder, "a.eml", b"first").expect("written");
        write(&folder, "a.eml", b"second").expect("written again");
        let names: Vec<_> = std::fs::read_dir(&folder)
            .expect("listed")
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        assert_eq!(names, ["a.eml"]);
        assert_eq!(std::fs::read(folder.join("a.eml")).expect("read"), b"second");
        std::fs::remove_dir_all(&folder).expect("removed");
        assert!(write(&folder, "a.eml", b"third").is_err());
    }
}
