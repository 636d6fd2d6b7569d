//! Messages by SMTP, command by command: only so it is known whether a message that failed may have arrived.

use super::failure::Failure;
use super::line::Line;
use crate::model::{FailureKind, MailSecurity};
use crate::secrets::Secret;
use lettre::Address;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// A server that is not connected with in this time is not there.
const CONNECT: Duration = Duration::from_secs(10);
/// For all words before the message. Servers let strangers wait on purpose, for some seconds at each.
const WORDS: Duration = Duration::from_secs(60);
/// Until the message is confirmed: some servers look through it first. Source: RFC 5321, 4.5.3.2.6, asks for minutes.
const CONFIRMED: Duration = Duration::from_secs(120);

/// One mail, and how it is sent.
pub struct Email<'a> {
    /// The server.
    pub host: &'a str,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub security: MailSecurity,
    /// Who logs in.
    pub user: Option<&'a str>,
    /// With which password.
    pub password: Option<&'a Secret>,
    /// Who it is from.
    pub from: &'a str,
    /// Who it goes to.
    pub to: &'a str,
    /// One line.
    pub subject: &'a str,
    /// Plain text.
    pub body: &'a str,
    /// The same for the same message, so that a mailbox can tell.
    pub key: &'a str,
}

/// Whether this is the address of a mailbox.
pub fn is_mailbox(text: &str) -> bool {
    text.parse::<Mailbox>().is_ok()
}

/// Whether this can only mean this computer.
pub fn is_this_computer(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Sends it, once.
pub async fn send(mail: Email<'_>) -> Result<(), Failure> {
    let (from, to) = (mailbox(mail.from)?, mailbox(mail.to)?);
    let bytes = Message::builder()
        .from(from.clone())
        .to(to.clone())
        .subject(mail.subject)
        .message_id(Some(format!("<{}@{}>", mail.key, from.email.domain())))
        .date_now()
        .header(ContentType::TEXT_PLAIN)
        .body(mail.body.to_owned())
        .map_err(|error| {
            Failure::new(FailureKind::Refused, format!("The mail could not be written: {error}."))
        })?
        .formatted();
    let deadline = Instant::now() + WORDS;
    let slow = || Failure::unreachable(mail.host, "it did not answer in time");
    let opened = timeout_at(deadline, open(&mail, &from.email, &to.email)).await;
    let mut server = opened.map_err(|_| slow())??;
    // From here on it may arrive whatever happens, unless the server says no.
    let sent = timeout_at(Instant::now() + CONFIRMED, server.message(&bytes)).await;
    let taken = match sent {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) if error.status().is_some() => Err(refused(&error, mail.host, Step::Message)),
        Ok(Err(_)) | Err(_) => Err(Failure::unknown()),
    };
    if taken.is_ok() {
        // It has the mail. A server that does not say goodbye is not waited for.
        let _ = timeout_at(Instant::now() + CONNECT, server.quit()).await;
    }
    taken
}

fn mailbox(text: &str) -> Result<Mailbox, Failure> {
    let none = |_| Failure::new(FailureKind::MissingTarget, format!("{text} is no e-mail address."));
    text.parse().map_err(none)
}

/// Everything up to the moment in which the server asks for the message.
async fn open(mail: &Email<'_>, from: &Address, to: &Address) -> Result<AsyncSmtpConnection, Failure> {
    let refused = |error: &Error, step| refused(error, mail.host, step);
    let tls =
        || TlsParameters::new_rustls(mail.host.to_owned()).map_err(|error| refused(&error, Step::Connect));
    // The name of this computer is nobody's business.
    let hello = ClientId::Domain("localhost".to_owned());
    let first = if mail.security == MailSecurity::Tls { Some(tls()?) } else { None };
    let place = (mail.host, mail.port);
    let line = Line::connect(place, CONNECT, first).await.map_err(|error| refused(&error, Step::Connect))?;
    let mut server = AsyncSmtpConnection::connect_with_transport(Box::new(line), &hello)
        .await
        .map_err(|error| refused(&error, Step::Connect))?;
    if mail.security == MailSecurity::StartTls {
        if !server.can_starttls() {
            let words = format!("{} offers no encryption on port {}.", mail.host, mail.port);
            return Err(Failure::new(FailureKind::Refused, words));
        }
        server.starttls(tls()?, &hello).await.map_err(|error| refused(&error, Step::Connect))?;
    }
    if let (Some(user), Some(password)) = (mail.user, mail.password) {
        let login = Credentials::new(user.to_owned(), password.expose().to_owned());
        let ways = [Mechanism::Plain, Mechanism::Login];
        server.auth(&ways, &login).await.map_err(|error| refused(&error, Step::Login))?;
    }
    let told = server.command(Mail::new(Some(from.clone()), Vec::new())).await;
    told.map_err(|error| refused(&error, Step::Sender))?;
    let told = server.command(Rcpt::new(to.clone(), Vec::new())).await;
    told.map_err(|error| refused(&error, Step::Recipient))?;
    server.command(Data).await.map_err(|error| refused(&error, Step::Message))?;
    Ok(server)
}

/// What was said last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Connect,
    Login,
    Sender,
    Recipient,
    Message,
}

/// Why the server said no, or nothing.
fn refused(error: &Error, host: &str, step: Step) -> Failure {
    let Some(code) = error.status().map(u16::from) else {
        if error.is_client() && step == Step::Login {
            let words = format!("{host} offers no way to log in with a password.");
            return Failure::new(FailureKind::Permission, words);
        }
        // What could not be read as SMTP may be anything, and is not repeated.
        let is_strange = error.is_response() || error.is_client();
        let why =
            if is_strange { "what answers there does not speak SMTP".to_owned() } else { deepest(error) };
        return Failure::unreachable(host, &why);
    };
    let (kind, words) = match (code, step) {
        (421 | 450 | 451 | 452, _) => {
            (FailureKind::RateLimit, format!("{host} takes no mail right now ({code})."))
        }
        (530 | 534 | 535 | 538, _) | (500..=599, Step::Login) => {
            (FailureKind::Permission, format!("{host} refused the name or the password ({code})."))
        }
        (550 | 551 | 553, Step::Recipient) => {
            (FailureKind::MissingTarget, format!("{host} knows no mailbox of that address ({code})."))
        }
        (400..=499, _) => (FailureKind::RateLimit, format!("{host} takes it later ({code}).")),
        _ => (FailureKind::Refused, format!("{host} refused the mail ({code}).")),
    };
    // A server may repeat the line of the login, and the password is in that in other letters.
    let said = (step != Step::Login).then(|| deepest(error));
    Failure { said, ..Failure::new(kind, words) }
}

fn deepest(error: &Error) -> String {
    let mut text = String::new();
    let mut next = std::error::Error::source(error);
    while let Some(source) = next {
        text = source.to_string();
        next = source.source();
    }
    text
}
