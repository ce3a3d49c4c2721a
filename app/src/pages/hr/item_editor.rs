//! The editor of one item.

use domain::questionnaire::editing::item_form::{CHECKED, ItemForm, KINDS, kind_label};
use domain::questionnaire::{Area, Item, Questionnaire};
use domain::text::Lang;
use leptos::prelude::*;
use service::registry::editing::{Bank, banks};

use super::questionnaires::{Errors, LIST, condition_options, list_name};
use crate::components::{
    ButtonKind, CheckField, ErrorSummary, Flash, FlashKind, SelectField, SubmitButton, TextArea, TextField,
};
use crate::context::Context;
use crate::flash::Mood;
use crate::pages::{Frame, page, param};

/// The item that is edited, or the place of a new one.
struct Target {
    /// The questionnaire's id.
    questionnaire: i64,
    /// The section's key.
    section: String,
    /// The item's key; empty for a new item.
    old: String,
    /// As stored, or empty.
    form: ItemForm,
}

/// Edits an item, or adds one (`/items/new?section=…&kind=…`). With `?kind=…` an item is shown as one of another kind;
/// that is stored only when the form is.
#[component]
pub fn ItemEditorPage() -> impl IntoView {
    let (id, item) = (param("id"), param("item"));
    page(|context| async move {
        let lang = context.lang;
        let id: i64 = id.parse().map_err(|_| service::Error::NotFound)?;
        let stored = context.service().registry.questionnaire(id).await?;
        let q = &stored.questionnaire;
        let target = target(&context, id, q, &item)?;
        let title = match (target.old.is_empty(), lang) {
            (true, Lang::Ja) => format!("設問の追加({})", kind_label(&target.form.kind, lang)),
            (true, Lang::En) => format!("Add an item: {}", kind_label(&target.form.kind, lang)),
            (false, Lang::Ja) => format!("設問「{}」の編集", target.old),
            (false, Lang::En) => format!("Edit item “{}”", target.old),
        };
        let back = format!("{LIST}/{id}#section-{}", target.section);
        let frame = Frame::new(title)
            .crumb(lang.t("ホーム", "Home"), "/")
            .crumb(list_name(lang), LIST)
            .crumb(q.title.get(lang), back.clone());
        let view = if stored.frozen {
            let message = lang.t(
                "この版は調査で使われているため、変更できません。調査票のページから新しい版を作ってください。",
                "This version is used by a campaign and cannot be changed. Make a new version on the questionnaire's page.",
            );
            view! { <Flash kind=FlashKind::Info message=message lang=lang/> }.into_any()
        } else {
            editor(&context, target, q, &banks()?, back)
        };
        Ok((frame, view))
    })
}

fn target(context: &Context, id: i64, q: &Questionnaire, item: &str) -> service::Result<Target> {
    // "new" may be the key of an item as well; only a section makes it a new one.
    if let Some(section) = context.query("section").filter(|_| item == "new") {
        if !q.sections.iter().any(|s| s.key == section) {
            return Err(service::Error::NotFound);
        }
        let kind = context.query("kind").unwrap_or_default();
        let kind = if KINDS.contains(&kind.as_str()) { kind.as_str() } else { "scale" };
        return Ok(Target { questionnaire: id, section, old: String::new(), form: ItemForm::new(kind) });
    }
    let found = q.items().find(|(_, i)| i.key == item).ok_or(service::Error::NotFound)?;
    let form = ItemForm::of(found.1);
    let form = match context.query("kind").filter(|kind| KINDS.contains(&kind.as_str())) {
        Some(kind) => form.with_kind(&kind),
        None => form,
    };
    Ok(Target { questionnaire: id, section: found.0.key.clone(), old: item.to_owned(), form })
}

/// Items that stand before the one edited, or, for a new one, all up to the end of its section.
fn earlier<'q>(target: &Target, q: &'q Questionnaire) -> Vec<&'q Item> {
    let mut found = Vec::new();
    for section in &q.sections {
        for item in &section.items {
            if item.key == target.old {
                return found;
            }
            found.push(item);
        }
        if target.old.is_empty() && section.key == target.section {
            break;
        }
    }
    found
}

fn editor(context: &Context, target: Target, q: &Questionnaire, banks: &[Bank], back: String) -> AnyView {
    let lang = context.lang;
    let refused = context.flash().is_some_and(|f| f.mood == Mood::Error);
    let conditions = condition_options(earlier(&target, q), lang);
    let Target { questionnaire, section, old, form } = target;
    let (form, errors) = if refused {
        let form = form.kept(|name, text| context.kept(name, text));
        let errors = Errors::of(form.parse(), lang);
        (form, errors)
    } else {
        (form, Errors::default())
    };
    let kind = form.kind.clone();
    let other_kind = (!old.is_empty()).then(|| other_kind(questionnaire, &old, &kind, lang));
    let fields = Fields { form: &form, errors: &errors, lang };
    view! {
        <ErrorSummary errors=errors.summary("") lang=lang/>
        {other_kind}
        <form class="form" method="post" action="/api/hr/questionnaires/item">
            <input type="hidden" name="id" value=questionnaire.to_string()/>
            <input type="hidden" name="section" value=section/>
            <input type="hidden" name="old" value=old/>
            <input type="hidden" name="kind" value=kind/>
            {fields.words()}
            {fields.kind()}
            {fields.settings(areas(q, banks, lang), conditions)}
            <div class="actions">
                <SubmitButton label=lang.t("設問を保存する", "Save the item")/>
                <a class="button button--secondary" href=back>{lang.t("保存せずに戻る", "Back without saving")}</a>
            </div>
        </form>
    }
    .into_any()
}

/// The choice of another kind for an item. Nothing is stored by it.
fn other_kind(questionnaire: i64, item: &str, kind: &str, lang: Lang) -> AnyView {
    let action = format!("{LIST}/{questionnaire}/items/{item}");
    let kinds = KINDS.iter().map(|k| ((*k).to_owned(), kind_label(k, lang).to_owned())).collect::<Vec<_>>();
    let hint = lang.t(
        "保存するまで何も変わりません。まだ保存していない入力は元に戻るので、先に種類を選んでください。種類を変えた設問は前回と比べられないため、キーも変えてください。",
        "Nothing changes until you save. Choose the kind first: what you have not saved yet is set back. An item of another kind cannot be compared with earlier waves, so please change its key as well.",
    );
    let selected = kind.to_owned();
    view! {
        <details class="disclosure">
            <summary>{lang.t("設問の種類を変える", "Change the kind of item")}</summary>
            <form class="form" method="get" action=action>
                <SelectField name="kind" id="other-kind" label=lang.t("設問の種類", "Kind of item") options=kinds
                    selected=selected hint=hint lang=lang/>
                <div class="actions">
                    <SubmitButton label=lang.t("この種類にする", "Use this kind") kind=ButtonKind::Secondary/>
                </div>
            </form>
        </details>
    }
    .into_any()
}

/// The questionnaire's areas and those of the banks, after "none".
fn areas(q: &Questionnaire, banks: &[Bank], lang: Lang) -> Vec<(String, String)> {
    let none = (String::new(), lang.t("なし", "None").to_owned());
    let mut known: Vec<&Area> = Vec::new();
    for area in q.areas.iter().chain(banks.iter().flat_map(|bank| &bank.areas)) {
        if known.iter().all(|other| other.key != area.key) {
            known.push(area);
        }
    }
    let known = known.into_iter().map(|area| (area.key.clone(), area.label.get(lang).to_owned()));
    std::iter::once(none).chain(known).collect()
}

/// How options and rows are written.
const fn choices_hint(lang: Lang) -> &'static str {
    lang.t(
        "一行に一つ、「日本語 | English」の形で書きます。キーは自動で付きます(決めるときは「キー | 日本語 | English」)。",
        "One a line, written as “Japanese | English”. Keys are made from the English words, or written first: “key | Japanese | English”.",
    )
}

/// The fields of the form.
struct Fields<'f> {
    form: &'f ItemForm,
    errors: &'f Errors,
    lang: Lang,
}

impl Fields<'_> {
    fn line(&self, name: &'static str, label: &str, value: &str, hint: &str, required: bool) -> AnyView {
        let (label, value, hint) = (label.to_owned(), value.to_owned(), hint.to_owned());
        let error = self.errors.get(name);
        view! {
            <TextField name=name label=label value=value hint=hint error=error required=required lang=self.lang/>
        }
        .into_any()
    }

    fn lines(&self, name: &'static str, label: &str, value: &str, hint: &str, rows: u32) -> AnyView {
        let (label, value, hint) = (label.to_owned(), value.to_owned(), hint.to_owned());
        let error = self.errors.get(name);
        view! { <TextArea name=name label=label value=value hint=hint error=error rows=rows lang=self.lang/> }
            .into_any()
    }

    fn number(&self, name: &'static str, label: &str, value: &str, step: &str) -> AnyView {
        let (label, value, step) = (label.to_owned(), value.to_owned(), step.to_owned());
        let error = self.errors.get(name);
        view! {
            <TextField name=name label=label value=value kind="number" step=step error=error short=true
                lang=self.lang/>
        }
        .into_any()
    }

    fn date(&self, name: &'static str, label: &str, value: &str) -> AnyView {
        let (label, value) = (label.to_owned(), value.to_owned());
        let error = self.errors.get(name);
        view! { <TextField name=name label=label value=value kind="date" error=error lang=self.lang/> }
            .into_any()
    }

    fn check(&self, name: &'static str, label: &str, value: &str, hint: &str) -> AnyView {
        let (label, hint, checked) = (label.to_owned(), hint.to_owned(), value == CHECKED);
        let error = self.errors.get(name);
        view! { <CheckField name=name label=label value=CHECKED checked=checked hint=hint error=error/> }
            .into_any()
    }

    /// Key, question, explanation.
    fn words(&self) -> AnyView {
        let (form, lang) = (self.form, self.lang);
        let key_hint = lang.t(
            "空欄なら、英語の設問文から自動で付きます。前回と比べる設問は、同じキーを使い続けてください。半角英小文字、数字、-、_ で64文字まで。",
            "Left empty, it is made from the English question. Keep the key of an item that is compared with earlier waves. Lower-case letters, digits, - and _, at most 64.",
        );
        [
            self.line("key", lang.t("キー", "Key"), &form.key, key_hint, false),
            self.lines("text_ja", lang.t("設問文(日本語)", "Question (Japanese)"), &form.text_ja, "", 2),
            self.lines("text_en", lang.t("設問文(英語)", "Question (English)"), &form.text_en, "", 2),
            self.lines("help_ja", lang.t("補足説明(日本語)", "Explanation (Japanese)"), &form.help_ja, "", 2),
            self.lines("help_en", lang.t("補足説明(英語)", "Explanation (English)"), &form.help_en, "", 2),
        ]
        .into_iter()
        .collect_view()
        .into_any()
    }

    /// What this kind of item needs.
    fn kind(&self) -> AnyView {
        let (form, lang) = (self.form, self.lang);
        let fields: Vec<AnyView> = match form.kind.as_str() {
            "scale" => vec![self.labels(), self.reversed()],
            "single" => vec![self.options(false)],
            "multiple" => vec![
                self.options(true),
                self.number("min", lang.t("最少の選択数", "Fewest options"), &form.min, "1"),
                self.number(
                    "max",
                    lang.t("最多の選択数(空欄は制限なし)", "Most options (empty: any number)"),
                    &form.max,
                    "1",
                ),
            ],
            "matrix" => vec![
                self.lines("rows", lang.t("行", "Rows"), &form.rows, choices_hint(lang), 5),
                self.labels(),
                self.reversed(),
            ],
            "number" => vec![
                self.number("min", lang.t("最小値", "Smallest value"), &form.min, "any"),
                self.number("max", lang.t("最大値", "Greatest value"), &form.max, "any"),
                self.number(
                    "decimals",
                    lang.t("小数点以下の桁数(0〜3)", "Decimals (0 to 3)"),
                    &form.decimals,
                    "1",
                ),
                self.line("unit_ja", lang.t("単位(日本語)", "Unit (Japanese)"), &form.unit_ja, "", false),
                self.line("unit_en", lang.t("単位(英語)", "Unit (English)"), &form.unit_en, "", false),
            ],
            "date" => vec![
                view! {
                    <p class="muted">{lang.t(
                        "日付は、回答の確認にだけ使います。本人と結び付きやすいため、集計せず、結果にも示しません。",
                        "A date is only checked when it is answered. It could point to a person, so it is neither counted nor shown in results.",
                    )}</p>
                }
                .into_any(),
                self.date(
                    "min",
                    lang.t("最も早い日付(空欄は制限なし)", "Earliest date (empty: any)"),
                    &form.min,
                ),
                self.date(
                    "max",
                    lang.t("最も遅い日付(空欄は制限なし)", "Latest date (empty: any)"),
                    &form.max,
                ),
            ],
            "short_text" => {
                vec![self.max_chars(lang.t("文字数の上限(200まで)", "Longest length (up to 200)"))]
            }
            _ => vec![self.max_chars(lang.t("文字数の上限(4000まで)", "Longest length (up to 4000)"))],
        };
        fields.into_any()
    }

    fn labels(&self) -> AnyView {
        let lang = self.lang;
        let hint = lang.t(
            "一行に一段階(2〜11行)、「日本語 | English」の形で書きます。否定的なものから肯定的なものへ並べます。",
            "One step a line (2 to 11), written as “Japanese | English”, from the least to the most favourable.",
        );
        self.lines("labels", lang.t("尺度の言葉", "Labels of the scale"), &self.form.labels, hint, 5)
    }

    fn reversed(&self) -> AnyView {
        let lang = self.lang;
        let label =
            lang.t("先頭の段階が肯定的(逆転項目)", "The first step is the favourable end (reversed item)");
        self.check("reversed", label, &self.form.reversed, "")
    }

    fn options(&self, exclusive: bool) -> AnyView {
        let lang = self.lang;
        let hint = if exclusive {
            lang.t(
                "一行に一つ、「日本語 | English」の形で書きます。キーは自動で付きます(決めるときは「キー | 日本語 | English」)。他と一緒に選べないもの(「どれもない」など)は、最後に「| exclusive」を付けます。",
                "One a line, written as “Japanese | English”. Keys are made from the English words, or written first: “key | Japanese | English”. End the line with “| exclusive” where it cannot be chosen with any other, such as “none of these”.",
            )
        } else {
            choices_hint(lang)
        };
        self.lines("options", lang.t("選択肢", "Options"), &self.form.options, hint, 8)
    }

    fn max_chars(&self, label: &str) -> AnyView {
        self.number("max_chars", label, &self.form.max_chars, "1")
    }

    /// How the answer is taken and reported, and when the item is shown.
    fn settings(&self, areas: Vec<(String, String)>, conditions: Vec<(String, String)>) -> AnyView {
        let (form, lang) = (self.form, self.lang);
        let area = if matches!(form.kind.as_str(), "scale" | "matrix") {
            view! {
                <SelectField name="area" label=lang.t("領域", "Area") options=areas selected=form.area.clone()
                    hint=lang.t("同じ領域の設問は、まとめて一つの点数になります。", "Items of one area are reported as one score.")
                    error=self.errors.get("area") lang=lang/>
            }
            .into_any()
        } else {
            // Only scales are scored; an area that came with a file stays.
            view! { <input type="hidden" name="area" value=form.area.clone()/> }.into_any()
        };
        let demographic = (form.kind == "single").then(|| {
            self.check(
                "demographic",
                lang.t("属性として使う", "Use as a demographic"),
                &form.demographic,
                lang.t(
                    "全体の結果を、この回答で分けて集計します。この設問自体の結果は公表しません。",
                    "Results of the whole are cut by this answer, which is no result itself.",
                ),
            )
        });
        let values_hint = lang.t(
            "設問の後ろの[ ]にある、選択肢のキーか尺度の番号(一番上が1)を、コンマで区切って書きます。",
            "Keys of options or numbers of scale points (the first is 1), as they stand in [ ] behind the question, separated by commas.",
        );
        view! {
            {area}
            {self.check("required", lang.t("回答を必須にする", "An answer is required"), &form.required, "")}
            {self.check(
                "may_decline",
                lang.t("「答えない」を選べるようにする", "Offer “prefer not to say”"),
                &form.may_decline,
                "",
            )}
            {self.check(
                "unobserved",
                lang.t("「観察する機会がなかった」を選べるようにする", "Offer “no opportunity to observe”"),
                &form.unobserved,
                lang.t("他の人を評価する設問のためのものです。選んだ人は回答者数に数えません。", "For items about another person. Who chooses it is not counted among those who answered."),
            )}
            {demographic}
            <SelectField name="show_item" label=lang.t("表示する条件", "Shown where") options=conditions
                selected=form.show_item.clone() error=self.errors.get("show_item") lang=lang/>
            {self.line("show_values", lang.t("その回答", "The answer is one of"), &form.show_values, values_hint, false)}
        }
        .into_any()
    }
}
