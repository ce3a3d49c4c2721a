//! What was issued, received and counted: of everyone, and of each group, so that respondents can check their own.

use domain::text::Lang;
use leptos::prelude::*;
use service::release::results::{Group, Release};

use crate::components::{HiddenCell, ScrollTable};

/// The receipts of a release. `groups` are all groups of the release; those by demographic got no ballots of their own.
pub fn section(release: &Release, groups: &[Group], lang: Lang) -> AnyView {
    let by_group: Vec<AnyView> = parts(groups).map(|group| line(group, lang)).collect();
    let by_group = (!by_group.is_empty()).then(|| by_group_table(by_group, lang));
    view! {
        <section class="section">
            <h2>{lang.t("回答の受領状況", "Receipts")}</h2>
            <p class="section-lead">{lang.t(
                "受け取った回答票は、発行した回答券より多くはなりません。どの集計区分でも、超えた場合は公表されません。",
                "In no group are there more sheets than ballots issued; otherwise nothing would have been released.",
            )}</p>
            {whole(release, lang)}
            {by_group}
        </section>
    }
    .into_any()
}

/// The groups that got ballots, without the whole.
fn parts(groups: &[Group]) -> impl Iterator<Item = &Group> {
    groups.iter().filter(|group| group.number > 0 && group.kind != "demographic")
}

fn whole(release: &Release, lang: Lang) -> AnyView {
    let people = |n: u32| match lang {
        Lang::Ja => format!("{n}人"),
        Lang::En => n.to_string(),
    };
    let sheets = |n: u32| match lang {
        Lang::Ja => format!("{n}枚"),
        Lang::En => n.to_string(),
    };
    // Of a review, a person may have been asked about several managers, with a ballot for each.
    let asked = match (&release.campaign.review, lang) {
        (None, _) => (lang.t("対象者", "People who could answer"), people(release.eligible)),
        (Some(_), Lang::Ja) => ("依頼した評価", format!("{}件", release.eligible)),
        (Some(_), Lang::En) => ("Ratings asked for", release.eligible.to_string()),
    };
    let rows = [
        asked,
        (lang.t("発行した回答券", "Ballots issued"), sheets(release.issued)),
        (lang.t("受け取った回答票", "Sheets received"), sheets(release.received)),
        (lang.t("集計した回答票", "Sheets counted"), sheets(release.counted)),
        (lang.t("無効だった回答票", "Sheets spoiled"), sheets(release.spoiled)),
    ];
    let rows = rows
        .into_iter()
        .map(|(name, number)| view! { <tr><th scope="row">{name}</th><td class="num">{number}</td></tr> })
        .collect_view();
    view! {
        <table class="table">
            <caption>{lang.t("回答券と回答票の数", "Ballots and sheets")}</caption>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn by_group_table(lines: Vec<AnyView>, lang: Lang) -> AnyView {
    view! {
        <details class="disclosure">
            <summary>{lang.t("集計区分ごとの数を見る", "Show the numbers of each group")}</summary>
            <p>{lang.t(
                "ご自身の集計区分の数を確かめられます。これは枚数だけで、回答の内容は含みません。",
                "Here you can check the numbers of your own group. They are numbers of sheets only, and say nothing of what was answered.",
            )}</p>
            <ScrollTable caption=lang.t("集計区分ごとの受領状況", "Receipts by group") table_class="table--compact">
                <thead>
                    <tr>
                        <th scope="col">{lang.t("集計区分", "Group")}</th>
                        <th scope="col" class="num">{lang.t("対象者", "May answer")}</th>
                        <th scope="col" class="num">{lang.t("発行した回答券", "Ballots issued")}</th>
                        <th scope="col" class="num">{lang.t("受け取った回答票", "Sheets received")}</th>
                        <th scope="col" class="num">{lang.t("集計した回答票", "Sheets counted")}</th>
                        <th scope="col" class="num">{lang.t("無効だった回答票", "Sheets spoiled")}</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </ScrollTable>
        </details>
    }
    .into_any()
}

fn line(group: &Group, lang: Lang) -> AnyView {
    let label = group.label.get(lang).to_owned();
    let Some((eligible, (issued, received))) = group.eligible.zip(group.issued.zip(group.received)) else {
        let reason = lang.t("対象者が少ないため非表示", "Hidden: too few people");
        return view! {
            <tr>
                <th scope="row">{label}</th>
                <td colspan="5"><HiddenCell reason=reason/></td>
            </tr>
        }
        .into_any();
    };
    let counted = match group.counted().zip(group.spoiled()) {
        Some((counted, spoiled)) => {
            view! { <td class="num">{counted}</td><td class="num">{spoiled}</td> }.into_any()
        }
        None => view! { <td colspan="2"><HiddenCell reason=group.state.label(lang)/></td> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">{label}</th>
            <td class="num">{eligible}</td>
            <td class="num">{issued}</td>
            <td class="num">{received}</td>
            {counted}
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::disclosure::CellState;
    use domain::text::Text;

    use super::*;

    fn group(number: u32, kind: &str) -> Group {
        Group {
            number,
            kind: kind.into(),
            item: None,
            label: Text::new("課", "Division"),
            eligible: Some(9),
            issued: Some(8),
            received: Some(7),
            respondents: None,
            state: CellState::Primary,
        }
    }

    #[test]
    fn groups_by_demographic_have_no_receipts() {
        let groups = [group(0, "whole"), group(1, "unit"), group(2, "stratum"), group(3, "demographic")];
        assert_eq!(parts(&groups).map(|g| g.number).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn what_is_hidden_is_no_number() {
        let shown = Group { respondents: Some(6), state: CellState::Shown, ..group(1, "unit") };
        let html = line(&shown, Lang::En).to_html();
        assert!(html.contains(">6<") && html.contains(">1<"), "{html}");
        let html = line(&group(1, "unit"), Lang::En).to_html();
        assert!(html.contains(">7<") && html.contains(CellState::Primary.label(Lang::En)), "{html}");
        let small = Group { eligible: None, issued: None, received: None, ..group(1, "unit") };
        let html = line(&small, Lang::En).to_html();
        assert!(html.contains("too few people") && !html.contains(">8<"), "{html}");
    }
}
