//! Who works in the demo ministry: units from `ministry.json`, people drawn from its lists of names.

use domain::text::Text;
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde::Deserialize;

use crate::error::Result;

const MINISTRY: &str = include_str!("../../demo/ministry.json");

/// People directly in a unit: fewest and most.
const BUREAU: (u32, u32) = (3, 4);
const DIVISION: (u32, u32) = (8, 14);
const SECTION: (u32, u32) = (3, 11);
const MISSION: (u32, u32) = (3, 32);

/// The texts the ministry is made of.
#[derive(Deserialize)]
pub struct Ministry {
    name: Text,
    bureaus: Vec<Bureau>,
    missions: Vec<Mission>,
    family_names: Vec<Text>,
    given_names: Vec<Text>,
    grades: Vec<Coded>,
    job_types: Vec<Coded>,
    comments: Comments,
}

#[derive(Deserialize)]
struct Bureau {
    code: String,
    name: Text,
    divisions: Vec<Division>,
}

#[derive(Deserialize)]
struct Division {
    code: String,
    name: Text,
    #[serde(default)]
    sections: Vec<SectionUnit>,
}

#[derive(Deserialize)]
struct SectionUnit {
    code: String,
    name: Text,
}

#[derive(Deserialize)]
struct Mission {
    code: String,
    name: Text,
    region: Text,
    time_zone: String,
}

/// A grade or job type.
#[derive(Clone, Deserialize)]
pub struct Coded {
    /// The option of the demographic item.
    pub code: String,
    /// What the roster says.
    label: Text,
}

/// Comments people leave.
#[derive(Clone, Deserialize)]
pub struct Comments {
    /// What to keep.
    pub keep: Vec<String>,
    /// What to change.
    pub change: Vec<String>,
}

/// A post to fill: in which unit, under whom, of which rank from 0 (top), with which roles.
struct Post {
    unit: String,
    supervisor: Option<usize>,
    rank: usize,
    roles: &'static str,
}

impl Ministry {
    /// Reads the embedded texts.
    pub fn read() -> Result<Self> {
        Ok(serde_json::from_str(MINISTRY)?)
    }

    /// The comments people leave.
    pub fn comments(&self) -> Comments {
        self.comments.clone()
    }

    /// The option of a demographic item for a grade or job type of the roster.
    pub fn code(&self, word: &str) -> String {
        let mut coded = self.grades.iter().chain(&self.job_types);
        coded.find(|one| one.label.ja == word).map_or_else(String::new, |one| one.code.clone())
    }

    /// The unit file.
    pub fn units_csv(&self) -> String {
        let mut csv =
            String::from("部署コード,部署名,部署名(英),上位部署コード,種別,地域,地域(英),タイムゾーン\n");
        let mut line = |code: &str, name: &Text, parent: &str, kind: &str, region: &Text, zone: &str| {
            csv.push_str(&format!(
                "{code},{},{},{parent},{kind},{},{},{zone}\n",
                quoted(&name.ja),
                quoted(&name.en),
                quoted(&region.ja),
                quoted(&region.en)
            ));
        };
        let nowhere = Text::default();
        line("0000", &self.name, "", "本省", &nowhere, "");
        for bureau in &self.bureaus {
            line(&bureau.code, &bureau.name, "0000", "局", &nowhere, "");
            for division in &bureau.divisions {
                line(&division.code, &division.name, &bureau.code, "課", &nowhere, "");
                for section in &division.sections {
                    line(&section.code, &section.name, &division.code, "室・係", &nowhere, "");
                }
            }
        }
        for mission in &self.missions {
            line(&mission.code, &mission.name, "0000", "在外公館", &mission.region, &mission.time_zone);
        }
        csv
    }

    fn posts(&self, rng: &mut StdRng) -> Vec<Post> {
        let mut posts = Vec::new();
        let mut post = |unit: &str, supervisor: Option<usize>, rank: usize, roles: &'static str| {
            posts.push(Post { unit: unit.to_owned(), supervisor, rank, roles });
            posts.len() - 1
        };
        // The vice-minister's office: five people, so that the office is a group of its own.
        let top = post("0000", None, 0, "executive");
        for _ in 0..5 {
            post("0000", Some(top), 2, "");
        }
        let mut draw = |range: (u32, u32)| rng.random_range(range.0..=range.1);
        for bureau in &self.bureaus {
            let head = post(&bureau.code, Some(top), 0, "manager");
            for _ in 1..draw(BUREAU) {
                post(&bureau.code, Some(head), 2, "");
            }
            for division in &bureau.divisions {
                let director = post(&division.code, Some(head), 1, "manager");
                for n in 1..draw(DIVISION) {
                    // The personnel division runs the surveys, somebody in it also the server.
                    let roles = match (division.code.as_str(), n) {
                        ("1100", 1) => "hr",
                        ("1100", 2) => "administrator",
                        _ => "",
                    };
                    post(&division.code, Some(director), 2 + (n as usize % 4), roles);
                }
                for section in &division.sections {
                    let chief = post(&section.code, Some(director), 2, "manager");
                    for n in 1..draw(SECTION) {
                        post(&section.code, Some(chief), 3 + (n as usize % 3), "");
                    }
                }
            }
        }
        for (n, mission) in self.missions.iter().enumerate() {
            let head = post(&mission.code, Some(top), 0, "manager");
            // Some missions are as small as missions are.
            let size = if n % 4 == 3 { MISSION.0 } else { draw(MISSION) };
            for n in 1..size {
                post(&mission.code, Some(head), 1 + (n as usize % 5), "");
            }
        }
        posts
    }

    /// The staff file.
    pub fn roster(&self, rng: &mut StdRng) -> String {
        let mut csv = String::from(
            "職員番号,氏名,氏名(英),メール,部署コード,上司職員番号,職級,職種,採用日,権限,言語\n",
        );
        let number = |index: usize| format!("{}", 10_001 + index);
        for (index, post) in self.posts(rng).iter().enumerate() {
            let (Some(family), Some(given)) = (self.family_names.choose(rng), self.given_names.choose(rng))
            else {
                continue;
            };
            let grade = self.grades.get(post.rank.min(self.grades.len() - 1)).map_or("", |g| &g.label.ja);
            let job = self.job_types.choose(rng).map_or("", |j| &j.label.ja);
            let hired = 1985 + 5 * post.rank.min(6) + rng.random_range(0..8);
            let supervisor = post.supervisor.map(number).unwrap_or_default();
            csv.push_str(&format!(
                "{},{} {},{} {},n{}@ministry.example,{},{supervisor},{grade},{job},{hired}-04-01,{},ja\n",
                number(index),
                family.ja,
                given.ja,
                given.en,
                family.en,
                number(index),
                post.unit,
                post.roles
            ));
        }
        csv
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn the_same_people_every_time_in_lines_that_reach_the_top() {
        let draw = || {
            let ministry = Ministry::read().expect("the ministry");
            ministry.roster(&mut StdRng::seed_from_u64(super::super::SEED))
        };
        let roster = draw();
        assert_eq!(roster, draw());
        let rows: Vec<Vec<&str>> = roster.lines().skip(1).map(|line| line.split(',').collect()).collect();
        let numbers: std::collections::BTreeSet<&str> = rows.iter().map(|row| row[0]).collect();
        let top: Vec<_> = rows.iter().filter(|row| row[5].is_empty()).collect();
        assert_eq!(top.len(), 1, "one person reports to nobody");
        assert!(rows.iter().all(|row| row[5].is_empty() || numbers.contains(row[5])));
        assert!(rows.iter().all(|row| !row[6].is_empty() && !row[7].is_empty()), "grades and job types");
    }

    #[test]
    fn bureaus_divisions_sections_and_missions() {
        let units = Ministry::read().expect("the ministry").units_csv();
        for kind in ["本省", "局", "課", "室・係", "在外公館"] {
            assert!(
                units.lines().filter(|line| line.split(',').any(|cell| cell == kind)).count() > 0,
                "{kind}"
            );
        }
    }
}
