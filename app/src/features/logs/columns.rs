//! The columns of the list: which there are, and the form that chooses them.

use leptos::{prelude::*, server_fn::ServerFn};

use super::api::SetColumns;
use crate::{
    components::{Glyph, Icon},
    say::t,
};

macro_rules! columns {
    ($($name:ident = $word:literal),+ $(,)?) => {
        /// A column of the list of logs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Column { $($name,)+ }

        impl Column {
            /// All, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The word that is kept.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }
        }
    };
}

columns! {
    Date = "date",
    Recorded = "recorded",
    Operation = "operation",
    Record = "record",
    Model = "model",
    Host = "host",
    User = "user",
    Summary = "summary",
    Reason = "reason",
    Request = "request",
    Transaction = "transaction",
    Address = "address",
    Revision = "revision",
}

impl Column {
    /// Those that are shown where nobody chose.
    pub const OWN: [Self; 7] = [
        Self::Date,
        Self::Operation,
        Self::Record,
        Self::Model,
        Self::User,
        Self::Summary,
        Self::Revision,
    ];

    /// The columns of these words, in their order; what is not known any more is left out, and the
    /// record, by which a line is opened, always stands.
    pub fn chosen(words: &[String]) -> Vec<Self> {
        if words.is_empty() {
            return Self::OWN.to_vec();
        }
        let all = Self::ALL.iter().copied();
        all.filter(|column| *column == Self::Record || words.iter().any(|it| it == column.as_str()))
            .collect()
    }

    /// The heading.
    pub fn word(self) -> String {
        match self {
            Self::Date => t!("logs-date"),
            Self::Recorded => t!("logs-recorded"),
            Self::Operation => t!("logs-operation"),
            Self::Record => t!("logs-record"),
            Self::Model => t!("logs-model"),
            Self::Host => t!("logs-host"),
            Self::User => t!("logs-user"),
            Self::Summary => t!("logs-summary"),
            Self::Reason => t!("logs-reason"),
            Self::Request => t!("logs-request"),
            Self::Transaction => t!("logs-transaction"),
            Self::Address => t!("logs-address"),
            Self::Revision => t!("logs-revision"),
        }
    }
}

/// Chooses the columns, for this person and from now on.
#[component]
pub(super) fn ColumnMenu(
    /// Those that are shown.
    shown: Vec<Column>,
    /// The address of this list.
    back: String,
) -> impl IntoView {
    view! {
        <details class="menu" name="logs-menu">
            <summary class="button">
                <Icon glyph=Glyph::Columns />
                {t!("logs-columns")}
            </summary>
            <form class="menu-items menu-form" method="post" action=SetColumns::url() aria-label=t!("logs-columns")>
                <input type="hidden" name="back" value=back />
                {Column::ALL
                    .iter()
                    .map(|column| {
                        let fixed = *column == Column::Record;
                        view! {
                            <label class="check">
                                <input
                                    type="checkbox"
                                    name="columns[]"
                                    value=column.as_str()
                                    checked=shown.contains(column)
                                    disabled=fixed
                                />
                                {column.word()}
                            </label>
                        }
                    })
                    .collect_view()}
                <p class="actions">
                    <button type="submit" class="small primary">{t!("logs-columns-keep")}</button>
                    <button type="submit" class="small" name="own" value="true">
                        {t!("logs-columns-own")}
                    </button>
                </p>
            </form>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_their_order_and_the_record_always() {
        let words = ["user", "gone", "date"].map(ToOwned::to_owned);
        assert_eq!(
            Column::chosen(&words),
            [Column::Date, Column::Record, Column::User]
        );
        assert_eq!(Column::chosen(&[]), Column::OWN);
    }
}
