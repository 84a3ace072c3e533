//! Which records a list holds.

use serde::{Deserialize, Serialize};

use super::{Parameters, Tri, Writer, page_size, search_text};
use crate::{Code, Faults};

/// Which records of a model.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordQuery {
    /// Of this host.
    pub host: Option<String>,
    /// Of this model; always needed.
    pub model: String,
    /// With this text in the name or a value.
    pub q: Option<String>,
    /// Only deleted ones, only living ones, or both.
    pub deleted: Tri,
    /// Where the page begins.
    pub cursor: Option<String>,
    /// Rows of the page, 1 to 200; 0 stands for the default of 50.
    pub limit: u32,
}

impl RecordQuery {
    /// Reads a query text; every fault is told.
    pub fn parse(query: &str) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut parameters = Parameters::parse(query);
        let model = parameters.one("model", &mut faults);
        if model.is_none() {
            faults.push("/model", Code::Missing, "`model` is required");
        }
        let read = Self {
            host: parameters.one("host", &mut faults),
            model: model.unwrap_or_default(),
            q: search_text(&mut parameters, &mut faults),
            deleted: parameters.boolean("deleted", &mut faults).into(),
            cursor: parameters.one("cursor", &mut faults),
            limit: parameters.limit(&mut faults),
        };
        parameters.finish(&mut faults);
        faults.finish(Some(read))
    }

    /// Rows of a page.
    pub fn page_size(&self) -> u32 {
        page_size(self.limit)
    }

    /// The filters alone as a query text.
    pub fn filters(&self) -> String {
        let mut out = Writer::default();
        out.text("host", self.host.as_deref());
        out.text("model", Some(&self.model));
        out.text("q", self.q.as_deref());
        match self.deleted {
            Tri::Any => {}
            Tri::Yes => out.text("deleted", Some("true")),
            Tri::No => out.text("deleted", Some("false")),
        }
        out.finish()
    }
}
