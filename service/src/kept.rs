//! What never changes once it is there, kept in memory after it was first read: terms, frozen questionnaires, and what
//! was published. Nothing here is anybody's own; who may see it is decided anew at every request.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::Arc;

use domain::terms::Terms;
use quick_cache::sync::Cache;

use crate::error::Result;
use crate::registry::questionnaire::Stored;
use crate::release::results::{Cell, Group, Unit};

/// Campaigns whose terms, units and groups are kept.
const CAMPAIGNS: usize = 32;
/// Groups whose cells are kept: with 60 items each, some tens of megabytes.
const GROUPS: usize = 4_096;

/// Cells by the number of their group.
pub(crate) type ByGroup = BTreeMap<u32, Vec<Cell>>;

/// Everything kept of one registry.
pub(crate) struct Kept {
    /// Terms by campaign.
    pub terms: Cache<String, Arc<Terms>>,
    /// Frozen questionnaires by their id.
    pub questionnaires: Cache<i64, Arc<Stored>>,
    /// Units of a release by campaign.
    pub units: Cache<String, Arc<Vec<Unit>>>,
    /// Groups of a release by campaign.
    pub groups: Cache<String, Arc<Vec<Group>>>,
    /// Cells by campaign and group.
    pub cells: Cache<(String, u32), Arc<Vec<Cell>>>,
    /// Cells of some items in all groups, by campaign and items.
    pub items: Cache<(String, Vec<String>), Arc<ByGroup>>,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            terms: Cache::new(CAMPAIGNS),
            questionnaires: Cache::new(CAMPAIGNS),
            units: Cache::new(CAMPAIGNS),
            groups: Cache::new(CAMPAIGNS),
            cells: Cache::new(GROUPS),
            items: Cache::new(CAMPAIGNS),
        }
    }
}

/// What is kept under `key`, or what `read` gives. It is kept where `lasting` says that it will not change any more: a
/// release that is not there yet has no units.
pub(crate) async fn kept<K, V>(
    cache: &Cache<K, Arc<V>>,
    key: K,
    lasting: impl FnOnce(&V) -> bool,
    read: impl Future<Output = Result<V>>,
) -> Result<Arc<V>>
where
    K: Eq + Hash,
{
    if let Some(found) = cache.get(&key) {
        return Ok(found);
    }
    let read = Arc::new(read.await?);
    if lasting(&read) {
        cache.insert(key, read.clone());
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[tokio::test]
    async fn what_lasts_is_read_once_and_nothing_else_is_kept() {
        let cache: Cache<u32, Arc<Vec<u32>>> = Cache::new(4);
        let filled = |list: &Vec<u32>| !list.is_empty();
        assert!(kept(&cache, 1, filled, async { Err(Error::NotFound) }).await.is_err());
        assert_eq!(*kept(&cache, 1, filled, async { Ok(vec![]) }).await.expect("read"), Vec::<u32>::new());
        assert_eq!(*kept(&cache, 1, filled, async { Ok(vec![7]) }).await.expect("read"), [7]);
        assert_eq!(*kept(&cache, 1, filled, async { Err(Error::NotFound) }).await.expect("kept"), [7]);
    }
}
