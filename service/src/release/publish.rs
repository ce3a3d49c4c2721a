//! Publishing: sums of the strata → groups → disclosure control → published cells → indicators. Nothing that is hidden is
//! written: the registry holds of a hidden cell only that it is hidden, and why.

use std::collections::BTreeMap;

use domain::campaign::State;
use domain::disclosure::{
    Count, GroupCounts, ReportingTree, Standing, Suppression, Table, reporting_tree, suppress,
};
use domain::questionnaire::{Kind, Questionnaire};
use domain::stratum::UnitNode;
use domain::terms::{TableTerms, Terms};
use domain::text::{Lang, Text};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::comments::{Commented, Comments};
use super::review::{Frozen, Review};
use super::tally::{Form, Measure, Tally, measures, rules};
use super::{End, cuts};
use crate::Service;
use crate::error::{Error, Result};
use crate::registry::campaign::{advance, count};
use crate::registry::entity::{campaign_unit, release, release_cell, release_group, release_unit};
use crate::work::work;

/// Rows written by one statement.
const CHUNK: usize = 2_000;
/// Steps of a release, for its progress bar: counts read, what may be shown settled, cells written, comments written.
const STEPS: u64 = 4;

/// What a release is made of, before it is written.
enum Draft {
    Survey(Survey),
    Review(Review),
}

/// The release of a survey.
struct Survey {
    units: Vec<campaign_unit::Model>,
    tree: ReportingTree,
    groups: Vec<Group>,
    measures: Vec<Measure>,
    suppression: Suppression,
}

struct Group {
    kind: &'static str,
    item: Option<String>,
    label: Text,
    /// The strata it consists of; none for a demographic.
    strata: Vec<usize>,
    tally: Tally,
    /// False where what was answered is not known any more.
    complete: bool,
}

/// People, ballots issued and sheets received of one stratum.
#[derive(Clone, Copy, Default)]
struct Turnout {
    eligible: u32,
    issued: u32,
    received: u32,
    counted: u32,
    spoiled: u32,
}

impl Service {
    /// Publishes the results of a counted campaign, once, in the tables its terms declared.
    pub async fn release_campaign(&self, id: &str, actor: Option<i64>) -> Result<()> {
        let campaign = self.registry.campaign(id).await?;
        if campaign.state != State::Counted {
            return Err(Error::invalid(
                "集計済みの調査だけを公表できます。",
                "Only a counted campaign can be released.",
            ));
        }
        let _end = End(self.progress.clone(), id.to_owned());
        let (progress, bar) = (self.progress.clone(), id.to_owned());
        let step = move |done| progress.set(&bar, done, STEPS);
        step(0);
        let terms = self.registry.terms(id).await?;
        let questionnaire = self.registry.campaign_questionnaire(&campaign).await?.questionnaire.clone();
        let turnout = self.turnout(id, &terms).await?;
        let strata = tallies(self.collector.counted_tallies(id).await?)?;
        let comments = self.collector.counted_comments(id).await?;
        let kept = cuts::read(self.collector.counted_cuts(id).await?)?;
        step(1);
        let (drafting, asked) = (terms.clone(), questionnaire.clone());
        let db = self.registry.db.get();
        let draft = if campaign.review.is_some() {
            let frozen = Frozen::read(db, id).await?;
            work(move || Review::draft(&drafting, &asked, &frozen, &strata).map(Draft::Review)).await?
        } else {
            let units = campaign_unit::Entity::find()
                .filter(campaign_unit::Column::CampaignId.eq(id))
                .order_by_asc(campaign_unit::Column::UnitId)
                .all(db)
                .await?;
            work(move || draft(&drafting, &asked, units, &strata, &kept).map(Draft::Survey)).await?
        };
        step(2);

        let now = self.clock.now();
        let _writer = self.registry.db.writer().await;
        let transaction = self.registry.db.begin().await?;
        write_release(&transaction, id, now, &turnout).await?;
        match &draft {
            Draft::Survey(survey) => {
                write_groups(&transaction, id, survey, &turnout, terms.thresholds.response_rate).await?;
                write_units(&transaction, id, &survey.tree, &survey.units).await?;
                write_cells(&transaction, id, survey).await?;
                step(3);
                Comments::new(&comments).write(&transaction, id, survey.with_comments()).await?;
            }
            Draft::Review(review) => {
                review.write(&transaction, id).await?;
                step(3);
                review.write_comments(&transaction, id, &comments).await?;
            }
        }
        step(4);
        crate::indicator::observe_release(&transaction, &campaign, &questionnaire, &terms, now).await?;
        if !advance(&transaction, id, State::Counted, State::Released, actor, now).await? {
            return Err(Error::invalid(
                "この調査はすでに公表されています。",
                "This campaign has already been released.",
            ));
        }
        transaction.commit().await?;
        // What was published is all that is needed from now on; see also `keep_retention`.
        self.collector.forget_counted(id).await?;
        Ok(())
    }

    /// Per stratum, what was issued, received and counted. More sheets than ballots must not be: it is refused.
    async fn turnout(&self, id: &str, terms: &Terms) -> Result<Vec<Turnout>> {
        let mut turnout = vec![Turnout::default(); terms.strata.len()];
        for (stratum, eligible, issued) in self.registry.issued(id).await? {
            if let Some(t) = turnout.get_mut(stratum as usize) {
                (t.eligible, t.issued) = (eligible, issued);
            }
        }
        for c in self.collector.count_report(id).await? {
            if let Some(t) = turnout.get_mut(c.stratum as usize) {
                (t.received, t.counted, t.spoiled) = (c.received, c.counted, c.spoiled);
            }
        }
        if turnout.iter().any(|t| t.received > t.issued) {
            return Err(Error::invalid(
                "受け取った回答票が発行した回答券より多い集計区分があります。不正の疑いがあるため、公表を中止しました。",
                "In some stratum more sheets were received than ballots issued. Nothing was released.",
            ));
        }
        Ok(turnout)
    }
}

impl Survey {
    /// Groups whose comments are shown.
    fn with_comments(&self) -> Vec<Commented<'_>> {
        let texts: Vec<(usize, &Measure)> =
            self.measures.iter().enumerate().filter(|(_, measure)| measure.form == Form::Text).collect();
        let groups = self.groups.iter().enumerate().map(|(number, group)| {
            let shown = texts.iter().filter(|(item, _)| self.suppression.item(number, *item).is_shown());
            Commented { number, strata: &group.strata, items: shown.map(|(_, m)| m.item.as_str()).collect() }
        });
        groups.filter(|group| !group.items.is_empty()).collect()
    }
}

type Kept = BTreeMap<(String, String), (Tally, bool)>;

/// Counts of each stratum.
type Strata = BTreeMap<u32, Tally>;

fn tallies(kept: Vec<(u32, String)>) -> Result<Strata> {
    kept.into_iter().map(|(stratum, tally)| Ok((stratum, serde_json::from_str(&tally)?))).collect()
}

fn draft(
    terms: &Terms,
    questionnaire: &Questionnaire,
    units: Vec<campaign_unit::Model>,
    strata_counts: &Strata,
    kept: &Kept,
) -> Result<Survey> {
    let measures = measures(questionnaire);
    let cuts: Vec<String> = terms
        .tables
        .iter()
        .filter_map(|t| match t {
            TableTerms::Demographic { item } => Some(item.clone()),
            TableTerms::Units | TableTerms::Subjects | TableTerms::Aggregates => None,
        })
        .collect();

    let nodes: Vec<UnitNode> = units
        .iter()
        .map(|u| UnitNode {
            id: u.unit_id,
            parent: u.parent_id,
            label: Text::new(&u.name_ja, &u.name_en),
            eligible: u32::try_from(u.eligible).unwrap_or(0),
        })
        .collect();
    let strata: BTreeMap<i64, usize> = units
        .iter()
        .filter(|u| u.eligible > 0)
        .filter_map(|u| Some((u.unit_id, usize::try_from(u.stratum?).ok()?)))
        .collect();
    let tree = reporting_tree(&nodes, &strata)
        .map_err(|e| Error::invalid(e.message(Lang::Ja), e.message(Lang::En)))?;

    let mut groups = tree_groups(&tree, terms, &nodes, strata_counts, &measures);
    let mut tables = tree.tables.clone();
    for cut in &cuts {
        let first = groups.len();
        groups.extend(demographic_groups(questionnaire, cut, kept, &measures));
        tables.push(Table { total: 0, parts: (first..groups.len()).collect() });
    }
    let counts: Vec<GroupCounts> = groups.iter().map(|g| g.tally.group_counts()).collect();
    let mut suppression = suppress(&counts, &tables, &rules(&measures), &terms.thresholds)
        .map_err(|e| Error::invalid(e.message(Lang::Ja), e.message(Lang::En)))?;
    // What was forgotten when the sheets were counted cannot be shown, whatever the tables together would allow.
    for (number, _) in groups.iter().enumerate().filter(|(_, g)| !g.complete) {
        suppression.hide(number);
    }
    Ok(Survey { units, tree, groups, measures, suppression })
}

fn tree_groups(
    tree: &ReportingTree,
    terms: &Terms,
    nodes: &[UnitNode],
    counts: &Strata,
    measures: &[Measure],
) -> Vec<Group> {
    // A group takes the name of the highest unit it is exactly; one that is no unit's is a merged stratum.
    let mut names: BTreeMap<usize, &Text> = BTreeMap::new();
    let parents: BTreeMap<i64, Option<i64>> = nodes.iter().map(|n| (n.id, n.parent)).collect();
    let depth = |node: &UnitNode| {
        let mut at = node.parent;
        let mut depth = 0;
        while let Some(parent) = at.filter(|_| depth < nodes.len()) {
            at = parents.get(&parent).copied().flatten();
            depth += 1;
        }
        depth
    };
    let mut by_depth: Vec<&UnitNode> = nodes.iter().collect();
    by_depth.sort_by_cached_key(|n| depth(n));
    for node in by_depth {
        if let Some(shown) = tree.units.get(&node.id).filter(|u| u.standing != Standing::Merged) {
            names.entry(shown.group).or_insert(&node.label);
        }
    }
    (0..)
        .zip(&tree.groups)
        .map(|(number, strata)| {
            let mut sum = Tally::new(measures);
            for stratum in strata {
                if let Some(tally) = u32::try_from(*stratum).ok().and_then(|s| counts.get(&s)) {
                    sum.merge(tally);
                }
            }
            let (kind, label) = match names.get(&number) {
                _ if number == 0 => ("whole", Text::new("全体", "Whole organisation")),
                Some(name) => ("unit", (*name).clone()),
                None => {
                    let stratum = strata.first().and_then(|s| terms.strata.get(*s));
                    ("stratum", stratum.map(|s| s.label.clone()).unwrap_or_default())
                }
            };
            Group { kind, item: None, label, strata: strata.clone(), tally: sum, complete: true }
        })
        .collect()
}

/// One group per option of a demographic and one for no answer: together they are everyone.
fn demographic_groups(
    questionnaire: &Questionnaire,
    cut: &str,
    kept: &Kept,
    measures: &[Measure],
) -> Vec<Group> {
    let label = |choice: &str| match questionnaire.item(cut).map(|i| &i.kind) {
        Some(Kind::Single { options }) => options.iter().find(|o| o.key == choice).map(|o| o.label.clone()),
        _ => None,
    };
    cuts::choices(questionnaire, cut)
        .into_iter()
        .map(|choice| {
            let label = label(&choice).unwrap_or_else(|| Text::new("回答なし", "No answer"));
            let found = kept.get(&(cut.to_owned(), choice)).cloned();
            let (tally, complete) = found.unwrap_or_else(|| (Tally::new(measures), true));
            let item = Some(cut.to_owned());
            Group { kind: "demographic", item, label, strata: Vec::new(), tally, complete }
        })
        .collect()
}

async fn write_release(db: &impl ConnectionTrait, id: &str, now: i64, turnout: &[Turnout]) -> Result<()> {
    let sum = |pick: fn(&Turnout) -> u32| Set(count(turnout.iter().map(pick).sum()));
    release::ActiveModel {
        campaign_id: Set(id.into()),
        released_at: Set(now),
        eligible: sum(|t| t.eligible),
        issued: sum(|t| t.issued),
        received: sum(|t| t.received),
        counted: sum(|t| t.counted),
        spoiled: sum(|t| t.spoiled),
    }
    .insert(db)
    .await?;
    Ok(())
}

async fn write_groups(
    db: &impl ConnectionTrait,
    id: &str,
    draft: &Survey,
    turnout: &[Turnout],
    rate_threshold: u32,
) -> Result<()> {
    let mut rows = Vec::with_capacity(draft.groups.len());
    for (number, group) in draft.groups.iter().enumerate() {
        let state = draft.suppression.group(number);
        let sum = |pick: fn(&Turnout) -> u32| -> u32 {
            group.strata.iter().filter_map(|s| turnout.get(*s)).map(pick).sum()
        };
        let eligible = sum(|t| t.eligible);
        // Strata and their sizes are in the terms already; what a rate could tell is who took part at all.
        let rate = !group.strata.is_empty() && eligible >= rate_threshold;
        rows.push(release_group::ActiveModel {
            campaign_id: Set(id.into()),
            number: Set(i32::try_from(number).unwrap_or(i32::MAX)),
            kind: Set(group.kind.into()),
            item: Set(group.item.clone()),
            label_ja: Set(group.label.ja.clone()),
            label_en: Set(group.label.en.clone()),
            eligible: Set(rate.then(|| count(eligible))),
            issued: Set(rate.then(|| count(sum(|t| t.issued)))),
            received: Set(rate.then(|| count(sum(|t| t.received)))),
            respondents: Set(state.is_shown().then(|| count(group.tally.respondents))),
            state: Set(state.as_str().into()),
        });
    }
    for chunk in rows.chunks(CHUNK) {
        release_group::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

async fn write_units(
    db: &impl ConnectionTrait,
    id: &str,
    tree: &ReportingTree,
    units: &[campaign_unit::Model],
) -> Result<()> {
    let rows: Vec<release_unit::ActiveModel> = units
        .iter()
        .filter_map(|u| Some((u, tree.units.get(&u.unit_id)?)))
        .map(|(u, shown)| release_unit::ActiveModel {
            campaign_id: Set(id.into()),
            unit_id: Set(u.unit_id),
            parent_id: Set(u.parent_id),
            name_ja: Set(u.name_ja.clone()),
            name_en: Set(u.name_en.clone()),
            kind: Set(u.kind.clone()),
            region: Set(u.region.clone()),
            region_en: Set(u.region_en.clone()),
            group_number: Set(i32::try_from(shown.group).unwrap_or(i32::MAX)),
            standing: Set(match shown.standing {
                Standing::Own => "own".into(),
                Standing::Partial => "partial".into(),
                Standing::Merged => "merged".into(),
            }),
            people: Set(count(shown.people)),
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        release_unit::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

async fn write_cells(db: &impl ConnectionTrait, id: &str, draft: &Survey) -> Result<()> {
    let mut rows = Vec::with_capacity(CHUNK);
    for (number, group) in draft.groups.iter().enumerate() {
        for (index, measure) in draft.measures.iter().enumerate().filter(|(_, m)| m.form != Form::Text) {
            let found = &group.tally.measures[index];
            let state = draft.suppression.item(number, index);
            rows.push(release_cell::ActiveModel {
                campaign_id: Set(id.into()),
                group_number: Set(i32::try_from(number).unwrap_or(i32::MAX)),
                item: Set(measure.item.clone()),
                part: Set(measure.part.clone()),
                state: Set(state.as_str().into()),
                n: Set(state.is_shown().then(|| count(found.n))),
                counts: Set(state.is_shown().then(|| published(measure, found)).transpose()?),
            });
            if rows.len() == CHUNK {
                release_cell::Entity::insert_many(std::mem::take(&mut rows))
                    .exec_without_returning(db)
                    .await?;
            }
        }
    }
    if !rows.is_empty() {
        release_cell::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}

/// What is written of a shown cell: the counts, or mean and standard deviation of a number.
pub(super) fn published(measure: &Measure, found: &Count) -> Result<String> {
    Ok(match measure.form {
        Form::Number { decimals } => {
            let (mean, sd) = found.mean_and_sd(decimals).unwrap_or_default();
            serde_json::to_string(&[mean, sd])?
        }
        _ => serde_json::to_string(&found.counts)?,
    })
}
