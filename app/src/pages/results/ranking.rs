//! Strengths and things to work on: the items with the highest and the lowest share of favourable answers.

use domain::text::Text;

use super::compare::Compared;
use super::figures::Figures;

/// How many of each are named, where there are enough items.
pub const NAMED: usize = 3;

/// An item among the strengths or the things to work on.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// The item's text.
    pub text: Text,
    /// Share of favourable answers, 0 to 1.
    pub favourable: f64,
    /// People who answered.
    pub n: u32,
    /// Change of the item's index since the last wave.
    pub compared: Compared,
    /// Favourable share minus that of the whole organisation, in percentage points.
    pub from_whole: Option<f64>,
}

/// The best and the weakest items of a group.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranking {
    /// The highest favourable shares, the highest first.
    pub strengths: Vec<Ranked>,
    /// The lowest favourable shares, the lowest first.
    pub to_work_on: Vec<Ranked>,
}

/// Ranks the scale items whose distribution is shown. No item is in both lists; of equal shares the one asked first goes
/// first.
pub fn rank(now: &Figures, before: Option<&Figures>, whole: Option<&Figures>) -> Ranking {
    let mut items: Vec<Ranked> = now
        .questionnaire()
        .items()
        .filter(|(_, item)| !item.demographic)
        .filter_map(|(_, item)| {
            let distribution = now.distribution(&item.key, "")?;
            let last = before.and_then(|before| before.distribution(&item.key, ""));
            let all = whole.and_then(|whole| whole.distribution(&item.key, "")?.shares());
            let favourable = distribution.shares()?.favourable;
            Some(Ranked {
                text: item.text.clone(),
                favourable,
                n: distribution.n(),
                compared: Compared::distributions(Some(&distribution), last.as_ref()),
                from_whole: all.map(|all| (favourable - all.favourable) * 100.0),
            })
        })
        .collect();
    items.sort_by(|a, b| b.favourable.total_cmp(&a.favourable));
    let named = NAMED.min(items.len() / 2);
    let mut to_work_on = items.split_off(items.len() - named);
    to_work_on.sort_by(|a, b| a.favourable.total_cmp(&b.favourable));
    items.truncate(named);
    Ranking { strengths: items, to_work_on }
}

#[cfg(test)]
mod tests {
    use super::super::figures::tests::{cell, questionnaire};
    use super::*;

    #[test]
    fn the_best_and_the_weakest_are_named_once() {
        // "b" is reversed: its first label is the favourable end.
        let cells =
            vec![cell("a", &[1, 1, 2, 3, 3]), cell("b", &[9, 1, 0, 0, 0]), cell("c", &[5, 5, 0, 0, 0])];
        let ranking = rank(&Figures::new(questionnaire(), &cells), None, None);
        let names = |list: &[Ranked]| list.iter().map(|r| r.text.en.clone()).collect::<Vec<_>>();
        assert_eq!(names(&ranking.strengths), ["Item b"]);
        assert_eq!(names(&ranking.to_work_on), ["Item c"]);
        assert_eq!((ranking.strengths[0].favourable, ranking.to_work_on[0].favourable), (1.0, 0.0));

        let whole = Figures::new(questionnaire(), &[cell("b", &[5, 0, 0, 0, 5])]);
        let ranking = rank(&Figures::new(questionnaire(), &cells), Some(&whole), Some(&whole));
        assert_eq!(ranking.strengths[0].from_whole, Some(50.0));
        assert!(ranking.strengths[0].compared.difference.is_some_and(|d| d > 0.0));
        assert_eq!(ranking.to_work_on[0].from_whole, None);
    }

    #[test]
    fn hidden_items_are_never_ranked() {
        let cells = vec![cell("a", &[1, 1, 2, 3, 3]), cell("b", &[]), cell("c", &[])];
        assert_eq!(rank(&Figures::new(questionnaire(), &cells), None, None), Ranking::default());
    }
}
