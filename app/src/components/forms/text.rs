//! Fields that are typed into, and files.

use domain::text::Lang;
use leptos::prelude::*;

use super::{Around, required_mark};

/// A one-line field.
#[component]
pub fn TextField(
    /// Name in the form.
    #[prop(into)]
    name: String,
    /// What to fill in.
    #[prop(into)]
    label: String,
    /// What is filled in already.
    #[prop(optional, into)]
    value: String,
    /// The `type` of the input: `text`, `email`, `password`, `number`, `date`, …
    #[prop(default = "text")]
    kind: &'static str,
    /// How to fill it in.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with it.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// True when it must not stay empty.
    #[prop(optional)]
    required: bool,
    /// The `autocomplete` token, such as `username`.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// Most characters that can be typed.
    #[prop(optional)]
    max_length: Option<u32>,
    /// Smallest value of a number or date.
    #[prop(optional, into)]
    min: Option<String>,
    /// Greatest value of a number or date.
    #[prop(optional, into)]
    max: Option<String>,
    /// Step of a number, such as `any`.
    #[prop(optional, into)]
    step: Option<String>,
    /// True for figures and short codes: a narrow control.
    #[prop(optional)]
    short: bool,
    /// Id, where the name is not unique on the page.
    #[prop(optional, into)]
    id: String,
    /// Language.
    lang: Lang,
) -> impl IntoView {
    let around = Around::new(id, &name, hint, error);
    let (id, label_for) = (around.id.clone(), around.id.clone());
    let (described_by, invalid) = (around.described_by(), around.invalid());
    let class = short.then_some("input--short");
    view! {
        <div class="field">
            <label class="field-label" for=label_for>
                {label}
                {required_mark(required, lang)}
            </label>
            {around.hint_view()}
            <input
                id=id
                name=name
                type=kind
                value=value
                class=class
                required=required
                autocomplete=autocomplete
                maxlength=max_length
                min=min
                max=max
                step=step
                aria-describedby=described_by
                aria-invalid=invalid
            />
            {around.error_view()}
        </div>
    }
}

/// A field of several lines.
#[component]
pub fn TextArea(
    /// Name in the form.
    #[prop(into)]
    name: String,
    /// What to write.
    #[prop(into)]
    label: String,
    /// What is written already.
    #[prop(optional, into)]
    value: String,
    /// How to fill it in.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with it.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// True when it must not stay empty.
    #[prop(optional)]
    required: bool,
    /// Most characters that can be typed.
    #[prop(optional)]
    max_length: Option<u32>,
    /// Height in lines.
    #[prop(default = 5)]
    rows: u32,
    /// Id, where the name is not unique on the page.
    #[prop(optional, into)]
    id: String,
    /// Language.
    lang: Lang,
) -> impl IntoView {
    let around = Around::new(id, &name, hint, error);
    let (id, label_for) = (around.id.clone(), around.id.clone());
    let (described_by, invalid) = (around.described_by(), around.invalid());
    let content = text_area_content(&value);
    view! {
        <div class="field">
            <label class="field-label" for=label_for>
                {label}
                {required_mark(required, lang)}
            </label>
            {around.hint_view()}
            <textarea
                id=id
                name=name
                rows=rows
                required=required
                maxlength=max_length
                aria-describedby=described_by
                aria-invalid=invalid
                inner_html=content
            ></textarea>
            {around.error_view()}
        </div>
    }
}

/// Leptos writes the children of a `textarea` as they are, so what a person typed is escaped here. The line feed in
/// front is the one that browsers drop; without it, a text that begins with an empty line would lose it.
fn text_area_content(value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    let escaped = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("\n{escaped}")
}

/// A date and a time of day.
#[component]
pub fn DateTimeField(
    /// Name in the form.
    #[prop(into)]
    name: String,
    /// Which moment.
    #[prop(into)]
    label: String,
    /// The moment as `YYYY-MM-DDThh:mm`.
    #[prop(optional, into)]
    value: String,
    /// Which time zone it is in, and what it decides.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with it.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// True when it must not stay empty.
    #[prop(optional)]
    required: bool,
    /// Id, where the name is not unique on the page.
    #[prop(optional, into)]
    id: String,
    /// Language.
    lang: Lang,
) -> impl IntoView {
    view! {
        <TextField
            name=name
            label=label
            value=value
            kind="datetime-local"
            hint=hint
            error=error
            required=required
            id=id
            lang=lang
        />
    }
}

/// A file. The form around it needs `enctype="multipart/form-data"`.
#[component]
pub fn FileField(
    /// Name in the form.
    #[prop(into)]
    name: String,
    /// Which file.
    #[prop(into)]
    label: String,
    /// Kinds of file offered, such as `.csv,text/csv`.
    #[prop(into)]
    accept: String,
    /// Formats and greatest size, in words.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with it.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// True when a file is needed.
    #[prop(optional)]
    required: bool,
    /// Id, where the name is not unique on the page.
    #[prop(optional, into)]
    id: String,
    /// Language.
    lang: Lang,
) -> impl IntoView {
    let around = Around::new(id, &name, hint, error);
    let (id, label_for) = (around.id.clone(), around.id.clone());
    let (described_by, invalid) = (around.described_by(), around.invalid());
    view! {
        <div class="field">
            <label class="field-label" for=label_for>
                {label}
                {required_mark(required, lang)}
            </label>
            {around.hint_view()}
            <input
                id=id
                name=name
                type="file"
                accept=accept
                required=required
                aria-describedby=described_by
                aria-invalid=invalid
            />
            {around.error_view()}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_markup_cannot_leave_the_text_area() {
        assert_eq!(text_area_content(""), "");
        assert_eq!(text_area_content("</textarea><b>&amp;"), "\n&lt;/textarea&gt;&lt;b&gt;&amp;amp;");
    }
}
