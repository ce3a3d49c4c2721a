//! What subjects of a review and their superiors do: propose peers, decide on proposals, write down intended actions.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::context::Context;
#[cfg(feature = "ssr")]
use crate::flash;
#[cfg(feature = "ssr")]
use service::registry::person::Person;

/// Where proposals are made and decided.
#[cfg(feature = "ssr")]
const NOMINATIONS: &str = "/nominations";

#[cfg(feature = "ssr")]
fn signed_in(context: &Context) -> Result<Person, ServerFnError> {
    context.person().ok_or_else(|| context.refuse(&service::Error::Forbidden))
}

/// Proposes a peer by staff number.
#[server(prefix = "/api", endpoint = "review/nominate")]
pub async fn nominate(campaign: String, number: String) -> Result<(), ServerFnError> {
    let context = Context::now();
    let person = signed_in(&context)?;
    match context.service().registry.nominate(&campaign, person.id, &number).await {
        Ok(()) => {
            flash::done(
                "推薦しました。上司が承認すると、評価者に加わります。",
                "You have proposed a peer, who joins the raters once your superior approves.",
                NOMINATIONS,
            )
            .await
        }
        Err(error) => flash::refused(error, [("number", number)], NOMINATIONS).await,
    }
}

/// Takes a proposal back.
#[server(prefix = "/api", endpoint = "review/withdraw")]
pub async fn withdraw_nomination(campaign: String, rater: i64) -> Result<(), ServerFnError> {
    let context = Context::now();
    let person = signed_in(&context)?;
    match context.service().registry.withdraw_nomination(&campaign, person.id, rater).await {
        Ok(()) => {
            flash::done("推薦を取り消しました。", "The proposal has been taken back.", NOMINATIONS).await
        }
        Err(error) => flash::refused(error, [], NOMINATIONS).await,
    }
}

/// A superior's word on a proposal: `approve` is `true` or `false`.
#[server(prefix = "/api", endpoint = "review/decide")]
pub async fn decide_nomination(
    campaign: String,
    subject: i64,
    rater: i64,
    approve: String,
) -> Result<(), ServerFnError> {
    let context = Context::now();
    let person = signed_in(&context)?;
    let service = context.service();
    let (approve, now) = (approve == "true", service.clock.now());
    let registry = &service.registry;
    match registry.decide_nomination(&campaign, subject, rater, approve, person.id, now).await {
        Ok(()) if approve => flash::done("承認しました。", "Approved.", NOMINATIONS).await,
        Ok(()) => flash::done("承認しないことにしました。", "Not approved.", NOMINATIONS).await,
        Err(error) => flash::refused(error, [], NOMINATIONS).await,
    }
}

/// Up to three intended actions as typed.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ActionsForm {
    /// The first.
    pub action_1: String,
    /// By when, `YYYY-MM-DD`.
    pub due_1: String,
    /// Anything where the team sees it.
    pub shared_1: String,
    /// The second.
    pub action_2: String,
    /// By when.
    pub due_2: String,
    /// Anything where the team sees it.
    pub shared_2: String,
    /// The third.
    pub action_3: String,
    /// By when.
    pub due_3: String,
    /// Anything where the team sees it.
    pub shared_3: String,
}

/// Replaces what the person wrote down after their report.
#[server(prefix = "/api", endpoint = "review/actions")]
pub async fn save_actions(
    campaign: String,
    #[server(flatten)] form: ActionsForm,
) -> Result<(), ServerFnError> {
    let context = Context::now();
    let person = signed_in(&context)?;
    let service = context.service();
    if !service::secret::is_id(&campaign) {
        return Err(context.refuse(&service::Error::NotFound));
    }
    let page = format!("/feedback/{campaign}");
    let ActionsForm { action_1, due_1, shared_1, action_2, due_2, shared_2, action_3, due_3, shared_3 } =
        form;
    let typed = [(action_1, due_1, shared_1), (action_2, due_2, shared_2), (action_3, due_3, shared_3)];
    let read: Vec<_> =
        typed.iter().map(|(text, due, shared)| (text.clone(), due.clone(), !shared.is_empty())).collect();
    let (now, today) = (service.clock.now(), service.clock.today());
    match service.registry.save_actions(&campaign, person.id, &read, now, today).await {
        Ok(()) => flash::done("行動を保存しました。", "Your actions have been saved.", &page).await,
        Err(error) => {
            let names = [
                ("action_1", "due_1", "shared_1"),
                ("action_2", "due_2", "shared_2"),
                ("action_3", "due_3", "shared_3"),
            ];
            let kept = names
                .into_iter()
                .zip(typed)
                .flat_map(|(names, typed)| [(names.0, typed.0), (names.1, typed.1), (names.2, typed.2)]);
            flash::refused(error, kept, &page).await
        }
    }
}
