//! The guard against texts that nobody can translate: whatever a page shows comes through `t!` or
//! `phrase!`, so a literal with letters in a view is a mistake.
//!
//! It reads the sources and looks at each string literal: the ones that stand as a child in a view
//! (`<h1>"Rules"</h1>`), that are an attribute which people read (`title="Rules"`), or that read
//! like a sentence anywhere else.

use std::path::{Path, PathBuf};

/// Technical words and names, the same in every language.
const ALLOWED: &[&str] = &["Revisor", "crm.lead", "JSON", "SHA-256", "UTC", "Ctrl K"];

/// Attributes and properties that people read or hear.
const READ: &[&str] = &[
    "aria-label",
    "aria-description",
    "alt",
    "title",
    "placeholder",
    "data-label",
    "label",
    "help",
    "text",
    "of",
    "first_word",
    "next_word",
];

/// Files whose texts are not translated yet. It only ever gets shorter.
const NOT_YET: &[&str] = &[];

/// A string literal of a source.
#[derive(Debug)]
struct Literal {
    /// The line it begins in, from 1.
    line: usize,
    /// What it holds, escapes and all.
    text: String,
    /// What stands before it, without the spaces between.
    before: String,
    /// What stands behind it, without the spaces between.
    after: String,
}

/// The string literals of a source up to its tests; not those in comments.
fn literals(source: &str) -> Vec<Literal> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let letters: Vec<char> = source.chars().collect();
    let mut code = String::new();
    let mut found: Vec<Literal> = Vec::new();
    let mut at = 0;
    let mut line = 1;
    while at < letters.len() {
        let rest = |n: usize| letters.get(at + n).copied().unwrap_or('\0');
        match letters[at] {
            '/' if rest(1) == '/' => {
                while at < letters.len() && letters[at] != '\n' {
                    at += 1;
                }
                continue;
            }
            '\'' if rest(1) == '\\' => {
                // A character with an escape: `'\''`, `'\u{2028}'`.
                at += 3;
                while at < letters.len() && letters[at] != '\'' {
                    at += 1;
                }
            }
            '\'' if rest(2) == '\'' => at += 2,
            '"' => {
                let mut text = String::new();
                let begins = line;
                at += 1;
                while at < letters.len() && letters[at] != '"' {
                    if letters[at] == '\\' {
                        text.push(letters[at]);
                        at += 1;
                    }
                    line += usize::from(letters.get(at) == Some(&'\n'));
                    text.extend(letters.get(at));
                    at += 1;
                }
                let before = tail(&code);
                code.push('"');
                found.push(Literal {
                    line: begins,
                    text,
                    before,
                    after: head(letters.get(at + 1..).unwrap_or_default()),
                });
            }
            letter => {
                line += usize::from(letter == '\n');
                code.push(letter);
            }
        }
        at += 1;
    }
    found
}

/// The end of the code so far, without the spaces behind it.
fn tail(code: &str) -> String {
    let code = code.trim_end();
    let from = code
        .char_indices()
        .rev()
        .nth(47)
        .map_or(0, |(place, _)| place);
    code[from..].to_owned()
}

/// The first letters of what follows, without the spaces before.
fn head(rest: &[char]) -> String {
    let rest = rest.iter().skip_while(|letter| letter.is_whitespace());
    rest.take(8).collect()
}

impl Literal {
    /// Whether it holds words, besides those that are allowed, names to fill in and escapes.
    fn has_words(&self) -> bool {
        let mut text = self.text.clone();
        for word in ALLOWED {
            text = text.replace(word, "");
        }
        // `{name}` in a format is no word.
        let mut depth = 0_u32;
        let words: String = text
            .replace("\\n", " ")
            .chars()
            .filter(|letter| {
                match letter {
                    '{' => depth += 1,
                    '}' => depth = depth.saturating_sub(1),
                    _ => return depth == 0,
                }
                false
            })
            .collect();
        words.chars().any(char::is_alphabetic)
    }

    /// Whether it stands as text in a view.
    fn is_child(&self) -> bool {
        let opens = self.before.ends_with('>')
            && !self.before.ends_with("=>")
            && !self.before.ends_with("->");
        let closes = self.after.starts_with("</")
            || self.after.starts_with('<')
                && self.after.chars().nth(1).is_some_and(char::is_alphabetic);
        opens || closes
    }

    /// Whether it is an attribute that people read.
    fn is_read(&self) -> bool {
        let Some(before) = self.before.strip_suffix('=') else {
            return false;
        };
        let name: String = before
            .chars()
            .rev()
            .take_while(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_'))
            .collect();
        let name: String = name.chars().rev().collect();
        READ.contains(&name.as_str())
    }

    /// Whether it reads like a sentence, and is not told to programmers or programs.
    fn is_sentence(&self) -> bool {
        // Details of a `PageError` are for the journal: pages tell its code.
        let inner = [
            "reason =",
            "expect(",
            "PageError::new(",
            "told(",
            "forbidden(",
            "error!(",
            "detail =",
            "Code::",
        ];
        let told_inside = inner.iter().any(|it| self.before.contains(it));
        let mut words = self.text.split(' ');
        let first = words.next().unwrap_or_default();
        let begins = first.chars().next().is_some_and(char::is_uppercase)
            && first.chars().skip(1).all(char::is_lowercase);
        let second = words.next().unwrap_or_default();
        begins && second.chars().next().is_some_and(char::is_alphabetic) && !told_inside
    }

    fn is_untranslated(&self) -> bool {
        self.has_words() && (self.is_child() || self.is_read() || self.is_sentence())
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs")
            && !path.to_string_lossy().ends_with("_tests.rs")
            && !path.ends_with("untranslated.rs")
        {
            found.push(path);
        }
    }
    found.sort();
}

#[test]
fn every_text_of_a_view_can_be_translated() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut told = Vec::new();
    let mut clean: Vec<&str> = NOT_YET.to_vec();
    for path in files {
        let name = path
            .strip_prefix(&root)
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let source = std::fs::read_to_string(&path).unwrap();
        let wrong: Vec<_> = literals(&source)
            .into_iter()
            .filter(Literal::is_untranslated)
            .map(|it| format!("{name}:{}: {:?}", it.line, it.text))
            .collect();
        if !wrong.is_empty() && NOT_YET.contains(&name.as_str()) {
            clean.retain(|known| *known != name);
        } else {
            told.extend(wrong);
        }
    }
    assert!(
        told.is_empty(),
        "texts that are not of crates/words/locales:\n{}",
        told.join("\n")
    );
    assert!(
        clean.is_empty(),
        "translated by now, take it out of NOT_YET: {clean:?}"
    );
}

#[test]
fn texts_of_a_view_are_told_from_words_of_the_code() {
    let told = |source: &str| -> Vec<String> {
        literals(source)
            .into_iter()
            .filter(Literal::is_untranslated)
            .map(|it| it.text)
            .collect()
    };
    let found = |source: &str, texts: &[&str]| assert_eq!(told(source), texts, "{source}");
    found(r#"<h1>"Rules"</h1>"#, &["Rules"]);
    found(r#"<h1>{x} " of them" <b>{y}</b></h1>"#, &[" of them"]);
    found(r#"<a aria-label="See it" href="/rules">"#, &["See it"]);
    found(r#"<Empty title="Nothing yet">"#, &["Nothing yet"]);
    found(r#"Some("Nothing was changed.")"#, &["Nothing was changed."]);
    found(r#"<b>"Revisor"</b> <i>" — "</i> "{name}: ""#, &[]);
    found(r#"match word { "true" => 1, _ => t!("rules-new") }"#, &[]);
    found(
        r#"<a class="button primary" href="/rules">{t!("nav-rules")}</a>"#,
        &[],
    );
    found("// <h1>\"Rules\"</h1>", &[]);
    found(r#"let quote = '"'; let other = '\''; f("x")"#, &[]);
    found(r#"PageError::new(code, "The server is away.")"#, &[]);
}
