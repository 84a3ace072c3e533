//! The provider: asked what it is, led to, and asked who came back.

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, Instant},
};

use audit::users::Identity;
use openidconnect::{
    AdditionalClaims, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, IdTokenFields, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, StandardErrorResponse, StandardTokenResponse,
    TokenResponse, UserInfoClaims,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
        CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse,
        CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Mutex;
use types::Role;

use super::RETURN;
use crate::{
    api::problem::chain,
    outgoing::{Outgoing, OutgoingError, read},
};

/// How long what the provider says of itself is remembered.
const REMEMBERED: Duration = Duration::from_mins(5);

/// How people sign in by single sign-on.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SsoOptions {
    /// The provider's issuer, as its document names it.
    pub issuer: String,
    /// Who this server is at the provider.
    pub client_id: String,
    /// The secret that goes with it; none for a public client.
    pub client_secret: Option<String>,
    /// The address of this server, as people's browsers know it, without a path.
    pub public_url: String,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// The claim that is the login of a new person.
    pub login_claim: String,
    /// The claim that lists groups.
    pub groups_claim: String,
    /// The groups whose members administer.
    pub administrators: Vec<String>,
    /// The groups whose members are auditors.
    pub auditors: Vec<String>,
    /// What single sign-on is called on the page to sign in; may be empty.
    pub label: String,
}

impl std::fmt::Debug for SsoOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SsoOptions")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

/// Every claim by its name.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Claims(HashMap<String, Value>);

impl AdditionalClaims for Claims {}

type Tokens = StandardTokenResponse<
    IdTokenFields<
        Claims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

type Client = openidconnect::Client<
    Claims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why a sign-in came to nothing; for the log, never for the page.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {why}")]
pub(super) struct SsoError {
    what: &'static str,
    why: String,
}

fn failed<E: std::error::Error + 'static>(what: &'static str) -> impl FnOnce(E) -> SsoError {
    move |error| SsoError {
        what,
        why: chain(&error),
    }
}

pub(super) fn wrong(what: &'static str, why: impl Into<String>) -> SsoError {
    let why = why.into();
    SsoError { what, why }
}

/// Why a call of the library came to nothing.
#[derive(Debug, thiserror::Error)]
enum CallError {
    #[error(transparent)]
    Outgoing(#[from] OutgoingError),
    #[error("the request cannot be made: {0}")]
    Request(#[from] reqwest::Error),
    #[error("the answer cannot be taken: {0}")]
    Answer(#[from] axum::http::Error),
}

/// Single sign-on with one provider.
pub(crate) struct Sso {
    pub(super) options: SsoOptions,
    allow_private: bool,
    provider: Mutex<Option<(Instant, CoreProviderMetadata)>>,
}

/// A sign-in in progress, as its browser keeps it.
#[derive(Serialize, Deserialize)]
pub(super) struct Begun {
    pub(super) state: String,
    nonce: String,
    verifier: String,
    pub(super) next: String,
}

impl Sso {
    pub(crate) fn new(options: SsoOptions, allow_private: bool) -> Self {
        Self {
            options,
            allow_private,
            provider: Mutex::default(),
        }
    }

    fn outgoing(&self) -> Result<Outgoing, SsoError> {
        Outgoing::new(self.allow_private).map_err(failed("no client can be made"))
    }

    /// What the provider says of itself, its keys included.
    async fn provider(&self, outgoing: &Outgoing) -> Result<CoreProviderMetadata, SsoError> {
        let mut kept = self.provider.lock().await;
        if let Some((at, provider)) = &*kept
            && at.elapsed() < REMEMBERED
        {
            return Ok(provider.clone());
        }
        let issuer = IssuerUrl::new(self.options.issuer.clone())
            .map_err(failed("the issuer is no address"))?;
        let http = |request| call(outgoing.clone(), request);
        let provider = CoreProviderMetadata::discover_async(issuer, &http)
            .await
            .map_err(failed("the provider cannot be asked"))?;
        *kept = Some((Instant::now(), provider.clone()));
        Ok(provider)
    }

    async fn client(&self, outgoing: &Outgoing) -> Result<Client, SsoError> {
        let options = &self.options;
        let back = format!("{}{RETURN}", options.public_url.trim_end_matches('/'));
        let back = RedirectUrl::new(back).map_err(failed("the public address is none"))?;
        let provider = self.provider(outgoing).await?;
        let secret = options.client_secret.clone().map(ClientSecret::new);
        let id = ClientId::new(options.client_id.clone());
        Ok(Client::from_provider_metadata(provider, id, secret).set_redirect_uri(back))
    }

    /// The provider's page to sign in on, and what is to be remembered meanwhile.
    pub(super) async fn begin(&self, next: &str) -> Result<(String, Begun), SsoError> {
        let client = self.client(&self.outgoing()?).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .set_pkce_challenge(challenge);
        for scope in &self.options.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (url, state, nonce) = request.url();
        let begun = Begun {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            next: next.to_owned(),
        };
        Ok((url.to_string(), begun))
    }

    /// Who signed in at the provider, by the code that it sent them back with.
    pub(super) async fn end(&self, begun: Begun, code: String) -> Result<Identity, SsoError> {
        let outgoing = self.outgoing()?;
        let client = self.client(&outgoing).await?;
        let http = |request| call(outgoing.clone(), request);
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(failed("the provider names no token endpoint"))?
            .set_pkce_verifier(PkceCodeVerifier::new(begun.verifier))
            .request_async(&http)
            .await
            .map_err(failed("the code was not taken"))?;
        let token = tokens
            .id_token()
            .ok_or_else(|| wrong("the provider", "gave no ID token"))?;
        let checked = token.claims(&client.id_token_verifier(), &Nonce::new(begun.nonce));
        let claims = match checked {
            Ok(claims) => claims,
            Err(error) => {
                // Its keys may have changed since they were asked for.
                *self.provider.lock().await = None;
                return Err(failed("the ID token is not to be believed")(error));
            }
        };
        let subject = claims.subject().clone();
        let mut known = named(claims);
        // More may be told on asking; what the token says stays.
        if let Ok(request) = client.user_info(tokens.access_token().clone(), Some(subject.clone()))
        {
            let info: UserInfoClaims<Claims, CoreGenderClaim> = request
                .request_async(&http)
                .await
                .map_err(failed("the provider did not tell who it is"))?;
            for (name, value) in named(&info) {
                known.entry(name).or_insert(value);
            }
        }
        Ok(self.identity(&subject, &known))
    }

    fn identity(&self, subject: &str, claims: &BTreeMap<String, Value>) -> Identity {
        let options = &self.options;
        let text = |name: &str| {
            let text = claims.get(name).and_then(Value::as_str).map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let email =
            || text("email").filter(|_| claims.get("email_verified") != Some(&Value::Bool(false)));
        let login = text(&options.login_claim)
            .or_else(email)
            .unwrap_or_else(|| subject.to_owned());
        let groups = claims.get(&options.groups_claim).map(groups);
        let among = |wanted: &[String]| {
            let groups = groups.iter().flatten();
            groups.into_iter().any(|group| wanted.contains(group))
        };
        let maps = !options.administrators.is_empty() || !options.auditors.is_empty();
        let role = if among(&options.administrators) {
            Some(Role::Administrator)
        } else if among(&options.auditors) {
            Some(Role::Auditor)
        } else {
            // Who is in none of these groups any more loses what they gave.
            maps.then_some(Role::User)
        };
        Identity {
            subject: format!("{} {subject}", options.issuer),
            name: text("name").unwrap_or_else(|| login.clone()),
            login,
            groups,
            role,
        }
    }
}

/// The names of groups in a claim: a list of texts, or one text.
fn groups(claim: &Value) -> Vec<String> {
    let listed = match claim {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        Value::String(one) => vec![one.as_str()],
        _ => Vec::new(),
    };
    let usable = |group: &&str| {
        let group = group.trim();
        !group.is_empty() && group.chars().count() <= 128 && !group.chars().any(char::is_control)
    };
    listed
        .into_iter()
        .filter(usable)
        .map(str::to_owned)
        .collect()
}

/// Claims by their names.
fn named(claims: &impl Serialize) -> BTreeMap<String, Value> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(members)) => members.into_iter().collect(),
        _ => BTreeMap::new(),
    }
}

async fn call(outgoing: Outgoing, request: HttpRequest) -> Result<HttpResponse, CallError> {
    let request = reqwest::Request::try_from(request)?;
    let response = outgoing.send(request).await?;
    let mut answer = axum::http::Response::builder().status(response.status());
    for (name, value) in response.headers() {
        answer = answer.header(name, value);
    }
    Ok(answer.body(read(response).await?)?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn identity(claims: Value) -> Identity {
        let options = SsoOptions {
            issuer: "https://id.example".to_owned(),
            login_claim: "preferred_username".to_owned(),
            groups_claim: "groups".to_owned(),
            administrators: vec!["ops".to_owned()],
            auditors: vec!["audit".to_owned()],
            ..SsoOptions::default()
        };
        let Value::Object(claims) = claims else {
            panic!("an object")
        };
        Sso::new(options, false).identity("s-1", &claims.into_iter().collect())
    }

    #[test]
    fn claims_become_a_person() {
        let ada = identity(json!({
            "preferred_username": "ada", "name": "Ada", "groups": ["sales", "audit", "ops", 7, ""],
        }));
        assert_eq!(ada.subject, "https://id.example s-1");
        assert_eq!((ada.login.as_str(), ada.name.as_str()), ("ada", "Ada"));
        assert_eq!(ada.role, Some(Role::Administrator));
        assert_eq!(ada.groups.unwrap(), ["sales", "audit", "ops"]);
        let left = identity(json!({"email": "sam@b.example", "groups": "sales"}));
        assert_eq!(
            (left.login.as_str(), left.role),
            ("sam@b.example", Some(Role::User))
        );
        let unproved = identity(json!({"email": "ada@b.example", "email_verified": false}));
        assert_eq!((unproved.login.as_str(), unproved.groups), ("s-1", None));
    }

    #[test]
    fn the_secret_is_not_shown() {
        let options = SsoOptions {
            client_secret: Some("s3cr3t".to_owned()),
            ..SsoOptions::default()
        };
        assert!(!format!("{options:?}").contains("s3cr3t"));
    }
}
