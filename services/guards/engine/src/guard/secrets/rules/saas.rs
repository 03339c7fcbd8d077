//! Office, design, product and identity services.

use super::{keyed, near};
use crate::guard::secrets::rule::Rule;
use crate::guard::secrets::verify;

pub(super) static RULES: &[Rule] = &[
    Rule::token(
        "linear_key",
        "Linear API key",
        &["lin_api_"],
        r"lin_api_[A-Za-z0-9]{40}",
    )
    .of_length(48),
    Rule::token(
        "linear_oauth_token",
        "Linear OAuth token",
        &["lin_oauth_"],
        r"lin_oauth_[a-f0-9]{64}",
    )
    .of_length(74),
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
        &["pat-na", "pat-eu", "pat-ap", "pat-ca"],
        r"pat-[a-z]{2}[0-9]-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
    ),
    Rule::token(
        "airtable_token",
        "Airtable personal access token",
        &["pat"],
        r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}",
    ),
    Rule::named(
        "airtable_legacy_key",
        "Airtable API key of the older form, beside its name",
        &["airtable"],
        near!("airtable", "key[A-Za-z0-9]{14}"),
    ),
    Rule::token(
        "typeform_token",
        "Typeform token",
        &["tfp_"],
        r"tfp_[A-Za-z0-9_.=-]{40,64}",
    ),
    Rule::token(
        "contentful_token",
        "Contentful management token",
        &["cfpat-"],
        r"CFPAT-[A-Za-z0-9_-]{43}",
    )
    .of_length(49),
    Rule::token(
        "dropbox_token",
        "Dropbox short-lived access token",
        &["sl."],
        r"sl\.(?:u\.)?[A-Za-z0-9_=-]{130,1500}",
    )
    .window(1536),
    Rule::token(
        "frameio_token",
        "Frame.io token",
        &["fio-u-"],
        r"fio-u-[A-Za-z0-9_=-]{64}",
    )
    .of_length(70),
    Rule::token(
        "zapier_webhook",
        "Zapier catch hook address",
        &["hooks.zapier.com/hooks/catch/"],
        r"hooks\.zapier\.com/hooks/catch/(?:[0-9]{4,12}/[a-z0-9]{5,16}|[A-Za-z0-9]{16})",
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
    Rule::token(
        "adobe_client_secret",
        "Adobe OAuth client secret",
        &["p8e-"],
        r"p8e-[A-Za-z0-9]{32}",
    )
    .of_length(36),
    Rule::token(
        "canva_secret",
        "Canva Connect client secret",
        &["cnvca"],
        r"cnvca[A-Za-z0-9_-]{51}",
    )
    .of_length(56),
    Rule::token(
        "apify_token",
        "Apify API token",
        &["apify_api_"],
        r"apify_api_[A-Za-z0-9]{34,38}",
    ),
    Rule::token(
        "settlemint_token",
        "SettleMint access token",
        &["sm_aat_", "sm_pat_", "sm_sat_"],
        r"sm_[aps]at_[A-Za-z0-9]{16}",
    ),
    Rule::token(
        "authress_key",
        "Authress service client key",
        &["sc_", "ext_", "scauth_", "authress_"],
        concat!(
            r"(?:sc|ext|scauth|authress)_[a-z0-9]{5,30}\.[a-z0-9]{4,6}",
            r"\.acc[_-][a-z0-9-]{10,32}\.[A-Za-z0-9+/_=-]{30,120}"
        ),
    ),
    Rule::token(
        "intra42_secret",
        "42 school API client secret",
        &["s-s4t2ud-", "s-s4t2af-"],
        r"s-s4t2(?:ud|af)-[a-f0-9]{64}",
    )
    .of_length(73),
    Rule::token(
        "samsara_token",
        "Samsara API token",
        &["samsara_api_"],
        r"samsara_api_[A-Za-z0-9]{26,32}",
    ),
    Rule::token(
        "clickup_token",
        "ClickUp personal API token",
        &["pk_"],
        r"pk_[0-9]{7,9}_[A-Z0-9]{32}",
    ),
    Rule::token(
        "zoho_token",
        "Zoho OAuth access or refresh token",
        &["1000."],
        r"1000\.[a-f0-9]{32}\.[a-f0-9]{32}",
    ),
    Rule::token(
        "salesforce_token",
        "Salesforce access token",
        &["00d"],
        r"00D[A-Za-z0-9]{12}![A-Za-z0-9._]{80,260}",
    ),
    Rule::token(
        "tableau_token",
        "Tableau personal access token",
        &["==:"],
        r"[A-Za-z0-9+/]{22}==:[A-Za-z0-9]{32}",
    )
    .behind(22),
    Rule::token(
        "adafruit_key",
        "Adafruit IO key",
        &["aio_"],
        r"aio_[A-Za-z0-9]{28}",
    )
    .of_length(32),
    Rule::named(
        "contentful_delivery_token",
        "Contentful delivery token, beside its name",
        &["contentful"],
        keyed!("contentful", "[A-Za-z0-9_-]{43}"),
    ),
    Rule::named(
        "squarespace_token",
        "Squarespace access token, beside its name",
        &["squarespace"],
        keyed!("squarespace", "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"),
    ),
    Rule::named(
        "rapidapi_key",
        "RapidAPI key, beside its name",
        &["rapidapi"],
        keyed!("rapidapi", "[A-Za-z0-9_-]{50}"),
    ),
    Rule::named(
        "auth0_secret",
        "Auth0 client secret, beside its name",
        &["auth0"],
        keyed!("auth0", "[A-Za-z0-9_-]{64}"),
    ),
    Rule::named(
        "bitly_token",
        "Bitly access token, beside its name",
        &["bitly"],
        keyed!("bitly", "[a-f0-9]{40}"),
    ),
    Rule::named(
        "hubspot_legacy_key",
        "HubSpot API key of the older form, beside its name",
        &["hubspot", "hapikey"],
        keyed!(
            "hubspot|hapi",
            "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
        ),
    ),
    Rule::token(
        "trello_token",
        "Trello token",
        &["atta"],
        r"ATTA[a-f0-9]{72}",
    )
    .of_length(76),
    Rule::token(
        "stytch_secret",
        "Stytch project secret",
        &["secret-live-", "secret-test-"],
        r"secret-(?:live|test)-[A-Za-z0-9_=-]{36}",
    ),
    Rule::token(
        "cal_com_key",
        "Cal.com API key",
        &["cal_"],
        r"cal_(?:live_)?[a-f0-9]{32}",
    ),
    Rule::token(
        "klaviyo_key",
        "Klaviyo private API key",
        &["pk_"],
        r"pk_[a-f0-9]{34}",
    ),
    Rule::token(
        "n8n_key",
        "n8n API key",
        &["n8n_api_"],
        r"n8n_api_[A-Za-z0-9_.-]{40,400}",
    )
    .window(448),
    Rule::named(
        "ghost_admin_key",
        "Ghost Admin API key, beside its name",
        &["ghost"],
        keyed!("ghost", "[a-f0-9]{24}:[a-f0-9]{64}"),
    ),
    Rule::token(
        "asana_token",
        "Asana personal access token",
        &["0/1", "1/1", "2/1"],
        r"[0-2]/1[0-9]{12,16}(?:/[0-9]{14,17})?:[A-Za-z0-9]{32}",
    ),
    Rule::token(
        "salesforce_refresh_token",
        "Salesforce refresh token",
        &["5aep861"],
        r"5Aep861[A-Za-z0-9._]{60,200}",
    ),
    Rule::token(
        "sanity_token",
        "Sanity API token",
        &[],
        r"sk[A-Za-z0-9]{80,180}",
    )
    .verified(verify::drawn),
    Rule::token(
        "voiceflow_key",
        "Voiceflow API key",
        &["vf."],
        r"VF\.(?:[A-Za-z]{2,10}\.)?[A-Fa-f0-9]{24}\.[A-Za-z0-9]{16}",
    ),
    Rule::token(
        "workato_token",
        "Workato developer API token",
        &["wrka"],
        r"wrka[a-z]{0,3}-eyJ[A-Za-z0-9_.-]{60,1200}",
    )
    .window(1280),
    Rule::token(
        "nightfall_key",
        "Nightfall API key",
        &["nf-"],
        r"NF-[A-Za-z0-9]{32}",
    )
    .verified(verify::drawn),
    Rule::token(
        "retool_token",
        "Retool API token",
        &["retool_01"],
        r"retool_01[a-z0-9]{24}",
    )
    .of_length(33),
    Rule::token("dub_key", "Dub API key", &["dub_"], r"dub_[A-Za-z0-9]{24}")
        .verified(verify::drawn),
    Rule::token(
        "ory_token",
        "Ory personal, project or session token",
        &[
            "ory_pat_",
            "ory_apikey_",
            "ory_wak_",
            "ory_st_",
            "ory_at_",
            "ory_rt_",
        ],
        r"ory_(?:pat|apikey|wak|st|at|rt)_[A-Za-z0-9_.-]{20,150}",
    ),
    Rule::token(
        "permit_key",
        "Permit.io API key",
        &["permit_key_"],
        r"permit_key_[A-Za-z0-9]{60,120}",
    ),
    Rule::token(
        "telnyx_plain_key",
        "Telnyx API key by its form alone",
        &["key0"],
        r"KEY0[A-Za-z0-9]{20,45}_[A-Za-z0-9]{10,30}",
    ),
];
