//! The comments of a release: which group shows which.

use std::collections::BTreeMap;

use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};

use crate::error::Result;
use crate::registry::entity::release_comment;

/// Rows written by one statement.
const CHUNK: usize = 2_000;

/// The comments of a campaign in random order, found by stratum: looking at all of them for every group would take
/// groups × comments steps.
pub(super) struct Comments<'a> {
    /// (stratum, item, comment).
    all: &'a [(u32, String, String)],
    /// Stratum → places in `all`.
    of_stratum: BTreeMap<usize, Vec<usize>>,
}

/// A group that shows comments.
pub(super) struct Commented<'a> {
    /// Its number in the release.
    pub number: usize,
    /// The strata it consists of.
    pub strata: &'a [usize],
    /// The items whose comments it shows.
    pub items: Vec<&'a str>,
}

impl<'a> Comments<'a> {
    pub(super) fn new(all: &'a [(u32, String, String)]) -> Self {
        let mut of_stratum: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (place, (stratum, _, _)) in all.iter().enumerate() {
            of_stratum.entry(*stratum as usize).or_default().push(place);
        }
        Self { all, of_stratum }
    }

    /// (item, comment) of the people in these strata. The order is that of all comments: one by stratum would tell which
    /// of a unit's groups wrote which.
    fn of(&self, strata: &[usize]) -> impl Iterator<Item = (&'a str, &'a str)> {
        let found = strata.iter().filter_map(|stratum| self.of_stratum.get(stratum));
        let mut places: Vec<usize> = found.flatten().copied().collect();
        places.sort_unstable();
        let all = self.all;
        let at = move |place: usize| all.get(place).map(|(_, item, text)| (item.as_str(), text.as_str()));
        places.into_iter().filter_map(at)
    }

    /// Writes those that the groups show.
    pub(super) async fn write(
        &self,
        db: &impl ConnectionTrait,
        campaign: &str,
        groups: Vec<Commented<'_>>,
    ) -> Result<()> {
        let mut rows = Vec::new();
        for Commented { number, strata, items } in groups {
            let mut positions: BTreeMap<&str, i32> = BTreeMap::new();
            for (item, comment) in self.of(strata).filter(|(item, _)| items.contains(item)) {
                let position = positions.entry(item).or_default();
                rows.push(release_comment::ActiveModel {
                    campaign_id: Set(campaign.into()),
                    group_number: Set(i32::try_from(number).unwrap_or(i32::MAX)),
                    item: Set(item.into()),
                    position: Set(*position),
                    comment: Set(comment.into()),
                });
                *position += 1;
            }
        }
        for chunk in rows.chunks(CHUNK) {
            release_comment::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_shows_the_comments_of_its_strata_in_the_order_of_all() {
        let comment = |stratum, text: &str| (stratum, "free".to_owned(), text.to_owned());
        let all = [comment(2, "a"), comment(0, "b"), comment(1, "c"), comment(2, "d"), comment(0, "e")];
        let comments = Comments::new(&all);
        let of = |strata: &[usize]| comments.of(strata).map(|(_, text)| text).collect::<String>();
        assert_eq!(of(&[0, 1, 2]), "abcde");
        assert_eq!(of(&[2, 0]), "abde", "not one stratum after the other");
        assert_eq!(of(&[1]), "c");
        assert_eq!(of(&[3]), "");
        assert_eq!(of(&[]), "");
    }
}
