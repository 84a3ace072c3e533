//! One of two values beside each other, what differs marked.

use leptos::prelude::*;

use super::ValueView;
use crate::difference::{Piece, Side};
use crate::say::t;
use crate::value::Shown;

/// Longest text shown unfolded, in characters.
const UNFOLDED: usize = 600;
/// What is shown around a difference of a folded text, in characters.
const AROUND: usize = 80;
/// Most that is shown of one difference of a folded text, in characters.
const OF_ONE: usize = 400;
/// Most members of a set shown unfolded.
const MEMBERS: usize = 24;

/// A value beside another; what the other has not stands in `<del>` or `<ins>`.
#[component]
pub(crate) fn SideView(
    /// The value.
    side: Side,
    /// Whether it is the new one of the two.
    new: bool,
) -> impl IntoView {
    match side {
        Side::Plain(shown) => view! { <ValueView shown=shown /> }.into_any(),
        Side::Words(pieces) => words(pieces, new),
        Side::Members(members) if members.is_empty() => {
            view! { <ValueView shown=Shown::Many(Vec::new()) /> }.into_any()
        }
        Side::Members(members) => {
            let more = members.len().saturating_sub(MEMBERS);
            let mut shown: Vec<AnyView> = members
                .into_iter()
                .map(|(differs, named)| {
                    let view = view! { <ValueView shown=Shown::Named(named) /> }.into_any();
                    let class = match (differs, new) {
                        (false, _) => "",
                        (true, false) => "gone",
                        (true, true) => "come",
                    };
                    view! { <li class=class>{mark(differs, new, view)}</li> }.into_any()
                })
                .collect();
            let rest = shown.split_off(shown.len() - more);
            view! {
                <ul class="value-many">{shown}</ul>
                {(more > 0)
                    .then(|| {
                        view! {
                            <details class="fold">
                                <summary>{t!("value-more", count = more)}</summary>
                                <ul class="value-many">{rest}</ul>
                            </details>
                        }
                    })}
            }
            .into_any()
        }
        Side::Json { told, more, whole } => view! {
            <ul class="value-paths">
                {told
                    .into_iter()
                    .map(|(path, value)| {
                        let value = match value {
                            Some(value) => {
                                mark(true, new, view! { <code>{value}</code> }.into_any())
                            }
                            None => {
                                view! { <span class="value-nothing">{t!("value-absent")}</span> }
                                    .into_any()
                            }
                        };
                        view! {
                            <li>
                                {(!path.is_empty())
                                    .then(|| view! { <code class="value-path">{path}</code> " " })}
                                {value}
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            {(more > 0).then(|| view! { <p class="muted">{t!("value-more", count = more)}</p> })}
            <details class="fold">
                <summary>{t!("value-whole-json")}</summary>
                <pre class="value-json">{whole}</pre>
            </details>
        }
        .into_any(),
    }
}

fn mark(differs: bool, new: bool, view: AnyView) -> AnyView {
    match (differs, new) {
        (false, _) => view,
        (true, false) => view! { <del>{view}</del> }.into_any(),
        (true, true) => view! { <ins>{view}</ins> }.into_any(),
    }
}

/// A text with its differences; a long one as what stands around them, the whole folded.
fn words(pieces: Vec<Piece>, new: bool) -> AnyView {
    let length: usize = pieces.iter().map(|piece| piece.text.chars().count()).sum();
    if length <= UNFOLDED {
        return view! { <div class="value-long">{marked(pieces, new)}</div> }.into_any();
    }
    view! {
        <div class="value-long">{marked(excerpt(&pieces), new)}</div>
        <details class="fold">
            <summary>{t!("value-whole-text")}</summary>
            <div class="value-long">{marked(pieces, new)}</div>
        </details>
    }
    .into_any()
}

fn marked(pieces: Vec<Piece>, new: bool) -> Vec<AnyView> {
    pieces
        .into_iter()
        .map(|piece| mark(piece.differs, new, piece.text.into_any()))
        .collect()
}

/// What differs, and a little of what stands before and behind.
fn excerpt(pieces: &[Piece]) -> Vec<Piece> {
    let last = pieces.len().saturating_sub(1);
    pieces
        .iter()
        .enumerate()
        .map(|(at, piece)| {
            let count = piece.text.chars().count();
            let (head, tail) = if piece.differs {
                (OF_ONE, 0)
            } else {
                let head = if at == 0 { 0 } else { AROUND };
                (head, if at == last { 0 } else { AROUND })
            };
            let text = if count <= head + tail + 1 {
                piece.text.clone()
            } else {
                let skipped = count - tail;
                let before: String = piece.text.chars().take(head).collect();
                let behind: String = piece.text.chars().skip(skipped).collect();
                format!("{before} … {behind}")
            };
            Piece { text, ..*piece }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_what_stands_around_a_difference() {
        let piece = |differs, text: String| Piece { differs, text };
        let long = "é".repeat(500);
        let shown = excerpt(&[
            piece(false, long.clone()),
            piece(true, "word".into()),
            piece(false, long.clone()),
            piece(true, long),
        ]);
        let told: Vec<_> = shown.iter().map(|it| it.text.chars().count()).collect();
        assert_eq!(told, [83, 4, 163, 403]);
        assert!(shown[0].text.starts_with(" … ") && shown[3].text.ends_with(" … "));
    }
}
