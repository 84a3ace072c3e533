//! Users: they are set up, change passwords and signatures, are promoted, leave. One of them is
//! given rights on a Saturday night that he should not have.

use serde_json::{Value, json};

use super::Event;
use crate::demo::{
    calendar::datetime,
    catalogue::{PARTNER, USER},
    people::{
        ADMINISTRATION, AMELIA, BRUNO, CRON, EVERYONE, GROUPS, INGRID, INVENTORY, MANAGERS, MARC,
        NADIA, OSKAR, Person, SALES, TOMAS, by_id,
    },
    values::fields_of,
    world::World,
};

/// What happens to users.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Everyone is brought over from the old system.
    Import,
    /// A password is changed.
    Password(&'static Person),
    /// A signature is rewritten.
    Signature(&'static Person),
    /// Language and notifications are chosen.
    Preferences(&'static Person),
    /// Somebody signs in; only a field that is ignored changes.
    SignIn(&'static Person),
    /// A salesperson becomes a manager.
    Promote,
    /// The warehouse is given the rights of administration, at night.
    GrantAtNight,
    /// And they are taken away again.
    Revoke,
    /// A salesperson leaves; what was theirs goes to others.
    Leave,
    /// Their account is deleted.
    Delete,
}

/// Plans the ninety days.
pub(crate) fn plan(world: &mut World) {
    let at = world.calendar.on(0, 7 * 60);
    world.plan(at, Event::User(Step::Import));
    for person in EVERYONE.iter().filter(|person| !person.groups.is_empty()) {
        let day = world.random.between(2, 85);
        world.plan_on(day, Event::User(Step::Password(person)));
        let day = world.random.between(1, 60);
        world.plan_on(day, Event::User(Step::Preferences(person)));
        for _ in 0..4 {
            let day = world.random.between(1, 89);
            world.plan_on(day, Event::User(Step::SignIn(person)));
        }
    }
    for person in [MARC, NADIA, TOMAS, INGRID] {
        let day = world.random.between(5, 80);
        world.plan_on(day, Event::User(Step::Signature(person)));
    }
    world.plan_on(44, Event::User(Step::Promote));
    let night = world.calendar.weekday(58, 5, 22 * 60 + 47);
    world.plan(night, Event::User(Step::GrantAtNight));
    let monday = world.calendar.weekday(60, 0, 8 * 60 + 12);
    world.plan(monday, Event::User(Step::Revoke));
    world.plan_on(51, Event::User(Step::Leave));
    world.plan_on(72, Event::User(Step::Delete));
}

/// Tells what a step does.
pub(crate) fn happen(world: &mut World, at: i64, step: Step) {
    match step {
        Step::Import => import(world, at),
        Step::Password(person) => {
            let password = format!("{}-{}", person.login, world.random.hex(8));
            change(world, at, person, [("password", json!(password))]);
        }
        Step::Signature(person) => {
            let signature = format!(
                "<p>{}<br/>{}<br/>+44 20 7946 0{:0>3}</p>",
                person.name, person.job, person.id
            );
            change(world, at, person, [("signature", json!(signature))]);
        }
        Step::Preferences(person) => {
            let lang = *world.random.pick(&["en", "fr", "de"]);
            let pair = [("lang", json!(lang)), ("notification", json!("inbox"))];
            change(world, at, person, pair);
        }
        Step::SignIn(person) => {
            change(world, at, person, [("login_date", json!(datetime(at)))]);
        }
        Step::Promote => {
            let reason = "Ingrid leads the public sector team from this month on";
            regroup(world, at, INGRID, &[SALES, MANAGERS], Some(reason));
        }
        Step::GrantAtNight => regroup(world, at, BRUNO, &[INVENTORY, ADMINISTRATION], None),
        Step::Revoke => {
            let reason = "Bruno must not manage users; nobody had asked for it";
            regroup(world, at, BRUNO, &[INVENTORY], Some(reason));
        }
        Step::Leave => leave(world, at),
        Step::Delete => {
            let act = world
                .act(at, AMELIA)
                .because("Account of a former employee, after 3 weeks");
            world.unlink(&act, USER, OSKAR.id);
        }
    }
}

/// Whether the user is there and active.
pub(crate) fn is_active(world: &World, person: &Person) -> bool {
    world.value(USER, person.id, "active") == json!(true)
}

fn groups_value(groups: &[&str]) -> Value {
    let of = |group: &&str| {
        let place = GROUPS.iter().position(|other| other == group);
        json!({"id": place.map_or(0, |place| place + 1).to_string(), "name": group})
    };
    groups.iter().map(of).collect()
}

fn import(world: &mut World, at: i64) {
    let act = world
        .transaction(at, AMELIA)
        .because("Brought over from the old system");
    for person in EVERYONE {
        let mail = format!("{}@harbour-supply.example", person.login);
        let password = world.random.hex(12);
        let values = fields_of([
            ("name", json!(person.name)),
            ("login", json!(person.login)),
            ("email", json!(mail)),
            ("active", json!(true)),
            ("lang", json!("en")),
            ("notification", json!("email")),
            ("group_ids", groups_value(person.groups)),
            ("password", json!(password)),
            ("signature", json!(format!("<p>{}</p>", person.name))),
        ]);
        world.create(&act, USER, values);
    }
}

/// A user changes something of their own account.
fn change<const N: usize>(
    world: &mut World,
    at: i64,
    person: &'static Person,
    changes: [(&str, Value); N],
) {
    if is_active(world, person) {
        let act = world.act(at, person);
        world.write(&act, USER, person.id, fields_of(changes));
    }
}

fn regroup(
    world: &mut World,
    at: i64,
    person: &'static Person,
    groups: &[&str],
    reason: Option<&str>,
) {
    let mut act = world.act(at, AMELIA);
    if let Some(reason) = reason {
        act = act.because(reason);
    }
    let changes = fields_of([("group_ids", groups_value(groups))]);
    world.write(&act, USER, person.id, changes);
    world.set_groups(person, groups);
}

fn leave(world: &mut World, at: i64) {
    let act = world
        .transaction(at, AMELIA)
        .because("Oskar Lind leaves the company");
    let changes = fields_of([
        ("active", json!(false)),
        ("group_ids", json!([])),
        ("notification", json!("email")),
    ]);
    world.write(&act, USER, OSKAR.id, changes);
    world.set_groups(OSKAR, &[]);
    let act = world
        .transaction(at, MARC)
        .because("Accounts of Oskar Lind");
    for id in world.ids(PARTNER) {
        if world.related(PARTNER, &id, "user_id").as_deref() == Some(OSKAR.id) {
            let heir = if world.random.chance(50) {
                NADIA
            } else {
                TOMAS
            };
            let changes = fields_of([("user_id", world.link(USER, heir.id))]);
            world.write(&act, PARTNER, &id, changes);
        }
    }
    super::leads::hand_over(world, &act, OSKAR);
}

/// The active salesperson that a relation names, or another one.
pub(crate) fn owner(world: &mut World, id: Option<&str>) -> &'static Person {
    id.and_then(by_id)
        .filter(|person| is_active(world, person) && **person != *CRON)
        .unwrap_or_else(|| seller(world))
}

/// One of those who sell, the salespeople more often than the managers.
pub(crate) fn seller(world: &mut World) -> &'static Person {
    use crate::demo::people::{HELENA, SELLERS};
    let sellers: Vec<_> = SELLERS
        .iter()
        .copied()
        .filter(|person| is_active(world, person))
        .collect();
    match world.random.below(20) {
        0 => MARC,
        1 | 2 => HELENA,
        _ if sellers.is_empty() => NADIA,
        _ => sellers[world.random.index(sellers.len())],
    }
}
