//! Logs, metrics, errors, on call.

use super::{keyed, near};
use crate::finding::Severity;
use crate::guard::secrets::rule::Rule;
use crate::guard::secrets::verify;

pub(super) static RULES: &[Rule] = &[
    Rule::token(
        "grafana_service_account_token",
        "Grafana service account token",
        &["glsa_"],
        r"glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}",
    )
    .of_length(46),
    Rule::token(
        "grafana_cloud_token",
        "Grafana Cloud access policy token",
        &["glc_"],
        r"glc_[A-Za-z0-9+/]{32,400}={0,2}",
    )
    .window(512),
    Rule::token(
        "sentry_organization_token",
        "Sentry organisation token",
        &["sntrys_"],
        r"sntrys_eyJ[A-Za-z0-9+/=]{60,400}(?:_[A-Za-z0-9+/]{40,50})?",
    )
    .window(512),
    Rule::token(
        "sentry_user_token",
        "Sentry user, application or integration token",
        &["sntryu_", "sntrya_", "sntryi_"],
        r"sntry[uai]_[a-f0-9]{64}",
    )
    .of_length(71),
    Rule::token(
        "new_relic_user_key",
        "New Relic user key",
        &["nrak-"],
        r"NRAK-[A-Z0-9]{27}",
    )
    .of_length(32),
    Rule::token(
        "new_relic_insert_key",
        "New Relic insights insert or query key",
        &["nrii-", "nriq-"],
        r"NRI[IQ]-[A-Za-z0-9_-]{32}",
    ),
    Rule::token(
        "new_relic_license_key",
        "New Relic licence key",
        &["eu01xx", "us01xx", "ffffnral"],
        r"(?:eu|us)01xx[a-f0-9]{30}(?:NRAL|FFFFNRAL)?",
    )
    .severity(Severity::High),
    Rule::named(
        "datadog_key",
        "Datadog API or application key, beside its name",
        &["datadog", "dd_api", "dd-api", "dd_app", "dd-app"],
        near!("datadog|dd[_-]ap[ip]", "[a-f0-9]{40}|[a-f0-9]{32}"),
    ),
    Rule::token(
        "dynatrace_token",
        "Dynatrace token",
        &[
            "dt0c01.", "dt0s16.", "dt0s01.", "dt0s02.", "dt0s03.", "dt0s08.",
        ],
        r"dt0[cs][0-9]{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}",
    )
    .of_length(96),
    Rule::token(
        "honeycomb_key",
        "Honeycomb ingest key",
        &["hcaik_", "hcbik_", "hccik_"],
        r"hc[a-c]ik_[a-z0-9]{58}",
    )
    .of_length(64),
    Rule::token(
        "posthog_key",
        "PostHog personal API key",
        &["phx_"],
        r"phx_[A-Za-z0-9_-]{40,52}",
    ),
    Rule::named(
        "pagerduty_key",
        "PagerDuty API key, beside its name",
        &["pagerduty", "pager_duty"],
        near!("pager_?duty", "[A-Za-z0-9+_-]{20}|[a-f0-9]{32}"),
    ),
    Rule::named(
        "splunk_hec_token",
        "Splunk HTTP event collector token",
        &["authorization: splunk", "splunk_hec", "splunk-hec"],
        near!(
            "splunk",
            "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
        ),
    )
    .before(15),
    Rule::token(
        "grafana_legacy_key",
        "Grafana API key of the older form",
        &["eyjrijoi"],
        r"eyJrIjoi[A-Za-z0-9+/]{40,380}={0,2}",
    )
    .window(512),
    Rule::token(
        "new_relic_browser_key",
        "New Relic browser key",
        &["nrjs-"],
        r"NRJS-[a-f0-9]{19}",
    )
    .severity(Severity::High),
    Rule::token(
        "rootly_key",
        "Rootly API key",
        &["rootly_"],
        r"rootly_[a-f0-9]{64}",
    )
    .of_length(71),
    Rule::token(
        "segment_token",
        "Segment Public API token",
        &["sgp_"],
        r"sgp_[A-Za-z0-9]{64}",
    ),
    Rule::token(
        "maxmind_key",
        "MaxMind licence key",
        &["_mmk"],
        r"[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk",
    )
    .behind(36),
    Rule::named(
        "sentry_legacy_token",
        "Sentry token of the older form, beside its name",
        &["sentry"],
        keyed!("sentry", "[a-f0-9]{64}"),
    ),
    Rule::named(
        "sumo_logic_key",
        "Sumo Logic access key, beside its name",
        &["sumo"],
        keyed!("sumo(?:[_ -]?logic)?", "[A-Za-z0-9]{64}"),
    ),
    Rule::named(
        "rollbar_token",
        "Rollbar access token, beside its name",
        &["rollbar"],
        keyed!("rollbar", "[a-f0-9]{32}"),
    ),
    Rule::named(
        "opsgenie_key",
        "Opsgenie API key",
        &["opsgenie", "geniekey"],
        concat!(
            r#"(?i:opsgenie[\w .-]{0,20}|geniekey)["']?\s{0,2}[=: ]\s{0,2}["']?"#,
            "([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})"
        ),
    ),
    Rule::named(
        "virustotal_key",
        "VirusTotal API key, beside its name",
        &["virustotal", "vt_api"],
        keyed!("virustotal|vt", "[a-f0-9]{64}"),
    ),
    Rule::named(
        "abuseipdb_key",
        "AbuseIPDB API key, beside its name",
        &["abuseipdb"],
        keyed!("abuseipdb", "[a-f0-9]{80}"),
    ),
    Rule::token(
        "axiom_token",
        "Axiom API or personal token",
        &["xaat-", "xapt-"],
        r"xa[ap]t-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
    ),
    Rule::token(
        "checkly_key",
        "Checkly user API key",
        &["cu_"],
        r"cu_[a-f0-9]{32}",
    ),
    Rule::token(
        "statsig_secret",
        "Statsig server secret key",
        &["secret-"],
        r"secret-[A-Za-z0-9]{43}",
    ),
    Rule::token(
        "statsig_console_key",
        "Statsig console key",
        &["console-"],
        r"console-[A-Za-z0-9]{40,48}",
    ),
    Rule::token(
        "new_relic_rest_key",
        "New Relic REST API key",
        &["nrra-"],
        r"NRRA-[a-f0-9]{42}",
    ),
    Rule::token(
        "growthbook_key",
        "GrowthBook secret key",
        &["secret_user_", "secret_readonly_", "secret_admin_"],
        r"secret_(?:user|readonly|admin)_[A-Za-z0-9+/]{30,60}={0,2}",
    ),
    Rule::token(
        "flagsmith_key",
        "Flagsmith server key",
        &["ser."],
        r"ser\.[A-Za-z0-9]{20,24}",
    )
    .verified(verify::drawn),
    Rule::token(
        "unleash_token",
        "Unleash API token",
        &[":development.", ":production."],
        r"(?:\*|[A-Za-z0-9_-]{1,30}):(?:development|production)\.[a-f0-9]{50,64}",
    )
    .before(30),
];
