//! Whatever the texts, none that contains what is looked for is left out.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// The rows of a block of these texts, built within so much memory.
fn block(shape: Shape, texts: &[String], room: usize) -> BTreeMap<u32, Vec<u8>> {
    let (mut rows, mut from) = (BTreeMap::new(), 0);
    while from < shape.buckets() {
        let mut builder = Builder::new(shape, from, room);
        for (place, text) in (0..).zip(texts) {
            builder.add(place, text);
        }
        let (more, to) = builder.finish();
        assert!(to > from, "each pass makes a row");
        assert!(more.iter().map(|(bucket, _)| *bucket).eq(from..to));
        rows.extend(more);
        from = to;
    }
    rows
}

fn spots(shape: Shape, rows: &BTreeMap<u32, Vec<u8>>, needles: &[&str]) -> Option<Vec<i64>> {
    let wanted = Wanted::of(shape, needles.iter().copied()).unwrap();
    let spots = wanted.within(|bucket| rows.get(&bucket).map(Vec::as_slice));
    spots.map(|spots| {
        assert_eq!(
            spots.count(),
            i64::try_from(spots.places().count()).unwrap()
        );
        spots.places().collect()
    })
}

/// Words of few letters, so that they contain each other, on a few lines.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[abc]{0,12}",
        "[ab中文é\n ]{0,10}",
        "[a-d]{1,5}\n[a-z ]{0,20}\n\\PC{0,8}"
    ]
}

proptest! {
    #[test]
    fn no_text_that_contains_it_is_left_out(
        texts in prop::collection::vec(text(), 1..=256),
        needle in text(),
        other in "[abc]{1,4}",
        room in prop_oneof![Just(2_000_usize), Just(1 << 20)],
    ) {
        let shape = Shape::of(256);
        let rows = block(shape, &texts, room);
        let needles = [needle.as_str(), &other];
        if Wanted::of(shape, needles).is_some() {
            let found = spots(shape, &rows, &needles).unwrap();
            for (place, text) in (0..).zip(&texts) {
                if needles.iter().all(|needle| text.contains(needle)) {
                    prop_assert!(found.contains(&place), "{text:?} has {needles:?}");
                }
            }
        }
        // However often memory was short, the rows are the same.
        prop_assert_eq!(rows, block(shape, &texts, usize::MAX));
    }

    #[test]
    fn places_are_read_as_they_were_added(
        places in prop::collection::btree_set(0_u32..65_536, 0..3_000),
        dense in prop::collection::btree_set(0_u32..9_000, 0..8_900),
    ) {
        let shape = Shape::of(0);
        for places in [places, dense] {
            let (mut kept, mut grown) = (Places::new(), 0);
            for place in &places {
                grown += kept.add(*place, shape);
                prop_assert_eq!(kept.add(*place, shape), 0, "each once");
            }
            prop_assert!(kept.bytes.len() <= 8_192);
            prop_assert!(grown >= kept.bytes.len());
            let mut found = vec![0; shape.words()];
            if kept.bits {
                for (word, bytes) in found.iter_mut().zip(kept.bytes.as_chunks().0) {
                    *word = u64::from_le_bytes(*bytes);
                }
            } else {
                prop_assert!(list(&kept.bytes, &mut found));
            }
            let found: Vec<u32> = Spots(found).places().map(|place| place.try_into().unwrap()).collect();
            prop_assert!(found.into_iter().eq(places));
        }
    }

    #[test]
    fn broken_rows_are_refused_or_read_but_harm_nothing(row in prop::collection::vec(any::<u8>(), 0..80)) {
        let shape = Shape::of(64);
        let mut rows = block(shape, &["abc".to_owned()], usize::MAX);
        for kept in rows.values_mut() {
            kept.extend(&row);
        }
        let _ = spots(shape, &rows, &["abc", "bcd"]);
        for kept in rows.values_mut() {
            kept.clone_from(&row);
        }
        let _ = spots(shape, &rows, &["abc"]);
    }
}

#[test]
fn what_is_rare_and_what_is_common_is_told_apart() {
    let shape = Shape::of(0);
    assert_eq!((shape.logs(), shape.buckets()), (65_536, 4_096));
    let texts: Vec<String> = (0..65_536)
        .map(|n| {
            let third = if n % 3 == 0 { "third\n" } else { "" };
            let rare = if n % 10_000 == 7 { "zebra\n" } else { "" };
            format!("every one\n{third}{rare}中文")
        })
        .collect();
    let rows = block(shape, &texts, 16 << 20);
    assert_eq!(rows.len(), 4_096);
    let count = |needle| spots(shape, &rows, &[needle]).unwrap().len();
    assert_eq!(count("zebra"), 7);
    assert_eq!(count("zebras"), 0);
    assert_eq!(count("third"), 21_846);
    assert_eq!(count("every"), 65_536);
    assert_eq!(count("中文"), 65_536);
    assert_eq!(count("文中"), 0);
    // A line ends what stands together.
    assert_eq!(count("one\nthird"), 21_846);
    let bytes: usize = rows.values().map(Vec::len).sum();
    assert!(bytes < 45_000, "{bytes}");
}

#[test]
fn what_is_too_short_has_no_grams() {
    let shape = Shape::of(1_000);
    assert_eq!(shape.logs(), 1_024);
    for needle in ["", "ab", "é", "éà", "文", "a\nbc", "文a"] {
        assert_eq!(Wanted::of(shape, [needle]), None, "{needle}");
    }
    assert!(Wanted::of(shape, ["a", "abc"]).is_some());
    let long = "the quick brown fox jumps over the lazy dog";
    let long = Wanted::of(shape, [long]).unwrap();
    assert_eq!(long.keys.len(), 12);
    let (some, others) = long.parted();
    assert_eq!([some.keys, others.unwrap().keys].concat(), long.keys);
    assert_eq!(Wanted::of(shape, ["abcd"]).unwrap().parted().1, None);
}

#[test]
fn a_missing_row_and_one_of_other_blocks_say_nothing() {
    let shape = Shape::of(64);
    let mut rows = block(shape, &["abc".to_owned()], usize::MAX);
    assert_eq!(spots(shape, &rows, &["abc"]), Some(vec![0]));
    assert_eq!(spots(Shape::of(128), &rows, &["abc"]), None);
    rows.clear();
    assert_eq!(spots(shape, &rows, &["abc"]), None);
}

#[test]
fn grams_are_numbered_for_ever() {
    let grams = |text| {
        let mut grams = Vec::new();
        each(text, |gram| grams.push(gram));
        grams
    };
    assert_eq!(grams("abcd"), [mix(97, 98, 99), mix(98, 99, 100)]);
    assert_eq!(
        grams("a中文"),
        [mix(0, 0x4e2d, 0x6587), mix(97, 0x4e2d, 0x6587)]
    );
    assert_eq!(
        [mix(97, 98, 99), mix(0, 0x4e2d, 0x6587)],
        [3_008_249_068, 2_744_330_022]
    );
}
