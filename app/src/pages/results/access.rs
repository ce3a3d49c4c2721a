//! Who may see what of a release: the terms say it per audience, a person's roles say which audiences they belong to.

use std::collections::BTreeSet;

use domain::role::Role;
use domain::terms::{Audience, Content, Terms};
use service::registry::person::Person;
use service::release::results::{Group, Unit};
use service::{Result, Service};

/// The audiences a person belongs to, each with the units in its scope.
#[derive(Clone, Debug)]
pub struct Viewer {
    audiences: Vec<(Audience, BTreeSet<i64>)>,
}

impl Viewer {
    /// The audiences of a person. Everybody is staff; an administrator is nothing more than that here.
    pub async fn of(service: &Service, person: &Person) -> Result<Self> {
        let mut audiences = vec![(Audience::Staff, BTreeSet::from([person.unit_id]))];
        let granted = [
            (Role::Manager, Audience::Manager),
            (Role::Hr, Audience::Hr),
            (Role::Executive, Audience::Executive),
        ];
        for (role, audience) in granted {
            if person.has(role) {
                audiences.push((audience, service.registry.scope(person, role).await?));
            }
        }
        Ok(Self { audiences })
    }

    /// True where the terms let one of the audiences see this.
    pub fn sees(&self, terms: &Terms, content: Content) -> bool {
        self.audiences.iter().any(|(audience, _)| terms.lets(*audience, content))
    }

    /// True where the person may see the results shown for this unit.
    pub fn sees_unit(&self, terms: &Terms, unit: i64) -> bool {
        self.audiences.iter().any(|(audience, scope)| {
            terms.lets(*audience, Content::AllUnits)
                || (terms.lets(*audience, Content::OwnUnits) && scope.contains(&unit))
        })
    }

    /// True where the person looks after units, or after all of them, and the terms let them see results by unit.
    pub fn oversees_units(&self, terms: &Terms) -> bool {
        self.audiences.iter().any(|(audience, _)| {
            let by_unit =
                terms.lets(*audience, Content::AllUnits) || terms.lets(*audience, Content::OwnUnits);
            *audience != Audience::Staff && by_unit
        })
    }

    /// True where the person may see this group. `units` are all units of the release.
    pub fn sees_group(&self, terms: &Terms, group: &Group, units: &[Unit]) -> bool {
        self.audiences.iter().any(|(audience, scope)| lets(terms, *audience, scope, group, units))
    }

    /// True where one audience may see both this group and comments. Who sees results of their own units only reads the
    /// comments of those only: somebody who knows six people's style would know it among a thousand comments.
    pub fn sees_comments(&self, terms: &Terms, group: &Group, units: &[Unit]) -> bool {
        self.audiences.iter().any(|(audience, scope)| {
            let by_unit =
                terms.lets(*audience, Content::OwnUnits) && !terms.lets(*audience, Content::AllUnits);
            let seen = if by_unit {
                is_own(scope, group, units)
            } else {
                lets(terms, *audience, scope, group, units)
            };
            terms.lets(*audience, Content::Comments) && seen
        })
    }
}

fn lets(terms: &Terms, audience: Audience, scope: &BTreeSet<i64>, group: &Group, units: &[Unit]) -> bool {
    let own = || terms.lets(audience, Content::OwnUnits) && is_own(scope, group, units);
    match group.kind.as_str() {
        "whole" => terms.lets(audience, Content::Whole) || own(),
        "demographic" => terms.lets(audience, Content::Demographics),
        // A stratum that no unit is shown by belongs to nobody's own units.
        _ => terms.lets(audience, Content::AllUnits) || own(),
    }
}

fn is_own(scope: &BTreeSet<i64>, group: &Group, units: &[Unit]) -> bool {
    units.iter().any(|unit| unit.group == group.number && scope.contains(&unit.id))
}

#[cfg(test)]
mod tests {
    use domain::disclosure::{CellState, Thresholds};
    use domain::terms::AudienceTerms;
    use domain::text::Text;

    use super::*;

    fn terms() -> Terms {
        Terms {
            format: domain::terms::FORMAT.into(),
            campaign: "c".into(),
            title: Text::new("調査", "Survey"),
            opens_at: 0,
            closes_at: 1,
            questionnaire: String::new(),
            thresholds: Thresholds::default(),
            strata: Vec::new(),
            tables: Vec::new(),
            audiences: Terms::default_audiences(),
            review: None,
            retention_days: 1,
            ballot_key: String::new(),
            counting_key: String::new(),
        }
    }

    fn group(number: u32, kind: &str) -> Group {
        Group {
            number,
            kind: kind.into(),
            item: None,
            label: Text::default(),
            eligible: None,
            issued: None,
            received: None,
            respondents: None,
            state: CellState::Shown,
        }
    }

    fn unit(id: i64, group: u32) -> Unit {
        Unit {
            id,
            parent: None,
            name: Text::default(),
            kind: String::new(),
            region: Text::default(),
            group,
            standing: "own".into(),
            people: 9,
        }
    }

    fn viewer(audience: Audience, scope: &[i64]) -> Viewer {
        let staff = (Audience::Staff, BTreeSet::from([11]));
        Viewer { audiences: vec![staff, (audience, scope.iter().copied().collect())] }
    }

    #[test]
    fn each_audience_sees_what_the_terms_say_and_no_more() {
        let (terms, units) = (terms(), [unit(10, 1), unit(11, 2), unit(12, 3)]);
        let groups = [
            group(0, "whole"),
            group(1, "unit"),
            group(2, "unit"),
            group(3, "stratum"),
            group(4, "stratum"),
            group(5, "demographic"),
        ];
        let seen = |viewer: &Viewer| -> Vec<u32> {
            groups.iter().filter(|g| viewer.sees_group(&terms, g, &units)).map(|g| g.number).collect()
        };
        assert_eq!(seen(&viewer(Audience::Staff, &[])), [0]);
        assert_eq!(seen(&viewer(Audience::Manager, &[10, 12])), [0, 1, 3]);
        assert_eq!(seen(&viewer(Audience::Manager, &[])), [0]);
        assert_eq!(seen(&viewer(Audience::Hr, &[])), [0, 1, 2, 3, 4, 5]);
        assert_eq!(seen(&viewer(Audience::Executive, &[])), [0, 1, 2, 3, 4, 5]);
        assert!(viewer(Audience::Manager, &[10]).sees_unit(&terms, 10));
        assert!(!viewer(Audience::Manager, &[10]).sees_unit(&terms, 11), "their own post is not their scope");
        assert!(viewer(Audience::Manager, &[]).oversees_units(&terms));
        assert!(!viewer(Audience::Staff, &[]).oversees_units(&terms));
    }

    #[test]
    fn comments_need_an_audience_that_sees_the_group_as_well() {
        let units = [unit(10, 1), unit(11, 2)];
        let mut terms = terms();
        let manager = viewer(Audience::Manager, &[10]);
        assert!(manager.sees_comments(&terms, &group(1, "unit"), &units));
        assert!(!manager.sees_comments(&terms, &group(2, "unit"), &units));
        assert!(manager.sees_group(&terms, &group(0, "whole"), &units));
        assert!(!manager.sees_comments(&terms, &group(0, "whole"), &units), "their own units' only");
        assert!(viewer(Audience::Hr, &[]).sees_comments(&terms, &group(0, "whole"), &units));
        assert!(!viewer(Audience::Staff, &[]).sees_comments(&terms, &group(0, "whole"), &units));
        // Staff may read comments, managers may see their unit: together that is no right to the unit's comments.
        terms.audiences = vec![
            AudienceTerms { audience: Audience::Staff, sees: vec![Content::Whole, Content::Comments] },
            AudienceTerms { audience: Audience::Manager, sees: vec![Content::OwnUnits] },
        ];
        assert!(manager.sees_comments(&terms, &group(0, "whole"), &units));
        assert!(!manager.sees_comments(&terms, &group(1, "unit"), &units));
    }
}
