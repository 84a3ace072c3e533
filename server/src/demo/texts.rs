//! What people write: notes that grow and are edited in places, and the reasons they give.

use super::random::Random;

/// How a note about a lead begins; `{n}` is a number, `{few}` a small one, `{who}` the customer.
const OPENINGS: &[&str] = &[
    "{who} asked for an offer after the spring fair; about {n} people would use it.",
    "Called back within the hour: {who} wants to replace everything in one go, {n} places.",
    "{who} has moved and needs {n} places furnished before the end of the quarter.",
    "Request by the form on our site. {who} compares three suppliers, we are the second.",
    "Follow-up of the order of last year; {who} was content with the delivery, less so with the invoice.",
    "Recommended by another customer. {who} has a budget of roughly {n}0 a place.",
];

/// What is added to a note about a lead.
const SENTENCES: &[&str] = &[
    "The decision is taken by the works council together with the head of purchasing.",
    "They want delivery in {few} instalments, the first one not later than in six weeks.",
    "Budget is approved up to {n} thousand; above that the board has to sign.",
    "Sample of the chair was sent, to be collected again after two weeks.",
    "Colour is to match the existing furniture: light oak, grey legs.",
    "Competitor offers {few} percent less but cannot assemble on site.",
    "The contact person is away until the end of the month; her deputy is copied.",
    "Wants references of a public customer of similar size.",
    "Assembly must happen outside opening hours, best on a Saturday.",
    "Asks for a payment term of {few}5 days instead of 14.",
    "The lift is narrow: nothing wider than 110 cm goes up in one piece.",
    "Would take the old furniture back against a discount of {few} percent.",
    "Second meeting went well; they liked the booths more than the screens.",
    "Offer was sent by email and by post, as their rules ask.",
    "Needs the certificate on fire safety before anything is signed.",
    "Agreed to decide within {few} weeks.",
];

/// Words that are put in place of others when a note is corrected.
const CORRECTIONS: &[(&str, &str)] = &[
    ("in six weeks", "in eight weeks"),
    ("light oak, grey legs", "dark walnut, black legs"),
    ("until the end of the month", "until further notice"),
    ("by email and by post", "by email only"),
    (
        "three suppliers, we are the second",
        "two suppliers, we are the first",
    ),
    ("head of purchasing", "managing director"),
    ("best on a Saturday", "best before eight in the morning"),
    ("after two weeks", "after three weeks"),
    ("went well", "went very well"),
    ("110 cm", "95 cm"),
    ("outside opening hours", "during the holidays"),
    ("end of the quarter", "end of the year"),
];

/// Why a manager or an accountant changed something.
pub(crate) const REASONS: &[&str] = &[
    "Agreed on the phone with the customer",
    "Correction of a typing error",
    "Asked for by the customer in writing",
    "Approved by the head of sales",
    "Monthly review of the pipeline",
];

/// Why an order was cancelled.
pub(crate) const CANCELLED: &[&str] = &[
    "Customer bought elsewhere",
    "Ordered twice by mistake",
    "Project postponed to next year",
];

/// Notes about customers, as markup.
const NOTES: &[&str] = &[
    "<p>Deliveries <strong>only before 10:00</strong>, ramp at the back.</p>",
    "<p>Invoices to the head office &amp; a copy to the site.</p>",
    "<p>Wants one contact person only.</p>",
    "<p>Framework agreement, see the folder on the shared drive.</p>",
    "<ul><li>Access with a badge</li><li>Parking is reserved</li></ul>",
    "<p>Pays reliably; a credit check is not needed before 20&nbsp;000.</p>",
    "<p>Asks for <em>recycled packaging</em> throughout.</p>",
];

fn filled(random: &mut Random, sentence: &str, who: &str) -> String {
    let number = random.between(12, 96).to_string();
    let few = random.between(2, 6).to_string();
    sentence
        .replace("{n}", &number)
        .replace("{few}", &few)
        .replace("{who}", who)
}

/// The first note about a lead of `who`.
pub(crate) fn note(random: &mut Random, who: &str) -> String {
    let opening = *random.pick(OPENINGS);
    let mut note = filled(random, opening, who);
    let count = random.index(4);
    for sentence in random.some(SENTENCES, count) {
        note.push(' ');
        note.push_str(&filled(random, sentence, who));
    }
    note
}

/// The same note, corrected in a place, shortened, or with something added.
pub(crate) fn edited(random: &mut Random, note: &str, who: &str) -> String {
    let known: Vec<_> = CORRECTIONS
        .iter()
        .filter(|(from, _)| note.contains(from))
        .collect();
    if !known.is_empty() && random.chance(55) {
        let (from, to) = random.pick(&known);
        return note.replacen(from, to, 1);
    }
    let mut sentences: Vec<_> = note.split_inclusive(". ").map(str::to_owned).collect();
    if sentences.len() > 4 && random.chance(35) {
        let place = 1 + random.index(sentences.len() - 2);
        sentences.remove(place);
        return sentences.concat();
    }
    let sentence = *random.pick(SENTENCES);
    let added = filled(random, sentence, who);
    if sentences.len() > 2 && random.chance(40) {
        let place = 1 + random.index(sentences.len() - 1);
        sentences.insert(place, format!("{added} "));
        return sentences.concat();
    }
    let gap = if random.chance(30) { "\n\n" } else { " " };
    format!("{note}{gap}{added}")
}

/// A note about a customer, as markup, made from the one before.
pub(crate) fn markup(random: &mut Random, before: &str) -> String {
    let added = *random.pick(NOTES);
    if before.contains(added) {
        return before.replacen(added, "", 1);
    }
    format!("{before}{added}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edited_note_keeps_most_of_what_it_was() {
        let mut random = Random::new(11);
        for _ in 0..200 {
            let before = note(&mut random, "Alder Logistics");
            let after = edited(&mut random, &before, "Alder Logistics");
            assert_ne!(before, after);
            assert!(!after.contains('{'), "{after}");
            let words: Vec<_> = before.split_whitespace().collect();
            let kept = words.iter().filter(|word| after.contains(**word)).count();
            assert!(kept * 2 > words.len(), "{before}\n{after}");
        }
    }
}
