//! Who sees what: the part of the logs that a principal may read.

use std::sync::Arc;

use types::{Code, Role, Scope};

use crate::engine::catalog::{Catalog, ModelEntry};
use crate::{Audit, Error, Principal};

/// What a principal may read, at one version of the configuration.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    catalog: Arc<Catalog>,
    sight: Sight,
}

#[derive(Debug, Clone)]
enum Sight {
    /// Everything.
    All,
    /// Everything of one host.
    Host(i32),
    /// The models that one of these groups may view, without the fields of other groups.
    Groups(Vec<String>),
}

impl Access {
    /// What `principal` may read now, whichever server changed the configuration last.
    pub(crate) async fn now(audit: &Audit, principal: &Principal) -> Result<Self, Error> {
        Self::of(audit.current().await?, principal)
    }

    /// What `principal` may read. A key needs the scope `read`.
    pub(crate) fn of(catalog: Arc<Catalog>, principal: &Principal) -> Result<Self, Error> {
        principal.has_scope(Scope::Read)?;
        let sight = match principal {
            _ if principal.reads_all() => Sight::All,
            Principal::Key { host, .. } => {
                let host = catalog
                    .host_named(host)
                    .filter(|host| host.ended_at.is_none());
                let host = host.ok_or_else(|| {
                    Error::refused(Code::Unauthorized, "the host of this key has ended")
                })?;
                Sight::Host(host.id)
            }
            Principal::User {
                role: Role::User,
                groups,
                ..
            } => Sight::Groups(groups.clone()),
            _ => return Err(Error::forbidden("nothing may be read")),
        };
        Ok(Self { catalog, sight })
    }

    /// The configuration that this access was made with.
    pub(crate) fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// Whether every field of every model that is seen is seen.
    pub(crate) fn sees_every_field(&self) -> bool {
        !matches!(self.sight, Sight::Groups(_))
    }

    /// Whether records and logs of a model are seen.
    pub(crate) fn sees(&self, model: &ModelEntry) -> bool {
        match &self.sight {
            Sight::All => true,
            Sight::Host(host_id) => model.host_id == *host_id,
            Sight::Groups(groups) => shares(&model.model.viewers, groups),
        }
    }

    /// Whether the values of a field are seen. A field that is not known is: it has no groups.
    pub(crate) fn sees_field(&self, model: &ModelEntry, field: &str) -> bool {
        match &self.sight {
            Sight::All | Sight::Host(_) => true,
            Sight::Groups(groups) => model
                .field(field)
                .is_none_or(|field| field.groups.is_empty() || shares(&field.groups, groups)),
        }
    }

    /// Models that are seen, and of which a field is hidden or masked: what is kept of their logs
    /// is more than what is shown.
    pub(crate) fn opaque_models(&self) -> Vec<i32> {
        let opaque = self.catalog.models().filter(|entry| {
            let kept_back =
                |field: &types::Field| field.sensitive || !self.sees_field(entry, &field.name);
            self.sees(entry) && entry.model.fields.iter().any(kept_back)
        });
        let mut opaque: Vec<i32> = opaque.map(|entry| entry.id).collect();
        opaque.sort_unstable();
        opaque
    }

    /// The only host whose logs are seen, where there is one.
    pub(crate) fn only_host(&self) -> Option<i32> {
        match self.sight {
            Sight::Host(host_id) => Some(host_id),
            _ => None,
        }
    }

    /// Whether the models that are seen are a choice.
    pub(crate) fn chooses_models(&self) -> bool {
        matches!(self.sight, Sight::Groups(_))
    }

    /// The models of this name that are seen.
    pub(crate) fn models_named(&self, host: Option<&str>, name: &str) -> Vec<&Arc<ModelEntry>> {
        let mut found: Vec<_> = self
            .catalog
            .models()
            .filter(|entry| entry.model.model == name && self.sees(entry))
            .filter(|entry| host.is_none_or(|host| entry.model.host == host))
            .collect();
        found.sort_unstable_by_key(|entry| entry.id);
        found
    }

    /// The one model of this name. Where several hosts have it, the principal's own host is
    /// meant, else `host` must say which.
    pub(crate) fn model(
        &self,
        principal: &Principal,
        host: Option<&str>,
        name: &str,
    ) -> Result<Arc<ModelEntry>, Error> {
        let found = self.models_named(host, name);
        match found.as_slice() {
            [] => Err(Error::not_found()),
            [one] => Ok(Arc::clone(one)),
            several => {
                let own = principal.host();
                let own = several
                    .iter()
                    .find(|entry| Some(entry.model.host.as_str()) == own);
                own.map(|entry| Arc::clone(entry)).ok_or_else(|| {
                    let detail = "several hosts have this model; say which by `host`";
                    Error::fault("/host", Code::AmbiguousHost, detail)
                })
            }
        }
    }
}

fn shares(some: &[String], others: &[String]) -> bool {
    some.iter().any(|group| others.contains(group))
}
