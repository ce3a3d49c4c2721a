//! Parts of a page that keep themselves up to date. `app/script/live.js` asks for the page again and changes the text in
//! place; without script they are as of the moment the page was made, and say so.

use domain::text::Lang;
use leptos::prelude::*;

/// A part of a page that is asked for again every so many seconds, or does not change any more. `id` is unique on the
/// page.
pub(super) fn live(id: &'static str, every: Option<u32>, content: AnyView) -> AnyView {
    let script = every.map(|_| view! { <script type="module" src="/pkg/live.js"></script> });
    let every = every.map(|seconds| seconds.to_string());
    view! {
        <div class="live" id=id data-live=every>{content}</div>
        {script}
    }
    .into_any()
}

/// Says whether the part around it keeps itself up to date every so many seconds; the script chooses among the words. The
/// link leads to the same page, for those without script and those who do not want to wait.
pub(super) fn keeping(every: u32, here: &str, lang: Lang) -> AnyView {
    let on = match lang {
        Lang::Ja => format!("{every}秒ごとに自動で更新しています。"),
        Lang::En => format!("Updated by itself every {every} seconds."),
    };
    let still = lang.t(
        "最新の状況は、このページを読み込み直すと表示されます。",
        "Reload this page for the latest figures.",
    );
    let cut = lang.t(
        "更新できませんでした。表示は前回のものです。引き続き試しています。",
        "The last update failed; these are earlier figures. Still trying.",
    );
    let over = lang.t(
        "自動更新を終えました。最新の状況は、このページを読み込み直すと表示されます。",
        "Automatic updates have ended. Reload this page for the latest figures.",
    );
    let (label, here) = (lang.t("今すぐ更新する", "Update now"), here.to_owned());
    view! {
        <p class="muted small no-print">
            <span data-live-on=on data-live-cut=cut data-live-over=over>{still}</span>
        </p>
        <p class="no-print"><a class="button button--secondary button--small" href=here>{label}</a></p>
    }
    .into_any()
}
