//! Laws of the tree, against the definitions of RFC 6962 and its published examples.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn leaves(count: u64) -> Vec<Hash> {
    (0..count)
        .map(|number| leaf_hash(&number.to_be_bytes()))
        .collect()
}

/// MTH(D\[n\]) as section 2.1 defines it.
fn defined(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of_nothing(),
        [one] => *one,
        many => {
            let middle = 1 << (many.len() - 1).ilog2();
            let (left, right) = many.split_at(middle);
            node_hash(defined(left), defined(right))
        }
    }
}

/// A tree in memory, stored as tiles.
struct Tree {
    growth: TileGrowth,
    tiles: BTreeMap<TilePlace, Tile>,
}

impl Tree {
    fn of(count: u64) -> Self {
        let mut tree = Self {
            growth: TileGrowth::resume(0, |_| None).unwrap(),
            tiles: BTreeMap::new(),
        };
        tree.grow(count);
        tree
    }

    fn grow(&mut self, count: u64) {
        for leaf in leaves(count)
            .into_iter()
            .skip(usize::try_from(self.growth.size()).unwrap())
        {
            self.growth.push(leaf);
        }
        self.tiles.extend(self.growth.take_changed());
    }

    fn hash(&self, range: Range) -> Hash {
        let hashes: Vec<Hash> = range
            .nodes()
            .into_iter()
            .map(|node| self.tiles[&TilePlace::of(node)].node(node).unwrap())
            .collect();
        fold(&hashes)
    }

    fn hashes(&self, ranges: Vec<Range>) -> Vec<Hash> {
        ranges.into_iter().map(|range| self.hash(range)).collect()
    }
}

fn hex(hash: Hash) -> String {
    use std::fmt::Write as _;
    hash.0.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// The leaves and roots of the test data of Certificate Transparency's reference implementation.
#[test]
fn roots_are_those_of_the_published_examples() {
    let data: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut growth = TileGrowth::resume(0, |_| None).unwrap();
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(hex(growth.root()), empty);
    for (leaf, root) in data.into_iter().zip(roots) {
        growth.push(leaf_hash(leaf));
        assert_eq!(hex(growth.root()), root);
    }
}

#[test]
fn every_leaf_of_small_trees_is_proven_and_nothing_else() {
    for size in 1..=70 {
        let tree = Tree::of(size);
        let root = defined(&leaves(size));
        assert_eq!(tree.hash(whole(size)), root);
        for index in 0..size {
            let leaf = leaves(size)[usize::try_from(index).unwrap()];
            let proof = tree.hashes(inclusion(index, size).unwrap());
            assert_eq!(verify_inclusion(leaf, index, size, &proof, root), Ok(()));
            for other in 0..size {
                let fits = verify_inclusion(leaf, other, size, &proof, root).is_ok();
                assert_eq!(fits, other == index, "leaf {index} as {other} of {size}");
            }
        }
        assert_eq!(inclusion(size, size), None);
    }
}

#[test]
fn every_small_tree_is_the_beginning_of_every_larger_one() {
    for to in 1..=70 {
        let tree = Tree::of(to);
        let new = defined(&leaves(to));
        for from in 1..=to {
            let old = defined(&leaves(from));
            let proof = tree.hashes(consistency(from, to).unwrap());
            assert_eq!(
                verify_consistency(from, to, &proof, old, new),
                Ok(()),
                "{from} {to}"
            );
            let forged = leaf_hash(b"forged");
            assert!(verify_consistency(from, to, &proof, forged, new).is_err());
            assert!(verify_consistency(from, to, &proof, old, forged).is_err());
            let mut longer = proof.clone();
            longer.push(old);
            assert!(verify_consistency(from, to, &longer, old, new).is_err());
        }
        assert_eq!(consistency(0, to), None);
        assert_eq!(consistency(to + 1, to), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// However the tree grew, and wherever it was picked up again, root and proofs are the same.
    #[test]
    fn a_tree_that_grew_in_steps_is_the_same(
        steps in prop::collection::vec(0_u64..900, 1..6),
        pick in 0.0_f64..1.0,
    ) {
        let mut tree = Tree::of(0);
        let mut size = 0;
        for step in steps {
            size += step;
            // Picked up from what is stored, as a server does that was just started.
            let at = tree.growth.size();
            for place in TileGrowth::needed(at) {
                prop_assert!(tree.tiles.contains_key(&place));
            }
            tree.growth = TileGrowth::resume(at, |place| tree.tiles.get(&place).cloned()).unwrap();
            tree.grow(size);
            let root = defined(&leaves(size));
            prop_assert_eq!(tree.growth.root(), root);
        }
        prop_assume!(size > 0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place within")]
        let index = ((size - 1) as f64 * pick) as u64;
        let all = leaves(size);
        let root = defined(&all);
        let proof = tree.hashes(inclusion(index, size).unwrap());
        let leaf = all[usize::try_from(index).unwrap()];
        prop_assert_eq!(verify_inclusion(leaf, index, size, &proof, root), Ok(()));
        let from = index + 1;
        let proof = tree.hashes(consistency(from, size).unwrap());
        let old = defined(&all[..usize::try_from(from).unwrap()]);
        prop_assert_eq!(verify_consistency(from, size, &proof, old, root), Ok(()));
    }

    /// What is cut off, added or altered of a proof does not pass.
    #[test]
    fn an_altered_proof_does_not_pass(size in 2_u64..600, index: u64, place: usize, bit in 0_usize..256) {
        let index = index % size;
        let tree = Tree::of(size);
        let all = leaves(size);
        let root = defined(&all);
        let leaf = all[usize::try_from(index).unwrap()];
        let proof = tree.hashes(inclusion(index, size).unwrap());
        let mut altered = proof.clone();
        let place = place % altered.len();
        altered[place].0[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(verify_inclusion(leaf, index, size, &altered, root), Err(ProofError::Root));
        prop_assert!(verify_inclusion(leaf, index, size, &proof[1..], root).is_err());
        let mut longer = proof;
        longer.push(root);
        prop_assert!(verify_inclusion(leaf, index, size, &longer, root).is_err());
    }
}

#[test]
fn tiles_survive_being_stored() {
    let tree = Tree::of(700);
    for tile in tree.tiles.values() {
        assert_eq!(Tile::from_bytes(&tile.to_bytes()).as_ref(), Some(tile));
    }
    assert_eq!(tree.tiles.len(), 4, "three of leaves and one above them");
    assert_eq!(Tile::from_bytes(&[0; 33]), None);
    assert_eq!(Tile::from_bytes(&[0; 257 * 32]), None);
}

fn signer() -> Signer {
    Signer::new("revisor.example/audit", &[7; 32]).unwrap()
}

fn checkpoint() -> Checkpoint {
    Checkpoint {
        origin: "revisor.example/audit".to_owned(),
        size: 812,
        root: leaf_hash(b"root"),
    }
}

#[test]
fn a_checkpoint_is_read_back_with_its_key_and_no_other() {
    let key = signer().verifying_key();
    let note = signer().sign(&checkpoint());
    let lines: Vec<&str> = note.lines().collect();
    assert_eq!(lines[0], "revisor.example/audit");
    assert_eq!(lines[1], "812");
    assert_eq!(lines[3], "");
    assert!(
        lines[4].starts_with("\u{2014} revisor.example/audit "),
        "{note}"
    );
    assert_eq!(
        SignedNote::parse(&note).unwrap().verify(&key),
        Ok(checkpoint())
    );

    let read = VerifyingKey::parse(&key.to_string()).unwrap();
    assert_eq!(read, key);
    let other = Signer::new("revisor.example/audit", &[8; 32]).unwrap();
    assert!(matches!(
        SignedNote::parse(&note)
            .unwrap()
            .verify(&other.verifying_key()),
        Err(CheckpointError::Unsigned(_))
    ));
}

#[test]
fn an_altered_checkpoint_is_refused() {
    let key = signer().verifying_key();
    let note = signer().sign(&checkpoint());
    let altered = note.replacen("812", "811", 1);
    assert_eq!(
        SignedNote::parse(&altered).unwrap().verify(&key),
        Err(CheckpointError::Forged)
    );
    for broken in [
        "",
        "a\n",
        "a\n1\n",
        &note[..note.len() - 1],
        &note.replace('\u{2014}', "-"),
    ] {
        assert!(SignedNote::parse(broken).is_err(), "{broken:?}");
    }
    for text in [
        "o\n01\n",
        "o\n-1\n",
        "o\n1\nAAAA\n",
        "\n1\n",
        "o\n18446744073709551616\n",
    ] {
        assert!(Checkpoint::parse(text).is_err(), "{text:?}");
    }
}

#[test]
fn signatures_by_others_are_let_be() {
    let witness = Signer::new("witness.example", &[9; 32]).unwrap();
    let note = signer().sign(&checkpoint());
    let by_witness = witness.sign(&checkpoint());
    let both = format!("{note}{}\n", by_witness.lines().last().unwrap());
    let both = SignedNote::parse(&both).unwrap();
    assert_eq!(both.verify(&signer().verifying_key()), Ok(checkpoint()));
    // A witness signs for another's trail; its key alone does not make it the trail's own.
    assert!(matches!(
        both.verify(&witness.verifying_key()),
        Err(CheckpointError::Origin(_))
    ));
}

#[test]
fn a_signing_key_is_not_shown() {
    let shown = format!("{:?}", signer());
    assert_eq!(shown, "Signer { name: \"revisor.example/audit\", .. }");
}
