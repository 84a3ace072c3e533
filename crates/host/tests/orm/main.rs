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
/// with the feature `mysql`, on MariaDB or MySQL where `REVISOR_TEST_MYSQL_URL` does. What comes
/// behind `not mysql:` is not run there.
macro_rules! everywhere {
    ($($name:ident),+ $(; not mysql: $other:ident)? $(,)?) => {
        mod sqlite {
            $crate::everywhere!(@sqlite $($name)+ $($other)?);
        }
        mod postgres {
            $crate::everywhere!(@postgres $($name)+ $($other)?);
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
    (@sqlite $($name:ident)+) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            super::$name($crate::host::Host::sqlite().await).await;
        })+
    };
    (@postgres $($name:ident)+) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            if let Some(host) = $crate::host::Host::postgres().await {
                super::$name(host).await;
            }
        })+
    };
}
pub(crate) use everywhere;
