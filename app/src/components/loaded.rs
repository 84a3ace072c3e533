//! A page that is made once what it shows has been read.

use leptos::prelude::*;

use super::Failure;
use crate::error::PageError;

/// What `show` makes of what `load` brings, or why it cannot be shown.
pub(crate) fn loaded<T, V>(
    load: impl Future<Output = Result<T, PageError>> + Send + 'static,
    show: impl FnOnce(T) -> V + Send + 'static,
) -> AnyView
where
    T: Send + 'static,
    V: IntoView + 'static,
{
    view! {
        <Suspense>
            {Suspend::new(async move {
                match load.await {
                    Ok(found) => show(found).into_any(),
                    Err(error) => view! { <Failure error=error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}
