//! What the columns of the roster files mean.

use domain::roster::{Column, STAFF_COLUMNS, UNIT_COLUMNS};
use domain::text::Lang;
use leptos::prelude::*;

use crate::components::{ScrollTable, own_lang};

/// Templates and explanations, folded away.
pub(super) fn help(lang: Lang) -> AnyView {
    let units = explained(&UNIT_COLUMNS, unit_note, lang);
    let staff = explained(&STAFF_COLUMNS, staff_note, lang);
    view! {
        <ul class="link-list">
            <li><a href="/hr/roster/units-template.csv" download="">{lang.t("部署の見本ファイル(CSV)", "Template for units (CSV)")}</a></li>
            <li><a href="/hr/roster/template.csv" download="">{lang.t("職員の見本ファイル(CSV)", "Template for staff (CSV)")}</a></li>
        </ul>
        <details class="disclosure">
            <summary>{lang.t("部署のファイルの列", "Columns of the file of units")}</summary>
            {table(lang.t("部署のファイルの列", "Columns of the file of units"), units, lang)}
            <p>{lang.t(
                "載っていない部署は、そのまま残ります。使わなくなった部署は、廃止の列に「はい」を入れて取り込みます。過去の調査と結果には影響しません。",
                "Units that are not in the file stay as they are. A unit that is not used any more is imported with yes in the column for retirement, without effect on past surveys.",
            )}</p>
        </details>
        <details class="disclosure">
            <summary>{lang.t("職員のファイルの列", "Columns of the file of staff")}</summary>
            {table(lang.t("職員のファイルの列", "Columns of the file of staff"), staff, lang)}
            <p>{lang.t(
                "ファイルは、その時点の名簿の全体です。載っていない人は転出・退職として扱い、過去の回答や結果には影響しません。権限と言語の列がない場合、その設定は変わりません。",
                "The file is the whole roster: whoever is not in it becomes a leaver, without effect on past surveys. Where the columns for role and language are missing, those settings stay.",
            )}</p>
        </details>
    }
    .into_any()
}

struct Explained {
    /// The heading in Japanese and in English.
    heading: [&'static str; 2],
    required: bool,
    note: &'static str,
}

fn explained(columns: &[Column], note: fn(&str, Lang) -> &'static str, lang: Lang) -> Vec<Explained> {
    let one = |c: &Column| Explained { heading: [c.ja, c.en], required: c.required, note: note(c.en, lang) };
    columns.iter().map(one).collect()
}

fn table(caption: &str, columns: Vec<Explained>, lang: Lang) -> AnyView {
    let rows = columns
        .into_iter()
        .map(|column| {
            let required =
                if column.required { lang.t("必須", "Required") } else { lang.t("任意", "Optional") };
            let [ja, en] = column.heading;
            view! {
                <tr>
                    <th scope="row"><span lang=own_lang(ja, lang)>{ja}</span>" / "{en}</th>
                    <td class="nowrap">{required}</td>
                    <td class="text">{column.note}</td>
                </tr>
            }
        })
        .collect_view();
    let caption = caption.to_owned();
    view! {
        <ScrollTable caption=caption table_class="table--compact">
            <thead>
                <tr>
                    <th scope="col">{lang.t("見出し(どちらでも可)", "Heading (either one)")}</th>
                    <th scope="col">{lang.t("要否", "Needed")}</th>
                    <th scope="col">{lang.t("内容", "What it holds")}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </ScrollTable>
    }
    .into_any()
}

fn unit_note(column: &str, lang: Lang) -> &'static str {
    match column {
        "unit_code" => lang.t("部署を見分けるコード。重複できません。", "Tells units apart; each only once."),
        "name" => lang.t("画面と結果に表示する名前。", "Shown on screens and in results."),
        "name_en" => {
            lang.t("英語の名前。空欄なら日本語の名前を使います。", "Without it, the Japanese name is shown.")
        }
        "parent_code" => {
            lang.t("上位部署のコード。最上位は空欄。", "Code of the unit above; empty at the top.")
        }
        "kind" => lang.t(
            "本省、局、課、室・係、在外公館のいずれか。",
            "One of headquarters, bureau, division, section, mission.",
        ),
        "region" => lang.t(
            "在外公館の地域など。回答状況を地域別にまとめます。",
            "Such as the region of a mission; responses are summed by it.",
        ),
        "region_en" => lang.t("英語の画面での地域名。", "The name of the region on English pages."),
        "retired" => lang.t(
            "使わなくなった部署は「はい」。職員や使用中の部署が残っている間は廃止できません。",
            "yes for a unit that is not used any more; nobody may work in it and no unit in use be below it.",
        ),
        "time_zone" => lang.t(
            "Asia/Tokyo のような名前。締切を現地時間でも表示します。空欄は日本時間。",
            "Such as Asia/Tokyo; deadlines are shown in local time as well. Empty means Japan time.",
        ),
        _ => "",
    }
}

fn staff_note(column: &str, lang: Lang) -> &'static str {
    match column {
        "staff_number" => {
            lang.t("職員を見分ける番号。先頭の0も区別します。", "Tells people apart; leading zeros count.")
        }
        "name" => lang.t("氏名。", "The person's name."),
        "name_en" => lang.t("英語の画面での氏名。", "The name on English pages."),
        "mail" => lang.t("案内メールの宛先。重複できません。", "Where mails go; each address only once."),
        "unit_code" => lang.t("登録済みの部署のコード。", "Code of a unit that has been imported."),
        "supervisor_number" => {
            lang.t(
                "直属の上司の職員番号。同じファイルに載っている在籍者に限ります。最上位は空欄。",
                "Number of the direct superior, who must be in the file and not have left; empty at the top.",
            )
        }
        "grade" => lang.t("職級。", "The grade, as the ministry calls it."),
        "job_type" => lang.t("職種。", "The job type, as the ministry calls it."),
        "hired_on" => lang.t(
            "勤務の初日。この日から対象になります。2025-04-01、2025/4/1、令和7年4月1日のいずれの形でも書けます。",
            "First day of service, such as 2025-04-01 or 2025/4/1 (Japanese eras are read as well); the person is left out before it.",
        ),
        "left_on" => lang.t(
            "最終勤務日。翌日から対象外になります。",
            "Last day of service; the person is left out from the next day.",
        ),
        "role" => lang.t(
            "管理職、人事、幹部、管理者。複数は「;」で区切ります。転出・退職した人の権限は失われます。",
            "manager, hr, executive, administrator; several are separated by a semicolon. Leavers lose theirs.",
        ),
        "lang" => lang.t("画面とメールの言語。ja または en。", "Language of screens and mails: ja or en."),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_explained_in_both_languages() {
        for lang in [Lang::Ja, Lang::En] {
            assert!(UNIT_COLUMNS.iter().all(|c| !unit_note(c.en, lang).is_empty()));
            assert!(STAFF_COLUMNS.iter().all(|c| !staff_note(c.en, lang).is_empty()));
        }
    }
}
