//! Chat, mail, telephony and social networks.

use super::{keyed, near};
use crate::guard::secrets::rule::Rule;
use crate::guard::secrets::verify;

pub(super) static RULES: &[Rule] = &[
    Rule::token(
        "slack_token",
        "Slack bot, user, refresh or configuration token",
        &[
            "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxo-", "xoxe-", "xoxe.",
        ],
        r"xox(?:[bpaorse]-|e\.(?:xox[bp]-)?)[0-9A-Za-z-]{24,250}",
    ),
    Rule::token(
        "slack_app_token",
        "Slack app-level token",
        &["xapp-"],
        r"xapp-[0-9]-[A-Z0-9]{8,14}-[0-9]{10,14}-[a-z0-9]{40,80}",
    ),
    Rule::token(
        "slack_webhook",
        "Slack incoming webhook or workflow address",
        &["hooks.slack.com/"],
        r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{30,80}",
    ),
    Rule::token(
        "discord_webhook",
        "Discord webhook address",
        &["discord.com/api/", "discordapp.com/api/"],
        r"discord(?:app)?\.com/api/(?:v[0-9]{1,2}/)?webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,80}",
    ),
    Rule::named(
        "discord_bot_token",
        "Discord bot token, beside its name",
        &[
            "discord",
            "bot ",
            "bot_token",
            "bot-token",
            "bottoken",
            "bot.run",
            "client.run",
            "client.login",
            "bot.start",
            "token",
        ],
        near!(
            "discord|bot[ _-]?(?:token)?|bot\\.(?:run|start)|client\\.(?:run|login)|token",
            "[MNO][A-Za-z0-9_-]{23,27}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,40}"
        ),
    ),
    Rule::token(
        "telegram_bot_token",
        "Telegram bot token",
        &[":aa"],
        r"[0-9]{8,10}:AA[A-Za-z0-9_-]{32,33}",
    )
    .before(10),
    Rule::token(
        "teams_webhook",
        "Microsoft Teams incoming webhook address",
        &["webhook.office.com/webhookb2/"],
        concat!(
            r"webhook\.office\.com/webhookb2/[0-9a-f-]{36}@[0-9a-f-]{36}",
            r"/IncomingWebhook/[0-9a-f]{32}/[0-9a-f-]{36}"
        ),
    ),
    Rule::token(
        "twilio_key",
        "Twilio API key",
        &["sk"],
        r"SK[0-9a-fA-F]{32}",
    ),
    Rule::named(
        "twilio_auth_token",
        "Twilio auth token, beside its name",
        &["twilio"],
        near!("twilio", "[0-9a-f]{32}"),
    ),
    Rule::token(
        "sendgrid_key",
        "SendGrid API key",
        &["sg."],
        r"SG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{39,50}",
    )
    .of_length(69),
    Rule::token(
        "mailgun_key",
        "Mailgun private key",
        &["key-"],
        r"key-[0-9a-f]{32}",
    ),
    Rule::named(
        "mailgun_sending_key",
        "Mailgun sending key, beside its name",
        &["mailgun"],
        near!("mailgun", "[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}"),
    ),
    Rule::token(
        "mailchimp_key",
        "Mailchimp API key",
        &["-us"],
        r"[0-9a-f]{32}-us[0-9]{1,2}",
    )
    .behind(32),
    Rule::token(
        "brevo_key",
        "Brevo (Sendinblue) API or SMTP key",
        &["xkeysib-", "xsmtpsib-"],
        r"x(?:key|smtp)sib-[a-f0-9]{64}-[A-Za-z0-9]{16}",
    )
    .of_length(89),
    Rule::token(
        "resend_key",
        "Resend API key",
        &["re_"],
        r"re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}",
    ),
    Rule::token(
        "mailersend_key",
        "MailerSend API key",
        &["mlsn."],
        r"mlsn\.[A-Za-z0-9]{30,100}",
    ),
    Rule::named(
        "postmark_token",
        "Postmark server token, beside its name",
        &["postmark"],
        near!("postmark", "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"),
    ),
    Rule::token(
        "facebook_access_token",
        "Facebook access token",
        &["eaa"],
        r"EAA[MC]?[A-Za-z0-9]{90,250}",
    ),
    Rule::token(
        "twitter_bearer_token",
        "X (Twitter) bearer token",
        &["aaaaaaaaaaaaaaaaaaaa"],
        r"A{20,22}[A-Za-z0-9%]{60,120}",
    ),
    Rule::token(
        "slack_session_token",
        "Slack session token or cookie",
        &["xoxc-", "xoxd-"],
        concat!(
            r"xox(?:c-(?:[0-9]{9,15}-){3}[a-f0-9]{64}",
            r"|d-[A-Za-z0-9/+%_-]{100,300}={0,2})"
        ),
    ),
    Rule::token(
        "onesignal_key",
        "OneSignal API key",
        &["os_v2_app_", "os_v2_org_"],
        r"os_v2_(?:app|org)_[a-z2-7]{103}",
    )
    .of_length(113),
    Rule::token(
        "nylas_key",
        "Nylas API key",
        &["nyk_"],
        r"nyk_[A-Za-z0-9_]{67}",
    )
    .of_length(71),
    Rule::named(
        "intercom_token",
        "Intercom access token, beside its name",
        &["intercom"],
        keyed!("intercom", "[A-Za-z0-9=_-]{60}"),
    ),
    Rule::named(
        "telnyx_key",
        "Telnyx API key, beside its name",
        &["telnyx"],
        keyed!("telnyx", "KEY[0-9A-Za-z_-]{55}"),
    ),
    Rule::named(
        "mattermost_token",
        "Mattermost access token, beside its name",
        &["mattermost"],
        keyed!("mattermost", "[a-z0-9]{26}"),
    ),
    Rule::named(
        "messagebird_key",
        "MessageBird API key, beside its name",
        &["messagebird", "message_bird", "message-bird"],
        keyed!("message[_-]?bird", "[A-Za-z0-9]{25}"),
    ),
    Rule::named(
        "twitch_token",
        "Twitch token or client secret, beside its name",
        &["twitch"],
        keyed!("twitch", "[a-z0-9]{30}"),
    ),
    Rule::named(
        "sendbird_token",
        "Sendbird API token, beside its name",
        &["sendbird"],
        keyed!("sendbird", "[a-f0-9]{40}"),
    ),
    Rule::named(
        "facebook_app_secret",
        "Facebook application secret, beside its name",
        &["facebook", "fb_app", "fb_secret"],
        keyed!("facebook|fb(?:_app)?", "[a-f0-9]{32}"),
    ),
    Rule::named(
        "twitter_access_token",
        "X (Twitter) access token, beside its name",
        &["twitter"],
        keyed!("twitter", "[0-9]{15,25}-[A-Za-z0-9]{20,40}"),
    ),
    Rule::named(
        "twitter_secret",
        "X (Twitter) access or API secret, beside its name",
        &["twitter"],
        keyed!("twitter", "[A-Za-z0-9]{50}|[A-Za-z0-9]{45}"),
    ),
    Rule::token(
        "google_chat_webhook",
        "Google Chat webhook address",
        &["chat.googleapis.com/v1/spaces/"],
        r"chat\.googleapis\.com/v1/spaces/[A-Za-z0-9_-]{5,40}/messages\?key=[A-Za-z0-9_-]{20,60}&token=[A-Za-z0-9_%-]{20,80}",
    ),
    Rule::token(
        "lark_webhook",
        "Lark or Feishu bot address",
        &["open-apis/bot/v2/hook/"],
        r"open-apis/bot/v2/hook/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
    ),
    Rule::token(
        "dingtalk_webhook",
        "DingTalk robot address",
        &["oapi.dingtalk.com/robot/send?access_token="],
        r"oapi\.dingtalk\.com/robot/send\?access_token=[a-f0-9]{64}",
    ),
    Rule::named(
        "facebook_app_token",
        "Facebook app access token, beside its name",
        &["facebook", "fb_"],
        near!("facebook|fb_", "[0-9]{15,16}\\|[A-Za-z0-9_-]{27}"),
    ),
    Rule::token(
        "twitch_chat_token",
        "Twitch chat token",
        &["oauth:"],
        r"oauth:[a-z0-9]{30}",
    ),
    Rule::token(
        "mandrill_key",
        "Mailchimp Transactional (Mandrill) API key",
        &["md-"],
        r"md-[A-Za-z0-9_-]{22}",
    )
    .verified(verify::drawn),
    Rule::token(
        "courier_key",
        "Courier API key",
        &["pk_prod_", "pk_test_"],
        r"pk_(?:prod|test)_[A-Z0-9]{28}",
    ),
    Rule::token(
        "pubnub_secret",
        "PubNub secret key",
        &["sec-c-"],
        r"sec-c-[A-Za-z0-9+/]{40,70}={0,2}",
    ),
    Rule::token(
        "instagram_token",
        "Instagram access token",
        &["igqv", "igqw", "igaa"],
        r"IG(?:QV|QW|AA)[A-Za-z0-9_-]{80,300}",
    ),
    Rule::token(
        "linkedin_token",
        "LinkedIn access token",
        &["aqu", "aqv", "aqw", "aqx"],
        r"AQ[UVWX][A-Za-z0-9_-]{150,500}",
    )
    .window(512),
    Rule::token(
        "linkedin_secret",
        "LinkedIn client secret",
        &["wpl_ap"],
        r"WPL_AP[01]\.[A-Za-z0-9]{16}\.[A-Za-z0-9+/]{4,8}={0,2}",
    ),
    Rule::token(
        "pinterest_token",
        "Pinterest access token",
        &["pina_"],
        r"pina_[A-Za-z0-9_-]{60,130}",
    ),
    Rule::token(
        "intercom_plain_token",
        "Intercom access token by its form alone",
        &["dg9ro"],
        r"dG9rO[A-Za-z0-9+/]{50,60}={0,2}",
    ),
    Rule::token(
        "discord_plain_token",
        "Discord bot token by its form alone",
        &[],
        r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}",
    )
    .verified(verify::drawn),
    Rule::token(
        "mailgun_plain_key",
        "Mailgun key by its form alone",
        &[],
        r"[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}",
    ),
    Rule::token(
        "webex_token",
        "Webex access token",
        &[],
        r"[A-Za-z0-9]{64}_[A-Za-z0-9]{4}_[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
    ),
    Rule::token(
        "smtp2go_key",
        "SMTP2GO API key",
        &["api-"],
        r"api-[A-F0-9]{32}",
    ),
    Rule::named(
        "ably_key",
        "Ably API key, beside its name",
        &["ably"],
        near!(
            "ably",
            r"[A-Za-z0-9_-]{6,8}\.[A-Za-z0-9_-]{6}:[A-Za-z0-9_-]{43}"
        ),
    ),
];
