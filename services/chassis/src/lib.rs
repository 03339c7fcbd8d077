//! What every service stands on: configuration, telemetry, database, server, caller context.
