//! Hosting, edge, containers, networks.

use super::{keyed, near};
use crate::guard::secrets::rule::Rule;

pub(super) static RULES: &[Rule] = &[
    Rule::token(
        "heroku_api_key",
        "Heroku API key",
        &["hrku-"],
        r"HRKU-(?:AA[0-9A-Za-z_-]{58}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})",
    )
    .of_length(65),
    Rule::named(
        "heroku_legacy_api_key",
        "Heroku API key of the older form, beside its name",
        &["heroku"],
        near!(
            "heroku[_ -]?(?:api[_ -]?)?(?:key|token)",
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
    )
    .of_length(176),
    Rule::token(
        "fly_access_token",
        "Fly.io access token",
        &["fo1_"],
        r"fo1_[\w-]{43}",
    )
    .of_length(47),
    Rule::token(
        "netlify_token",
        "Netlify personal, CLI, OAuth, UI or build token",
        &["nfp_", "nfc_", "nfo_", "nfu_", "nfb_"],
        r"nf[pcoub]_[A-Za-z0-9]{36}",
    )
    .of_length(40),
    Rule::token(
        "render_api_key",
        "Render API key",
        &["rnd_"],
        r"rnd_(?:[A-Za-z0-9]{32}|[A-Za-z0-9]{28})",
    ),
    Rule::token(
        "terraform_cloud_token",
        "HCP Terraform API token",
        &[".atlasv1."],
        r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}",
    )
    .behind(14),
    Rule::token(
        "pulumi_token",
        "Pulumi access token",
        &["pul-"],
        r"pul-[a-f0-9]{40}",
    )
    .of_length(44),
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
    )
    .of_length(50),
    Rule::token(
        "fly_macaroon",
        "Fly.io macaroon token",
        &["fm1r_", "fm1a_", "fm2_"],
        r"fm(?:1[ra]|2)_[A-Za-z0-9+/]{100,800}={0,3}",
    )
    .window(1024),
    Rule::token(
        "scalingo_token",
        "Scalingo API token",
        &["tk-us-"],
        r"tk-us-[A-Za-z0-9_-]{48}",
    )
    .of_length(54),
    Rule::token(
        "deno_token",
        "Deno Deploy personal or organisation token",
        &["ddp_", "ddo_"],
        r"dd[po]_[A-Za-z0-9]{36}",
    )
    .of_length(40),
    Rule::token(
        "docker_swarm_key",
        "Docker Swarm join token or unlock key",
        &["swmtkn-1-", "swmkey-1-"],
        r"SWM(?:TKN-1-[a-z0-9]{50,60}-[a-z0-9]{24,30}|KEY-1-[A-Za-z0-9+/]{40,50})",
    ),
    Rule::token(
        "vercel_token",
        "Vercel personal, app, refresh or integration token",
        &["vcp_", "vca_", "vcr_", "vci_"],
        r"vc[pari]_[A-Za-z0-9_-]{56}",
    )
    .of_length(60),
    Rule::token(
        "unkey_root_key",
        "Unkey root key",
        &["unkey_"],
        r"unkey_[A-Za-z0-9]{20,32}",
    ),
    Rule::token(
        "zuplo_key",
        "Zuplo consumer key",
        &["zpka_"],
        r"zpka_[a-z0-9]{32}_[0-9a-f]{8}",
    ),
    Rule::token(
        "defined_networking_key",
        "Defined Networking API key",
        &["dnkey-"],
        r"dnkey-[A-Za-z0-9=_-]{26}-[A-Za-z0-9=_-]{52}",
    ),
    Rule::token(
        "harness_token",
        "Harness personal or service account token",
        &["pat.", "sat."],
        r"[ps]at\.[A-Za-z0-9_-]{22}\.[0-9a-f]{24}\.[A-Za-z0-9]{20}",
    ),
    Rule::named(
        "fastly_token",
        "Fastly API token, beside its name",
        &["fastly"],
        keyed!("fastly", "[A-Za-z0-9_-]{32}"),
    ),
    Rule::named(
        "meraki_key",
        "Cisco Meraki API key, beside its name",
        &["meraki"],
        keyed!("meraki", "[a-f0-9]{40}"),
    ),
    Rule::named(
        "ngrok_token",
        "ngrok agent token or API key, beside its name",
        &["ngrok"],
        keyed!("ngrok", "2[A-Za-z0-9]{26}_[A-Za-z0-9]{21,22}"),
    ),
    Rule::token(
        "cloudflare_scannable_token",
        "Cloudflare global key, user or account token",
        &["cfk_", "cfut_", "cfat_"],
        r"cf(?:k|ut|at)_[A-Za-z0-9_-]{40,56}",
    ),
    Rule::token(
        "vercel_blob_token",
        "Vercel Blob read and write token",
        &["vercel_blob_rw_"],
        r"vercel_blob_rw_[A-Za-z0-9]{12,20}_[A-Za-z0-9]{28,40}",
    ),
    Rule::token(
        "convex_deploy_key",
        "Convex deploy key",
        &["|eyj2mii6"],
        r"(?:prod|dev|preview|project):[a-z0-9:-]{4,60}\|eyJ2MiI6[A-Za-z0-9+/=_-]{30,200}",
    )
    .before(72),
    Rule::token(
        "rancher_token",
        "Rancher API token",
        &["token-", "kubeconfig-"],
        r"(?:token|kubeconfig)-[a-z0-9.-]{3,40}:[a-z0-9]{54}",
    ),
    Rule::token(
        "netbird_token",
        "NetBird personal access token",
        &["nbp_"],
        r"nbp_[A-Za-z0-9]{36}",
    )
    .of_length(40),
    Rule::token(
        "portainer_token",
        "Portainer access token",
        &["ptr_"],
        r"ptr_[A-Za-z0-9+/_-]{40,60}={0,2}",
    ),
    Rule::token(
        "kong_konnect_token",
        "Kong Konnect personal or system access token",
        &["kpat_", "spat_"],
        r"[ks]pat_[A-Za-z0-9]{40,60}",
    ),
    Rule::token(
        "arcjet_key",
        "Arcjet site key",
        &["ajkey_"],
        r"ajkey_[a-z0-9]{26}",
    )
    .of_length(32),
    Rule::token(
        "trigger_dev_key",
        "Trigger.dev secret key or personal token",
        &["tr_dev_", "tr_prod_", "tr_stg_", "tr_pat_"],
        r"tr_(?:dev|prod|stg|pat)_[A-Za-z0-9]{20,48}",
    ),
    Rule::token(
        "inngest_key",
        "Inngest signing key",
        &["signkey-"],
        r"signkey-(?:[a-z]{2,12}-)?[a-f0-9]{32,64}",
    ),
    Rule::token(
        "jumpcloud_key",
        "JumpCloud API key",
        &["jca_"],
        r"jca_[A-Za-z0-9]{36}",
    )
    .of_length(40),
    Rule::token(
        "codesandbox_token",
        "CodeSandbox API token",
        &["csb_v1_"],
        r"csb_v1_[A-Za-z0-9_-]{43}",
    )
    .of_length(50),
    Rule::token(
        "cloudsmith_key",
        "Cloudsmith API key",
        &["csa_"],
        r"csa_[A-Za-z0-9]{36}",
    )
    .of_length(40),
];
