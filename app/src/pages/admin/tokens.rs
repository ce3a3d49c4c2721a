//! Tokens of programs that send numbers: what there is, making one, ending one.

use domain::metric::{Series, SeriesKey};
use domain::text::Lang;
use leptos::prelude::*;
use service::metric::{ApiToken, Scope, TokenState};

use crate::components::{
    Badge, BadgeKind, EmptyState, Flash, FlashKind, ScrollTable, SubmitButton, TextField, own_lang,
};
use crate::context::Context;
use crate::format;
use crate::pages::{Frame, page};

/// Days a token is valid, unless the administrator says otherwise.
const DAYS: &str = "90";

/// The tokens, and a form for a new one. After a token was made, `?new=ID` shows its text, once.
#[component]
pub fn TokensPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let tokens = service.tokens().await?;
        let series = service.metric_series().await?;
        let new = context.query("new").and_then(|id| id.parse::<i64>().ok());
        // Only once the rest is there: a text that is taken out and not shown would be lost.
        let made = new.filter(|id| tokens.iter().any(|token| token.id == *id)).map(|id| {
            let name = tokens.iter().find(|token| token.id == id).map(|token| token.name.clone());
            shown_once(name.unwrap_or_default(), service.take_token_text(id, person.id), lang)
        });
        let frame = Frame::new(lang.t("APIトークン", "API tokens"))
            .lead(lang.t(
                "勤怠管理などのシステムが、数値を送信するための鍵です。名簿や回答を読むことはできません。",
                "Keys with which other systems send numbers. They cannot read the roster or any answer.",
            ))
            .crumb(lang.t("ホーム", "Home"), "/")
            .crumb(lang.t("システム管理", "Administration"), "/admin");
        let view = view! {
            {made}
            {list(tokens, &series, &person.time_zone, lang)}
            {issue(&context, series)}
        };
        Ok((frame, view.into_any()))
    })
}

/// The text of a new token, or that it cannot be shown any more.
fn shown_once(name: String, text: Option<String>, lang: Lang) -> AnyView {
    let Some(text) = text else {
        let message = lang.t(
            "トークンの文字列は一度しか表示できません。控えていない場合は、このトークンを失効させて、新しく発行してください。",
            "The text of a token is shown only once. If you have no copy, revoke this token and make another one.",
        );
        return view! { <Flash kind=FlashKind::Warning message=message lang=lang/> }.into_any();
    };
    let name_lang = own_lang(&name, lang);
    view! {
        <section class="section card card--key" aria-labelledby="made-heading">
            <h2 class="card-title" id="made-heading">{lang.t("新しいトークン", "The new token")}</h2>
            <p lang=name_lang>{name}</p>
            <pre class="mono" tabindex="0" role="region" aria-label=lang.t("トークンの文字列", "Text of the token")>{text}</pre>
            <p><strong>{lang.t(
                "この文字列は、この画面でしか表示されません。",
                "This text is shown on this page only, and only now.",
            )}</strong>{lang.t(
                "送信するシステムの、秘密情報を保管する場所に控えてください。ページを閉じるか読み込み直すと、二度と表示できません。",
                " Copy it into the place where the sending system keeps its secrets. Once this page is closed or reloaded, it cannot be shown again.",
            )}</p>
        </section>
    }
    .into_any()
}

fn list(tokens: Vec<ApiToken>, series: &[Series], zone: &str, lang: Lang) -> AnyView {
    let heading = lang.t("発行したトークン", "Tokens");
    let body = if tokens.is_empty() {
        let title = lang.t("トークンはまだありません", "There are no tokens yet");
        let text = lang.t(
            "下のフォームから発行すると、用途・期限・最後に使われた日時がここに並びます。",
            "Make one with the form below. Its purpose, its end and its last use are listed here.",
        );
        view! { <EmptyState title=title text=text action=None/> }.into_any()
    } else {
        let rows = tokens.into_iter().map(|token| row(token, series, zone, lang)).collect_view();
        view! {
            <ScrollTable caption=heading table_class="table--compact">
                <thead>
                    <tr>
                        <th scope="col">{lang.t("用途", "What it is for")}</th>
                        <th scope="col">{lang.t("状態", "State")}</th>
                        <th scope="col">{lang.t("送信できる系列", "Series it may send")}</th>
                        <th scope="col">{lang.t("期限", "Ends")}</th>
                        <th scope="col">{lang.t("最後の使用", "Last used")}</th>
                        <th scope="col">{lang.t("発行した人", "Made by")}</th>
                        <th scope="col">{lang.t("操作", "Action")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </ScrollTable>
        }
        .into_any()
    };
    view! {
        <section class="section" id="tokens" aria-labelledby="tokens-heading">
            <h2 id="tokens-heading">{heading}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn row(token: ApiToken, series: &[Series], zone: &str, lang: Lang) -> AnyView {
    let ends = format::moment(token.expires_at, zone, lang);
    let used = token.used_at.map_or_else(
        || lang.t("まだ使われていません", "Not yet").to_owned(),
        |at| format::moment(at, zone, lang),
    );
    let (by, scope) = (token.created_by.get(lang).to_owned(), scope_words(&token.scope, series, lang));
    let (by_lang, name_lang) = (own_lang(&by, lang), own_lang(&token.name, lang));
    let scope_lang = own_lang(&scope, lang);
    let action = if token.state == TokenState::Valid {
        let label = match lang {
            Lang::Ja => format!("「{}」を失効させる", token.name),
            Lang::En => format!("Revoke: {}", token.name),
        };
        view! {
            <form method="post" action="/api/admin/tokens/revoke">
                <input type="hidden" name="id" value=token.id.to_string()/>
                <button class="button button--secondary button--small" type="submit" aria-label=label>
                    {lang.t("失効させる", "Revoke")}
                </button>
            </form>
        }
        .into_any()
    } else {
        "–".into_any()
    };
    view! {
        <tr>
            <th scope="row" class="text" lang=name_lang>{token.name}</th>
            <td>{state(token.state, lang)}</td>
            <td class="text" lang=scope_lang>{scope}</td>
            <td class="nowrap">{ends}</td>
            <td class="nowrap">{used}</td>
            <td lang=by_lang>{by}</td>
            <td>{action}</td>
        </tr>
    }
    .into_any()
}

fn state(state: TokenState, lang: Lang) -> AnyView {
    let (kind, label) = match state {
        TokenState::Valid => (BadgeKind::Success, lang.t("有効", "Valid")),
        TokenState::Expired => (BadgeKind::Neutral, lang.t("期限切れ", "Expired")),
        TokenState::Revoked => (BadgeKind::Neutral, lang.t("失効", "Revoked")),
    };
    view! { <Badge kind=kind label=label/> }.into_any()
}

/// The series by name; one that is there no more by its key.
fn scope_words(scope: &Scope, series: &[Series], lang: Lang) -> String {
    if scope.series.is_empty() {
        return lang.t("すべての系列", "All series").to_owned();
    }
    let name = |key: &SeriesKey| {
        let found = series.iter().find(|one| one.key == *key);
        found.map_or_else(|| key.to_string(), |one| one.name.get(lang).to_owned())
    };
    scope.series.iter().map(name).collect::<Vec<_>>().join(lang.t("、", ", "))
}

fn issue(context: &Context, series: Vec<Series>) -> AnyView {
    let lang = context.lang;
    let kept = context.kept("series", "");
    let ticked: Vec<&str> = kept.split(',').collect();
    let boxes = series
        .into_iter()
        .map(|one| {
            let (key, name) = (one.key.to_string(), one.name.get(lang).to_owned());
            let (chosen, name_lang) = (ticked.contains(&key.as_str()), own_lang(&name, lang));
            view! {
                <label class="choice">
                    <input type="checkbox" name="series[]" value=key checked=chosen/>
                    <span lang=name_lang>{name}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <section class="section" id="issue" aria-labelledby="issue-heading">
            <h2 id="issue-heading">{lang.t("トークンの発行", "Make a token")}</h2>
            <p class="section-lead">{lang.t(
                "システムごとに、必要な系列だけを選んで発行してください。漏れたおそれがあれば、すぐに失効させられます。",
                "Make one for each system, with the series it needs. One that may have leaked can be revoked at once.",
            )}</p>
            <form class="form" method="post" action="/api/admin/tokens/issue">
                <TextField
                    name="name"
                    label=lang.t("用途", "What it is for")
                    value=context.kept("name", "")
                    hint=lang.t("例: 勤怠管理システム(本番)", "For example: attendance system, production")
                    max_length=80
                    required=true
                    autocomplete="off"
                    lang=lang
                />
                <TextField
                    name="days"
                    label=lang.t("有効日数", "Days it is valid")
                    kind="number"
                    value=context.kept("days", DAYS)
                    hint=lang.t("1~400日。", "From 1 to 400.")
                    min="1"
                    max="400"
                    step="1"
                    required=true
                    short=true
                    lang=lang
                />
                <fieldset class="field field-group" aria-describedby="series-hint">
                    <legend class="field-label">{lang.t("送信できる系列", "Series it may send")}</legend>
                    <p class="field-hint" id="series-hint">
                        {lang.t("一つも選ばないと、すべての系列を送信できます。", "With none ticked, it may send all series.")}
                    </p>
                    <div class="choice-list">{boxes}</div>
                </fieldset>
                <div class="actions"><SubmitButton label=lang.t("発行する", "Make the token")/></div>
            </form>
            <p><a href="/developers">{lang.t("システム連携(API)の説明", "How programs send numbers (API)")}</a></p>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_scope_is_told_by_the_names_of_its_series() {
        let series = Series::standard();
        let scope = |keys: &[&str]| Scope {
            series: keys.iter().map(|key| SeriesKey::parse(key).expect("a key")).collect::<BTreeSet<_>>(),
        };
        assert_eq!(scope_words(&scope(&[]), &series, Lang::En), "All series");
        assert_eq!(scope_words(&scope(&["overtime_hours", "gone"]), &series, Lang::Ja), "gone、超過勤務時間");
    }
}
