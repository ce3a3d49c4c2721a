//! What a file of numbers would change, before anything is written.

use domain::metric::Period;
use domain::text::Lang;
use leptos::prelude::*;
use service::metric::{MetricPreview, SeriesPreview};

use super::{HERE, name};
use crate::components::{
    ButtonKind, EmptyState, Figure, Flash, FlashKind, ScrollTable, SubmitButton, own_lang,
};
use crate::pages::hr::{button_form, grouped};
use crate::pages::{Frame, page};

/// The file that waits, compared with what is stored.
#[component]
pub fn MetricsPreviewPage() -> impl IntoView {
    page(|context| async move {
        let lang = context.lang;
        let service = context.service();
        let person = context.person().ok_or(service::Error::Forbidden)?;
        let frame = Frame::new(lang.t("取込み内容の確認", "What the file would change"))
            .crumb(lang.t("ホーム", "Home"), "/")
            .crumb(name(lang), HERE);
        let view = match service.preview_metrics(person.id).await {
            Ok(Some(preview)) => changes(preview, lang),
            Ok(None) => nothing(lang),
            Err(service::Error::Invalid(text)) => refused(text.get(lang).to_owned(), lang),
            Err(error) => return Err(error),
        };
        Ok((frame, view))
    })
}

fn nothing(lang: Lang) -> AnyView {
    view! {
        <EmptyState
            title=lang.t("確認を待つファイルはありません", "No file is waiting")
            text=lang.t(
                "数値のファイルをアップロードすると、変更の内容がここに表示されます。ファイルは1日だけ保管します。",
                "After you upload a file of numbers, its changes are shown here. A file is kept for one day.",
            )
            action=Some((lang.t("ファイルを選ぶ", "Choose a file").to_owned(), format!("{HERE}#upload")))
        />
    }
    .into_any()
}

/// Units or series have changed since the file came.
fn refused(why: String, lang: Lang) -> AnyView {
    view! {
        <Flash kind=FlashKind::Error message=why lang=lang/>
        <div class="actions">
            <a class="button button--secondary" href="/hr/metrics#upload">
                {lang.t("直したファイルを選ぶ", "Choose a corrected file")}
            </a>
            {discard(lang)}
        </div>
    }
    .into_any()
}

fn discard(lang: Lang) -> AnyView {
    let button = view! {
        <SubmitButton label=lang.t("やめる(ファイルを破棄)", "Stop, and throw the file away") kind=ButtonKind::Secondary/>
    };
    button_form("/api/hr/metrics/discard", Vec::new(), button.into_any())
}

fn changes(preview: MetricPreview, lang: Lang) -> AnyView {
    let MetricPreview { name, digest, rows, series } = preview;
    let sum = |count: fn(&SeriesPreview) -> usize| series.iter().map(count).sum::<usize>();
    let (new, changed, same) = (sum(|one| one.new), sum(|one| one.changed), sum(|one| one.same));
    let tiles = [
        (lang.t("新しい数値", "New numbers"), new),
        (lang.t("置き換わる数値", "Numbers replaced"), changed),
        (lang.t("変わらない数値", "As before"), same),
    ]
    .into_iter()
    .map(|(label, count)| view! { <Figure label=label value=Some(grouped(count as u64)) lang=lang/> })
    .collect_view();
    let note = (new + changed == 0).then(|| {
        let words = lang.t(
            "このファイルの数値は、すべて登録済みのものと同じです。取り込んでも何も変わりません。",
            "All numbers of this file are stored already. Importing it changes nothing.",
        );
        view! { <p>{words}</p> }
    });
    let lines = series.into_iter().map(|one| row(one, lang)).collect_view();
    let size = match lang {
        Lang::Ja => format!("{}行", grouped(rows as u64)),
        Lang::En => format!("{} rows", grouped(rows as u64)),
    };
    let caption = lang.t("系列ごとの変更", "Changes by series");
    let accept = view! { <SubmitButton label=lang.t("取り込む", "Import")/> };
    let name_lang = own_lang(&name, lang);
    view! {
        <dl class="facts">
            <dt>{lang.t("ファイル", "File")}</dt><dd lang=name_lang>{name}</dd>
            <dt>{lang.t("大きさ", "Size")}</dt><dd>{size}</dd>
        </dl>
        <section class="section" aria-labelledby="changes-heading">
            <h2 id="changes-heading">{caption}</h2>
            <div class="figures">{tiles}</div>
            {note}
            <ScrollTable caption=caption table_class="table--compact">
                <thead>
                    <tr>
                        <th scope="col">{lang.t("系列", "Series")}</th>
                        <th scope="col">{lang.t("期間", "Periods")}</th>
                        <th scope="col" class="num">{lang.t("部署", "Units")}</th>
                        <th scope="col" class="num">{lang.t("新規", "New")}</th>
                        <th scope="col" class="num">{lang.t("変更", "Changed")}</th>
                        <th scope="col" class="num">{lang.t("変更なし", "As before")}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </ScrollTable>
            <div class="actions">
                {button_form("/api/hr/metrics/accept", vec![("file", digest)], accept.into_any())}
                {discard(lang)}
            </div>
        </section>
    }
    .into_any()
}

fn row(one: SeriesPreview, lang: Lang) -> AnyView {
    let called = one.series.name.get(lang).to_owned();
    let called_lang = own_lang(&called, lang);
    let count = |n: usize| grouped(n as u64);
    let class = if one.changed > 0 {
        Some("is-changed")
    } else if one.new > 0 {
        Some("is-added")
    } else {
        None
    };
    view! {
        <tr class=class>
            <th scope="row" class="text" lang=called_lang>{called}</th>
            <td class="nowrap">{between(one.periods, lang)}</td>
            <td class="num">{count(one.units)}</td>
            <td class="num">{count(one.new)}</td>
            <td class="num">{count(one.changed)}</td>
            <td class="num">{count(one.same)}</td>
        </tr>
    }
    .into_any()
}

/// `令和7年4月~令和7年10月`, or the one period there is.
fn between((first, last): (Period, Period), lang: Lang) -> String {
    match (first == last, lang) {
        (true, _) => first.label(lang),
        (false, Lang::Ja) => format!("{}~{}", first.label(lang), last.label(lang)),
        (false, Lang::En) => format!("{} – {}", first.label(lang), last.label(lang)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_period_is_told_once() {
        let period = |text: &str| Period::parse(text).expect("a period");
        assert_eq!(between((period("2025-04"), period("2025-04")), Lang::Ja), "令和7年4月");
        assert_eq!(between((period("2025-04"), period("2025-10")), Lang::En), "April 2025 – October 2025");
    }
}
