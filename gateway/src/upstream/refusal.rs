//! What the gateway answers in place of a service that cannot be asked now.

use std::time::Duration;

use guardmesh_chassis::fault::Fault;
use tonic::{Code, Status};

/// For how long a client should stay away when there is too much to do.
const BACK_OFF: Duration = Duration::from_secs(1);

/// The service is not asked for now, and will be again after `pause`.
pub(super) fn unavailable(pause: Duration) -> Status {
    // Clients are told full seconds.
    let seconds = pause.as_millis().div_ceil(1000).max(1);
    let pause = Duration::from_secs(u64::try_from(seconds).unwrap_or(1));
    Fault::unavailable().retry_after(pause).into()
}

/// The service has as many calls as it can answer in time.
pub(super) fn overloaded() -> Status {
    let text = "The service has too much to do for a moment.";
    Fault::new(Code::Unavailable, "OVERLOADED", text)
        .retry_after(BACK_OFF)
        .into()
}
