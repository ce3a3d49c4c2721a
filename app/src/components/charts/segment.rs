//! Where the points of a scale lie in a diverging bar: unfavourable to the left, neutral in the middle, favourable to
//! the right, stronger the further out. Which side a point is on is said by [`Side`], for figures and charts alike.

use domain::statistics::Side;

/// How far a point lies from the middle of its scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Next to the middle.
    Weak,
    /// In between, or the only point on its side.
    Medium,
    /// The end of the scale.
    Strong,
}

/// The part of a bar that stands for one point of the scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// Below the middle.
    Negative(Strength),
    /// The middle of a scale with an odd number of points.
    Neutral,
    /// Above the middle.
    Positive(Strength),
}

impl Segment {
    /// The segment of the point `index` (from 0, the least favourable) on a scale of `points` points.
    pub(super) fn at(index: usize, points: usize) -> Self {
        let half = points / 2;
        match Side::of(index, points) {
            Side::Unfavourable => Self::Negative(strength(half.saturating_sub(index), half)),
            Side::Favourable => Self::Positive(strength((index + 1 + half).saturating_sub(points), half)),
            Side::Neutral => Self::Neutral,
        }
    }

    /// Classes of the rectangle.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Negative(Strength::Weak) => "seg seg--negative-1",
            Self::Negative(Strength::Medium) => "seg seg--negative-2",
            Self::Negative(Strength::Strong) => "seg seg--negative-3",
            Self::Neutral => "seg seg--neutral",
            Self::Positive(Strength::Weak) => "seg seg--positive-1",
            Self::Positive(Strength::Medium) => "seg seg--positive-2",
            Self::Positive(Strength::Strong) => "seg seg--positive-3",
        }
    }

    /// Classes of the figure inside; a `narrow` segment shows it on a wide page only.
    pub(super) fn label_class(self, narrow: bool) -> String {
        let class = match self {
            Self::Negative(Strength::Weak) => "seg-label seg-label--negative-1",
            Self::Negative(Strength::Medium) => "seg-label seg-label--strong seg-label--negative-2",
            Self::Negative(Strength::Strong) => "seg-label seg-label--strong seg-label--negative-3",
            Self::Neutral | Self::Positive(Strength::Weak) => "seg-label",
            Self::Positive(Strength::Medium | Strength::Strong) => "seg-label seg-label--strong",
        };
        if narrow { format!("{class} seg-label--wide-only") } else { class.to_owned() }
    }

    /// The hatching over the unfavourable side, so that the sides differ by more than hue: the end of a pattern's id.
    pub(super) const fn hatch(self) -> Option<&'static str> {
        match self {
            Self::Negative(Strength::Weak) => Some("weak"),
            Self::Negative(_) => Some("strong"),
            Self::Neutral | Self::Positive(_) => None,
        }
    }
}

/// The strength of the point at `distance` (from 1) on a side of `half` points.
fn strength(distance: usize, half: usize) -> Strength {
    if half == 1 {
        Strength::Medium
    } else if distance == half {
        Strength::Strong
    } else if distance * 2 > half {
        Strength::Medium
    } else {
        Strength::Weak
    }
}

/// How far a bar reaches to both sides of the middle of its neutral point, as shares of its length.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Extent {
    /// To the left.
    pub(super) left: f64,
    /// To the right.
    pub(super) right: f64,
}

impl Extent {
    /// The extent of a bar, given the share of each point; the shares sum to 1.
    pub(super) fn of(shares: &[f64]) -> Self {
        let mut extent = Self::default();
        for (index, share) in shares.iter().enumerate() {
            match Segment::at(index, shares.len()) {
                Segment::Negative(_) => extent.left += share,
                Segment::Neutral => {
                    extent.left += share / 2.0;
                    extent.right += share / 2.0;
                }
                Segment::Positive(_) => extent.right += share,
            }
        }
        extent
    }

    /// The extent that holds both.
    pub(super) fn union(self, other: Self) -> Self {
        Self { left: self.left.max(other.left), right: self.right.max(other.right) }
    }

    /// The whole width.
    pub(super) fn width(self) -> f64 {
        self.left + self.right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_points_have_two_sides_and_a_middle() {
        let segments: Vec<Segment> = (0..5).map(|index| Segment::at(index, 5)).collect();
        assert_eq!(
            segments,
            [
                Segment::Negative(Strength::Strong),
                Segment::Negative(Strength::Weak),
                Segment::Neutral,
                Segment::Positive(Strength::Weak),
                Segment::Positive(Strength::Strong),
            ]
        );
    }

    #[test]
    fn every_scale_is_symmetric_and_only_odd_ones_have_a_middle() {
        for points in 2..=11 {
            let mut neutral = 0;
            for index in 0..points {
                match (Segment::at(index, points), Segment::at(points - 1 - index, points)) {
                    (Segment::Neutral, Segment::Neutral) => neutral += 1,
                    (Segment::Negative(a), Segment::Positive(b)) => assert_eq!(a, b),
                    (Segment::Positive(a), Segment::Negative(b)) => assert_eq!(a, b),
                    other => panic!("{points} points, {index}: {other:?}"),
                }
            }
            assert_eq!(neutral, points % 2);
        }
    }

    #[test]
    fn the_neutral_point_lies_on_both_sides() {
        let extent = Extent::of(&[0.1, 0.2, 0.4, 0.2, 0.1]);
        assert!((extent.left - 0.5).abs() < 1e-12);
        assert!((extent.right - 0.5).abs() < 1e-12);
        let both = extent.union(Extent { left: 0.7, right: 0.3 });
        assert!((both.width() - 1.2).abs() < 1e-12);
    }
}
