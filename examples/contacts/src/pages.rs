//! The pages: HTML without a script, so that everything works in every browser.

use maud::{DOCTYPE, Markup, html};

use crate::contact::{Model, STAGES};
use crate::form::Draft;
use crate::people::{PEOPLE, Person};

/// A page; `person` is who is signed in.
fn page(title: &str, person: Option<(Person, &str)>, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · Contacts" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/contacts.css";
            }
            body {
                header {
                    a.brand href="/" { "Contacts" }
                    @if let Some((person, revisor)) = person {
                        nav aria-label="Main" {
                            a href={ (revisor) "/logs?q=model%3Acontacts.contact" } { "Audit trail" }
                        }
                        form method="post" action="/sign-out" {
                            span { (person.name) }
                            button.quiet { "Sign out" }
                        }
                    }
                }
                main {
                    h1 { (title) }
                    (content)
                }
            }
        }
    }
}

/// The list, with what can be done to those that are ticked.
pub(crate) fn list(person: Person, revisor: &str, contacts: &[Model], archived: bool) -> Markup {
    let title = if archived {
        "Archived contacts"
    } else {
        "Contacts"
    };
    page(
        title,
        Some((person, revisor)),
        &html! {
            form method="post" {
                div.bar {
                    a.button href="/contacts/new" { "New contact" }
                    @if archived {
                        a href="/" { "Those in use" }
                    } @else {
                        a href="/?archived" { "Archived ones" }
                    }
                    span.space {}
                    @if !archived {
                        button formaction="/selected/archive" { "Archive selected" }
                    }
                    button.danger formaction="/selected/delete" { "Delete selected" }
                }
                @if contacts.is_empty() {
                    p.empty { "There are none." }
                } @else {
                    table {
                        thead {
                            tr {
                                th scope="col" { span.unseen { "Selected" } }
                                @for name in ["Name", "E-mail", "Phone", "City", "Stage"] {
                                    th scope="col" { (name) }
                                }
                            }
                        }
                        tbody {
                            @for contact in contacts { (row(contact)) }
                        }
                    }
                }
            }
        },
    )
}

fn row(contact: &Model) -> Markup {
    let stage = STAGES.iter().find(|(word, _)| *word == contact.stage);
    html! {
        tr {
            td {
                input type="checkbox" name="contact" value=(contact.id)
                    aria-label={ "Select " (contact.name) };
            }
            td { a href={ "/contacts/" (contact.id) } { (contact.name) } }
            td { (contact.email.as_deref().unwrap_or_default()) }
            td { (contact.phone.as_deref().unwrap_or_default()) }
            td { (contact.city.as_deref().unwrap_or_default()) }
            td {
                span class={ "stage " (contact.stage) } {
                    (stage.map_or(contact.stage.as_str(), |(_, label)| label))
                }
            }
        }
    }
}

/// The form of a contact; a new one has no number.
pub(crate) fn form(person: Person, revisor: &str, id: Option<i32>, draft: &Draft) -> Markup {
    let action = id.map_or_else(|| "/contacts".to_owned(), |id| format!("/contacts/{id}"));
    let title = match (id, &draft.name) {
        (None, _) => "New contact",
        (_, Some(name)) => name,
        (_, None) => "Contact",
    };
    page(
        title,
        Some((person, revisor)),
        &html! {
            @if let Some(fault) = draft.fault {
                p.fault role="alert" { (fault) }
            }
            form.fields method="post" action=(action) {
                (field("Name", "name", "text", draft.name.as_deref()))
                (field("E-mail", "email", "text", draft.email.as_deref()))
                (field("Phone", "phone", "tel", draft.phone.as_deref()))
                (field("City", "city", "text", draft.city.as_deref()))
                label {
                    span { "Stage" }
                    select name="stage" {
                        @for (word, label) in STAGES {
                            option value=(word) selected[draft.stage.as_deref() == Some(word)] {
                                (label)
                            }
                        }
                    }
                }
                (field("Passphrase", "passphrase", "password", draft.passphrase.as_deref()))
                @if id.is_some() {
                    (field("Reason for the change", "reason", "text", None))
                }
                div.bar {
                    button.primary { "Save" }
                    a href="/" { "Back" }
                    @if let Some(id) = id {
                        span.space {}
                        a href={ (revisor) "/logs?q=model%3Acontacts.contact%20record%3A" (id) } {
                            "Its audit trail"
                        }
                        button.danger formaction={ "/contacts/" (id) "/delete" } { "Delete" }
                    }
                }
            }
        },
    )
}

fn field(label: &str, name: &str, kind: &str, value: Option<&str>) -> Markup {
    html! {
        label {
            span { (label) }
            input type=(kind) name=(name) value=(value.unwrap_or_default()) autocomplete="off"
                maxlength="200";
        }
    }
}

/// Who are you?
pub(crate) fn sign_in() -> Markup {
    page(
        "Who are you?",
        None,
        &html! {
            form.people method="post" action="/sign-in" {
                @for person in PEOPLE {
                    button name="login" value=(person.login) {
                        strong { (person.name) }
                        span { (person.group) }
                    }
                }
            }
        },
    )
}

/// What went wrong, in a sentence.
pub(crate) fn failure(text: &str) -> Markup {
    page(
        "That did not work",
        None,
        &html! {
            p.fault role="alert" { (text) }
            p { a href="/" { "Back to the contacts" } }
        },
    )
}
