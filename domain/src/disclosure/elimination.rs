//! Which hidden cells can be worked out exactly from what is shown: Gaussian elimination over the tables.

use std::collections::BTreeMap;

use super::Table;

/// The Mersenne prime 2⁶¹ − 1. The coefficients of the tables are 0 and ±1, so a pivot that is not zero over the
/// rationals is a multiple of it only by a coincidence of large minors.
const PRIME: u64 = (1 << 61) - 1;

/// A linear combination of hidden cells that equals something known: group → coefficient, none of them zero.
type Row = BTreeMap<usize, u64>;

/// The hidden groups whose value follows from the shown ones, ascending.
///
/// `hidden[g]` says whether group `g` is unknown to the reader; everything else counts as known. Each table is an
/// equation "parts − total = 0"; what is known moves to the right-hand side. A hidden cell is determined exactly if
/// its unit vector lies in the row space of what remains, that is, if the reduced row echelon form has a row with
/// that single entry (Langsrud 2024). Since distributions add up like counts, the answer holds for every bar of a
/// distribution, for means and for shares.
///
/// ```
/// use domain::disclosure::{Table, determined};
/// // 0 = 1 + 2 + 3 is shown; with one part hidden, subtraction gives it away, with two it does not.
/// let tables = [Table { total: 0, parts: vec![1, 2, 3] }];
/// assert_eq!(determined(&tables, &[false, true, false, false]), [1]);
/// assert!(determined(&tables, &[false, true, true, false]).is_empty());
/// ```
pub fn determined(tables: &[Table], hidden: &[bool]) -> Vec<usize> {
    let is_hidden = |group: usize| hidden.get(group).copied().unwrap_or(false);
    let mut reduced = Reduced::default();
    for table in tables {
        let mut row = Row::new();
        for &part in table.parts.iter().filter(|&&part| is_hidden(part)) {
            add(&mut row, part, 1);
        }
        if is_hidden(table.total) {
            add(&mut row, table.total, PRIME - 1);
        }
        reduced.insert(row);
    }
    reduced.rows.iter().filter(|(_, row)| row.len() == 1).map(|(pivot, _)| *pivot).collect()
}

/// A system in reduced row echelon form: pivot → its row, in which the pivot has coefficient 1 and no other pivot
/// occurs. Rows are sparse, because nested tables hardly fill in.
#[derive(Default)]
struct Reduced {
    rows: BTreeMap<usize, Row>,
}

impl Reduced {
    fn insert(&mut self, mut row: Row) {
        // The rows have no pivot in common, so one pass over the pivots found in the new row is enough.
        let pivots: Vec<(usize, u64)> =
            row.iter().filter(|(group, _)| self.rows.contains_key(*group)).map(|(g, c)| (*g, *c)).collect();
        for (pivot, coefficient) in pivots {
            if let Some(known) = self.rows.get(&pivot) {
                subtract(&mut row, known, coefficient);
            }
        }
        let Some((&pivot, &leading)) = row.first_key_value() else { return };
        let scale = inverse(leading);
        for coefficient in row.values_mut() {
            *coefficient = multiply(*coefficient, scale);
        }
        for other in self.rows.values_mut() {
            if let Some(&coefficient) = other.get(&pivot) {
                subtract(other, &row, coefficient);
            }
        }
        self.rows.insert(pivot, row);
    }
}

/// `row[group] += value`, keeping zeros out.
fn add(row: &mut Row, group: usize, value: u64) {
    let sum = (row.get(&group).copied().unwrap_or(0) + value) % PRIME;
    if sum == 0 {
        row.remove(&group);
    } else {
        row.insert(group, sum);
    }
}

/// `row -= factor * other`.
fn subtract(row: &mut Row, other: &Row, factor: u64) {
    for (&group, &coefficient) in other {
        add(row, group, PRIME - multiply(coefficient, factor));
    }
}

fn multiply(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    // 2⁶¹ ≡ 1: fold the high bits onto the low ones. Both parts are below 2⁶¹.
    let low = (product & u128::from(PRIME)) as u64;
    let high = (product >> 61) as u64;
    (low + high) % PRIME
}

/// The multiplicative inverse by Fermat's little theorem; `a` is not zero.
fn inverse(a: u64) -> u64 {
    let (mut result, mut base, mut exponent) = (1, a, PRIME - 2);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = multiply(result, base);
        }
        base = multiply(base, base);
        exponent >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(total: usize, parts: &[usize]) -> Table {
        Table { total, parts: parts.to_vec() }
    }

    #[test]
    fn arithmetic_is_that_of_the_field() {
        assert_eq!(multiply(PRIME - 1, PRIME - 1), 1);
        for a in [1, 2, 3, 12_345, PRIME - 1, PRIME - 2] {
            assert_eq!(multiply(a, inverse(a)), 1);
        }
    }

    #[test]
    fn a_cell_hidden_in_one_table_is_found_through_another() {
        // 0 = 1 + 2 and 1 = 5 + 6: hiding 1 is useless while 5 and 6 are shown.
        let tables = [table(0, &[1, 2]), table(1, &[5, 6])];
        assert_eq!(determined(&tables, &[false, true, true, false, false, false, false]), [1, 2]);
        assert!(determined(&tables, &[false, true, true, false, false, true, false]).is_empty());
    }

    #[test]
    fn a_two_way_table_needs_a_rectangle() {
        // Rows 9, 10, 11 and columns 12, 13, 14 over the inner cells 0..9, margins shown.
        let rows = [table(9, &[0, 1, 2]), table(10, &[3, 4, 5]), table(11, &[6, 7, 8])];
        let columns = [table(12, &[0, 3, 6]), table(13, &[1, 4, 7]), table(14, &[2, 5, 8])];
        let tables: Vec<Table> = rows.into_iter().chain(columns).collect();
        let hide = |cells: &[usize]| (0..15).map(|cell| cells.contains(&cell)).collect::<Vec<bool>>();
        assert!(determined(&tables, &hide(&[0, 1, 3, 4])).is_empty());
        assert_eq!(determined(&tables, &hide(&[0, 1, 3])), [0, 1, 3]);
        // Two hidden in every row and column in a circle of six: safe.
        assert!(determined(&tables, &hide(&[0, 1, 4, 5, 6, 8])).is_empty());
        // A corner hanging on a rectangle is given away, the rectangle is not.
        assert_eq!(determined(&tables, &hide(&[0, 1, 3, 4, 8])), [8]);
    }

    #[test]
    fn groups_that_no_table_names_are_never_determined() {
        assert!(determined(&[], &[true, true]).is_empty());
        assert!(determined(&[table(0, &[1])], &[]).is_empty());
    }
}
