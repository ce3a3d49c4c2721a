//! The value axis of a chart: round limits and round steps.

/// An axis from `low` to `high` with a mark at every `step`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Axis {
    /// Lowest value shown, a multiple of `step`.
    pub(super) low: f64,
    /// Highest value shown, a multiple of `step`, above `low`.
    pub(super) high: f64,
    /// Distance of two marks: 1, 2 or 5 times a power of ten.
    pub(super) step: f64,
}

impl Axis {
    /// The axis over `values` with about `parts` steps; nothing without a finite value.
    pub(super) fn over(values: &[f64], parts: u32) -> Option<Self> {
        let finite = || values.iter().copied().filter(|value| value.is_finite());
        let low = finite().reduce(f64::min)?;
        let high = finite().reduce(f64::max)?;
        let range = if high > low { high - low } else { high.abs().max(1.0) / 10.0 };
        let raw = range / f64::from(parts.max(1));
        let power = 10f64.powf(raw.log10().floor());
        let step = [1.0, 2.0, 5.0].into_iter().map(|m| m * power).find(|s| *s >= raw).unwrap_or(10.0 * power);
        let low = (low / step).floor() * step;
        let high = ((high / step).ceil() * step).max(low + step);
        Some(Self { low, high, step })
    }

    /// The values of the marks, from the lowest.
    pub(super) fn marks(self) -> Vec<f64> {
        let mut marks = Vec::new();
        let mut index = 0.0;
        // Half a step of tolerance keeps the highest mark, whatever the rounding.
        while self.low + index * self.step < self.high + self.step / 2.0 {
            marks.push(self.low + index * self.step);
            index += 1.0;
        }
        marks
    }

    /// Where `value` lies between the lowest (0) and the highest (1) value shown.
    pub(super) fn position(self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_and_steps_are_round() {
        let axis = Axis::over(&[57.0, 62.0, 70.0], 3).expect("an axis");
        assert_eq!(axis, Axis { low: 55.0, high: 70.0, step: 5.0 });
        assert_eq!(axis.marks(), [55.0, 60.0, 65.0, 70.0]);
        assert_eq!(axis.position(62.5), 0.5);
    }

    #[test]
    fn equal_values_still_have_an_axis_and_none_have_not() {
        let axis = Axis::over(&[0.0, 0.0], 3).expect("an axis");
        assert!(axis.low <= 0.0 && axis.high > axis.low);
        assert_eq!(Axis::over(&[], 3), None);
        assert_eq!(Axis::over(&[f64::NAN], 3), None);
    }

    #[test]
    fn every_value_lies_on_the_axis_and_the_marks_stay_few() {
        for exponent in -6..=6 {
            for (a, b) in [(0.0, 1.0), (-3.7, 9.1), (0.99, 1.01), (-8.0, -7.0), (4.0, 4.0)] {
                let (a, b) = (a * 10f64.powi(exponent), b * 10f64.powi(exponent));
                for parts in 1..6 {
                    let axis = Axis::over(&[a, b], parts).expect("an axis");
                    for value in [a, b] {
                        assert!(
                            (-1.0e-9..=1.0 + 1.0e-9).contains(&axis.position(value)),
                            "{axis:?}, {value}"
                        );
                    }
                    assert!(axis.marks().len() <= 2 * parts as usize + 3, "{axis:?}");
                }
            }
        }
    }
}
