//! Cloud providers, hosting, databases as a service, secret stores.

use super::near;
use crate::guard::secrets::rule::Rule;

pub(super) static RULES: &[Rule] = &[
    Rule::token(
        "aws_access_key_id",
        "AWS access key id",
        &["akia", "asia", "abia", "acca"],
        r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}",
    ),
    Rule::named(
        "aws_secret_access_key",
        "AWS secret access key, beside its name",
        &[
            "aws_secret",
            "aws-secret",
            "aws secret",
            "awssecret",
            "secret_access_key",
            "secretaccesskey",
            "secret access key",
            "secret-access-key",
        ],
        near!(
            "aws[_ -]?secret|secret[_ -]?access[_ -]?key",
            "[A-Za-z0-9/+]{40}"
        ),
    ),
    Rule::token(
        "aws_session_token",
        "AWS session token",
        &["iqojb3jpz2lu", "fwogzxivyxdz"],
        r"(?:IQoJb3JpZ2lu|FwoGZXIvYXdz)[A-Za-z0-9+/=]{100,2000}",
    )
    .window(2048),
    Rule::token(
        "aws_bedrock_api_key",
        "Amazon Bedrock API key",
        &["absk"],
        r"ABSK[A-Za-z0-9+/]{100,280}={0,2}",
    ),
    Rule::token(
        "gcp_api_key",
        "Google API key",
        &["aiza"],
        r"AIza[0-9A-Za-z_-]{35}",
    ),
    Rule::token(
        "gcp_oauth_access_token",
        "Google OAuth access token",
        &["ya29."],
        r"ya29\.[0-9A-Za-z_-]{20,300}",
    ),
    Rule::token(
        "gcp_oauth_client_secret",
        "Google OAuth client secret",
        &["gocspx-"],
        r"GOCSPX-[0-9A-Za-z_-]{28}",
    ),
    Rule::named(
        "azure_storage_account_key",
        "Azure storage account key",
        &["accountkey="],
        r"(?i:accountkey)=([A-Za-z0-9+/]{86}==)",
    ),
    Rule::named(
        "azure_shared_access_key",
        "Azure Service Bus or Event Hubs key",
        &["sharedaccesskey="],
        r"(?i:sharedaccesskey)=([A-Za-z0-9+/]{43}=)",
    ),
    Rule::token(
        "azure_client_secret",
        "Microsoft Entra client secret",
        &["q~"],
        r"[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}",
    )
    .before(4),
    Rule::token(
        "alibaba_access_key_id",
        "Alibaba Cloud access key id",
        &["ltai"],
        r"LTAI[A-Za-z0-9]{12,20}",
    ),
    Rule::token(
        "tencent_secret_id",
        "Tencent Cloud secret id",
        &["akid"],
        r"AKID[A-Za-z0-9]{32}",
    ),
    Rule::token(
        "digitalocean_token",
        "DigitalOcean personal, OAuth or refresh token",
        &["dop_v1_", "doo_v1_", "dor_v1_"],
        r"do[opr]_v1_[a-f0-9]{64}",
    ),
    Rule::token(
        "heroku_api_key",
        "Heroku API key",
        &["hrku-"],
        r"HRKU-(?:AA[0-9A-Za-z_-]{58}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})",
    ),
    Rule::named(
        "heroku_legacy_api_key",
        "Heroku API key of the older form, beside its name",
        &["heroku"],
        near!(
            "heroku[_ -]?api[_ -]?key",
            "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
        ),
    ),
    Rule::named(
        "cloudflare_api_token",
        "Cloudflare API token or key, beside its name",
        &["cloudflare", "cf_api"],
        near!("cloudflare|cf_api", "[A-Za-z0-9_-]{40}|[a-f0-9]{37}"),
    ),
    Rule::token(
        "cloudflare_origin_ca_key",
        "Cloudflare origin CA key",
        &["v1.0-"],
        r"v1\.0-[a-f0-9]{24}-[a-f0-9]{146}",
    ),
    Rule::token(
        "fly_access_token",
        "Fly.io access token",
        &["fo1_"],
        r"fo1_[\w-]{43}",
    ),
    Rule::token(
        "netlify_token",
        "Netlify personal access token",
        &["nfp_"],
        r"nfp_[A-Za-z0-9]{36}",
    ),
    Rule::token(
        "render_api_key",
        "Render API key",
        &["rnd_"],
        r"rnd_[A-Za-z0-9]{32}",
    ),
    Rule::token(
        "vault_token",
        "HashiCorp Vault service, batch or recovery token",
        &["hvs.", "hvb.", "hvr."],
        r"hv[sbr]\.[A-Za-z0-9_-]{24,300}",
    ),
    Rule::token(
        "terraform_cloud_token",
        "HCP Terraform API token",
        &[".atlasv1."],
        r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}",
    )
    .before(14),
    Rule::token(
        "pulumi_token",
        "Pulumi access token",
        &["pul-"],
        r"pul-[a-f0-9]{40}",
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
        r"napi_[a-z0-9]{40,64}",
    ),
    Rule::token(
        "databricks_token",
        "Databricks personal access token",
        &["dapi"],
        r"dapi[a-f0-9]{32}(?:-[0-9]{1,2})?",
    ),
    Rule::token(
        "onepassword_service_account",
        "1Password service account token",
        &["ops_eyj"],
        r"ops_eyJ[A-Za-z0-9+/=_-]{200,2000}",
    )
    .window(2048),
    Rule::token(
        "tailscale_key",
        "Tailscale auth, API or OAuth key",
        &["tskey-"],
        r"tskey-(?:auth|api|client|scim|webhook)-[0-9A-Za-z]{8,20}-[0-9A-Za-z]{16,40}",
    ),
    Rule::token(
        "openshift_token",
        "OpenShift user token",
        &["sha256~"],
        r"sha256~[A-Za-z0-9_-]{43}",
    ),
    Rule::token(
        "aiven_password",
        "Aiven service password",
        &["avns_"],
        r"AVNS_[A-Za-z0-9_-]{19}",
    ),
];
