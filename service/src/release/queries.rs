//! Narrow questions to a release: a few items over all groups, and comments by the page.

use std::collections::BTreeMap;
use std::sync::Arc;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::results::{Cell, cell};
use crate::error::Result;
use crate::kept::{ByGroup, kept};
use crate::registry::Registry;
use crate::registry::entity::{release_cell, release_comment};

impl Registry {
    /// The cells of these items in every group of a release, by the group's number. An index of a few items over all
    /// units does not have to read every cell.
    pub async fn release_cells_of(
        &self,
        campaign: &str,
        items: &[String],
    ) -> Result<Arc<BTreeMap<u32, Vec<Cell>>>> {
        if items.is_empty() {
            return Ok(Arc::default());
        }
        let key = (campaign.to_owned(), items.to_vec());
        kept(&self.kept.items, key, |cells| !cells.is_empty(), self.read_cells_of(campaign, items)).await
    }

    async fn read_cells_of(&self, campaign: &str, items: &[String]) -> Result<ByGroup> {
        let rows = release_cell::Entity::find()
            .filter(release_cell::Column::CampaignId.eq(campaign))
            .filter(release_cell::Column::Item.is_in(items.iter().map(String::as_str)))
            .all(self.db.get())
            .await?;
        let mut groups = ByGroup::new();
        for row in rows {
            groups.entry(u32::try_from(row.group_number).unwrap_or(0)).or_default().push(cell(row)?);
        }
        Ok(groups)
    }

    /// How many comments of one group are published: (item, comments), by item.
    pub async fn release_comment_counts(&self, campaign: &str, group: u32) -> Result<Vec<(String, u32)>> {
        let rows: Vec<(String, i64)> = release_comment::Entity::find()
            .select_only()
            .column(release_comment::Column::Item)
            .column_as(release_comment::Column::Position.count(), "comments")
            .filter(release_comment::Column::CampaignId.eq(campaign))
            .filter(release_comment::Column::GroupNumber.eq(group))
            .group_by(release_comment::Column::Item)
            .order_by_asc(release_comment::Column::Item)
            .into_tuple()
            .all(self.db.get())
            .await?;
        Ok(rows.into_iter().map(|(item, n)| (item, u32::try_from(n).unwrap_or(u32::MAX))).collect())
    }

    /// At most `limit` published comments to one item in one group, from the one at `from` (counted from 0) on.
    pub async fn release_comments_from(
        &self,
        campaign: &str,
        group: u32,
        item: &str,
        from: u32,
        limit: u32,
    ) -> Result<Vec<String>> {
        // Positions count up without gaps, so a page is a range of the primary key.
        let rows = release_comment::Entity::find()
            .filter(release_comment::Column::CampaignId.eq(campaign))
            .filter(release_comment::Column::GroupNumber.eq(group))
            .filter(release_comment::Column::Item.eq(item))
            .filter(release_comment::Column::Position.gte(from))
            .filter(release_comment::Column::Position.lt(from.saturating_add(limit)))
            .order_by_asc(release_comment::Column::Position)
            .all(self.db.get())
            .await?;
        Ok(rows.into_iter().map(|row| row.comment).collect())
    }
}
