//! The guardmesh binary: dev, serve, migrate, check and administration.
