//! The transfer code: the ballot's seed, carried to another device by the person themselves.

use domain::ballot::Seed;
use leptos::prelude::*;

use super::state::State;

/// This device's code.
pub fn code(state: State) -> Option<String> {
    let seed: [u8; 32] = hex::decode(state.seed.get()).ok()?.try_into().ok()?;
    Some(Seed::new(seed).transfer_code())
}

/// Enters a code from another device. That it was taken over is said where the outcome of sending is said.
pub fn enter_code(state: State) -> AnyView {
    let lang = state.lang;
    let typed = RwSignal::new(String::new());
    let said = RwSignal::new("");
    let take = move |_| match Seed::from_transfer_code(&typed.get_untracked()) {
        Some(seed) => {
            state.take_over(hex::encode(seed.bytes()));
            typed.set(String::new());
            said.set("");
        }
        None => said.set(lang.t(
            "コードが正しくありません。もう一度確かめてください。",
            "This code is not correct. Please check it once more.",
        )),
    };
    view! {
        <details class="transfer" open=move || state.cleared.get()>
            <summary>{lang.t("別の端末で始めた方(引き継ぎコードの入力)", "Started on another device? Enter its transfer code")}</summary>
            <p>{lang.t(
                "コードは、始めた端末の回答画面のいちばん下、「別の端末で続ける・送り直すには」の中にあります。",
                "You find the code at the end of the answering page on the device you started on, under “To go on or send again on another device”.",
            )}</p>
            <label class="field">
                <span class="field-label">{lang.t("引き継ぎコード", "Transfer code")}</span>
                <input class="input" type="text" autocomplete="off" spellcheck="false" prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))/>
            </label>
            <button class="button button--secondary" type="button" on:click=take>{lang.t("引き継ぐ", "Take over")}</button>
            <p role="status">{move || said.get()}</p>
        </details>
    }
    .into_any()
}

/// Shows this device's code, once there is a ballot that it stands for.
pub fn devices(state: State) -> AnyView {
    let lang = state.lang;
    view! {
        <details class="transfer" hidden=move || state.ballot.with(String::is_empty)>
            <summary>{lang.t("別の端末で続ける・送り直すには", "To go on or send again on another device")}</summary>
            <p>{lang.t(
                "別の端末の回答ページで、次の引き継ぎコードを入力してください。入力した回答は移りません。別の端末で答え直して送ると、前に送った回答と入れ替わります。コードを知った人は、あなたの回答を差し替えられます。だれにも見せないでください。",
                "Enter this transfer code on the answering page of the other device. Your answers do not move along: you answer anew there, and what you send from there replaces what you sent before. Whoever has the code can replace your answers, so show it to nobody.",
            )}</p>
            <p><code class="code">{move || code(state)}</code></p>
        </details>
    }
    .into_any()
}
