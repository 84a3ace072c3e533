//! A host on SeaORM, on each database: what it writes is what the server hears.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test that cannot go on fails"
)]

#[path = "../capture/cluster.rs"]
mod cluster;
mod crash;
mod delivering;
mod ending;
mod entities;
mod host;
mod killed;
mod law;
#[cfg(feature = "axum")]
mod layer;
mod modes;
mod reading;
mod recorder;
mod rules;
mod transactions;
mod writes;

/// Runs each of these on SQLite, on PostgreSQL where `REVISOR_TEST_POSTGRES_URL` tells one, and,
/// with the feature `mysql`, on MariaDB or MySQL where `REVISOR_TEST_MYSQL_URL` does.
macro_rules! everywhere {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name($crate::host::Host::sqlite().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                if let Some(host) = $crate::host::Host::postgres().await {
                    super::$name(host).await;
                }
            })+
        }
        #[cfg(feature = "mysql")]
        mod mysql {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                if let Some(host) = $crate::host::Host::mysql().await {
                    super::$name(host).await;
                }
            })+
        }
    };
}
pub(crate) use everywhere;
