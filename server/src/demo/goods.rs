//! What the company sells: furniture and equipment for workplaces.

/// A product as it is at the beginning.
#[derive(Debug)]
pub(crate) struct Good {
    /// The internal reference.
    pub(crate) code: &'static str,
    /// The name.
    pub(crate) name: &'static str,
    /// Several of them, inside a sentence.
    pub(crate) plural: &'static str,
    /// The place of its category in [`CATEGORIES`].
    pub(crate) category: usize,
    /// The sales price in cents.
    pub(crate) price: i64,
    /// The cost in cents.
    pub(crate) cost: i64,
    /// The weight in grams; nothing for a service.
    pub(crate) grams: i64,
}

/// The categories, in the order of their ids in the CRM.
pub(crate) const CATEGORIES: [&str; 6] = [
    "Desks",
    "Seating",
    "Storage",
    "Light and sound",
    "Equipment",
    "Services",
];

const fn good(
    code: &'static str,
    name: &'static str,
    plural: &'static str,
    category: usize,
    [price, cost, grams]: [i64; 3],
) -> Good {
    Good {
        code,
        name,
        plural,
        category,
        price,
        cost,
        grams,
    }
}

/// The catalogue; a product's id in the CRM is its place here plus one.
pub(crate) const GOODS: [Good; 40] = [
    good(
        "DSK-120",
        "Desk Fjord 120",
        "desks",
        0,
        [34_900, 19_800, 28_500],
    ),
    good(
        "DSK-160",
        "Desk Fjord 160",
        "wide desks",
        0,
        [42_900, 24_300, 34_200],
    ),
    good(
        "DSK-SIT",
        "Sit-stand desk Lift",
        "sit-stand desks",
        0,
        [68_900, 41_200, 41_000],
    ),
    good(
        "DSK-CRN",
        "Corner desk Bay",
        "corner desks",
        0,
        [59_900, 36_000, 46_700],
    ),
    good(
        "DSK-MTG",
        "Meeting table Oval",
        "meeting tables",
        0,
        [112_000, 66_400, 72_000],
    ),
    good(
        "DSK-BAR",
        "Standing table Pier",
        "standing tables",
        0,
        [38_500, 20_900, 24_000],
    ),
    good(
        "DSK-BCH",
        "Bench desk for four",
        "bench desks",
        0,
        [149_000, 88_500, 98_000],
    ),
    good(
        "SEA-TSK",
        "Task chair Otter",
        "task chairs",
        1,
        [24_900, 13_100, 14_500],
    ),
    good(
        "SEA-ERG",
        "Ergonomic chair Heron",
        "ergonomic chairs",
        1,
        [54_900, 31_700, 19_800],
    ),
    good(
        "SEA-CON",
        "Conference chair Tern",
        "conference chairs",
        1,
        [31_900, 17_300, 12_000],
    ),
    good(
        "SEA-STK",
        "Stacking chair Finch",
        "stacking chairs",
        1,
        [8_900, 4_200, 5_400],
    ),
    good(
        "SEA-STL",
        "High stool Crane",
        "high stools",
        1,
        [15_900, 8_100, 7_900],
    ),
    good(
        "SEA-SOF",
        "Sofa Harbour",
        "sofas",
        1,
        [129_000, 74_000, 58_000],
    ),
    good("SEA-PUF", "Pouf Pebble", "poufs", 1, [11_900, 5_400, 4_800]),
    good(
        "STO-CAB",
        "Filing cabinet, four drawers",
        "filing cabinets",
        2,
        [27_900, 15_600, 43_000],
    ),
    good(
        "STO-PED",
        "Pedestal on castors",
        "pedestals",
        2,
        [16_900, 8_700, 19_500],
    ),
    good(
        "STO-LCK",
        "Locker, six doors",
        "lockers",
        2,
        [39_900, 22_400, 52_000],
    ),
    good(
        "STO-SHF",
        "Shelf Ladder, five boards",
        "shelves",
        2,
        [18_900, 9_500, 22_000],
    ),
    good(
        "STO-WRD",
        "Wardrobe, two doors",
        "wardrobes",
        2,
        [44_900, 25_800, 61_000],
    ),
    good(
        "STO-SAF",
        "Fireproof safe, 40 l",
        "fireproof safes",
        2,
        [89_900, 53_000, 74_000],
    ),
    good(
        "LGT-DSK",
        "Desk lamp Arc",
        "desk lamps",
        3,
        [7_900, 3_300, 1_900],
    ),
    good(
        "LGT-FLR",
        "Floor lamp Mast",
        "floor lamps",
        3,
        [21_900, 11_200, 9_700],
    ),
    good(
        "LGT-PAN",
        "Ceiling panel, dimmable",
        "ceiling panels",
        3,
        [13_900, 6_900, 3_800],
    ),
    good(
        "SND-SCR",
        "Acoustic screen 140",
        "acoustic screens",
        3,
        [19_900, 9_800, 8_400],
    ),
    good(
        "SND-BTH",
        "Phone booth Solo",
        "phone booths",
        3,
        [489_000, 302_000, 310_000],
    ),
    good(
        "SND-DUO",
        "Meeting booth Duo",
        "meeting booths",
        3,
        [789_000, 501_000, 520_000],
    ),
    good(
        "SND-PNL",
        "Wall panel, felt",
        "felt wall panels",
        3,
        [4_900, 1_900, 1_200],
    ),
    good(
        "EQP-ARM",
        "Monitor arm, twin",
        "monitor arms",
        4,
        [12_900, 6_100, 4_300],
    ),
    good(
        "EQP-KBD",
        "Quiet keyboard",
        "quiet keyboards",
        4,
        [6_900, 3_100, 700],
    ),
    good(
        "EQP-MOU",
        "Vertical mouse",
        "vertical mice",
        4,
        [4_500, 1_900, 200],
    ),
    good(
        "EQP-DOC",
        "Docking station",
        "docking stations",
        4,
        [18_500, 11_900, 600],
    ),
    good(
        "EQP-WBD",
        "Whiteboard 200 x 100",
        "whiteboards",
        4,
        [22_900, 12_400, 16_500],
    ),
    good(
        "EQP-PRJ",
        "Short-throw projector",
        "projectors",
        4,
        [94_900, 61_500, 5_100],
    ),
    good(
        "EQP-BIN",
        "Recycling station, three bins",
        "recycling stations",
        4,
        [26_900, 14_400, 17_300],
    ),
    good(
        "EQP-PLT",
        "Planter with reservoir",
        "planters",
        4,
        [9_900, 4_400, 8_600],
    ),
    good(
        "EQP-BKE",
        "Delivery bicycle Carrier",
        "delivery bicycles",
        4,
        [279_000, 171_000, 36_000],
    ),
    good(
        "SRV-ASM",
        "Assembly on site, an hour",
        "hours of assembly",
        5,
        [5_900, 3_600, 0],
    ),
    good(
        "SRV-PLN",
        "Floor planning, a day",
        "days of floor planning",
        5,
        [78_000, 42_000, 0],
    ),
    good(
        "SRV-DLV",
        "Delivery to the floor",
        "deliveries to the floor",
        5,
        [14_900, 9_700, 0],
    ),
    good(
        "SRV-RCY",
        "Removal of old furniture",
        "removals of old furniture",
        5,
        [22_000, 14_800, 0],
    ),
];

/// The place of the bicycle in [`GOODS`].
pub(crate) const BICYCLE: usize = 35;

impl Good {
    /// Whether it is work and not goods.
    pub(crate) const fn is_service(&self) -> bool {
        self.grams == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_product_is_told_apart_and_earns_something() {
        let codes: std::collections::BTreeSet<_> = GOODS.iter().map(|good| good.code).collect();
        assert_eq!(codes.len(), GOODS.len());
        for good in &GOODS {
            assert!(good.cost < good.price && good.category < CATEGORIES.len());
        }
        assert_eq!(GOODS[BICYCLE].code, "EQP-BKE");
    }
}
