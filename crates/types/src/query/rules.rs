//! Which rules a list holds.

use serde::{Deserialize, Serialize};

use super::{Parameters, Tri, Writer, logs::operations, page_size, search_text};
use crate::{Faults, OperationKind};

/// Which rules.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RuleQuery {
    /// Of this host.
    pub host: Option<String>,
    /// Of this model.
    pub model: Option<String>,
    /// With this text in the name or model.
    pub q: Option<String>,
    /// In force or not.
    pub active: Tri,
    /// Following one of these operations at least.
    pub operation: Vec<OperationKind>,
    /// Where the page begins.
    pub cursor: Option<String>,
    /// Rows of the page, 1 to 200; 0 stands for the default of 50.
    pub limit: u32,
}

impl RuleQuery {
    /// Reads a query text; every fault is told.
    pub fn parse(query: &str) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut parameters = Parameters::parse(query);
        let read = Self {
            host: parameters.one("host", &mut faults),
            model: parameters.one("model", &mut faults),
            q: search_text(&mut parameters, &mut faults),
            active: parameters.boolean("active", &mut faults).into(),
            operation: operations(&mut parameters, &mut faults),
            cursor: parameters.one("cursor", &mut faults),
            limit: parameters.limit(&mut faults),
        };
        parameters.finish(&mut faults);
        faults.finish(Some(read))
    }

    /// Takes the operations out of `parameters`, each once.
    pub fn operations(parameters: &mut Parameters, faults: &mut Faults) -> Vec<OperationKind> {
        operations(parameters, faults)
    }

    /// Rows of a page.
    pub fn page_size(&self) -> u32 {
        page_size(self.limit)
    }

    /// The filters alone as a query text.
    pub fn filters(&self) -> String {
        let mut out = Writer::default();
        out.text("host", self.host.as_deref());
        out.text("model", self.model.as_deref());
        out.text("q", self.q.as_deref());
        match self.active {
            Tri::Any => {}
            Tri::Yes => out.text("active", Some("true")),
            Tri::No => out.text("active", Some("false")),
        }
        for kind in &self.operation {
            out.text("operation", Some(kind.as_str()));
        }
        out.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operations_are_part_of_the_filters() {
        let query = RuleQuery::parse("operation=unlink&operation=create&operation=unlink").unwrap();
        assert_eq!(
            query.operation,
            [OperationKind::Create, OperationKind::Unlink]
        );
        assert_eq!(query.filters(), "operation=create&operation=unlink");
        assert!(RuleQuery::parse("operation=read").is_err());
    }
}
