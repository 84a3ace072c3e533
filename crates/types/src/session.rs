//! Where a person is signed in.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// One place where a person is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionInfo {
    /// Names it among the person's sessions; lets nobody in.
    pub id: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last seen, to five minutes.
    pub seen_at: Timestamp,
    /// The browser and its system, in short (`Firefox 140, Linux`).
    pub user_agent: Option<String>,
    /// The network address it began from.
    pub address: Option<String>,
    /// Whether it is the one that asks.
    pub current: bool,
}
