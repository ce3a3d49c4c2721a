//! Which answers are favourable: the one rule that figures and charts share.

/// The side of a scale that a point is on, the last point being the favourable end.
///
/// A point above the middle of the scale is favourable, one below it unfavourable, and the middle itself, which only a
/// scale with an odd number of points has, is neutral:
///
/// | points | unfavourable | neutral | favourable |
/// | --- | --- | --- | --- |
/// | 2, 4, 6, 8, 10 | lower half | – | upper half |
/// | 3 | 1 | 2 | 3 |
/// | 5 | 1–2 | 3 | 4–5 |
/// | 7 | 1–3 | 4 | 5–7 |
/// | 9 | 1–4 | 5 | 6–9 |
/// | 11 | 1–5 | 6 | 7–11 |
///
/// For five points this is the reading usual in staff surveys: the top two, the middle, the bottom two. For other
/// lengths there is no common one (some count only the outermost two of seven points, and a recommendation from 0 to 10
/// is often read as promoters and detractors), so this is our own convention. It is chosen because it goes by what the
/// labels say, "somewhat agree" being agreement, and because it is what a diverging bar shows: everything to the right
/// of the middle, and nothing else, is favourable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Below the middle.
    Unfavourable,
    /// The middle of an odd number of points.
    Neutral,
    /// Above the middle.
    Favourable,
}

impl Side {
    /// The side of the point `index`, counted from 0, on a scale of `points` points.
    pub const fn of(index: usize, points: usize) -> Self {
        let half = points / 2;
        if index < half {
            Self::Unfavourable
        } else if index >= points - half {
            Self::Favourable
        } else {
            Self::Neutral
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides(points: usize) -> String {
        let letter = |side| match side {
            Side::Unfavourable => '-',
            Side::Neutral => '0',
            Side::Favourable => '+',
        };
        (0..points).map(|index| letter(Side::of(index, points))).collect()
    }

    #[test]
    fn five_points_are_top_two_middle_and_bottom_two() {
        assert_eq!(sides(5), "--0++");
    }

    #[test]
    fn every_length_follows_the_table() {
        let table = [
            "-+",
            "-0+",
            "--++",
            "--0++",
            "---+++",
            "---0+++",
            "----++++",
            "----0++++",
            "-----+++++",
            "-----0+++++",
        ];
        for (points, expected) in (2..=11).zip(table) {
            assert_eq!(sides(points), expected);
        }
    }
}
