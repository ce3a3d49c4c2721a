//! Server functions, by area: each authorises, calls a service, and maps the error. No rule lives here. Those of plain forms
//! exist on the server only: the browser package calls none of them.

#[cfg(feature = "ssr")]
pub mod admin;
pub mod ballot;
#[cfg(feature = "ssr")]
pub mod followup;
#[cfg(feature = "ssr")]
pub mod hr;
#[cfg(feature = "ssr")]
pub mod overtime;
#[cfg(feature = "ssr")]
pub mod review;
#[cfg(feature = "ssr")]
pub mod sign_in;
