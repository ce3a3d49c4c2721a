//! What the server does by itself: campaigns open and close, mail leaves, old sessions go.

use std::time::Duration;

use service::Service;
use service::mail::Mailer;
use tokio::sync::watch;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(5);
/// Mails per look.
const MAILS: u64 = 200;

/// Runs until told to stop.
pub async fn run(service: Service, mut stop: watch::Receiver<bool>) {
    let mailer = match Mailer::new(&service.settings) {
        Ok(mailer) => Some(mailer),
        Err(error) => {
            tracing::error!(%error, "mail cannot be sent with these settings");
            None
        }
    };
    let mut ticks = 0u64;
    while !*stop.borrow() {
        look(&service, mailer.as_ref(), ticks).await;
        ticks += 1;
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn look(service: &Service, mailer: Option<&Mailer>, ticks: u64) {
    if let Err(error) = service.run_schedule().await {
        tracing::error!(%error, "the schedule could not be kept");
    }
    let now = service.clock.now();
    if let Some(mailer) = mailer
        && let Err(error) = service::mail::deliver_due(&service.registry, mailer, now, MAILS).await
    {
        tracing::error!(%error, "mail could not be delivered");
    }
    if ticks.is_multiple_of(720) {
        if let Err(error) = service.registry.delete_expired_sessions(now).await {
            tracing::error!(%error, "old sessions could not be removed");
        }
        if let Err(error) = service.keep_retention().await {
            tracing::error!(%error, "sheets past their retention could not be removed");
        }
        if let Err(error) = service.registry.delete_expired_links(now).await {
            tracing::error!(%error, "old links could not be removed");
        }
        if let Err(error) = service.registry.delete_expired_uploads(now).await {
            tracing::error!(%error, "roster files nobody accepted could not be removed");
        }
        if let Err(error) = service.delete_expired_metric_uploads().await {
            tracing::error!(%error, "metric files nobody accepted could not be removed");
        }
        if let Err(error) = service.delete_old_api_calls().await {
            tracing::error!(%error, "old calls of programs could not be forgotten");
        }
        if let Err(error) = service.remind_explanations().await {
            tracing::error!(%error, "reminders of explanations could not be queued");
        }
        if let Err(error) = service.queue_digests().await {
            tracing::error!(%error, "digests of indicators could not be queued");
        }
        if let Err(error) = service.registry.keep_standing(now, service.clock.today()).await {
            tracing::error!(%error, "the roster could not be brought to this day");
        }
    }
}
