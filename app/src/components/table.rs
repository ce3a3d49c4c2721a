//! Tables that scroll inside their own region, so that the page never does.

use leptos::prelude::*;

/// A table in a labelled region that the keyboard can scroll. The children are `thead`, `tbody`, `tfoot`.
#[component]
pub fn ScrollTable(
    /// What the table shows; its `caption`.
    #[prop(into)]
    caption: String,
    /// Name of the region, where it should differ from the caption.
    #[prop(optional, into)]
    label: String,
    /// The language of the caption, where it is not that of the page.
    #[prop(optional_no_strip)]
    caption_lang: Option<&'static str>,
    /// Classes of the table, such as `table--compact`.
    #[prop(optional, into)]
    table_class: String,
    /// Rows.
    children: Children,
) -> impl IntoView {
    let label = if label.is_empty() { caption.clone() } else { label };
    let class = format!("table {table_class}").trim_end().to_owned();
    view! {
        <div class="table-scroll" role="region" tabindex="0" aria-label=label>
            <table class=class>
                <caption lang=caption_lang>{caption}</caption>
                {children()}
            </table>
        </div>
    }
}
