//! Another service of ours, for who calls it: a channel to its address, and requests that prove
//! which service calls and carry their deadline.
//!
//! What is asked, and what an answer means, is the client's business.

use std::time::Duration;

use thiserror::Error;
use tonic::Request;
use tonic::transport::{Channel, Endpoint};

use crate::caller::{Caller, CallerKeys, METADATA_KEY};
use crate::clock::Clock;

/// Between two pings of a connection.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// A service that this one calls for itself.
#[derive(Clone)]
pub struct Peer {
    channel: Channel,
    caller: Caller,
    keys: CallerKeys,
    clock: Clock,
}

/// An address at which no service can be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("must be `http://host:port`; the mesh encrypts")]
pub struct AddressError;

// === impl Peer ===

impl Peer {
    /// The service at `address`, called by the one named `caller`. Connects when it is first
    /// called, within `connect` each time, and again whenever needed. Must be called on a runtime.
    pub fn new(
        address: &str,
        connect: Duration,
        caller: &str,
        keys: CallerKeys,
        clock: Clock,
    ) -> Result<Self, AddressError> {
        let endpoint = Endpoint::from_shared(address.to_owned()).map_err(|_| AddressError)?;
        let uri = endpoint.uri();
        if uri.scheme_str() != Some("http") || uri.path() != "/" || uri.query().is_some() {
            return Err(AddressError);
        }
        let channel = endpoint
            .connect_timeout(connect)
            .http2_keep_alive_interval(KEEP_ALIVE)
            .keep_alive_timeout(connect)
            .connect_lazy();
        Ok(Self {
            channel,
            caller: Caller::Service(caller.to_owned()),
            keys,
            clock,
        })
    }

    /// What a generated client speaks over.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// A request for the method at `path` (`/package.Service/Method`) and for no other, which the
    /// other side gives up after `deadline`.
    pub fn request<T>(&self, message: T, path: &str, deadline: Duration) -> Request<T> {
        let mut request = Request::new(message);
        let signed = self.keys.sign(&self.caller, path, &self.clock);
        request.metadata_mut().insert_bin(METADATA_KEY, signed);
        request.set_timeout(deadline);
        request
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    #[tokio::test]
    async fn only_addresses_of_services_are_taken() {
        let key = "a1".to_owned() + &"00".repeat(31);
        let keys = CallerKeys::parse(&SecretString::from(key)).unwrap();
        for (address, accepted) in [
            ("http://127.0.0.1:50051", true),
            ("http://auth.guardmesh.svc:50051/", true),
            ("https://auth:50051", false),
            ("auth:50051", false),
            ("http://auth:50051/path", false),
            ("http://", false),
            ("", false),
        ] {
            let connect = Duration::from_secs(2);
            let peer = Peer::new(address, connect, "tests", keys.clone(), Clock::system());
            assert_eq!(peer.is_ok(), accepted, "{address}");
        }
    }
}
