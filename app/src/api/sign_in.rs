//! Signing in and out, passwords, language. Everything that touches the session of the account itself is in the
//! server (`server::sign_in`), which knows axum-login; here are the forms that do not.

use leptos::prelude::*;

/// Changes the password of the signed-in person; every other browser is signed out thereby.
#[server(prefix = "/api", endpoint = "account/password")]
pub async fn change_password(old: String, new: String, again: String) -> Result<(), ServerFnError> {
    use crate::context::Context;
    use crate::flash;
    let context = Context::now();
    let service = context.service();
    let Some(person) = context.person() else { return Err(context.refuse(&service::Error::Forbidden)) };
    if new != again {
        return flash::refused(differ(), [], "/account").await;
    }
    match service.registry.change_password(person.id, &old, &new, service.clock.now()).await {
        Ok(()) => {
            // The session has just become void, and a message left in it with it.
            context.redirect("/sign-in?notice=password");
            Ok(())
        }
        Err(error) => flash::refused(error, [], "/account").await,
    }
}

/// Signs the person out on every device, this one included.
#[server(prefix = "/api", endpoint = "account/sign-out-everywhere")]
pub async fn sign_out_everywhere() -> Result<(), ServerFnError> {
    use crate::context::Context;
    use crate::flash;
    let context = Context::now();
    let Some(person) = context.person() else { return Err(context.refuse(&service::Error::Forbidden)) };
    match context.service().registry.sign_out_everywhere(person.id).await {
        Ok(()) => {
            context.redirect("/sign-in?notice=everywhere");
            Ok(())
        }
        Err(error) => flash::refused(error, [], "/account").await,
    }
}

/// Mails a link for a new password. The answer is the same whether there is such an account or not.
#[server(prefix = "/api", endpoint = "forgot")]
pub async fn request_reset(number: String) -> Result<(), ServerFnError> {
    use crate::context::Context;
    use crate::flash;
    let context = Context::now();
    let service = context.service();
    match service.registry.request_reset(&number, &service.settings, &service.master, service.clock.now()).await {
        Ok(()) => {
            flash::done(
                "登録があれば、再設定のためのメールを送りました。届かない場合は、迷惑メールの確認のうえ人事担当に相談してください。",
                "If there is such an account, a mail with a link has been sent. If none arrives, please ask the personnel division.",
                "/sign-in",
            )
            .await
        }
        Err(error) => flash::refused(error, [("number", number)], "/forgot").await,
    }
}

/// Sets the password by a mailed link, which then is used up.
#[server(prefix = "/api", endpoint = "password/link")]
pub async fn set_password_by_link(token: String, new: String, again: String) -> Result<(), ServerFnError> {
    use crate::context::Context;
    use crate::flash;
    let service = Context::now().service();
    // Only what a token can consist of goes into the address.
    let safe: String =
        token.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    let back = format!("/reset/{safe}");
    if new != again {
        return flash::refused(differ(), [], &back).await;
    }
    match service.registry.use_link(&token, &new, service.clock.now()).await {
        Ok(()) => {
            flash::done(
                "パスワードを設定しました。ログインしてください。",
                "Your password has been set. Please sign in.",
                "/sign-in",
            )
            .await
        }
        Err(error) => flash::refused(error, [], &back).await,
    }
}

#[cfg(feature = "ssr")]
fn differ() -> service::Error {
    service::Error::invalid(
        "二つの新しいパスワードが一致していません。",
        "The two new passwords are not the same.",
    )
}
