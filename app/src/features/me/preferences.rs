//! Language, time zone and theme.

use leptos::{prelude::*, server_fn::ServerFn};
use types::{Language, Preferences, Theme, Timestamp};

use super::api::SavePreferences;
use crate::{
    components::{FieldError, FormErrors},
    error::PageError,
    reader::reader,
    say::t,
};

/// The form. The page that comes back is made by it already.
#[component]
pub(super) fn PreferencesForm(
    /// What is kept.
    preferences: Preferences,
    /// When the page was made.
    now: Timestamp,
    /// What was done a moment ago.
    done: Option<AnyView>,
    /// What is wrong with the form.
    error: Option<PageError>,
) -> impl IntoView {
    let Preferences {
        language,
        time_zone,
        theme,
        ..
    } = preferences;
    let languages = Language::ALL
        .into_iter()
        .map(|of| {
            view! {
                <option value=of.as_str() lang=of.as_str() selected=language == Some(of)>
                    {words::name(of)}
                </option>
            }
        })
        .collect_view();
    let themes = Theme::ALL
        .into_iter()
        .map(|of| {
            let word = match of {
                Theme::System => t!("me-theme-system"),
                Theme::Light => t!("me-theme-light"),
                Theme::Dark => t!("me-theme-dark"),
            };
            view! {
                <label class="tick">
                    <input type="radio" name="theme" value=of.as_str() checked=of == theme />
                    {word}
                </label>
            }
        })
        .collect_view();
    view! {
        <section class="form" id="preferences" aria-labelledby="preferences-title">
            <h2 id="preferences-title">{t!("me-preferences")}</h2>
            {done}
            <FormErrors error=error.clone() />
            <form
                method="post"
                action=SavePreferences::url()
                class="stack"
                aria-label=t!("me-preferences")
            >
                <div class="pair">
                    <label class="field">
                        <span>{t!("me-language")}</span>
                        <select name="language">
                            <option value="">{t!("me-browser")}</option>
                            {languages}
                        </select>
                    </label>
                    <label class="field">
                        <span>{t!("me-zone")}</span>
                        <select
                            name="time_zone"
                            autocomplete="off"
                            aria-describedby="zone-help time_zone-error"
                        >
                            <option value="">{t!("me-browser")}</option>
                            <Zones kept=time_zone />
                        </select>
                        <small id="zone-help">{t!("me-zone-now", time = reader().absolute(now))}</small>
                        <FieldError name="time_zone" error=error />
                    </label>
                </div>
                <fieldset class="group">
                    <legend>{t!("me-theme")}</legend>
                    <div class="ticks">{themes}</div>
                </fieldset>
                <p class="actions">
                    <button type="submit" class="primary">
                        {t!("me-save")}
                    </button>
                </p>
            </form>
        </section>
    }
    .into_any()
}

/// Every zone there is, by the part of the world that its name begins with.
#[component]
fn Zones(kept: Option<String>) -> impl IntoView {
    let mut regions: Vec<(&str, Vec<&str>)> = Vec::new();
    for zone in audit::preferences::time_zones() {
        let region = zone.split_once('/').map_or("", |(region, _)| region);
        match regions.iter_mut().find(|(name, _)| *name == region) {
            Some((_, zones)) => zones.push(zone),
            None => regions.push((region, vec![zone])),
        }
    }
    // Those of no part of the world come last.
    regions.sort_by_key(|(region, _)| (region.is_empty(), *region));
    regions
        .into_iter()
        .map(|(region, zones)| {
            let label = if region.is_empty() {
                t!("me-zone-other")
            } else {
                region.to_owned()
            };
            let options = zones
                .into_iter()
                .map(|zone| {
                    view! {
                        <option value=zone selected=kept.as_deref() == Some(zone)>
                            {zone.replace('_', " ")}
                        </option>
                    }
                })
                .collect_view();
            view! { <optgroup label=label>{options}</optgroup> }
        })
        .collect_view()
        .into_any()
}
