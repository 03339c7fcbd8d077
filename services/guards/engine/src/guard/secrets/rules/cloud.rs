//! Clouds that rent machines and storage.

use super::{keyed, near};
use crate::finding::Severity;
use crate::guard::secrets::rule::Rule;

pub(super) static RULES: &[Rule] = &[
    Rule::token(
        "aws_access_key_id",
        "AWS access key id",
        &["akia", "asia", "abia", "acca"],
        r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}",
    )
    .of_length(20),
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
        &["absk", "bedrock-api-key-"],
        r"(?:ABSK[A-Za-z0-9+/]{100,280}|bedrock-api-key-[A-Za-z0-9+/]{100,1800})={0,2}",
    )
    .window(2048),
    Rule::token(
        "gcp_api_key",
        "Google API key",
        &["aiza"],
        r"AIza[0-9A-Za-z_-]{35}",
    )
    .of_length(39),
    Rule::token(
        "gcp_oauth_access_token",
        "Google OAuth access token",
        &["ya29."],
        r"ya29\.[0-9A-Za-z_-]{10,300}",
    ),
    Rule::token(
        "gcp_oauth_client_secret",
        "Google OAuth client secret",
        &["gocspx-"],
        r"GOCSPX-[0-9A-Za-z_-]{28}",
    )
    .of_length(35),
    Rule::token(
        "alibaba_access_key_id",
        "Alibaba Cloud access key id",
        &["ltai"],
        r"LTAI[A-Za-z0-9]{12,21}",
    ),
    Rule::token(
        "tencent_secret_id",
        "Tencent Cloud secret id",
        &["akid"],
        r"AKID[A-Za-z0-9]{32}",
    )
    .of_length(36),
    Rule::token(
        "digitalocean_token",
        "DigitalOcean personal, OAuth or refresh token",
        &["dop_v1_", "doo_v1_", "dor_v1_"],
        r"do[opr]_v1_[a-f0-9]{64}",
    )
    .of_length(71),
    Rule::token(
        "amazon_mws_token",
        "Amazon Marketplace Web Service token",
        &["amzn.mws."],
        r"amzn\.mws\.[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
    ),
    Rule::token(
        "yandex_api_key",
        "Yandex Cloud API key",
        &["aqvn"],
        r"AQVN[A-Za-z0-9_-]{35,38}",
    ),
    Rule::named(
        "yandex_iam_token",
        "Yandex Cloud IAM token, beside its name",
        &["yandex", "yc_"],
        keyed!(
            "yandex|yc_",
            "t1\\.[A-Za-z0-9_-]{8,200}={0,2}\\.[A-Za-z0-9_-]{86}={0,2}"
        ),
    ),
    Rule::named(
        "yandex_static_key",
        "Yandex Cloud static access key, beside its name",
        &["yandex"],
        keyed!("yandex", "YC[A-Za-z0-9_-]{38}"),
    ),
    Rule::token(
        "exoscale_key",
        "Exoscale API key",
        &["exo"],
        r"EXO[a-f0-9]{24}",
    )
    .severity(Severity::High),
    Rule::token(
        "upcloud_token",
        "UpCloud API token",
        &["ucat_"],
        r"ucat_[0-9A-Za-z]{24,32}",
    ),
    Rule::token(
        "scaleway_access_key",
        "Scaleway access key",
        &["scw"],
        r"SCW[A-Z0-9]{17}",
    )
    .severity(Severity::High),
    Rule::named(
        "scaleway_secret_key",
        "Scaleway secret key, beside its name",
        &["scw_", "scaleway"],
        keyed!(
            "scw|scaleway",
            "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
        ),
    ),
    Rule::named(
        "hetzner_token",
        "Hetzner Cloud API token, beside its name",
        &["hcloud", "hetzner"],
        keyed!("hcloud|hetzner", "[A-Za-z0-9]{64}"),
    ),
    Rule::named(
        "linode_token",
        "Linode API token, beside its name",
        &["linode"],
        keyed!("linode", "[a-f0-9]{64}"),
    ),
    Rule::named(
        "vultr_key",
        "Vultr API key, beside its name",
        &["vultr"],
        keyed!("vultr", "[A-Za-z0-9]{36}"),
    ),
    Rule::named(
        "ibm_cloud_key",
        "IBM Cloud API key, beside its name",
        &["ibm", "bluemix"],
        keyed!("ibm(?:[_ -]?cloud)?|bluemix", "[A-Za-z0-9_-]{44}"),
    ),
    Rule::token(
        "gcp_refresh_token",
        "Google OAuth refresh token",
        &["1//0"],
        r"1//0[A-Za-z0-9_-]{40,160}",
    ),
    Rule::token(
        "amazon_login_secret",
        "Login with Amazon client secret",
        &["amzn1.oa2-cs.v1."],
        r"amzn1\.oa2-cs\.v1\.[a-f0-9]{64}",
    ),
    Rule::token(
        "firebase_server_key",
        "Firebase Cloud Messaging server key",
        &["aaaa"],
        r"AAAA[A-Za-z0-9_-]{7}:APA91b[A-Za-z0-9_-]{134}",
    ),
    Rule::token(
        "gcp_hmac_key",
        "Access id of a Google Cloud Storage HMAC key of a service account",
        &["goog1e"],
        r"GOOG1E[A-Z0-9]{55}",
    )
    .of_length(61)
    .severity(Severity::High),
    Rule::token(
        "aws_appsync_key",
        "AWS AppSync API key",
        &["da2-"],
        r"da2-[a-z0-9]{26}",
    )
    .of_length(30)
    .severity(Severity::High),
    Rule::token(
        "volcengine_access_key",
        "Volcano Engine access key id",
        &["aklt"],
        r"AKLT[A-Za-z0-9]{36,60}={0,2}",
    ),
    Rule::token(
        "baidu_api_key",
        "Baidu AI Cloud API key",
        &["bce-v3/altak-"],
        r"bce-v3/ALTAK-[A-Za-z0-9]{16,26}/[a-f0-9]{40}",
    ),
    Rule::token(
        "yandex_oauth_token",
        "Yandex OAuth token",
        &["y0_", "y1_", "y2_", "y3_"],
        r"y[0-3]_[A-Za-z0-9_-]{50,64}",
    ),
    Rule::token(
        "vk_token",
        "VK access token",
        &["vk1.a.", "vk2.a."],
        r"vk[12]\.a\.[A-Za-z0-9_-]{80,250}",
    ),
];
