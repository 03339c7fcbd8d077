//! House checks that make check runs: directions, file length, query metadata.
