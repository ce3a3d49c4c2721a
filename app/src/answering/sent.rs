//! After sending: the receipt, and what can still be done.

use domain::text::Lang;
use leptos::prelude::*;

use super::state::{State, Step};
use super::transfer::{code, devices};

/// Says that the draft is no longer what was sent; hidden where it is.
pub fn changed(state: State) -> AnyView {
    view! {
        <p class="flash flash--warning" role="status" id="changed" hidden=move || !state.changed.get()>
            {state.lang.t(
                "送信したあとに、この端末で回答が変わっています。もう一度送信するまでは、前に送った回答が数えられます。",
                "Your answers have changed on this device since you sent them. Until you send again, the earlier ones count.",
            )}
        </p>
    }
    .into_any()
}

/// The receipt and the ways on.
pub fn sent(state: State) -> AnyView {
    let lang = state.lang;
    let clearing = RwSignal::new(false);
    let (closes, list, named) = state.survey.with_value(|s| (s.closes.clone(), s.list.clone(), s.named));
    let review = !list.is_empty();
    let on = if list.is_empty() {
        lang.t("ホームへ", "Home")
    } else {
        lang.t("一覧へ戻る", "Back to the list")
    };
    let next = if list.is_empty() { "/".to_owned() } else { list };
    let again = match lang {
        Lang::Ja => format!("{closes}までは、何度でも送り直せます。送り直すと、前の回答と入れ替わります。"),
        Lang::En => format!("Until {closes} you may send again; the new answers then replace the old ones."),
    };
    view! {
        <section class="answer">
            <h2 id="answer-heading" tabindex="-1">{lang.t("送信しました。ありがとうございました。", "Sent. Thank you.")}</h2>
            {changed(state)}
            <p>
                {lang.t("受付番号 ", "Receipt ")}
                <strong class="code">{move || state.receipt.get()}</strong>
            </p>
            <p>{if named {
                lang.t("受付番号は、回答が届いたことの控えです。", "The receipt shows that a sheet arrived.")
            } else {
                lang.t(
                    "受付番号は、回答が届いたことの控えです。この番号から、だれの回答かは分かりません。",
                    "The receipt shows that a sheet arrived. Nobody can tell from it whose sheet it is.",
                )
            }}</p>
            <p>{again}</p>
            <p hidden=review>{lang.t(
                "締切のあとに集計し、決められた人数以上の集計だけを公表します。公表されるとメールとホームでお知らせします。",
                "After closing, answers are counted and only results of large enough groups are published. You will hear of it by mail and on the home page.",
            )}</p>
            <p>{lang.t(
                "ほかの人も使う端末では、最後に「この端末から消す」を押してください。",
                "On a device that others use too, press “Clear this device” before you go.",
            )}</p>
            <div class="answer-actions answer-actions--stack">
                <button class="button button--secondary" type="button" on:click=move |_| state.go(Step::Section(0))>
                    {lang.t("回答を見直す", "Look at my answers again")}
                </button>
                <button class="button button--secondary" type="button" id="clear-device"
                    aria-expanded=move || clearing.get().to_string() on:click=move |_| clearing.update(|c| *c = !*c)>
                    {lang.t("この端末から消す", "Clear this device")}
                </button>
                <a class="button" href=next>{on}</a>
            </div>
            {move || if clearing.get() { clear(state) } else { ().into_any() }}
            {devices(state)}
        </section>
    }
    .into_any()
}

/// What clearing the device means, the code for those who may want to come back, and the button that does it.
fn clear(state: State) -> AnyView {
    let lang = state.lang;
    view! {
        <div class="clear-device">
            <p>{lang.t(
                "入力した回答と、送り直すための鍵を、この端末から消します。送った回答は、そのまま数えられます。",
                "This removes your answers and the key for sending again from this device. What you sent still counts.",
            )}</p>
            <p>{lang.t(
                "消したあとに送り直すには、次の引き継ぎコードが必要です。送り直すかもしれない方は、ほかの人に見られないところに控えてください。",
                "To send again afterwards you need this transfer code. If you may want to, write it down where nobody else sees it.",
            )}</p>
            <p><code class="code">{move || code(state)}</code></p>
            <button class="button button--danger" type="button" id="clear-now" on:click=move |_| state.clear_device()>
                {lang.t("消す", "Clear")}
            </button>
        </div>
    }
    .into_any()
}
