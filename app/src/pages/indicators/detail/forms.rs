//! What HR does with an indicator: enter a value, link it to a survey or to a metric series.

use domain::indicator::Source;
use domain::text::Lang;
use leptos::prelude::*;
use service::indicator::{PlanRow, SurveyChoice, SurveyLink};
use service::metric::{MetricChoice, MetricLink};
use service::registry::headcount::UnitPeople;
use service::{Result, Service};

use crate::api::followup::value::YEARLY;
use crate::components::{ButtonKind, OptionGroup, SelectField, SubmitButton, TextArea, TextField};
use crate::context::Context;
use crate::pages::indicators::parts::unit_options;

/// What an indicator can be linked to.
pub(in crate::pages::indicators) struct Choices {
    surveys: Vec<SurveyChoice>,
    metrics: Vec<MetricChoice>,
    units: Vec<UnitPeople>,
}

impl Choices {
    /// Reads the surveys, the metric series and the units there are.
    pub(in crate::pages::indicators) async fn read(service: &Service) -> Result<Self> {
        Ok(Self {
            surveys: service.survey_choices().await?,
            metrics: service.metric_choices().await?,
            units: service.registry.headcount().await?,
        })
    }
}

/// A new value, and what feeds the row.
pub(in crate::pages::indicators) fn forms(context: &Context, row: &PlanRow, choices: Choices) -> AnyView {
    let Choices { surveys, metrics, units } = choices;
    view! {
        <div class="grid-2 no-print">
            {value_form(context, row.id)}
            <div>
                {survey_form(context, row, surveys, &units)}
                {metric_form(context, row, metrics, &units)}
            </div>
        </div>
    }
    .into_any()
}

/// The fields of the form for a value, by name, with what they are called.
pub(in crate::pages::indicators) const fn value_fields(lang: Lang) -> [(&'static str, &'static str); 5] {
    [
        ("value", lang.t("実績値", "Value")),
        ("counts", lang.t("分子/分母", "Counts")),
        ("as_of", lang.t("時点", "As of")),
        ("evidence", lang.t("根拠", "Evidence")),
        ("note", lang.t("備考", "Note")),
    ]
}

fn value_form(context: &Context, row: i64) -> AnyView {
    let lang = context.lang;
    let [value_label, counts_label, as_of_label, evidence_label, note_label] =
        value_fields(lang).map(|(_, label)| label);
    let kept = |field: &str| context.kept(field, "");
    let (value, as_of, counts) = (kept("value"), kept("as_of"), kept("counts"));
    let (evidence, note) = (kept("evidence"), kept("note"));
    view! {
        <section class="section" id="value-form" aria-labelledby="value-heading">
            <h2 id="value-heading">{lang.t("実績値の入力", "Enter a value")}</h2>
            <form class="form" method="post" action="/api/hr/followup/value">
                <input type="hidden" name="row" value=row.to_string()/>
                <TextField
                    name="value"
                    label=value_label
                    value=value
                    hint=lang.t(
                        "例: 42.3%、1,000人、62.4。割合は、下の「分子/分母」だけを入力すれば計算します。",
                        "For example 42.3%, 1,000 people, 62.4. A share is worked out where only its counts are given below.",
                    )
                    short=true
                    autocomplete="off"
                    lang=lang
                />
                <TextField
                    name="counts"
                    label=counts_label
                    value=counts
                    hint=lang.t(
                        "割合の場合。例: 8/19、19人中8人。少人数の割合は、個人が分かるため自動で非表示になります。",
                        "For a share, for example 8/19 or 8 of 19. Shares of few people are hidden by themselves, to protect them.",
                    )
                    short=true
                    autocomplete="off"
                    lang=lang
                />
                <TextField
                    name="as_of"
                    label=as_of_label
                    value=as_of
                    hint=lang.t(
                        "例: 令和7年10月、令和6年度、2025-04-01。同じ時点の手入力の値は置き換わります。",
                        "For example October 2025, FY2024, 2025-04-01. A value typed for the same time is replaced.",
                    )
                    required=true
                    short=true
                    autocomplete="off"
                    lang=lang
                />
                <TextArea
                    name="evidence"
                    label=evidence_label
                    value=evidence
                    hint=lang.t(
                        "確かめられる資料の名前や場所。全職員に示されます。",
                        "A document or a place it can be checked by. It is shown to all staff.",
                    )
                    max_length=1_000
                    rows=2
                    lang=lang
                />
                <TextArea
                    name="note"
                    label=note_label
                    value=note
                    hint=lang.t(
                        "集計方法の変更など、値を読むときに知っておくこと。全職員に示されます。",
                        "What to know when reading the value, such as another way of counting. It is shown to all staff.",
                    )
                    max_length=1_000
                    rows=2
                    lang=lang
                />
                <SubmitButton label=lang.t("記録する", "Record")/>
            </form>
        </section>
    }
    .into_any()
}

/// The value of an option for a figure: series and figure.
fn figure_value(link: &SurveyLink) -> String {
    format!("{} {}", link.series, link.figure)
}

fn survey_form(
    context: &Context,
    row: &PlanRow,
    surveys: Vec<SurveyChoice>,
    units: &[UnitPeople],
) -> AnyView {
    let lang = context.lang;
    let linked = row.survey.as_ref().map(figure_value).unwrap_or_default();
    let population = row.survey.as_ref().map(|link| link.population.clone()).unwrap_or_default();
    let (mut figures, mut people) = (Vec::new(), Vec::new());
    for survey in surveys {
        let title = survey.title.get(lang).to_owned();
        let options = survey.figures.iter().map(|choice| {
            (format!("{} {}", survey.series, choice.figure.code()), choice.label.get(lang).to_owned())
        });
        figures.push(OptionGroup { label: title.clone(), options: options.collect() });
        let options = survey.populations.into_iter().map(|(name, label)| (name, label.get(lang).to_owned()));
        let options: Vec<(String, String)> = options.collect();
        if !options.is_empty() {
            people.push(OptionGroup { label: title, options });
        }
    }
    let units = unit_options(units, lang).into_iter().map(|(id, words)| (format!("unit:{id}"), words));
    people.push(OptionGroup { label: lang.t("部署", "Units").to_owned(), options: units.collect() });
    let mut no_figure = vec![(String::new(), lang.t("連携しない", "No link").to_owned())];
    if !linked.is_empty() && !offers(&figures, &linked) {
        let words = lang
            .t("今の連携(今の調査票にはない数値)", "The present link (no figure of today’s questionnaire)");
        no_figure.push((linked.clone(), words.to_owned()));
    }
    let mut everybody = vec![(String::new(), lang.t("全体", "Everybody").to_owned())];
    if !population.is_empty() && !offers(&people, &population) {
        let words = lang.t("今の対象(今は選べない対象)", "The present group (no longer offered)");
        everybody.push((population.clone(), words.to_owned()));
    }
    let now = row.sources.iter().any(|source| matches!(source.source, Source::Survey { .. }));
    let (figure, population) = (context.kept("figure", &linked), context.kept("population", &population));
    let id = row.id;
    view! {
        <section class="section" id="link-form" aria-labelledby="link-heading">
            <h2 id="link-heading">{lang.t("調査との連携", "Link to a survey")}</h2>
            <form class="form" method="post" action="/api/hr/followup/link">
                <input type="hidden" name="row" value=id.to_string()/>
                <SelectField
                    name="figure"
                    label=lang.t("調査と領域・設問", "Survey and area or item")
                    options=no_figure
                    groups=figures
                    selected=figure
                    hint=linked_words(!linked.is_empty(), now, lang)
                    lang=lang
                />
                <SelectField
                    name="population"
                    label=lang.t("対象", "Of whom")
                    options=everybody
                    groups=people
                    selected=population
                    hint=lang.t(
                        "部署や属性の区分は、実施条件で全職員に示すと定めた調査だけが反映されます。",
                        "Units and groups follow only from surveys whose terms show them to all staff.",
                    )
                    lang=lang
                />
                <SubmitButton label=lang.t("連携を保存", "Save the link") kind=ButtonKind::Secondary/>
            </form>
        </section>
    }
    .into_any()
}

fn offers(groups: &[OptionGroup], wanted: &str) -> bool {
    groups.iter().flat_map(|group| &group.options).any(|(value, _)| value == wanted)
}

const fn linked_words(linked: bool, now: bool, lang: Lang) -> &'static str {
    match (linked, now) {
        (false, _) => lang.t(
            "連携すると、公表済みの回と、これから公表される回の数値が実績値になります。",
            "Once linked, the figure of every released wave becomes a value.",
        ),
        (true, true) => lang.t(
            "連携しています。新しい回が公表されると、実績値が加わります。",
            "Linked. A value is added whenever a new wave is released.",
        ),
        (true, false) => lang.t(
            "連携しています。全職員に示される結果が公表された回は、まだありません。",
            "Linked. No wave has been released yet that shows this to all staff.",
        ),
    }
}

fn metric_form(
    context: &Context,
    row: &PlanRow,
    metrics: Vec<MetricChoice>,
    units: &[UnitPeople],
) -> AnyView {
    let lang = context.lang;
    let heading = lang.t("統計系列との連携", "Link to a metric series");
    if metrics.is_empty() && row.metric.is_none() {
        let text = lang.t(
            "統計系列がまだありません。超過勤務などの系列を登録すると、ここで連携できます。",
            "There is no metric series yet. Once there is one, such as overtime, it can be linked here.",
        );
        return view! {
            <section class="section" id="metric-form" aria-labelledby="metric-heading">
                <h2 id="metric-heading">{heading}</h2>
                <p class="muted">{text}</p>
            </section>
        }
        .into_any();
    }
    let MetricLink { series: linked, unit: of_unit, yearly } = row.metric.clone().unwrap_or_default();
    let of_unit = of_unit.unwrap_or_default();
    let every = context.kept("every", if yearly { YEARLY } else { "" });
    let rhythms = vec![
        (String::new(), lang.t("系列の期間ごと", "Each period of the series").to_owned()),
        (
            YEARLY.to_owned(),
            lang.t(
                "年度ごと(月次の系列の、12か月そろった年度)",
                "Each fiscal year (of a monthly series, with all twelve months)",
            )
            .to_owned(),
        ),
    ];
    let mut series = vec![(String::new(), lang.t("連携しない", "No link").to_owned())];
    series.extend(metrics.into_iter().map(|choice| {
        let words = match lang {
            Lang::Ja => format!("{}({})", choice.name.get(lang), choice.unit.name(lang)),
            Lang::En => format!("{} ({})", choice.name.get(lang), choice.unit.name(lang)),
        };
        (choice.key, words)
    }));
    let mut whose = vec![(String::new(), lang.t("全部署の合計", "All units together").to_owned())];
    whose.extend(
        units.iter().zip(unit_options(units, lang)).map(|(unit, (_, words))| (unit.code.clone(), words)),
    );
    let gone = [
        (&linked, &mut series, lang.t("今の連携(今はない系列)", "The present link (no series any more)")),
        (&of_unit, &mut whose, lang.t("今の対象(今はない部署)", "The present unit (no more)")),
    ];
    for (value, options, words) in gone {
        if !options.iter().any(|(offered, _)| offered == value) {
            options.push((value.clone(), words.to_owned()));
        }
    }
    let (chosen, unit) = (context.kept("series", &linked), context.kept("unit", &of_unit));
    let id = row.id;
    view! {
        <section class="section" id="metric-form" aria-labelledby="metric-heading">
            <h2 id="metric-heading">{heading}</h2>
            <form class="form" method="post" action="/api/hr/followup/metric-link">
                <input type="hidden" name="row" value=id.to_string()/>
                <SelectField
                    name="series"
                    label=lang.t("統計系列", "Metric series")
                    options=series
                    selected=chosen
                    hint=lang.t(
                        "連携すると、系列の期間ごとの合計が実績値になります。調査との連携は解除されます。",
                        "Once linked, the total of each period becomes a value. A link to a survey ends.",
                    )
                    lang=lang
                />
                <SelectField
                    name="unit"
                    label=lang.t("部署の範囲", "Of which units")
                    options=whose
                    selected=unit
                    hint=lang.t("部署を選ぶと、その下の部署を含めて合計します。", "A unit counts with everything below it.")
                    lang=lang
                />
                <SelectField
                    name="every"
                    label=lang.t("実績値にする期間", "A value for")
                    options=rhythms
                    selected=every
                    hint=lang.t(
                        "1人当たりの系列は、年度ごとでは1人・1か月当たりの平均になります。",
                        "By the year, a series per person becomes the average per person and month.",
                    )
                    lang=lang
                />
                <SubmitButton label=lang.t("統計系列を保存", "Save the series") kind=ButtonKind::Secondary/>
            </form>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_offered_is_found_under_any_heading() {
        let group = |label: &str, value: &str| OptionGroup {
            label: label.into(),
            options: vec![(value.to_owned(), "語".to_owned())],
        };
        let groups = [group("甲", "engagement index"), group("乙", "pulse item:q1")];
        assert!(offers(&groups, "pulse item:q1"));
        assert!(!offers(&groups, "pulse item:q2") && !offers(&[], ""));
    }

    #[test]
    fn a_link_is_told_from_one_that_has_brought_nothing_yet() {
        let words = |linked, now| linked_words(linked, now, Lang::Ja);
        assert_ne!(words(true, true), words(true, false));
        assert_eq!(words(false, true), words(false, false));
    }
}
