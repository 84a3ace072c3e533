//! Values of a host's rows as JSON, without loss.
//!
//! Numbers keep every digit, whatever their size; what JSON has no number for (NaN, infinity) is a
//! text. Bytes never leave the host: their size and SHA-256 digest do. Times with an offset are
//! RFC 3339, times without one stay without.

use std::fmt::Write as _;

use chrono::SecondsFormat;
use sea_orm::sea_query::{OptionEnum, QueryBuilder as _, SqliteQueryBuilder};
use serde_json::{Number, Value as Json, json};
use sha2::{Digest as _, Sha256};

/// A value as JSON.
pub(super) fn json(value: &sea_orm::Value) -> Json {
    use sea_orm::Value;
    match value {
        Value::Bool(value) => given(value.as_ref(), |value| Json::from(*value)),
        Value::TinyInt(value) => given(value.as_ref(), |value| Json::from(*value)),
        Value::SmallInt(value) => given(value.as_ref(), |value| Json::from(*value)),
        Value::Int(value) => given(value.as_ref(), |value| Json::from(*value)),
        Value::BigInt(value) => given(value.as_ref(), |value| Json::from(*value)),
        Value::TinyUnsigned(value) => given(value.as_ref(), |value| Json::from(*value)),
        Value::SmallUnsigned(value) => given(value.as_ref(), |value| Json::from(*value)),
        Value::Unsigned(value) => given(value.as_ref(), |value| Json::from(*value)),
        Value::BigUnsigned(value) => given(value.as_ref(), |value| Json::from(*value)),
        // The shortest digits that read back as the same number: 0.1, not what a double makes of
        // the single 0.1.
        Value::Float(value) => given(value.as_ref(), |value| float(f64::from(*value), value)),
        Value::Double(value) => given(value.as_ref(), |value| float(*value, value)),
        Value::String(value) => given(value.as_ref(), |value| Json::from(value.as_str())),
        Value::Char(value) => given(value.as_ref(), |value| Json::from(value.to_string())),
        Value::Enum(OptionEnum::Some(value)) => Json::from(value.value.as_ref()),
        Value::Enum(OptionEnum::None(_)) => Json::Null,
        Value::Bytes(value) => given(value.as_ref(), |value| digest(value)),
        Value::Json(value) => given(value.as_ref(), |value| value.as_ref().clone()),
        Value::ChronoDate(value) => given(value.as_ref(), |value| Json::from(value.to_string())),
        Value::ChronoTime(value) => given(value.as_ref(), |value| {
            Json::from(value.format("%H:%M:%S%.f").to_string())
        }),
        Value::ChronoDateTime(value) => given(value.as_ref(), |value| {
            Json::from(value.format("%Y-%m-%d %H:%M:%S%.f").to_string())
        }),
        Value::ChronoDateTimeUtc(value) => given(value.as_ref(), |value| {
            Json::from(value.to_rfc3339_opts(SecondsFormat::AutoSi, true))
        }),
        Value::ChronoDateTimeLocal(value) => given(value.as_ref(), |value| {
            Json::from(value.to_rfc3339_opts(SecondsFormat::AutoSi, true))
        }),
        Value::ChronoDateTimeWithTimeZone(value) => given(value.as_ref(), |value| {
            Json::from(value.to_rfc3339_opts(SecondsFormat::AutoSi, true))
        }),
        Value::Array(_, items) => given(items.as_ref(), |items| {
            Json::from(items.iter().map(json).collect::<Vec<_>>())
        }),
        // Kinds that the host's own choice of SeaORM's features adds (decimals, the `time` crate,
        // uuid, addresses, ranges, vectors): the literal that SQL would be told tells them exactly.
        other => literal(&SqliteQueryBuilder.value_to_string(other)),
    }
}

fn given<T: ?Sized>(value: Option<&T>, json: impl FnOnce(&T) -> Json) -> Json {
    value.map_or(Json::Null, json)
}

/// A number by its shortest digits.
fn float(value: f64, digits: &impl std::fmt::Debug) -> Json {
    if value.is_nan() {
        return Json::from("NaN");
    }
    if value.is_infinite() {
        return Json::from(if value > 0.0 { "Infinity" } else { "-Infinity" });
    }
    let digits = format!("{digits:?}");
    digits
        .parse::<Number>()
        .map_or(Json::String(digits), Json::Number)
}

/// Size and digest of bytes, as the server keeps them.
fn digest(bytes: &[u8]) -> Json {
    let mut sha256 = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a text cannot fail.
        let _ = write!(sha256, "{byte:02x}");
    }
    json!({"binary": {"size": bytes.len(), "sha256": sha256}})
}

/// What a literal of SQL says: a number, a truth value, nothing, or a text.
fn literal(sql: &str) -> Json {
    match sql {
        "NULL" => return Json::Null,
        "TRUE" => return Json::Bool(true),
        "FALSE" => return Json::Bool(false),
        _ => {}
    }
    if let Some(text) = sql
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''))
    {
        return Json::from(moment(&text.replace("''", "'")));
    }
    sql.parse::<Number>()
        .map_or_else(|_| Json::from(sql), Json::Number)
}

/// `2026-11-23 08:15:30.123456 +01:00` as RFC 3339 writes it; any other text as it is.
fn moment(text: &str) -> String {
    let rfc3339 = text.replacen(' ', "T", 1).replacen(' ', "", 1);
    match chrono::DateTime::parse_from_rfc3339(&rfc3339) {
        Ok(_) if text.len() > 10 && text.as_bytes().get(10) == Some(&b' ') => rfc3339,
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, FixedOffset, NaiveDate};
    use sea_orm::Value;

    fn shown(value: impl Into<Value>) -> String {
        json(&value.into()).to_string()
    }

    #[test]
    fn numbers_keep_every_digit() {
        assert_eq!(shown(i64::MIN), "-9223372036854775808");
        assert_eq!(shown(u64::MAX), "18446744073709551615");
        assert_eq!(shown(0.1_f64), "0.1");
        assert_eq!(shown(0.1_f32), "0.1");
        assert_eq!(shown(f64::MAX).parse::<f64>(), Ok(f64::MAX));
        assert_eq!(shown(5e-324_f64).parse::<f64>(), Ok(5e-324));
        assert_eq!(shown(Option::<i32>::None), "null");
        let digits = "123456789012345678901234567890.12345678901234567890";
        assert_eq!(literal(digits).to_string(), digits);
        assert_eq!(literal("1E+30").to_string(), "1e+30");
    }

    #[test]
    fn what_is_no_number_in_json_is_a_text() {
        assert_eq!(shown(f64::NAN), r#""NaN""#);
        assert_eq!(shown(f64::INFINITY), r#""Infinity""#);
        assert_eq!(shown(f32::NEG_INFINITY), r#""-Infinity""#);
    }

    #[test]
    fn bytes_stay_and_their_digest_goes() {
        let told = json(&Value::from(b"abc".to_vec()));
        assert_eq!(
            told,
            serde_json::json!({"binary": {"size": 3, "sha256":
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}})
        );
    }

    #[test]
    fn times_are_told_as_they_are() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let naive = date.and_hms_micro_opt(8, 15, 30, 120_000).unwrap();
        assert_eq!(shown(date), r#""2026-11-23""#);
        assert_eq!(shown(naive), r#""2026-11-23 08:15:30.120""#);
        assert_eq!(shown(naive.time()), r#""08:15:30.120""#);
        assert_eq!(shown(naive.and_utc()), r#""2026-11-23T08:15:30.120Z""#);
        let zoned: DateTime<FixedOffset> = "2026-11-23T08:15:30+01:00".parse().unwrap();
        assert_eq!(shown(zoned), r#""2026-11-23T08:15:30+01:00""#);
    }

    #[test]
    fn texts_characters_lists_and_json_are_themselves() {
        assert_eq!(shown("it's \u{e9}"), "\"it's \u{e9}\"");
        assert_eq!(shown('\u{e9}'), "\"\u{e9}\"");
        assert_eq!(shown(vec![1_i32, 2]), "[1,2]");
        assert_eq!(shown(serde_json::json!({"a": [1.50]})), r#"{"a":[1.5]}"#);
    }

    #[test]
    fn literals_of_other_kinds_are_read_back() {
        assert_eq!(literal("NULL"), Json::Null);
        assert_eq!(literal("'it''s'"), Json::from("it's"));
        assert_eq!(
            literal("'2026-11-23 08:15:30.000000 +01:00'"),
            Json::from("2026-11-23T08:15:30.000000+01:00")
        );
        assert_eq!(
            literal("'2026-11-23 08:15:30.000000'"),
            Json::from("2026-11-23 08:15:30.000000")
        );
        assert_eq!(
            literal("'00000000-0000-0000-0000-000000000000'"),
            Json::from("00000000-0000-0000-0000-000000000000")
        );
        assert_eq!(literal("'[1,2)'"), Json::from("[1,2)"));
    }

    /// Values of kinds that only some hosts ask SeaORM for.
    #[cfg(feature = "kinds")]
    #[test]
    fn decimals_and_other_times_lose_nothing() {
        use sea_orm::prelude::{BigDecimal, Decimal, TimeDateTime, TimeDateTimeWithTimeZone, Uuid};
        let digits = "7922816251426433759354395033.5";
        assert_eq!(shown(digits.parse::<Decimal>().unwrap()), digits);
        let digits = "-123456789012345678901234567890123456789012345678901234567890.000001";
        assert_eq!(shown(digits.parse::<BigDecimal>().unwrap()), digits);
        assert_eq!(shown(Option::<Decimal>::None), "null");
        let epoch = TimeDateTimeWithTimeZone::UNIX_EPOCH;
        assert_eq!(shown(epoch), r#""1970-01-01T00:00:00.000000+00:00""#);
        let plain = TimeDateTime::new(epoch.date(), epoch.time());
        assert_eq!(shown(plain), r#""1970-01-01 00:00:00.000000""#);
        assert_eq!(shown(epoch.date()), r#""1970-01-01""#);
        assert_eq!(
            shown(Uuid::nil()),
            r#""00000000-0000-0000-0000-000000000000""#
        );
        assert_eq!(shown(vec![Decimal::new(150, 2)]), "[1.50]");
    }
}
