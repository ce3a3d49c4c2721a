//! A person's own account.

use leptos::prelude::*;

use super::{Frame, page};
use crate::components::{SubmitButton, TextField, own_lang};

/// Password and devices.
#[component]
pub fn AccountPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let roles: Vec<&str> = person.roles.iter().map(|(role, _)| role.label(lang)).collect();
        let roles = if roles.is_empty() {
            domain::role::Role::Staff.label(lang).to_owned()
        } else {
            roles.join("・")
        };
        let (name, unit) = (person.display_name(lang).to_owned(), person.unit_name.get(lang).to_owned());
        let (name_lang, unit_lang) = (own_lang(&name, lang), own_lang(&unit, lang));
        let view = view! {
            <dl class="facts">
                <dt>{lang.t("氏名", "Name")}</dt><dd lang=name_lang>{name}</dd>
                <dt>{lang.t("職員番号", "Staff number")}</dt><dd>{person.number.clone()}</dd>
                <dt>{lang.t("所属", "Unit")}</dt><dd lang=unit_lang>{unit}</dd>
                <dt>{lang.t("権限", "Roles")}</dt><dd>{roles}</dd>
            </dl>
            <p>{lang.t(
                "誤りがある場合は、人事担当に連絡してください。名簿は人事が管理しています。",
                "If something is wrong, please tell the personnel division, which keeps the roster.",
            )}</p>
            <h2>{lang.t("パスワードの変更", "Change your password")}</h2>
            <form class="form form--narrow" method="post" action="/api/account/password">
                <TextField name="old" label=lang.t("今のパスワード", "Current password") kind="password"
                    autocomplete="current-password" required=true lang=lang/>
                <TextField name="new" label=lang.t("新しいパスワード", "New password") kind="password"
                    hint=lang.t("12文字以上", "At least 12 characters") autocomplete="new-password" required=true lang=lang/>
                <TextField name="again" label=lang.t("新しいパスワード(確認)", "New password, again") kind="password"
                    autocomplete="new-password" required=true lang=lang/>
                <SubmitButton label=lang.t("変更する", "Change")/>
            </form>
            <h2>{lang.t("ログイン中の端末", "Signed-in devices")}</h2>
            <p>{lang.t(
                "共用の端末でログアウトし忘れたときなどに使ってください。",
                "Use this when you forgot to sign out on a shared device, for example.",
            )}</p>
            <form method="post" action="/api/account/sign-out-everywhere">
                <SubmitButton label=lang.t("すべての端末でログアウトする", "Sign out everywhere")/>
            </form>
        };
        Ok((Frame::new(lang.t("アカウント", "Your account")), view.into_any()))
    })
}
