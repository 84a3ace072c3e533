//! Numbers as each language groups and points them (CLDR: English `1,234.5`, French `1 234,5` with
//! a narrow no-break space).

use crate::Language;

/// A whole number.
pub fn number(language: Language, value: i64) -> String {
    decimal(language, &value.to_string())
}

/// A decimal number in plain notation (`-1234.50`): its digits are grouped and its point is
/// written as the language does; none is added, none is lost. What is not one stays as it is.
pub fn decimal(language: Language, plain: &str) -> String {
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", plain),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let plain_digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    if !plain_digits(whole) || !fraction.is_none_or(plain_digits) {
        return plain.to_owned();
    }
    let (group, point) = match language {
        Language::En => (',', '.'),
        Language::Fr => ('\u{202f}', ','),
    };
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(group);
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push(point);
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{En, Fr};

    #[test]
    fn digits_are_grouped_as_the_language_does() {
        assert_eq!(number(En, 5012), "5,012");
        assert_eq!(number(Fr, 5012), "5\u{202f}012");
        assert_eq!(number(En, 999), "999");
        assert_eq!(number(En, -1_234_567), "-1,234,567");
        assert_eq!(number(En, i64::MIN), "-9,223,372,036,854,775,808");
        assert_eq!(
            decimal(Fr, "12345678901234567890.50"),
            "12\u{202f}345\u{202f}678\u{202f}901\u{202f}234\u{202f}567\u{202f}890,50"
        );
        for odd in ["", "-", "1e5", "NaN", "1.", ".5", "1.2.3", "١٢"] {
            assert_eq!(decimal(En, odd), odd);
        }
    }
}
