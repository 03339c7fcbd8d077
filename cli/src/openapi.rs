//! `guardmesh openapi`: the API document without a server, for generators of clients.

use std::io::{self, Write};

use anyhow::Context;
use guardmesh_chassis::policy::Policies;
use guardmesh_gateway::openapi;
use guardmesh_proto::DESCRIPTORS;

pub(crate) fn run() -> anyhow::Result<()> {
    let policies = Policies::from_descriptors(DESCRIPTORS)?;
    let document = openapi::document(DESCRIPTORS, &policies, env!("CARGO_PKG_VERSION"))?;
    match writeln!(io::stdout(), "{document:#}") {
        // Whoever reads it has seen enough: such as `head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("the document cannot be written"),
    }
}
