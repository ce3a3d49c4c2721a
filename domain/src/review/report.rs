//! What a report says in words: strengths and blind spots by a stated rule, and what a difference means with so few
//! raters.

use crate::statistics::{Sample, confidence_interval};
use crate::text::Lang;

/// Most items listed under one heading.
pub const MOST_LISTED: usize = 3;
/// From this mean of the raters on an item is a strength, in points of a five-point scale.
pub const STRENGTH: f64 = 4.0;
/// From this difference between self and raters on it is a blind spot or a hidden strength: a whole step of the scale,
/// since the view of oneself is a whole number.
pub const GAP: f64 = 1.0;

/// One item as its subject sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rated {
    /// What the subject answered.
    pub own: Option<f64>,
    /// The widest group of raters that may be shown, without self and superior.
    pub raters: Option<Sample>,
}

impl Rated {
    /// How much lower the raters see the subject than the subject; `None` where either is not known.
    pub fn gap(&self) -> Option<f64> {
        Some(self.own? - self.raters?.mean)
    }
}

/// Positions of the items that stand out, at most [`MOST_LISTED`] each, the most telling first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Highlights {
    /// The highest means from [`STRENGTH`] on.
    pub strengths: Vec<usize>,
    /// The lowest means below [`STRENGTH`].
    pub to_work_on: Vec<usize>,
    /// The subject's own view is a step or more higher than the raters'.
    pub blind_spots: Vec<usize>,
    /// The raters' view is a step or more higher than the subject's own.
    pub hidden_strengths: Vec<usize>,
}

/// Items that stand out in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<'a> {
    /// What they are called.
    pub title: &'static str,
    /// The rule by which they were chosen, stated where they are listed.
    pub rule: String,
    /// Their positions, the most telling first.
    pub items: &'a [usize],
}

impl Highlights {
    /// All of them, in the order they are read.
    pub fn listed(&self, lang: Lang) -> [Listed<'_>; 4] {
        let titles = match lang {
            Lang::Ja => {
                ["強み", "これから取り組めること", "自分では気づきにくい点", "自分で思うより評価されている点"]
            }
            Lang::En => ["Strengths", "To work on", "Blind spots", "Hidden strengths"],
        };
        let rules = match lang {
            Lang::Ja => [
                format!("評価者の平均が{STRENGTH:.1}以上の項目のうち、高い順に{MOST_LISTED}つまで。"),
                format!("評価者の平均が{STRENGTH:.1}に届かない項目のうち、低い順に{MOST_LISTED}つまで。"),
                format!(
                    "本人の回答が、評価者の平均より{GAP:.1}以上高い項目を、差の大きい順に{MOST_LISTED}つまで。"
                ),
                format!(
                    "評価者の平均が、本人の回答より{GAP:.1}以上高い項目を、差の大きい順に{MOST_LISTED}つまで。"
                ),
            ],
            Lang::En => [
                format!(
                    "Items whose mean of the raters is {STRENGTH:.1} or more; at most {MOST_LISTED}, the highest first."
                ),
                format!(
                    "Items whose mean of the raters is below {STRENGTH:.1}; at most {MOST_LISTED}, the lowest first."
                ),
                format!(
                    "Items on which you see yourself {GAP:.1} or more above the raters; at most {MOST_LISTED}, the largest differences first."
                ),
                format!(
                    "Items on which the raters see you {GAP:.1} or more above yourself; at most {MOST_LISTED}, the largest differences first."
                ),
            ],
        };
        let places = [&self.strengths, &self.to_work_on, &self.blind_spots, &self.hidden_strengths];
        let mut rules = rules.into_iter();
        std::array::from_fn(|at| Listed {
            title: titles[at],
            rule: rules.next().unwrap_or_default(),
            items: places[at],
        })
    }
}

/// Chooses what stands out. Equal items come in the order asked.
pub fn highlights(items: &[Rated]) -> Highlights {
    let means = || items.iter().enumerate().filter_map(|(at, item)| Some((at, item.raters?.mean)));
    let gaps = || items.iter().enumerate().filter_map(|(at, item)| Some((at, item.gap()?)));
    Highlights {
        strengths: most(means().filter(|(_, mean)| *mean >= STRENGTH)),
        to_work_on: most(means().filter(|(_, mean)| *mean < STRENGTH).map(|(at, mean)| (at, -mean))),
        blind_spots: most(gaps().filter(|(_, gap)| *gap >= GAP)),
        hidden_strengths: most(gaps().map(|(at, gap)| (at, -gap)).filter(|(_, gap)| *gap >= GAP)),
    }
}

/// The positions with the highest figures.
fn most(figures: impl Iterator<Item = (usize, f64)>) -> Vec<usize> {
    let mut figures: Vec<(usize, f64)> = figures.collect();
    figures.sort_by(|a, b| b.1.total_cmp(&a.1));
    figures.into_iter().take(MOST_LISTED).map(|(at, _)| at).collect()
}

/// How much a difference says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// No larger than the 95 % interval of the raters' mean: it could be chance.
    Chance,
    /// Larger than that.
    Clear,
}

impl Weight {
    /// Of a difference between one's own answer and the raters' mean. The interval is that of a sample
    /// ([`confidence_interval`], Student's t): that nearly all raters answered does not make a step more or less on one
    /// day in the year say more.
    pub fn of(gap: f64, raters: &Sample) -> Self {
        let interval = confidence_interval(raters, None);
        // Of raters who all say the same, the spread is not known to be nothing: one step of one of them at least.
        let half = (interval.high - raters.mean).max(step(raters.n));
        if gap.abs() > half { Self::Clear } else { Self::Chance }
    }

    /// In a word or two, beside the difference.
    pub const fn short(self, lang: Lang) -> &'static str {
        match self {
            Self::Chance => lang.t("偶然でも起こる差", "can be chance"),
            Self::Clear => lang.t("はっきりした差", "clear"),
        }
    }

    /// In words, for somebody who reads their own report.
    pub fn words(self, raters: u32, lang: Lang) -> String {
        match (self, lang) {
            (Self::Chance, Lang::Ja) => {
                format!("評価者{raters}人では、偶然でも起こる大きさの差です。")
            }
            (Self::Chance, Lang::En) => {
                format!("With {raters} raters, a difference of this size can be chance.")
            }
            (Self::Clear, Lang::Ja) => {
                format!("評価者{raters}人でも、偶然だけでは説明しにくい差です。")
            }
            (Self::Clear, Lang::En) => {
                format!("Even with {raters} raters, chance alone hardly explains this difference.")
            }
        }
    }
}

/// By how much the mean of `n` raters moves when one of them answers one step higher or lower.
pub fn step(n: u32) -> f64 {
    1.0 / f64::from(n.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rated(own: Option<f64>, mean: Option<f64>) -> Rated {
        Rated { own, raters: mean.map(|mean| Sample { n: 5, mean, sd: 0.5 }) }
    }

    #[test]
    fn what_stands_out_is_chosen_by_the_stated_rule() {
        let items = [
            rated(Some(4.0), Some(4.2)),
            rated(Some(5.0), Some(3.0)),
            rated(Some(3.0), Some(4.6)),
            rated(None, Some(4.8)),
            rated(Some(5.0), None),
            rated(Some(2.0), Some(2.4)),
            rated(Some(4.0), Some(4.0)),
        ];
        let found = highlights(&items);
        assert_eq!(found.strengths, [3, 2, 0], "three at most, the highest first");
        assert_eq!(found.to_work_on, [5, 1], "the lowest first");
        assert_eq!(found.blind_spots, [1]);
        assert_eq!(found.hidden_strengths, [2]);
        assert_eq!(highlights(&[]), Highlights::default());
        assert_eq!(highlights(&[rated(Some(5.0), None)]), Highlights::default(), "nothing to compare with");
    }

    #[test]
    fn equal_items_come_in_the_order_asked() {
        let items = [rated(None, Some(4.5)); 5];
        assert_eq!(highlights(&items).strengths, [0, 1, 2]);
    }

    #[test]
    fn few_raters_make_a_difference_say_little() {
        // t(0.975, 4) · 0.5 / √5 = 0.62; with fifty raters 0.14.
        let few = Sample { n: 5, mean: 3.0, sd: 0.5 };
        assert_eq!(Weight::of(0.6, &few), Weight::Chance);
        assert_eq!(Weight::of(-0.7, &few), Weight::Clear);
        let many = Sample { n: 50, ..few };
        assert_eq!(Weight::of(0.6, &many), Weight::Clear);
        // All alike: the spread of the sample is 0, that of one step of one rater is not.
        let alike = Sample { n: 4, mean: 3.0, sd: 0.0 };
        assert_eq!(Weight::of(0.25, &alike), Weight::Chance);
        assert_eq!(Weight::of(1.0, &alike), Weight::Clear);
        assert_eq!(Weight::of(2.0, &Sample { n: 1, mean: 3.0, sd: 0.0 }), Weight::Chance, "one says nothing");
        for weight in [Weight::Chance, Weight::Clear] {
            assert!(weight.words(4, Lang::Ja).contains("4人") && weight.words(4, Lang::En).contains('4'));
        }
        assert!((step(4) - 0.25).abs() < 1e-12 && (step(0) - 1.0).abs() < 1e-12);
    }
}
