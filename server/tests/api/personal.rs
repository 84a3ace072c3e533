//! What a person keeps for themselves: saved filters and preferences.

use audit::{Principal, filters, preferences, users};
use types::{
    Code, FilterInput, FilterPatch, Language, List, LogQuery, Preferences, Role, SavedFilter, Theme,
};

use crate::{
    app::TestApp,
    people::{acting, in_groups, signed_in},
};

fn filter(name: &str, shared: bool) -> FilterInput {
    FilterInput {
        list: List::Logs,
        name: name.to_owned(),
        query: format!("q={name}"),
        shared,
    }
}

async fn save(app: &TestApp, who: &Principal, name: &str, shared: bool) -> SavedFilter {
    filters::create(&app.audit, who, filter(name, shared))
        .await
        .unwrap()
}

/// Name, whose, and whether the default, of a person's filters.
async fn seen(app: &TestApp, who: &Principal) -> Vec<(String, String, bool)> {
    let list = filters::list(&app.audit, who, List::Logs).await.unwrap();
    list.into_iter()
        .map(|filter| {
            assert_eq!(filter.own, filter.owner == login(who));
            (filter.name, filter.owner, filter.default)
        })
        .collect()
}

fn login(who: &Principal) -> &str {
    match who {
        Principal::User { login, .. } => login,
        other => panic!("{other:?}"),
    }
}

fn row(name: &str, owner: &str, default: bool) -> (String, String, bool) {
    (name.to_owned(), owner.to_owned(), default)
}

both!(
    a_filter_is_its_owners_unless_it_is_shared,
    async |app: TestApp| {
        let sam = signed_in(&app, "sam", Role::User, &[]).await;
        let eve = signed_in(&app, "eve", Role::User, &[]).await;
        let won = save(&app, &sam, "Won", false).await;
        let lost = save(&app, &sam, "Lost", true).await;
        save(&app, &eve, "Won", false).await;
        assert_eq!(won.query, "q=Won");
        assert_eq!(
            seen(&app, &sam).await,
            [row("Lost", "sam", false), row("Won", "sam", false)]
        );
        assert_eq!(
            seen(&app, &eve).await,
            [row("Lost", "sam", false), row("Won", "eve", false)]
        );
        let rules = filters::list(&app.audit, &sam, List::Rules).await.unwrap();
        assert!(rules.is_empty(), "each list has its own");

        let same = filters::create(&app.audit, &sam, filter(" Won ", true)).await;
        assert_eq!(same.unwrap_err().code(), Code::FilterExists);
        let patch = |name: &str| FilterPatch {
            name: Some(name.to_owned()),
            ..FilterPatch::default()
        };
        let same = filters::update(&app.audit, &sam, &won.id, patch("Lost")).await;
        assert_eq!(same.unwrap_err().code(), Code::FilterExists);
        let renamed = filters::update(&app.audit, &sam, &won.id, patch("Gained"))
            .await
            .unwrap();
        assert_eq!((renamed.name.as_str(), renamed.shared), ("Gained", false));

        let of_others = [(&won.id, Code::NotFound), (&lost.id, Code::Forbidden)];
        for (id, code) in of_others {
            let refused = filters::update(&app.audit, &eve, id, patch("Mine")).await;
            assert_eq!(refused.unwrap_err().code(), code);
            let refused = filters::delete(&app.audit, &eve, id).await;
            assert_eq!(refused.unwrap_err().code(), code);
        }
        filters::delete(&app.audit, &sam, &won.id).await.unwrap();
        assert_eq!(seen(&app, &sam).await, [row("Lost", "sam", false)]);
        let gone = filters::delete(&app.audit, &sam, &won.id).await;
        assert_eq!(gone.unwrap_err().code(), Code::NotFound);
        let program = filters::list(&app.audit, &Principal::System, List::Logs).await;
        assert_eq!(program.unwrap_err().code(), Code::Forbidden);
    }
);

both!(
    each_person_has_one_default_of_a_list_which_ends_with_what_they_may_see,
    async |app: TestApp| {
        let sam = signed_in(&app, "sam", Role::User, &[]).await;
        let eve = signed_in(&app, "eve", Role::User, &[]).await;
        let own = save(&app, &eve, "Own", false).await;
        let shared = save(&app, &sam, "Shared", true).await;
        let default = async |who: &Principal, id: Option<&str>| {
            filters::set_default(&app.audit, who, List::Logs, id).await
        };
        default(&eve, Some(&own.id)).await.unwrap();
        default(&eve, Some(&shared.id)).await.unwrap();
        default(&sam, Some(&shared.id)).await.unwrap();
        assert_eq!(
            seen(&app, &eve).await,
            [row("Own", "eve", false), row("Shared", "sam", true)]
        );
        let hidden = default(&sam, Some(&own.id)).await.unwrap_err();
        assert_eq!(hidden.code(), Code::NotFound);
        let of_rules = filters::set_default(&app.audit, &sam, List::Rules, Some(&shared.id)).await;
        assert_eq!(of_rules.unwrap_err().code(), Code::NotFound);

        let private = FilterPatch {
            shared: Some(false),
            ..FilterPatch::default()
        };
        let kept = filters::update(&app.audit, &sam, &shared.id, private)
            .await
            .unwrap();
        assert!(kept.default, "its owner's default it stays");
        assert_eq!(seen(&app, &eve).await, [row("Own", "eve", false)]);
        let again = FilterPatch {
            shared: Some(true),
            ..FilterPatch::default()
        };
        filters::update(&app.audit, &sam, &shared.id, again)
            .await
            .unwrap();
        assert_eq!(
            seen(&app, &eve).await,
            [row("Own", "eve", false), row("Shared", "sam", false)],
            "shared again, it is nobody else's default"
        );
        default(&sam, None).await.unwrap();
        assert_eq!(seen(&app, &sam).await, [row("Shared", "sam", false)]);
        default(&eve, Some(&shared.id)).await.unwrap();
        filters::delete(&app.audit, &sam, &shared.id).await.unwrap();
        assert_eq!(seen(&app, &eve).await, [row("Own", "eve", false)]);
    }
);

both!(
    an_administrator_deletes_what_is_shared_and_that_is_recorded,
    async |app: TestApp| {
        let sam = signed_in(&app, "sam", Role::User, &[]).await;
        let ada = signed_in(&app, "ada", Role::Administrator, &[]).await;
        let shared = save(&app, &sam, "Shared", true).await;
        let private = save(&app, &sam, "Private", false).await;
        let hidden = filters::delete(&app.audit, &ada, &private.id).await;
        assert_eq!(hidden.unwrap_err().code(), Code::NotFound);
        let rename = FilterPatch {
            name: Some("Theirs".to_owned()),
            ..FilterPatch::default()
        };
        let refused = filters::update(&app.audit, &ada, &shared.id, rename).await;
        assert_eq!(refused.unwrap_err().code(), Code::Forbidden);
        filters::delete(&app.audit, &ada, &shared.id).await.unwrap();
        assert_eq!(seen(&app, &sam).await, [row("Private", "sam", false)]);
        let query = LogQuery {
            model: Some("revisor.filter".to_owned()),
            ..LogQuery::default()
        };
        let logs = audit::logs::list(&app.audit, &ada, &query).await.unwrap();
        assert_eq!(logs.items.len(), 1);
        assert_eq!(logs.items[0].user.login, "ada");
        assert_eq!(logs.items[0].record_name.as_deref(), Some("Shared"));
    }
);

both!(
    nobody_has_more_than_a_hundred_filters,
    async |app: TestApp| {
        let sam = signed_in(&app, "sam", Role::User, &[]).await;
        for n in 0..99 {
            save(&app, &sam, &format!("f{n}"), false).await;
        }
        let (a, b) = futures::future::join(
            filters::create(&app.audit, &sam, filter("last", false)),
            filters::create(&app.audit, &sam, filter("one too many", false)),
        )
        .await;
        let refused = [a.err(), b.err()];
        let refused: Vec<_> = refused.into_iter().flatten().collect();
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert_eq!(seen(&app, &sam).await.len(), 100);
    }
);

both!(
    preferences_come_with_the_person_and_are_their_own,
    async |app: TestApp| {
        let user = in_groups(&app, "sam", Role::User, &[]).await;
        let sam = acting(&app, &user).await;
        let eve = signed_in(&app, "eve", Role::User, &[]).await;
        let none = preferences::get(&app.audit, &sam).await.unwrap();
        assert_eq!(none, Preferences::default());
        let wanted = Preferences {
            language: Some(Language::Fr),
            time_zone: Some("Europe/Paris".to_owned()),
            theme: Theme::Dark,
            ..Preferences::default()
        };
        preferences::set(&app.audit, &sam, wanted.clone())
            .await
            .unwrap();
        let columns = vec!["user".to_owned(), "date".to_owned()];
        let kept = preferences::set_columns(&app.audit, &sam, List::Logs, columns.clone())
            .await
            .unwrap();
        assert_eq!(kept.language, wanted.language, "the rest stays");
        assert_eq!(kept.columns[&List::Logs], columns, "in their order");
        let found = users::signed_in(&app.audit, &user.id).await.unwrap();
        assert_eq!(found.unwrap().preferences, kept);
        let others = preferences::get(&app.audit, &eve).await.unwrap();
        assert_eq!(others, Preferences::default());
        let kept = preferences::set_columns(&app.audit, &sam, List::Logs, Vec::new())
            .await
            .unwrap();
        assert_eq!(kept, wanted);
        let shown =
            |columns| preferences::set_record_columns(&app.audit, &sam, "crm", "crm.lead", columns);
        let kept = shown(vec!["stage".to_owned()]).await.unwrap();
        let key = Preferences::of_model("crm", "crm.lead");
        assert_eq!(kept.record_columns[&key], ["stage"]);
        assert_eq!(shown(Vec::new()).await.unwrap(), wanted);

        for zone in ["Mars/Olympus", "", "europe paris"] {
            let odd = Preferences {
                time_zone: Some(zone.to_owned()),
                ..Preferences::default()
            };
            let refused = preferences::set(&app.audit, &sam, odd).await.unwrap_err();
            assert_eq!(refused.code(), Code::Invalid, "{zone}");
        }
        assert_eq!(preferences::get(&app.audit, &sam).await.unwrap(), wanted);
        let program = preferences::get(&app.audit, &Principal::System).await;
        assert_eq!(program.unwrap_err().code(), Code::Forbidden);
        assert!(preferences::time_zones().any(|zone| zone == "Asia/Kolkata"));

        // What a person changes of themselves does not undo their preferences.
        users::disable(&app.audit, &Principal::System, &user.id)
            .await
            .unwrap();
        users::enable(&app.audit, &Principal::System, &user.id)
            .await
            .unwrap();
        assert_eq!(preferences::get(&app.audit, &sam).await.unwrap(), wanted);
    }
);
