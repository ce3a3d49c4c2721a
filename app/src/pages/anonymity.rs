//! How anonymity works, and where it ends, in plain words.

use domain::text::Lang;
use leptos::prelude::*;

use super::{Frame, page};

/// What holds once a survey is counted.
pub fn after_counting(lang: Lang) -> AnyView {
    let text = lang.t(
        "締切のあとに集計すると、封をした回答も、だれが回答券を受け取ったかの記録も消します。そのあとは、システム管理者がデータベースを見ても、だれの回答かは分かりません。",
        "When a survey is counted after closing, the sealed answers and the record of who took a ballot are erased. After that nobody can tell whose answers are whose, not even an administrator with the database in hand.",
    );
    view! { <p>{text}</p> }.into_any()
}

/// What does not hold before that.
pub fn while_open(lang: Lang) -> AnyView {
    let text = lang.t(
        "受付期間中は、サーバーを運用する人がデータベース・鍵・通信の記録をすべて使えば、だれの回答か推測できるおそれがあります。",
        "While a survey is open, whoever runs the server and used the databases, the keys and a record of the traffic together might guess whose answers are whose.",
    );
    view! { <p>{text}</p> }.into_any()
}

/// How anonymity works, for everybody.
#[component]
pub fn AnonymityPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let steps: [(&str, &str); 5] = [
            (
                lang.t("1. 名簿を固定し、区分を作る", "1. The roster is frozen into groups"),
                lang.t(
                    "調査が始まる前に、部署を、実施条件に書かれた人数(ふつうは5人)以上の集計区分にまとめます。回答のほかに回答票に付くのは、この区分の番号だけです。",
                    "Before a survey opens, units are put into groups of at least as many people as its terms say (usually five). Beside the answers, the number of that group is the only thing a sheet carries.",
                ),
            ),
            (
                lang.t("2. 目隠しした回答券を受け取る", "2. You get a ballot, blindfolded"),
                lang.t(
                    "回答を始めるときに、端末が作った番号を、サーバーは見ないまま認証します。あとでその回答券が使われても、だれに渡したものかは、回答券からは分かりません(RFC 9497)。",
                    "When you start, your device makes a number and the server certifies it without seeing it. When the ballot is used later, nothing in it tells whom it was given to (RFC 9497).",
                ),
            ),
            (
                lang.t("3. 端末で封をして送る", "3. Sealed on your device"),
                lang.t(
                    "回答は端末で暗号化され、ログイン情報なしで届けられます(RFC 9180)。名前も時刻も、接続元も記録しません。",
                    "Your answers are encrypted on your device and sent without your sign-in (RFC 9180). No name, time or address is kept.",
                ),
            ),
            (
                lang.t("4. 締切のあと、まとめて開ける", "4. Opened together, after closing"),
                lang.t(
                    "順番を入れ替えて開き、自由記述を切り離します。封をした回答、回答券、だれが受け取ったかの記録は消します。",
                    "Sheets are opened in random order and comments are split off. Sealed answers, ballots and the record of who took one are erased.",
                ),
            ),
            (
                lang.t("5. 人数の足りない集計は出さない", "5. Small groups are never shown"),
                lang.t(
                    "少ない人数の数値は出しません。引き算で分かってしまう数値も出しません。",
                    "No figure of a small group is shown, nor one from which it could be worked out by subtraction.",
                ),
            ),
        ];
        let steps = steps
            .into_iter()
            .map(|(head, text)| view! { <section><h2>{head}</h2><p>{text}</p></section> })
            .collect_view();
        let view = view! {
            {steps}
            <section>
                <h2>{lang.t("管理者評価・360度評価では", "In reviews of managers")}</h2>
                <p>{lang.t(
                    "部下・同僚の回答は、評価を受ける人ごとの評価者区分(ふつうは3人以上)で数えます。一人について一枚ずつ、別々の回答券で封をするため、同じ人の回答どうしも結び付きません。ご自身と上司の回答だけは、名前とともに示されます。回答する前に、一人ずつその区分と人数を示します。",
                    "Answers of subordinates and peers are counted by group of raters of each person rated, usually of three or more. Each person is rated on a sheet of its own with a ballot of its own, so two sheets by the same hand cannot be told to belong together. Only what people say of themselves, and as a superior, is shown by name. Before each person the page says in which group of how many an answer counts.",
                )}</p>
            </section>
            <section>
                <h2>{lang.t("守れないこと", "What cannot be protected")}</h2>
                <ul>
                    <li>{lang.t(
                        "自由記述の内容から、書いた人が分かることがあります。",
                        "A comment may give its author away.",
                    )}</li>
                    <li>{lang.t(
                        "全員が同じ答えをすれば、その答えは知られます。",
                        "If everybody answers alike, that answer becomes known.",
                    )}</li>
                    <li>{while_open(lang)}</li>
                    <li>{lang.t(
                        "回答の受け付けを別の組織が運用すれば、通信からの推測は難しくなりますが、完全には防げません。",
                        "Letting another organisation run the intake of sheets makes guessing from traffic harder, but does not rule it out.",
                    )}</li>
                    <li>{lang.t(
                        "受付期間中に取ったバックアップには、封をした回答などが残ります。",
                        "Backups made while a survey was open still hold what was erased elsewhere, such as sealed answers.",
                    )}</li>
                    <li>{lang.t(
                        "お使いの端末に監視ソフトがあれば、この仕組みでは防げません。",
                        "If your device itself is watched, nothing here can help.",
                    )}</li>
                </ul>
            </section>
        };
        let lead = lang.t(
            "約束だけでなく、しくみで守ります。集計が終われば、データベースを見ても、だれの回答かは分かりません。",
            "Kept by construction, not by promise alone: once a survey is counted, the database does not tell whose answers are whose.",
        );
        Ok((
            Frame::new(lang.t("回答が匿名であるしくみ", "How your answers stay anonymous")).lead(lead),
            view.into_any(),
        ))
    })
}
