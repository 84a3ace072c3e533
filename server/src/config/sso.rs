//! The settings of single sign-on.

use std::{fs, path::PathBuf};

use clap::Args;
use serde::Deserialize;

use super::ConfigError;
use crate::web::SsoOptions;

/// Single sign-on, as flags, environment and file give it.
#[derive(Args, Deserialize, Default, Clone)]
#[serde(deny_unknown_fields)]
pub struct SsoFlags {
    /// The issuer of an `OpenID` Connect provider; people may then sign in by it
    /// [default: none]
    #[arg(long, value_name = "URL", env = "REVISOR_SSO_ISSUER", global = true)]
    sso_issuer: Option<String>,

    /// Who this server is at the provider [default: none]
    #[arg(long, value_name = "ID", env = "REVISOR_SSO_CLIENT_ID", global = true)]
    sso_client_id: Option<String>,

    /// The file of the secret that goes with it; the variable `REVISOR_SSO_CLIENT_SECRET` may hold
    /// the secret itself [default: none, a public client]
    #[arg(
        long,
        value_name = "FILE",
        env = "REVISOR_SSO_CLIENT_SECRET_FILE",
        global = true
    )]
    sso_client_secret_file: Option<PathBuf>,

    /// The address of this server as browsers know it; the provider sends people back to it with
    /// `/sign-in/sso/return` behind it [default: none]
    #[arg(long, value_name = "URL", env = "REVISOR_PUBLIC_URL", global = true)]
    public_url: Option<String>,

    /// What the provider is asked for besides `openid`, with commas between
    /// [default: profile,email]
    #[arg(long, value_name = "SCOPES", env = "REVISOR_SSO_SCOPES", global = true)]
    sso_scopes: Option<String>,

    /// The claim that is the login of a new person [default: `preferred_username`]
    #[arg(
        long,
        value_name = "CLAIM",
        env = "REVISOR_SSO_LOGIN_CLAIM",
        global = true
    )]
    sso_login_claim: Option<String>,

    /// The claim that lists a person's groups [default: groups]
    #[arg(
        long,
        value_name = "CLAIM",
        env = "REVISOR_SSO_GROUPS_CLAIM",
        global = true
    )]
    sso_groups_claim: Option<String>,

    /// The groups whose members administer, with commas between [default: none]
    #[arg(
        long,
        value_name = "GROUPS",
        env = "REVISOR_SSO_ADMINISTRATORS",
        global = true
    )]
    sso_administrators: Option<String>,

    /// The groups whose members are auditors, with commas between [default: none]
    #[arg(
        long,
        value_name = "GROUPS",
        env = "REVISOR_SSO_AUDITORS",
        global = true
    )]
    sso_auditors: Option<String>,

    /// What single sign-on is called on the page to sign in [default: "single sign-on"]
    #[arg(long, value_name = "NAME", env = "REVISOR_SSO_LABEL", global = true)]
    sso_label: Option<String>,
}

impl SsoFlags {
    /// What flags and environment give, else the file.
    fn or(self, file: Self) -> Self {
        Self {
            sso_issuer: self.sso_issuer.or(file.sso_issuer),
            sso_client_id: self.sso_client_id.or(file.sso_client_id),
            sso_client_secret_file: self.sso_client_secret_file.or(file.sso_client_secret_file),
            public_url: self.public_url.or(file.public_url),
            sso_scopes: self.sso_scopes.or(file.sso_scopes),
            sso_login_claim: self.sso_login_claim.or(file.sso_login_claim),
            sso_groups_claim: self.sso_groups_claim.or(file.sso_groups_claim),
            sso_administrators: self.sso_administrators.or(file.sso_administrators),
            sso_auditors: self.sso_auditors.or(file.sso_auditors),
            sso_label: self.sso_label.or(file.sso_label),
        }
    }

    /// Single sign-on as it is settled; `secret` is that of the environment.
    pub(super) fn settle(
        self,
        file: Self,
        secret: Option<String>,
    ) -> Result<Option<SsoOptions>, ConfigError> {
        let settled = self.or(file);
        let Some(issuer) = some(settled.sso_issuer) else {
            return Ok(None);
        };
        let needed = |name, value: Option<String>| {
            some(value).ok_or_else(|| ConfigError::Value {
                name,
                detail: "is needed for single sign-on".to_owned(),
            })
        };
        let client_secret = match (some(secret), settled.sso_client_secret_file) {
            (Some(secret), _) => Some(secret),
            (None, Some(path)) => {
                let text = fs::read_to_string(&path);
                let text = text.map_err(|source| ConfigError::Unreadable { path, source })?;
                Some(text.trim().to_owned())
            }
            (None, None) => None,
        };
        Ok(Some(SsoOptions {
            issuer,
            client_id: needed("sso_client_id", settled.sso_client_id)?,
            client_secret,
            public_url: needed("public_url", settled.public_url)?,
            scopes: listed(settled.sso_scopes.as_deref().unwrap_or("profile,email")),
            login_claim: some(settled.sso_login_claim)
                .unwrap_or_else(|| "preferred_username".to_owned()),
            groups_claim: some(settled.sso_groups_claim).unwrap_or_else(|| "groups".to_owned()),
            administrators: listed(settled.sso_administrators.as_deref().unwrap_or_default()),
            auditors: listed(settled.sso_auditors.as_deref().unwrap_or_default()),
            label: settled.sso_label.unwrap_or_default(),
        }))
    }
}

fn some(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

fn listed(text: &str) -> Vec<String> {
    let items = text.split(',').map(str::trim);
    items
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_sign_on_is_on_where_an_issuer_is_named_and_then_whole() {
        let file = SsoFlags {
            sso_issuer: Some("https://id.example".to_owned()),
            sso_client_id: Some("revisor".to_owned()),
            public_url: Some("https://revisor.example".to_owned()),
            sso_auditors: Some("audit, board ,".to_owned()),
            ..SsoFlags::default()
        };
        let none = SsoFlags::default();
        assert_eq!(none.clone().settle(none.clone(), None).unwrap(), None);
        let secret = Some("s3cr3t".to_owned());
        let sso = none.settle(file.clone(), secret).unwrap().unwrap();
        assert_eq!(sso.client_secret.as_deref(), Some("s3cr3t"));
        assert_eq!(sso.auditors, ["audit", "board"]);
        assert_eq!(sso.scopes, ["profile", "email"]);
        let half = SsoFlags {
            public_url: None,
            ..file
        };
        assert!(half.settle(SsoFlags::default(), None).is_err());
    }
}
