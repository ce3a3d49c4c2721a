//! The transfer code: the ballot's seed, carried to another device by the person themselves.

use domain::ballot::Seed;
use leptos::prelude::*;

use super::island::{Sending, State};

/// Enters a code from another device.
#[component]
pub fn EnterCode(state: State) -> impl IntoView {
    let lang = state.lang;
    let typed = RwSignal::new(String::new());
    let said = RwSignal::new("");
    let take = move |_| match Seed::from_transfer_code(&typed.get_untracked()) {
        Some(seed) => {
            state.seed.set(hex::encode(seed.bytes()));
            state.sending.set(Sending::TakenOver);
            state.keep();
            typed.set(String::new());
            said.set(lang.t(
                "引き継ぎました。この端末から送信できます。",
                "Taken over. You can send from this device.",
            ));
        }
        None => said.set(lang.t(
            "コードが正しくありません。もう一度確かめてください。",
            "This code is not correct. Please check it once more.",
        )),
    };
    view! {
        <details class="transfer">
            <summary>{lang.t("別の端末で始めた方(引き継ぎコードの入力)", "Started on another device? Enter its transfer code")}</summary>
            <label class="field">
                <span class="field-label">{lang.t("引き継ぎコード", "Transfer code")}</span>
                <input class="input" type="text" autocomplete="off" spellcheck="false" prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))/>
            </label>
            <button class="button button--secondary" type="button" on:click=take>{lang.t("引き継ぐ", "Take over")}</button>
            <p role="status">{move || said.get()}</p>
        </details>
    }
}

/// Shows this device's code.
#[component]
pub fn Devices(state: State) -> impl IntoView {
    let lang = state.lang;
    let code = move || {
        let seed = hex::decode(state.seed.get()).ok().and_then(|b| <[u8; 32]>::try_from(b).ok())?;
        Some(Seed::new(seed).transfer_code())
    };
    view! {
        <details class="transfer">
            <summary>{lang.t("別の端末から送り直すには", "To send again from another device")}</summary>
            <p>{lang.t(
                "次の引き継ぎコードを、別の端末の回答ページで入力してください。このコードを持つ人は、あなたの回答を差し替えられます。だれにも見せないでください。",
                "Enter this transfer code on the answering page of the other device. Whoever has it can replace your answers: show it to nobody.",
            )}</p>
            <p><code class="code">{code}</code></p>
        </details>
    }
}
