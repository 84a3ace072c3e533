//! Charts, drawn on the server as SVG. They take props only. Places are in per cent of the drawing,
//! so that letters keep their size whatever its width.

mod share;
mod spark;
mod stacked;

pub(crate) use share::{Share, Shares};
pub(crate) use spark::Spark;
pub(crate) use stacked::{Column, Series, StackedChart};

/// `part` of `whole` in per cent, as SVG writes it.
#[expect(
    clippy::cast_precision_loss,
    reason = "a place in a drawing is exact enough"
)]
fn per_cent(part: i64, whole: i64) -> f64 {
    if whole <= 0 {
        return 0.0;
    }
    part as f64 * 100.0 / whole as f64
}

/// A length or a place, as an attribute.
fn at(per_cent: f64) -> String {
    format!("{per_cent:.3}%")
}

/// The distance of the lines of a scale that reaches `most`: 1, 2 or 5 of a power of ten, so that
/// at most four lines are needed.
fn step(most: i64) -> i64 {
    let mut power = 1;
    loop {
        for factor in [1, 2, 5] {
            let step = factor * power;
            if step * 4 >= most {
                return step;
            }
        }
        power *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_has_round_steps_and_at_most_four() {
        for (most, distance) in [(0, 1), (1, 1), (4, 1), (5, 2), (9, 5), (37, 10), (812, 500)] {
            assert_eq!(step(most), distance, "{most}");
        }
        for most in 1..5_000 {
            assert!(step(most) * 4 >= most);
        }
    }

    #[test]
    fn nothing_of_nothing_is_nothing() {
        assert_eq!(at(per_cent(0, 0)), "0.000%");
        assert_eq!(at(per_cent(1, 3)), "33.333%");
    }
}
