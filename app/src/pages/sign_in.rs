//! Sign-in, forgotten password, and the pages behind mailed links.

use leptos::prelude::*;

use super::{Frame, page, param};
use crate::components::{Flash, FlashKind, SubmitButton, TextField};

/// Sign-in.
#[component]
pub fn SignInPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let next = context.query("next").unwrap_or_else(|| "/".into());
        let number = context.kept("number", "");
        let notice = match context.query("notice").as_deref() {
            Some("password") => Some(lang.t(
                "パスワードを変更しました。もう一度ログインしてください。",
                "Your password has been changed. Please sign in again.",
            )),
            Some("everywhere") => Some(
                lang.t("すべての端末でログアウトしました。", "You have been signed out on every device."),
            ),
            _ => None,
        };
        let notice = notice.map(|text| {
            view! { <Flash kind=FlashKind::Success message=text.to_owned() lang=lang/> }
        });
        let view = view! {
            {notice}
            <form class="form form--narrow" method="post" action="/api/sign-in">
                <input type="hidden" name="next" value=context.kept("next", &next)/>
                <TextField name="number" label=lang.t("職員番号またはメールアドレス", "Staff number or mail address")
                    value=number autocomplete="username" required=true lang=lang/>
                <TextField name="password" label=lang.t("パスワード", "Password") kind="password"
                    autocomplete="current-password" required=true lang=lang/>
                <SubmitButton label=lang.t("ログイン", "Sign in")/>
            </form>
            <p><a href="/forgot">{lang.t("パスワードを忘れた方・初めての方", "Forgotten your password, or here for the first time?")}</a></p>
            <p><a href="/anonymity">{lang.t("回答の匿名性はどのように守られるか", "How your answers stay anonymous")}</a></p>
        };
        let lead = lang.t(
            "ログインは、回答できる方かどうかを確かめるためだけに使います。回答の中身とは結び付きません。",
            "Signing in only shows that you may answer. It is never tied to what you answer.",
        );
        Ok((Frame::new(lang.t("ログイン", "Sign in")).lead(lead), view.into_any()))
    })
}

/// Asking for a mailed link.
#[component]
pub fn ForgotPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let view = view! {
            <form class="form form--narrow" method="post" action="/api/forgot">
                <TextField name="number" label=lang.t("職員番号またはメールアドレス", "Staff number or mail address")
                    value=context.kept("number", "") autocomplete="username" required=true lang=lang/>
                <SubmitButton label=lang.t("メールを送る", "Send the mail")/>
            </form>
            <p><a href="/sign-in">{lang.t("ログインへ戻る", "Back to sign-in")}</a></p>
        };
        let lead = lang.t(
            "名簿に登録されたメールアドレスに、パスワードを設定するためのリンクを送ります。リンクは1時間、一度だけ使えます。",
            "We will mail a link to the address on the roster. It works once, within one hour.",
        );
        Ok((Frame::new(lang.t("パスワードの設定・再設定", "Set a password")).lead(lead), view.into_any()))
    })
}

/// Setting a password by a mailed link.
#[component]
pub fn LinkPage() -> impl IntoView {
    let token = param("token");
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let title = lang.t("パスワードの設定", "Set your password");
        let found = service.registry.peek_link(&token, service.clock.now()).await?;
        if found.is_none() {
            context.status(410);
            let text = lang.t(
                "このリンクは期限切れか、すでに使われています。新しいリンクをメールで受け取ってください。",
                "This link has expired or has been used. Please have a new one mailed to you.",
            );
            let again = lang.t("新しいリンクを受け取る", "Get a new link");
            let view = view! { <p>{text}</p><p><a href="/forgot">{again}</a></p> };
            return Ok((Frame::new(title), view.into_any()));
        }
        let hint = lang.t(
            "12文字以上。覚えやすい文章でもかまいません。",
            "At least 12 characters; an easily remembered sentence is fine.",
        );
        let view = view! {
            <form class="form form--narrow" method="post" action="/api/password/link">
                <input type="hidden" name="token" value=token/>
                <TextField name="new" label=lang.t("新しいパスワード", "New password") kind="password" hint=hint
                    autocomplete="new-password" required=true lang=lang/>
                <TextField name="again" label=lang.t("新しいパスワード(確認)", "New password, again") kind="password"
                    autocomplete="new-password" required=true lang=lang/>
                <SubmitButton label=lang.t("設定する", "Set the password")/>
            </form>
        };
        Ok((Frame::new(title), view.into_any()))
    })
}
