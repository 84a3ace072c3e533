//! The step that holds the crates to who may depend on what (ARCHITECTURE.md).
//!
//! What cargo knows is enough for that. Licences, advisories and sources are cargo-deny's
//! (`deny.toml`), which is run where it is installed; that it is not does not fail the step.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::command;
use crate::workspace::Workspace;

/// A crate of ours, and what it must not reach through its normal dependencies, however far.
const NEVER: [(&str, &[&str]); 4] = [
    ("audit", &["axum", "leptos", "leptos_axum", "app", "server"]),
    (
        "types",
        &["tokio", "sea-orm", "sqlx", "axum", "leptos", "audit"],
    ),
    ("migration", &["audit", "app", "server"]),
    ("revisor-host", &["audit", "app", "server"]),
];

/// A crate of ours, and what it must not name among its own dependencies.
const NEVER_DIRECTLY: [(&str, &[&str]); 3] = [
    ("app", &["sea-orm", "sqlx", "migration", "server"]),
    ("frontend", &["audit", "sea-orm", "server"]),
    ("server", &["sea-orm", "sqlx"]),
];

/// Checks the graph, then runs cargo-deny where it is.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<String> {
    let metadata = workspace.metadata(&["--locked", "--filter-platform", &host(workspace)?])?;
    let faults = faults(&Graph::read(&metadata)?);
    if !faults.is_empty() {
        bail!("{}", faults.join("; "));
    }
    if command::find("cargo-deny").is_none() {
        eprintln!("cargo-deny is not installed: licences, advisories and sources not looked at.");
        return Ok("cargo-deny not run: it is not installed".to_owned());
    }
    // Advisories come from a host that not every network reaches; CI asks for them by itself.
    let checks = ["deny", "check", "bans", "licenses", "sources"];
    command::through(&mut workspace.cargo(&checks))?;
    Ok("advisories not looked at: `cargo deny check advisories`".to_owned())
}

/// The platform that this machine is.
fn host(workspace: &Workspace) -> anyhow::Result<String> {
    let told = command::output(workspace.command("rustc").arg("-vV"))?;
    String::from_utf8_lossy(&told)
        .lines()
        .find_map(|line| line.strip_prefix("host: ").map(str::to_owned))
        .context("rustc does not tell its host")
}

/// Packages by id: their names, and the ids of their normal dependencies.
#[derive(Debug, Default)]
struct Graph {
    names: BTreeMap<String, String>,
    edges: BTreeMap<String, Vec<String>>,
    members: BTreeMap<String, String>,
}

impl Graph {
    fn read(metadata: &Value) -> anyhow::Result<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let mut graph = Self::default();
        for package in list(&metadata["packages"]) {
            let id = text(&package["id"]).context("a package without an id")?;
            let name = text(&package["name"]).context("a package without a name")?;
            graph.names.insert(id, name);
        }
        for member in list(&metadata["workspace_members"]) {
            let id = text(&member).context("a member without an id")?;
            graph
                .members
                .insert(graph.names.get(&id).cloned().unwrap_or_default(), id);
        }
        for node in list(&metadata["resolve"]["nodes"]) {
            let id = text(&node["id"]).context("a node without an id")?;
            let normal = list(&node["deps"])
                .iter()
                .filter(|dep| {
                    list(&dep["dep_kinds"])
                        .iter()
                        .any(|kind| kind["kind"].is_null())
                })
                .filter_map(|dep| text(&dep["pkg"]))
                .collect();
            graph.edges.insert(id, normal);
        }
        Ok(graph)
    }

    fn direct(&self, id: &str) -> BTreeSet<&str> {
        self.edges
            .get(id)
            .into_iter()
            .flatten()
            .filter_map(|id| self.names.get(id).map(String::as_str))
            .collect()
    }

    fn reached(&self, id: &str) -> BTreeSet<&str> {
        let (mut seen, mut waiting) = (BTreeSet::new(), vec![id]);
        while let Some(next) = waiting.pop() {
            for dependency in self.edges.get(next).into_iter().flatten() {
                if seen.insert(dependency.as_str()) {
                    waiting.push(dependency);
                }
            }
        }
        seen.into_iter()
            .filter_map(|id| self.names.get(id).map(String::as_str))
            .collect()
    }
}

/// Every dependency that must not be.
fn faults(graph: &Graph) -> Vec<String> {
    let mut faults = Vec::new();
    let rules = [(&NEVER[..], false), (&NEVER_DIRECTLY[..], true)];
    for (rules, directly) in rules {
        for (member, forbidden) in rules {
            // Some come with a later part of the project.
            let Some(id) = graph.members.get(*member) else {
                continue;
            };
            let found = if directly {
                graph.direct(id)
            } else {
                graph.reached(id)
            };
            let bad = forbidden.iter().filter(|name| found.contains(**name));
            faults.extend(bad.map(|name| format!("{member} must not depend on {name}")));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_forbidden_dependency_is_found_however_far() {
        let dep = |name: &str, kind: Value| json!({"pkg": name, "dep_kinds": [{"kind": kind}]});
        let packages = ["audit", "app", "between", "axum", "sea-orm"]
            .map(|name| json!({"id": name, "name": name}));
        let metadata = json!({
            "packages": packages,
            "workspace_members": ["audit", "app"],
            "resolve": {"nodes": [
                {"id": "audit", "deps": [dep("between", Value::Null), dep("sea-orm", Value::Null)]},
                {"id": "between", "deps": [dep("axum", Value::Null)]},
                {"id": "app", "deps": [dep("audit", Value::Null), dep("sea-orm", json!("dev"))]},
            ]},
        });
        let graph = Graph::read(&metadata).unwrap();
        assert_eq!(faults(&graph), ["audit must not depend on axum"]);
    }
}
