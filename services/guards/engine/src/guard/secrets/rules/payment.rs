//! Payment, commerce and banking.

use super::{keyed, near};
use crate::guard::secrets::rule::Rule;
use crate::guard::secrets::verify;

pub(super) static RULES: &[Rule] = &[
    // Stripe and Clerk share the prefix: only the length tells them apart.
    Rule::token(
        "stripe_key",
        "Stripe secret or restricted key",
        &["sk_live_", "sk_test_", "rk_live_", "rk_test_"],
        concat!(
            r"(?:rk_(?:live|test)_[A-Za-z0-9]{16,247}",
            r"|sk_(?:live|test)_(?:[A-Za-z0-9]{51,247}|[A-Za-z0-9]{16,39}))"
        ),
    ),
    Rule::token(
        "clerk_key",
        "Clerk secret key",
        &["sk_live_", "sk_test_"],
        r"sk_(?:live|test)_[A-Za-z0-9]{40,50}",
    ),
    Rule::token(
        "webhook_signing_secret",
        "Stripe, Clerk or Standard Webhooks signing secret",
        &["whsec_"],
        r"whsec_[A-Za-z0-9+/]{24,96}={0,2}",
    ),
    Rule::token(
        "square_access_token",
        "Square access token",
        &["sq0atp-", "eaaa"],
        r"(?:sq0atp-[0-9A-Za-z_-]{22}|EAAA[0-9A-Za-z_-]{60})",
    )
    .of_length(29),
    Rule::token(
        "square_oauth_secret",
        "Square OAuth secret",
        &["sq0csp-"],
        r"sq0csp-[0-9A-Za-z_-]{43}",
    )
    .of_length(50),
    Rule::token(
        "shopify_token",
        "Shopify access, custom app, private app or shared secret",
        &["shpat_", "shpca_", "shppa_", "shpss_", "shpua_", "shptka_"],
        r"shp(?:at|ca|pa|ss|ua|tka)_[a-fA-F0-9]{32}",
    )
    .of_length(38),
    Rule::token(
        "braintree_access_token",
        "Braintree access token",
        &["access_token$production$", "access_token$sandbox$"],
        r"access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}",
    ),
    Rule::token(
        "plaid_access_token",
        "Plaid access token",
        &[
            "access-sandbox-",
            "access-development-",
            "access-production-",
        ],
        r"access-(?:sandbox|development|production)-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
    ),
    Rule::token(
        "flutterwave_key",
        "Flutterwave secret key",
        &["flwseck"],
        r"FLWSECK(?:_TEST)?-[0-9A-Za-z]{32}-X",
    ),
    Rule::token(
        "razorpay_key",
        "Razorpay key id",
        &["rzp_live_", "rzp_test_"],
        r"rzp_(?:live|test)_[A-Za-z0-9]{14}",
    ),
    Rule::token(
        "easypost_key",
        "EasyPost API key",
        &["ezak", "eztk"],
        r"EZ[AT]K[A-Za-z0-9]{54}",
    )
    .of_length(58),
    Rule::token(
        "duffel_token",
        "Duffel API token",
        &["duffel_live_", "duffel_test_"],
        r"duffel_(?:live|test)_[A-Za-z0-9_=-]{43}",
    )
    .of_length(55),
    Rule::token(
        "shippo_token",
        "Shippo API token",
        &["shippo_live_", "shippo_test_"],
        r"shippo_(?:live|test)_[a-f0-9]{40}",
    )
    .of_length(52),
    Rule::named(
        "coinbase_key",
        "Coinbase API key, beside its name",
        &["coinbase"],
        near!("coinbase", "[A-Za-z0-9_-]{64}"),
    ),
    Rule::token(
        "paddle_key",
        "Paddle API key",
        &["pdl_live_apikey_", "pdl_sdbx_apikey_"],
        r"pdl_(?:live|sdbx)_apikey_[a-z0-9]{26}_[A-Za-z0-9]{22}_[A-Za-z0-9]{3}",
    ),
    Rule::token(
        "mercury_token",
        "Mercury API token",
        &["mercury_production_"],
        r"mercury_production_[a-z]{3,6}_[A-Za-z0-9]{40,50}_yrucrem",
    ),
    Rule::token(
        "xendit_key",
        "Xendit secret key",
        &["xnd_production_", "xnd_development_"],
        r"xnd_(?:production|development)_[A-Za-z0-9]{48,72}",
    ),
    Rule::token(
        "asaas_token",
        "Asaas API token",
        &["$aact_prod_", "$aact_hmlg_"],
        r"\$aact_(?:prod|hmlg)_[A-Za-z0-9_-]{20,200}",
    ),
    Rule::token(
        "polar_token",
        "Polar access token",
        &["polar_at_", "polar_oat_", "polar_pat_"],
        r"polar_(?:at|oat|pat)_[A-Za-z0-9]{20,100}",
    ),
    Rule::token(
        "ramp_secret",
        "Ramp OAuth client secret",
        &["ramp_sec_"],
        r"ramp_sec_[A-Za-z0-9]{48}",
    ),
    Rule::token(
        "persona_key",
        "Persona API key",
        &["persona_production_", "persona_sandbox_"],
        r"persona_(?:production|sandbox)_[a-z0-9-]{20,80}",
    ),
    Rule::named(
        "woocommerce_secret",
        "WooCommerce consumer secret, beside its name",
        &["woo", "consumer_secret", "cs_"],
        keyed!("woo(?:commerce)?|consumer", "cs_[a-f0-9]{40}"),
    ),
    Rule::named(
        "lob_key",
        "Lob API key, beside its name",
        &["lob_"],
        keyed!("lob", "(?:live|test)_[a-f0-9]{35}"),
    ),
    Rule::named(
        "mollie_key",
        "Mollie API key, beside its name",
        &["mollie"],
        keyed!("mollie", "(?:live|test)_[A-Za-z0-9]{30}"),
    ),
    Rule::named(
        "binance_secret",
        "Binance API key or secret, beside its name",
        &["binance"],
        keyed!("binance", "[A-Za-z0-9]{64}"),
    ),
    Rule::named(
        "kraken_secret",
        "Kraken private key, beside its name",
        &["kraken"],
        keyed!("kraken", "[A-Za-z0-9/+]{86}=="),
    ),
    Rule::named(
        "plaid_secret",
        "Plaid secret, beside its name",
        &["plaid"],
        keyed!("plaid", "[a-f0-9]{30}"),
    ),
    Rule::token(
        "mercado_pago_token",
        "Mercado Pago access token",
        &["app_usr-"],
        r"APP_USR-[0-9]{12,20}-[0-9]{6}-[a-f0-9]{32}-[0-9]{6,12}",
    ),
    Rule::token(
        "midtrans_key",
        "Midtrans server key",
        &["mid-server-", "sb-mid-server-"],
        r"(?:SB-)?Mid-server-[A-Za-z0-9_-]{20,40}",
    ),
    Rule::token(
        "omise_key",
        "Omise secret key",
        &["skey_"],
        r"skey_(?:test_|live_)?[a-z0-9]{17,24}",
    ),
    Rule::token(
        "klarna_key",
        "Klarna API key",
        &["klarna_live_api_", "klarna_test_api_"],
        r"klarna_(?:live|test)_api_[A-Za-z0-9+/=_-]{40,200}",
    ),
    Rule::token(
        "checkout_com_key",
        "Checkout.com secret key",
        &["sk_"],
        r"sk_(?:sbox_)?[a-z2-7]{26}[a-z2-7*#$=]",
    )
    .verified(verify::drawn),
    Rule::token(
        "adyen_key",
        "Adyen API key",
        &["aqe"],
        concat!(
            "AQE[A-Za-z0-9+/]{40,200}={0,2}-[A-Za-z0-9+/]{20,80}={0,2}",
            "(?:-[A-Za-z0-9+/<>=_~-]{8,40})?"
        ),
    ),
    Rule::token(
        "alchemy_key",
        "Alchemy access key",
        &["alcht_"],
        r"alcht_[A-Za-z0-9]{30}",
    )
    .of_length(36),
    Rule::token(
        "ebay_secret",
        "eBay certificate id of an application",
        &["prd-", "sbx-"],
        r"(?:PRD|SBX)-[0-9a-f]{12}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}",
    ),
    Rule::token(
        "ebay_token",
        "eBay user or application token",
        &["v^1.1#i^1#"],
        r"v\^1\.1#i\^1#[A-Za-z0-9#^+/]{60,3000}={0,2}",
    )
    .window(3072),
    Rule::token(
        "circle_key",
        "Circle API key",
        &["live_api_key:", "test_api_key:", "sand_api_key:"],
        r"(?:LIVE|TEST|SAND)_API_KEY:[a-f0-9]{32}:[a-f0-9]{32}",
    ),
    Rule::token(
        "payment_mode_key",
        "Key of a payment provider that begins with its mode: GoCardless, Mollie, Lob and others",
        &["live_", "sandbox_"],
        r"(?:live|sandbox)_[A-Za-z0-9_-]{30,45}",
    )
    .verified(verify::drawn),
    Rule::named(
        "paypal_secret",
        "PayPal client secret, beside its name",
        &["paypal"],
        keyed!("paypal", "E[A-Za-z0-9_-]{79}"),
    ),
];
