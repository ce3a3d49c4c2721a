//! The fields of a review in the form of a draft: who rates whom, over which period, who reads what.

use domain::review::{Period, ReviewRules};
use leptos::prelude::*;
use service::Service;

use crate::api::hr::campaigns::{CampaignForm, ReviewForm};
use crate::components::{CheckField, TextField};
use crate::context::Context;

/// From how many raters of a group anything is shown, unless HR chooses otherwise.
const SCORES: u32 = 3;
/// From how many raters comments are shown.
const COMMENTS: u32 = 5;

/// A review that looks back on the year that ends today. With a review to follow up in the query, a pulse on it.
pub(super) async fn proposal(
    form: CampaignForm,
    service: &Service,
    context: &Context,
) -> service::Result<CampaignForm> {
    let to = service.clock.today();
    let year_ago = to.saturating_sub(jiff::Span::new().days(364));
    let rules = match context.query("pulse") {
        Some(review) => {
            let of = service.registry.campaign(&review).await?;
            if of.review.is_none() {
                return Err(service::Error::NotFound);
            }
            let upward =
                ReviewRules::upward(Period { from: to.saturating_sub(jiff::Span::new().days(182)), to });
            ReviewRules {
                relations: [domain::review::Relation::Subordinate].into(),
                pulse_of: Some(of.id),
                former: false,
                ..upward
            }
        }
        None => ReviewRules::upward(Period { from: year_ago, to }),
    };
    Ok(CampaignForm {
        scores: SCORES.to_string(),
        comments: COMMENTS.to_string(),
        review: ReviewForm::of(&rules),
        ..form
    })
}

/// The fields, under a heading of their own.
pub(super) fn fields(context: &Context, form: &ReviewForm) -> AnyView {
    let lang = context.lang;
    let kept = |name: &str, text: &str| context.kept(name, text);
    let ticked = |name: &str, stored: &str| !context.kept(name, stored).is_empty();
    let tick = |name: &'static str, label: &str, stored: &str, hint: &str| {
        let (label, hint, checked) = (label.to_owned(), hint.to_owned(), ticked(name, stored));
        view! { <CheckField name=name label=label hint=hint checked=checked/> }.into_any()
    };
    let pulse = kept("pulse_of", &form.pulse_of);
    let is_pulse = !pulse.is_empty();
    let raters = (!is_pulse).then(|| {
        let ticks = vec![
            tick("asks_self", lang.t("本人(自己評価)", "The subject (self-rating)"), &form.asks_self, lang.t(
                "本人の回答は、本人の報告書にそのまま示します。",
                "Shown in the subject's own report as it is.",
            )),
            tick("asks_superior", lang.t("直属の上司", "The direct superior"), &form.asks_superior, lang.t(
                "上司の回答は、上司のものとして示します。匿名ではありません。",
                "Shown as the superior's. It is not anonymous.",
            )),
            tick("asks_peers", lang.t("同僚(同じ上司の下の管理職)", "Peers (managers under the same superior)"), &form.asks_peers, ""),
            tick("nomination", lang.t("評価対象者が同僚を推薦できる(上司が承認)", "Subjects may propose peers, whom their superior approves"), &form.nomination, ""),
        ];
        let most = domain::review::MOST_PEERS.to_string();
        let most_peers = view! {
            <TextField name="most_peers" label=lang.t("同僚の最大の人数", "Peers for each subject, at most") kind="number"
                min="1" max=most value=kept("most_peers", &form.most_peers) required=true short=true lang=lang/>
        };
        view! {
            <p>{lang.t("部下は必ず評価者になります。ほかに、だれに依頼するかを選びます。", "Subordinates are always asked. Choose whom else to ask.")}</p>
            {ticks}
            {most_peers}
        }
    });
    let peers = is_pulse.then(|| {
        let value = form.most_peers.clone();
        view! { <input type="hidden" name="most_peers" value=value/> }
    });
    // Only who is in the team now was told of the actions that a pulse asks about.
    let former = (!is_pulse).then(|| {
        let label = lang.t(
            "期間中に異動した人は、以前の上司も評価する",
            "Who moved within the period also rates the former superior",
        );
        tick("former", label, &form.former, "")
    });
    let posts = vec![
        tick("acting", lang.t("代行の期間を数える", "Acting posts count"), &form.acting, ""),
        tick("concurrent", lang.t("兼務の期間を数える", "Concurrent posts count"), &form.concurrent, ""),
    ];
    let readers = vec![
        tick("hr_reads", lang.t("人事が個々の報告書を見る", "HR reads single reports"), &form.hr_reads, ""),
        tick("executives_read", lang.t("幹部が個々の報告書を見る", "Executives read single reports"), &form.executives_read, lang.t(
            "選ばなければ、報告書は本人だけが見ます。選んだ内容は、回答する前に全員に示されます。",
            "Unless chosen, only the subject reads the report. What you choose is shown to everybody before they answer.",
        )),
    ];
    let heading = if is_pulse {
        lang.t("行動の確認(パルス)", "Pulse on intended actions")
    } else {
        lang.t("評価者の決め方", "Who rates whom")
    };
    let hint = lang.t(
        "名簿の上司・部下の関係を、この期間で数えます。",
        "Reporting lines are counted within this period.",
    );
    view! {
        <fieldset class="field-group">
            <legend><h2>{heading}</h2></legend>
            <input type="hidden" name="kind" value="review"/>
            <input type="hidden" name="pulse_of" value=pulse/>
            {raters}
            {peers}
            <TextField name="period_from" label=lang.t("評価対象期間の初日", "First day of the period") kind="date" hint=hint
                value=kept("period_from", &form.period_from) required=true short=true lang=lang/>
            <TextField name="period_to" label=lang.t("評価対象期間の最終日", "Last day of the period") kind="date"
                value=kept("period_to", &form.period_to) required=true short=true lang=lang/>
            <TextField name="least_days" label=lang.t("在籍が重なる最小の日数", "Least days together") kind="number" min="0" max="366"
                hint=lang.t("これより短い間だけ一緒に働いた人には依頼しません。", "Who worked together for less is not asked.")
                value=kept("least_days", &form.least_days) required=true short=true lang=lang/>
            {posts}
            {former}
            {readers}
        </fieldset>
    }
    .into_any()
}
