//! `guardmesh openapi`: the API document without a server, for generators of clients.

use std::io::{self, Write};

use anyhow::Context;
use guardmesh_chassis::policy::Policies;
use guardmesh_gateway::openapi;
use guardmesh_proto::DESCRIPTORS;

pub(crate) fn run() -> anyhow::Result<()> {
    let policies = Policies::from_descriptors(DESCRIPTORS)?;
    let document = openapi::document(DESCRIPTORS, &policies, env!("CARGO_PKG_VERSION"))?;
    writeln!(io::stdout(), "{document:#}").context("the document cannot be written")
}
