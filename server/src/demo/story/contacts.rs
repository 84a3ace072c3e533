//! Names and addresses of companies and of the people who work there, all invented.

use serde_json::{Value, json};

use crate::demo::random::Random;

const STEMS: [&str; 37] = [
    "Alder",
    "Beacon",
    "Copper",
    "Dunmore",
    "Eastgate",
    "Fairway",
    "Granite",
    "Hollow",
    "Iris",
    "Juniper",
    "Kestrel",
    "Lindgren",
    "Meadow",
    "Northam",
    "Orchard",
    "Pallas",
    "Quayside",
    "Rowan",
    "Saltmarsh",
    "Thistle",
    "Umber",
    "Valmont",
    "Westbrook",
    "Yarrow",
    "Zephyr",
    "Amber",
    "Birchwood",
    "Cobalt",
    "Delphine",
    "Ember",
    "Foxglove",
    "Gullane",
    "Hawthorn",
    "Ivory",
    "Larkspur",
    "Marlow",
    "Nettle",
];

const TRADES: [(&str, &str); 11] = [
    ("Logistics", "logistics"),
    ("Foods", "foods"),
    ("Printing", "printing"),
    ("Clinic", "clinic"),
    ("Architects", "architects"),
    ("Hotels", "hotels"),
    ("Textiles", "textiles"),
    ("Robotics", "robotics"),
    ("Shipping", "shipping"),
    ("Optics", "optics"),
    ("Insurance", "insurance"),
];

const FIRST_NAMES: [&str; 23] = [
    "Ada", "Bilal", "Carmen", "Dario", "Elif", "Farah", "Goran", "Hana", "Ivo", "Joana", "Kofi",
    "Leila", "Milan", "Noor", "Olga", "Pavel", "Rosa", "Samir", "Tove", "Ugo", "Vera", "Wim",
    "Zoë",
];

const LAST_NAMES: [&str; 19] = [
    "Andersen",
    "Bello",
    "Costa",
    "Dahl",
    "Eriksen",
    "Ferrari",
    "García",
    "Horváth",
    "Ibrahim",
    "Jansen",
    "Kowalski",
    "Laurent",
    "Müller",
    "Nowak",
    "Østergaard",
    "Petrov",
    "Quist",
    "Rossi",
    "Silva",
];

const STREETS: [&str; 9] = [
    "Harbour Road",
    "Mill Lane",
    "Station Street",
    "Canal Quay",
    "Rue des Tilleuls",
    "Gartenweg",
    "Calle del Puerto",
    "Via Garibaldi",
    "Havnegata",
];

/// City, postal code, id and name of the country.
const CITIES: [(&str, &str, &str, &str); 12] = [
    ("Rotterdam", "3011", "165", "Netherlands"),
    ("Lyon", "69002", "75", "France"),
    ("Hamburg", "20457", "57", "Germany"),
    ("Bergen", "5003", "166", "Norway"),
    ("Porto", "4050", "183", "Portugal"),
    ("Genoa", "16126", "109", "Italy"),
    ("Bristol", "BS1 4", "231", "United Kingdom"),
    ("Valencia", "46001", "68", "Spain"),
    ("Ghent", "9000", "20", "Belgium"),
    ("Gdańsk", "80-831", "179", "Poland"),
    ("Aarhus", "8000", "58", "Denmark"),
    ("Cork", "T12", "101", "Ireland"),
];

/// The labels that contacts are tagged with.
pub(crate) const TAGS: [&str; 6] = [
    "Key account",
    "Public sector",
    "Newsletter",
    "Reseller",
    "Late payer",
    "Fair 2026",
];

/// The name of the `nth` company; no two are the same within 407.
pub(crate) fn company(nth: usize) -> String {
    let (trade, _) = TRADES[nth % TRADES.len()];
    format!("{} {trade}", STEMS[nth % STEMS.len()])
}

/// The internet domain of the `nth` company.
pub(crate) fn domain(nth: usize) -> String {
    let (_, trade) = TRADES[nth % TRADES.len()];
    format!(
        "{}-{trade}.example",
        STEMS[nth % STEMS.len()].to_lowercase()
    )
}

/// The name of the `nth` person; no two are the same within 437.
pub(crate) fn person(nth: usize) -> String {
    format!(
        "{} {}",
        FIRST_NAMES[nth % FIRST_NAMES.len()],
        LAST_NAMES[nth % LAST_NAMES.len()]
    )
}

/// A person's name as the part of an address before the `@`.
pub(crate) fn mailbox(name: &str) -> String {
    let plain = |letter| match letter {
        'á' => 'a',
        'ë' => 'e',
        'í' => 'i',
        'ø' => 'o',
        'ü' => 'u',
        ' ' => '.',
        other => other,
    };
    name.to_lowercase().chars().map(plain).collect()
}

/// A telephone number of the range that is never given to anybody.
pub(crate) fn phone(random: &mut Random) -> String {
    format!("+44 20 7946 0{:03}", random.below(1_000))
}

/// An address: its fields with their values.
pub(crate) fn address(random: &mut Random) -> [(&'static str, Value); 4] {
    let (city, code, country_id, country) = *random.pick(&CITIES);
    let street = *random.pick(&STREETS);
    let number = random.between(1, 140);
    [
        ("street", json!(format!("{street} {number}"))),
        ("zip", json!(code)),
        ("city", json!(city)),
        ("country_id", json!({"id": country_id, "name": country})),
    ]
}

/// Some tags out of `names`, with their places plus one as ids.
pub(crate) fn tags(random: &mut Random, names: &[&str], most: usize) -> Value {
    let count = random.index(most + 1);
    let places: Vec<_> = (0..names.len()).collect();
    random
        .some(&places, count)
        .into_iter()
        .map(|place| json!({"id": (place + 1).to_string(), "name": names[place]}))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_do_not_repeat() {
        let companies: BTreeSet<_> = (0..200).map(company).collect();
        let people: BTreeSet<_> = (0..200).map(person).collect();
        assert_eq!((companies.len(), people.len()), (200, 200));
        assert!(people.iter().all(|name| mailbox(name).is_ascii()));
    }
}
