//! Reading what was published. Nothing here sees a sheet: only released cells, and of hidden ones only that they are.

use std::sync::Arc;

use domain::disclosure::CellState;
use domain::questionnaire::{Kind, Questionnaire};
use domain::statistics::{self, Distribution, ItemResult, area_score};
use domain::text::Text;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::error::{Error, Result};
use crate::kept::kept;
use crate::registry::Registry;
use crate::registry::campaign::Campaign;
use crate::registry::entity::{release, release_cell, release_group, release_unit};
use crate::secret::is_id;

/// A release and its turnout.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    /// The campaign.
    pub campaign: Campaign,
    /// When it was published, seconds since 1970 UTC.
    pub released_at: i64,
    /// People who could answer.
    pub eligible: u32,
    /// Ballots issued.
    pub issued: u32,
    /// Sheets received.
    pub received: u32,
    /// Sheets counted.
    pub counted: u32,
    /// Sheets spoiled.
    pub spoiled: u32,
}

/// A group of people, as published.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its number in the release; 0 is the whole organisation.
    pub number: u32,
    /// `whole`, `unit`, `stratum` or `demographic`.
    pub kind: String,
    /// The demographic item, for `demographic`.
    pub item: Option<String>,
    /// What it is called.
    pub label: Text,
    /// People who could answer, where the response rate may be shown.
    pub eligible: Option<u32>,
    /// Ballots issued, where the response rate may be shown.
    pub issued: Option<u32>,
    /// Sheets received, where the response rate may be shown.
    pub received: Option<u32>,
    /// Sheets counted, where n may be shown.
    pub respondents: Option<u32>,
    /// Whether figures of it are shown.
    pub state: CellState,
}

impl Group {
    /// Sheets counted, as a receipt beside those received: where both the response rate and n may be shown.
    pub fn counted(&self) -> Option<u32> {
        self.respondents.filter(|_| self.issued.is_some())
    }

    /// Sheets received that could not be counted, where [`Group::counted`] may be shown.
    pub fn spoiled(&self) -> Option<u32> {
        self.received?.checked_sub(self.counted()?)
    }
}

/// A unit and the group that shows its results.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Its id.
    pub id: i64,
    /// The unit above.
    pub parent: Option<i64>,
    /// Its name when the roster was frozen.
    pub name: Text,
    /// What sort of unit it was.
    pub kind: String,
    /// The region of a mission, or empty.
    pub region: Text,
    /// The number of the group that shows its results.
    pub group: u32,
    /// `own`, `partial` or `merged`.
    pub standing: String,
    /// People in it and below.
    pub people: u32,
}

/// One published cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The item's key.
    pub item: String,
    /// The row of a matrix, else empty.
    pub part: String,
    /// What may be shown.
    pub state: CellState,
    /// People who answered, where that may be shown.
    pub n: Option<u32>,
    /// Per point or option, where shown. For a number: empty.
    pub counts: Vec<u32>,
    /// Mean and standard deviation of a number, where shown.
    pub number: Option<(f64, f64)>,
}

impl Cell {
    /// The distribution over the points of a scale, where shown.
    pub fn distribution(&self) -> Option<Distribution> {
        (self.state.is_shown() && !self.counts.is_empty())
            .then(|| Distribution { counts: self.counts.clone() })
    }
}

/// The score of an area in one group.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaScore {
    /// The area's key.
    pub area: String,
    /// What it is called.
    pub label: Text,
    /// 0 to 100: the mean of the indices of its shown items.
    pub index: f64,
    /// The fewest answers any of these items has.
    pub n: u32,
    /// The same with its spread, for intervals and comparisons.
    pub score: statistics::AreaScore,
}

/// Area scores from the shown scale items: (item key, counts per point). An area without a shown item has none.
///
/// Only what is published goes in, so an area score never tells more than its items do.
pub fn area_scores(questionnaire: &Questionnaire, cells: &[(String, Vec<u32>)]) -> Vec<AreaScore> {
    let shown: Vec<(&str, Distribution)> = cells
        .iter()
        .filter_map(|(key, counts)| {
            let item = questionnaire.item(key)?;
            let Kind::Scale { reversed, .. } = item.kind else { return None };
            Some((item.area.as_deref()?, Distribution { counts: counts.clone() }.oriented(reversed)))
        })
        .collect();
    let shown: Vec<ItemResult> = shown
        .iter()
        .map(|(area, distribution)| ItemResult { area: Some(area), state: CellState::Shown, distribution })
        .collect();
    questionnaire
        .areas
        .iter()
        .filter_map(|area| {
            let score = area_score(&area.key, &shown)?;
            let (index, n) = (score.index, score.n);
            Some(AreaScore { area: area.key.clone(), label: area.label.clone(), index, n, score })
        })
        .collect()
}

fn n(value: i32) -> u32 {
    u32::try_from(value).unwrap_or(0)
}

fn state(name: &str) -> Result<CellState> {
    CellState::parse(name).ok_or_else(|| Error::Damaged("the state of a published cell".into()))
}

fn group(row: release_group::Model) -> Result<Group> {
    Ok(Group {
        number: n(row.number),
        kind: row.kind,
        item: row.item,
        label: Text::new(row.label_ja, row.label_en),
        eligible: row.eligible.map(n),
        issued: row.issued.map(n),
        received: row.received.map(n),
        respondents: row.respondents.map(n),
        state: state(&row.state)?,
    })
}

pub(crate) fn cell(row: release_cell::Model) -> Result<Cell> {
    let values: Vec<f64> = row.counts.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default();
    // Counts are whole numbers; only mean and deviation of a number item are written with a fraction.
    let is_number = row.counts.as_deref().is_some_and(|c| c.contains('.')) && values.len() == 2;
    Ok(Cell {
        item: row.item,
        part: row.part,
        state: state(&row.state)?,
        n: row.n.map(n),
        number: is_number.then(|| (values[0], values[1])),
        counts: if is_number { Vec::new() } else { values.iter().map(|v| *v as u32).collect() },
    })
}

impl Registry {
    /// All releases, newest first.
    pub async fn releases(&self) -> Result<Vec<Release>> {
        let rows =
            release::Entity::find().order_by_desc(release::Column::ReleasedAt).all(self.db.get()).await?;
        let mut list = Vec::with_capacity(rows.len());
        for row in rows {
            list.push(self.with_campaign(row).await?);
        }
        Ok(list)
    }

    /// One release.
    pub async fn release(&self, campaign: &str) -> Result<Release> {
        if !is_id(campaign) {
            return Err(Error::NotFound);
        }
        let row = release::Entity::find_by_id(campaign).one(self.db.get()).await?.ok_or(Error::NotFound)?;
        self.with_campaign(row).await
    }

    async fn with_campaign(&self, row: release::Model) -> Result<Release> {
        Ok(Release {
            campaign: self.campaign(&row.campaign_id).await?,
            released_at: row.released_at,
            eligible: n(row.eligible),
            issued: n(row.issued),
            received: n(row.received),
            counted: n(row.counted),
            spoiled: n(row.spoiled),
        })
    }

    /// The release of the wave before this one in the same series.
    pub async fn wave_before(&self, release: &Release) -> Result<Option<Release>> {
        match self.released_before(&release.campaign).await? {
            Some(before) => Ok(Some(self.release(&before.id).await?)),
            None => Ok(None),
        }
    }

    /// All groups of a release, by number.
    pub async fn release_groups(&self, campaign: &str) -> Result<Arc<Vec<Group>>> {
        let read = self.read_groups(campaign);
        kept(&self.kept.groups, campaign.to_owned(), |groups| !groups.is_empty(), read).await
    }

    async fn read_groups(&self, campaign: &str) -> Result<Vec<Group>> {
        let rows = release_group::Entity::find()
            .filter(release_group::Column::CampaignId.eq(campaign))
            .order_by_asc(release_group::Column::Number)
            .all(self.db.get())
            .await?;
        rows.into_iter().map(group).collect()
    }

    /// One group of a release.
    pub async fn release_group(&self, campaign: &str, number: u32) -> Result<Group> {
        if !is_id(campaign) {
            return Err(Error::NotFound);
        }
        let key = (campaign.to_owned(), i32::try_from(number).unwrap_or(-1));
        let row = release_group::Entity::find_by_id(key).one(self.db.get()).await?;
        group(row.ok_or(Error::NotFound)?)
    }

    /// All units of a release.
    pub async fn release_units(&self, campaign: &str) -> Result<Arc<Vec<Unit>>> {
        let read = self.read_units(campaign);
        kept(&self.kept.units, campaign.to_owned(), |units| !units.is_empty(), read).await
    }

    async fn read_units(&self, campaign: &str) -> Result<Vec<Unit>> {
        let rows = release_unit::Entity::find()
            .filter(release_unit::Column::CampaignId.eq(campaign))
            .order_by_asc(release_unit::Column::UnitId)
            .all(self.db.get())
            .await?;
        Ok(rows
            .into_iter()
            .map(|u| Unit {
                id: u.unit_id,
                parent: u.parent_id,
                name: Text::new(u.name_ja, u.name_en),
                kind: u.kind,
                region: Text::new(u.region, u.region_en),
                group: n(u.group_number),
                standing: u.standing,
                people: n(u.people),
            })
            .collect())
    }

    /// The cells of one group.
    pub async fn release_cells(&self, campaign: &str, group: u32) -> Result<Arc<Vec<Cell>>> {
        let (key, read) = ((campaign.to_owned(), group), self.read_cells(campaign, group));
        kept(&self.kept.cells, key, |cells| !cells.is_empty(), read).await
    }

    async fn read_cells(&self, campaign: &str, group: u32) -> Result<Vec<Cell>> {
        let rows = release_cell::Entity::find()
            .filter(release_cell::Column::CampaignId.eq(campaign))
            .filter(release_cell::Column::GroupNumber.eq(group))
            .all(self.db.get())
            .await?;
        rows.into_iter().map(cell).collect()
    }

    /// The cells of every group of a release, with the group's number.
    pub async fn all_release_cells(&self, campaign: &str) -> Result<Vec<(u32, Cell)>> {
        let rows = release_cell::Entity::find()
            .filter(release_cell::Column::CampaignId.eq(campaign))
            .order_by_asc(release_cell::Column::GroupNumber)
            .all(self.db.get())
            .await?;
        rows.into_iter().map(|r| Ok((n(r.group_number), cell(r)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_are_shown_no_further_than_the_response_rate_and_n() {
        let group = Group {
            number: 1,
            kind: "unit".into(),
            item: None,
            label: Text::new("課", "Division"),
            eligible: Some(9),
            issued: Some(8),
            received: Some(7),
            respondents: Some(6),
            state: CellState::Shown,
        };
        assert_eq!((group.counted(), group.spoiled()), (Some(6), Some(1)));
        let hidden = Group { respondents: None, state: CellState::Primary, ..group.clone() };
        assert_eq!((hidden.counted(), hidden.spoiled()), (None, None));
        // As of a demographic: n is known, but nobody knows how many ballots it got.
        let cut = Group { eligible: None, issued: None, received: None, ..group };
        assert_eq!((cut.counted(), cut.spoiled()), (None, None));
    }
}
