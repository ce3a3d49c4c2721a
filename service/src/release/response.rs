//! How many of those who may answer have: per unit and region, from the sheets received.
//!
//! Only sums over whole strata are told. Every stratum has at least the threshold's people, so that no difference of
//! two sums is about fewer.

use std::collections::{BTreeMap, BTreeSet};

use domain::disclosure::{ReportingTree, Standing, reporting_tree};
use domain::stratum::UnitNode;
use domain::text::{Lang, Text};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::Service;
use crate::error::{Error, Result};
use crate::registry::campaign::Campaign;
use crate::registry::entity::campaign_unit;

/// People, ballots and sheets of some strata.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turnout {
    /// People who may answer.
    pub eligible: u32,
    /// Ballots handed out.
    pub issued: u32,
    /// Sheets received.
    pub received: u32,
}

impl Turnout {
    fn add(&mut self, other: Self) {
        self.eligible = self.eligible.saturating_add(other.eligible);
        self.issued = self.issued.saturating_add(other.issued);
        self.received = self.received.saturating_add(other.received);
    }

    /// The response rate, from 0 to 1; `None` where nobody may answer.
    pub fn rate(self) -> Option<f64> {
        (self.eligible > 0).then(|| f64::from(self.received) / f64::from(self.eligible))
    }
}

/// A unit with the strata that stand for it.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitTurnout {
    /// The unit's name.
    pub name: Text,
    /// Its kind, as stored.
    pub kind: String,
    /// Steps from the top of the tree.
    pub depth: u32,
    /// How the figures relate to the unit.
    pub standing: Standing,
    /// The merged stratum whose figures these are, for [`Standing::Merged`].
    pub together: Option<Text>,
    /// People of the unit and the units below it who may answer.
    pub people: u32,
    /// The figures; issued and received are only to be shown where `shown`.
    pub turnout: Turnout,
    /// False where fewer people may answer than the threshold for response rates.
    pub shown: bool,
}

/// The missions of a region taken together.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionTurnout {
    /// The region, as on the roster; in English as the first of its units has it.
    pub name: Text,
    /// How many missions it has.
    pub missions: u32,
    /// People of these missions who are in a stratum with people elsewhere and not in these figures.
    pub elsewhere: u32,
    /// The figures.
    pub turnout: Turnout,
    /// False where fewer people may answer than the threshold for response rates.
    pub shown: bool,
}

/// The response map of a campaign.
#[derive(Clone, Debug, PartialEq)]
pub struct Responses {
    /// Everyone.
    pub whole: Turnout,
    /// From how many people a rate is shown.
    pub threshold: u32,
    /// Units with people, each after the one above it.
    pub units: Vec<UnitTurnout>,
    /// Missions by region, by name.
    pub regions: Vec<RegionTurnout>,
}

impl Service {
    /// The figures of the whole campaign.
    pub async fn response_totals(&self, campaign: &str) -> Result<Turnout> {
        let mut whole = Turnout::default();
        for stratum in self.turnout_by_stratum(campaign).await?.into_values() {
            whole.add(stratum);
        }
        Ok(whole)
    }

    async fn turnout_by_stratum(&self, campaign: &str) -> Result<BTreeMap<u32, Turnout>> {
        let mut strata: BTreeMap<u32, Turnout> = BTreeMap::new();
        for (stratum, eligible, issued) in self.registry.issued(campaign).await? {
            strata.insert(stratum, Turnout { eligible, issued, received: 0 });
        }
        for (stratum, received) in self.collector.received(campaign).await? {
            strata.entry(stratum).or_default().received = received;
        }
        Ok(strata)
    }

    /// The response map of a campaign whose terms are fixed.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a draft.
    pub async fn responses(&self, campaign: &Campaign) -> Result<Responses> {
        let terms = self.registry.terms(&campaign.id).await?;
        let strata = self.turnout_by_stratum(&campaign.id).await?;
        let units = campaign_unit::Entity::find()
            .filter(campaign_unit::Column::CampaignId.eq(&campaign.id))
            .order_by_asc(campaign_unit::Column::UnitId)
            .all(self.registry.db.get())
            .await?;
        let labels: BTreeMap<usize, Text> =
            terms.strata.iter().map(|s| (s.number as usize, s.label.clone())).collect();
        Map { units: &units, strata: &strata, labels: &labels, threshold: terms.thresholds.response_rate }
            .responses()
    }
}

struct Map<'a> {
    units: &'a [campaign_unit::Model],
    strata: &'a BTreeMap<u32, Turnout>,
    labels: &'a BTreeMap<usize, Text>,
    threshold: u32,
}

impl Map<'_> {
    fn responses(&self) -> Result<Responses> {
        let nodes: Vec<UnitNode> = self
            .units
            .iter()
            .map(|u| UnitNode {
                id: u.unit_id,
                parent: u.parent_id,
                label: Text::default(),
                eligible: people(u),
            })
            .collect();
        let of_unit: BTreeMap<i64, usize> = self
            .units
            .iter()
            .filter(|u| u.eligible > 0)
            .filter_map(|u| Some((u.unit_id, usize::try_from(u.stratum?).ok()?)))
            .collect();
        let tree = reporting_tree(&nodes, &of_unit)
            .map_err(|e| Error::invalid(e.message(Lang::Ja), e.message(Lang::En)))?;
        Ok(Responses {
            whole: self.sum(tree.groups.first().map(Vec::as_slice).unwrap_or_default()),
            threshold: self.threshold,
            units: self.unit_rows(&tree),
            regions: self.region_rows(&of_unit),
        })
    }

    fn sum(&self, strata: &[usize]) -> Turnout {
        let mut sum = Turnout::default();
        for stratum in strata {
            if let Some(t) = u32::try_from(*stratum).ok().and_then(|s| self.strata.get(&s)) {
                sum.add(*t);
            }
        }
        sum
    }

    fn unit_rows(&self, tree: &ReportingTree) -> Vec<UnitTurnout> {
        let mut below: BTreeMap<Option<i64>, Vec<&campaign_unit::Model>> = BTreeMap::new();
        for unit in self.units.iter().rev() {
            below.entry(unit.parent_id).or_default().push(unit);
        }
        let mut waiting: Vec<(&campaign_unit::Model, u32)> =
            below.get(&None).into_iter().flatten().map(|u| (*u, 0)).collect();
        let mut rows = Vec::with_capacity(self.units.len());
        while let Some((unit, depth)) = waiting.pop() {
            if let Some(found) = tree.units.get(&unit.unit_id) {
                let strata = tree.groups.get(found.group).map(Vec::as_slice).unwrap_or_default();
                let turnout = self.sum(strata);
                let merged = found.standing == Standing::Merged;
                rows.push(UnitTurnout {
                    name: Text::new(&unit.name_ja, &unit.name_en),
                    kind: unit.kind.clone(),
                    depth,
                    standing: found.standing,
                    together: strata.first().filter(|_| merged).and_then(|s| self.labels.get(s)).cloned(),
                    people: found.people,
                    turnout,
                    shown: turnout.eligible >= self.threshold,
                });
            }
            let deeper = below.get(&Some(unit.unit_id)).into_iter().flatten();
            waiting.extend(deeper.map(|u| (*u, depth + 1)));
        }
        rows
    }

    fn region_rows(&self, of_unit: &BTreeMap<i64, usize>) -> Vec<RegionTurnout> {
        // Stratum → the regions of its units; whatever is no mission counts as a region of its own without a name.
        let mut reach: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
        for unit in self.units {
            if let Some(stratum) = of_unit.get(&unit.unit_id) {
                reach.entry(*stratum).or_default().insert(region(unit));
            }
        }
        let mut regions: BTreeMap<&str, (u32, u32, BTreeSet<usize>)> = BTreeMap::new();
        let mut english: BTreeMap<&str, &str> = BTreeMap::new();
        for unit in self.units.iter().filter(|u| !region(u).is_empty()) {
            if !unit.region_en.is_empty() {
                english.entry(region(unit)).or_insert(&unit.region_en);
            }
            let (missions, elsewhere, strata) = regions.entry(region(unit)).or_default();
            *missions += 1;
            match of_unit.get(&unit.unit_id) {
                Some(stratum) if reach.get(stratum).is_some_and(|r| r.len() == 1) => {
                    strata.insert(*stratum);
                }
                Some(_) => *elsewhere += people(unit),
                None => {}
            }
        }
        regions
            .into_iter()
            .map(|(name, (missions, elsewhere, strata))| {
                let turnout = self.sum(&strata.into_iter().collect::<Vec<_>>());
                let shown = turnout.eligible >= self.threshold;
                let name = Text::new(name, english.get(name).copied().unwrap_or_default());
                RegionTurnout { name, missions, elsewhere, turnout, shown }
            })
            .collect()
    }
}

fn people(unit: &campaign_unit::Model) -> u32 {
    u32::try_from(unit.eligible).unwrap_or(0)
}

fn region(unit: &campaign_unit::Model) -> &str {
    match unit.kind.as_str() {
        "mission" if unit.region.is_empty() => &unit.region_en,
        "mission" => &unit.region,
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(
        id: i64,
        parent: Option<i64>,
        region: &str,
        stratum: Option<i32>,
        eligible: i32,
    ) -> campaign_unit::Model {
        campaign_unit::Model {
            campaign_id: "c".into(),
            unit_id: id,
            parent_id: parent,
            name_ja: format!("部署{id}"),
            name_en: format!("Unit {id}"),
            kind: if region.is_empty() { "division".into() } else { "mission".into() },
            region: region.into(),
            region_en: if region == "欧州" { "Europe".into() } else { String::new() },
            stratum,
            eligible,
        }
    }

    fn responses() -> Responses {
        // 1 above all; 2 by itself; 3 and 4, two missions of one region, merged; 5 and 6, of two regions, merged.
        let units = [
            unit(1, None, "", Some(0), 6),
            unit(2, Some(1), "", Some(1), 8),
            unit(3, Some(1), "アジア", Some(2), 3),
            unit(4, Some(1), "アジア", Some(2), 4),
            unit(5, Some(1), "欧州", Some(3), 2),
            unit(6, Some(1), "アジア", Some(3), 3),
            unit(7, Some(2), "", None, 0),
        ];
        let turnout = |eligible, received| Turnout { eligible, issued: received + 1, received };
        let strata = [(0, turnout(6, 3)), (1, turnout(8, 8)), (2, turnout(7, 2)), (3, turnout(5, 0))].into();
        let labels = [(2, Text::new("部署4・部署3", "Unit 4 and Unit 3"))].into();
        Map { units: &units, strata: &strata, labels: &labels, threshold: 5 }.responses().expect("a map")
    }

    #[test]
    fn every_unit_shows_whole_strata() {
        let map = responses();
        assert_eq!(map.whole, Turnout { eligible: 26, issued: 17, received: 13 });
        let rows: Vec<(&str, u32, u32, u32)> = map
            .units
            .iter()
            .map(|u| (u.name.ja.as_str(), u.depth, u.turnout.eligible, u.turnout.received))
            .collect();
        assert_eq!(
            rows,
            [
                ("部署1", 0, 26, 13),
                ("部署2", 1, 8, 8),
                ("部署3", 1, 7, 2),
                ("部署4", 1, 7, 2),
                ("部署5", 1, 5, 0),
                ("部署6", 1, 5, 0),
            ]
        );
        assert_eq!(map.units[2].standing, Standing::Merged);
        assert_eq!(map.units[2].together.as_ref().map(|t| t.en.as_str()), Some("Unit 4 and Unit 3"));
        assert_eq!(map.units[1].turnout.rate(), Some(1.0));
    }

    #[test]
    fn a_region_counts_only_strata_that_lie_wholly_in_it() {
        let map = responses();
        let asia = &map.regions[0];
        assert_eq!((asia.name.get(Lang::En), asia.missions, asia.elsewhere), ("アジア", 3, 3));
        assert_eq!((asia.turnout.eligible, asia.turnout.received, asia.shown), (7, 2, true));
        let europe = &map.regions[1];
        assert_eq!((europe.missions, europe.elsewhere, europe.turnout.eligible), (1, 2, 0));
        assert_eq!((europe.name.get(Lang::Ja), europe.name.get(Lang::En)), ("欧州", "Europe"));
        assert!(!europe.shown);
    }
}
