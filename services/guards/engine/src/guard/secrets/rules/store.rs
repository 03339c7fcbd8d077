//! Databases, search, streams, and stores of secrets.

use super::keyed;
use crate::guard::secrets::rule::Rule;
use crate::guard::secrets::verify;

pub(super) static RULES: &[Rule] = &[
    Rule::token(
        "vault_token",
        "HashiCorp Vault service, batch or recovery token",
        &["hvs.", "hvb.", "hvr."],
        r"hv[sbr]\.[A-Za-z0-9_-]{24,300}",
    ),
    Rule::token(
        "doppler_token",
        "Doppler personal, service, CLI or SCIM token",
        &[
            "dp.pt.",
            "dp.st.",
            "dp.ct.",
            "dp.sa.",
            "dp.scim.",
            "dp.audit.",
        ],
        r"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}",
    ),
    Rule::token(
        "planetscale_token",
        "PlanetScale token, password or OAuth token",
        &["pscale_tkn_", "pscale_pw_", "pscale_oauth_"],
        r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,64}",
    ),
    Rule::token(
        "supabase_access_token",
        "Supabase personal access token",
        &["sbp_"],
        r"sbp_(?:v0_)?[a-f0-9]{40}",
    ),
    Rule::token(
        "supabase_secret_key",
        "Supabase secret key",
        &["sb_secret_"],
        r"sb_secret_[A-Za-z0-9_-]{20,64}",
    ),
    Rule::token(
        "neon_api_key",
        "Neon API key",
        &["napi_"],
        r"napi_[A-Za-z0-9]{40,64}",
    ),
    Rule::token(
        "databricks_token",
        "Databricks personal access token",
        &["dapi"],
        r"dapi[a-f0-9]{32}(?:-[0-9]{1,2})?",
    )
    .of_length(36),
    Rule::token(
        "onepassword_service_account",
        "1Password service account token",
        &["ops_eyj"],
        r"ops_eyJ[A-Za-z0-9+/=_-]{200,2000}",
    )
    .window(2048),
    Rule::token(
        "aiven_password",
        "Aiven service password",
        &["avns_"],
        r"AVNS_[A-Za-z0-9_-]{19}",
    )
    .of_length(24),
    Rule::token(
        "onepassword_secret_key",
        "1Password secret key",
        &["a3-"],
        r"A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-(?:[A-Z0-9]{5}-){2}[A-Z0-9]{5}",
    ),
    Rule::token(
        "clickhouse_cloud_key",
        "ClickHouse Cloud API secret",
        &["4b1d"],
        r"4b1d[A-Za-z0-9]{38}",
    ),
    Rule::token(
        "elastic_serverless_key",
        "Elastic Cloud Serverless API key",
        &["essu_"],
        r"essu_[A-Za-z0-9_-]{60,200}={0,2}",
    ),
    Rule::token(
        "astra_token",
        "DataStax Astra application token",
        &["astracs:"],
        r"AstraCS:[A-Za-z0-9]{20,40}(?::[a-f0-9]{64})?",
    ),
    Rule::token(
        "databricks_oauth_secret",
        "Databricks OAuth secret of a service principal",
        &["dose"],
        r"dose[a-f0-9]{32}",
    ),
    Rule::token(
        "mongodb_atlas_secret",
        "MongoDB Atlas service account secret",
        &["mdb_sa_sk_"],
        r"mdb_sa_sk_[A-Za-z0-9_-]{40}",
    )
    .of_length(50),
    Rule::token(
        "infisical_token",
        "Infisical service token",
        &["st."],
        r"st\.[A-Za-z0-9_-]{3,48}\.[A-Za-z0-9_-]{3,48}\.[a-f0-9]{31,64}",
    ),
    Rule::named(
        "confluent_secret",
        "Confluent Cloud API secret, beside its name",
        &["confluent"],
        keyed!("confluent", "[A-Za-z0-9+/]{64}"),
    ),
    Rule::token(
        "cockroach_key",
        "CockroachDB Cloud API key",
        &["ccdb1_"],
        r"CCDB1_[A-Za-z0-9]{22}_[A-Za-z0-9]{40}",
    )
    .of_length(69),
    Rule::token(
        "bitwarden_token",
        "Bitwarden Secrets Manager access token",
        &["0."],
        r"0\.[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\.[A-Za-z0-9]{30}:[A-Za-z0-9+/]{22}==",
    ),
    Rule::named(
        "influxdb_token",
        "InfluxDB API token, beside its name",
        &["influx"],
        keyed!("influx(?:db)?", "[A-Za-z0-9_-]{86}=="),
    ),
    Rule::token(
        "xata_key",
        "Xata API key",
        &["xau_"],
        r"xau_[A-Za-z0-9]{32,60}",
    ),
    Rule::token(
        "neon_password",
        "Neon database password",
        &["npg_"],
        r"npg_[A-Za-z0-9]{12,20}",
    )
    .verified(verify::drawn),
    Rule::token(
        "tinybird_token",
        "Tinybird token",
        &["p.eyj"],
        r"p\.eyJ[A-Za-z0-9_-]{40,300}\.[A-Za-z0-9_-]{20,60}",
    )
    .window(400),
    Rule::token(
        "dbt_token",
        "dbt Cloud service or personal token",
        &["dbtc_", "dbtu_"],
        r"dbt[cu]_[A-Za-z0-9_=+/-]{24,80}",
    ),
    Rule::named(
        "vault_legacy_token",
        "HashiCorp Vault token of the older form, beside its name",
        &["vault"],
        keyed!("vault", r"s\.[A-Za-z0-9]{24}"),
    ),
];
