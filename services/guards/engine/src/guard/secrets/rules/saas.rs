//! Office, design, product and identity services.

use super::near;
use crate::guard::secrets::rule::Rule;

pub(super) static RULES: &[Rule] = &[
    Rule::token(
        "linear_key",
        "Linear API key",
        &["lin_api_"],
        r"lin_api_[A-Za-z0-9]{40}",
    ),
    Rule::token(
        "linear_oauth_token",
        "Linear OAuth token",
        &["lin_oauth_"],
        r"lin_oauth_[a-f0-9]{64}",
    ),
    Rule::token(
        "notion_token",
        "Notion integration token",
        &["secret_", "ntn_"],
        r"(?:secret_[A-Za-z0-9]{43}|ntn_[A-Za-z0-9]{43,50})",
    ),
    Rule::token(
        "figma_token",
        "Figma personal access token",
        &["figd_"],
        r"figd_[A-Za-z0-9_-]{38,48}",
    ),
    Rule::token(
        "hubspot_token",
        "HubSpot private app token",
        &["pat-na", "pat-eu"],
        r"pat-(?:na|eu)[0-9]-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
    ),
    Rule::named(
        "airtable_token",
        "Airtable personal access token, beside its name",
        &["airtable"],
        near!(
            "airtable",
            "pat[A-Za-z0-9]{14}\\.[a-f0-9]{64}|key[A-Za-z0-9]{14}"
        ),
    ),
    Rule::token(
        "typeform_token",
        "Typeform token",
        &["tfp_"],
        r"tfp_[A-Za-z0-9_.=-]{59}",
    ),
    Rule::token(
        "contentful_token",
        "Contentful management token",
        &["cfpat-"],
        r"CFPAT-[A-Za-z0-9_-]{43}",
    ),
    Rule::token(
        "dropbox_token",
        "Dropbox short-lived access token",
        &["sl."],
        r"sl\.(?:u\.)?[A-Za-z0-9_=-]{130,180}",
    ),
    Rule::token(
        "frameio_token",
        "Frame.io token",
        &["fio-u-"],
        r"fio-u-[A-Za-z0-9_=-]{64}",
    ),
    Rule::token(
        "zapier_webhook",
        "Zapier catch hook address",
        &["hooks.zapier.com/hooks/catch/"],
        r"hooks\.zapier\.com/hooks/catch/[0-9]{4,12}/[a-z0-9]{5,16}",
    ),
    Rule::token(
        "mapbox_token",
        "Mapbox secret token",
        &["sk.eyj"],
        r"sk\.eyJ[\w.-]{60,240}",
    ),
    Rule::named(
        "okta_token",
        "Okta API token, beside its name",
        &["okta", "ssws"],
        near!("okta|ssws", "00[A-Za-z0-9_-]{40}"),
    ),
    Rule::named(
        "algolia_key",
        "Algolia admin key, beside its name",
        &["algolia"],
        near!("algolia", "[a-f0-9]{32}"),
    ),
    Rule::named(
        "asana_token",
        "Asana personal access token, beside its name",
        &["asana"],
        near!(
            "asana",
            "[0-9]/[0-9]{16}:[A-Za-z0-9]{32}|[0-9]/[0-9]{16}/[0-9]{16}:[a-z0-9]{32}"
        ),
    ),
    Rule::named(
        "zendesk_token",
        "Zendesk API token, beside its name",
        &["zendesk"],
        near!("zendesk", "[A-Za-z0-9]{40}"),
    ),
    Rule::named(
        "snyk_token",
        "Snyk API token, beside its name",
        &["snyk_token", "snyk_api", "snyk-token"],
        near!(
            "snyk[_-](?:token|api)",
            "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
        ),
    ),
    Rule::token(
        "guardmesh_key",
        "Guardmesh API key",
        &["gmk_"],
        r"gmk_[A-Za-z0-9_-]{20,128}",
    ),
];
