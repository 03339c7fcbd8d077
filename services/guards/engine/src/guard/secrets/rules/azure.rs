//! Microsoft Azure: keys that carry a mark at a fixed place, and the older ones beside their name.
//!
//! Source of the marks: the patterns that Microsoft publishes in `security-utilities`.

use super::keyed;
use crate::guard::secrets::rule::Rule;

pub(super) static RULES: &[Rule] = &[
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
    .behind(4),
    Rule::token(
        "azure_annotated_key",
        "Azure key of the common annotated form: DevOps, OpenAI, AI services and others",
        &["jqqj9"],
        concat!(
            r"[A-Za-z0-9]{52}JQQJ9[9DH][A-Za-z0-9][A-L][A-Za-z0-9]{16}[A-Za-z]",
            r"[A-Za-z0-9]{7}(?:[A-Za-z0-9]{2}==)?"
        ),
    )
    .behind(52),
    Rule::token(
        "azure_function_key",
        "Azure Functions key",
        &["azfu"],
        r"[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{5}[AQgw]==",
    )
    .behind(44),
    Rule::token(
        "azure_search_key",
        "Azure AI Search admin or query key",
        &["azse"],
        r"[A-Za-z0-9]{42}AzSe[A-D][A-Za-z0-9]{5}",
    )
    .behind(42),
    Rule::token(
        "azure_messaging_key",
        "Azure Service Bus, Event Hubs or Relay key",
        &["+asb", "+aeh", "+arm"],
        r"[A-Za-z0-9+/]{33}\+A(?:Sb|Eh|Rm)[A-P][A-Za-z0-9+/]{5}=",
    )
    .behind(33),
    Rule::token(
        "azure_iot_key",
        "Azure IoT Hub, device or provisioning key",
        &["aiot"],
        r"[A-Za-z0-9+/]{33}AIoT[A-P][A-Za-z0-9+/]{5}=",
    )
    .behind(33),
    Rule::token(
        "azure_storage_key",
        "Azure Storage account key",
        &["+ast"],
        r"[A-Za-z0-9+/]{76}\+ASt[A-Za-z0-9+/]{5}[AQgw]==",
    )
    .behind(76),
    Rule::token(
        "azure_cosmos_key",
        "Azure Cosmos DB key",
        &["acdb"],
        r"[A-Za-z0-9+/]{76}ACDb[A-Za-z0-9+/]{5}[AQgw]==",
    )
    .behind(76),
    Rule::token(
        "azure_batch_key",
        "Azure Batch key",
        &["+aba"],
        r"[A-Za-z0-9+/]{76}\+ABa[A-Za-z0-9+/]{5}[AQgw]==",
    )
    .behind(76),
    Rule::token(
        "azure_machine_learning_key",
        "Azure Machine Learning web service key",
        &["+amc"],
        r"[A-Za-z0-9+/]{76}\+AMC[A-Za-z0-9+/]{5}[AQgw]==",
    )
    .behind(76),
    Rule::token(
        "azure_api_management_key",
        "Azure API Management key",
        &["apim"],
        r"[A-Za-z0-9+/]{76}APIM[A-Za-z0-9+/]{5}[AQgw]==",
    )
    .behind(76),
    Rule::token(
        "azure_redis_key",
        "Azure Cache for Redis key",
        &["azca"],
        r"[A-Za-z0-9]{33}AzCa[A-P][A-Za-z0-9]{5}=",
    )
    .behind(33),
    Rule::token(
        "azure_registry_password",
        "Azure Container Registry password",
        &["+acr"],
        r"[A-Za-z0-9+/]{42}\+ACR[A-D][A-Za-z0-9+/]{5}",
    )
    .behind(42),
    Rule::token(
        "azure_event_grid_key",
        "Azure Event Grid key",
        &["azeg"],
        r"[A-Za-z0-9+/]{33}AZEG[A-P][A-Za-z0-9+/]{5}=",
    )
    .behind(33),
    Rule::named(
        "azure_app_configuration_secret",
        "Secret in the connection string of Azure App Configuration",
        &[".azconfig.io;id="],
        r#"\.azconfig\.io;(?i:id)=[^;\s'"]{4,80};(?i:secret)=([A-Za-z0-9+/]{36,100}={0,2})"#,
    ),
    Rule::named(
        "azure_devops_legacy_token",
        "Azure DevOps personal access token of the older form, beside its name",
        &[
            "azure_devops",
            "azure-devops",
            "azuredevops",
            "azure devops",
            "vsts",
            "ado_pat",
        ],
        keyed!("azure[_ -]?devops|vsts|ado(?:_pat)?", "[a-z2-7]{52}"),
    ),
    Rule::named(
        "azure_sas_signature",
        "Signature of an Azure shared access address",
        &["&sig="],
        concat!(
            r#"[?&](?:sv|se|sp|sr|ss|st|spr|srt)=[^\s"'<>]{1,240}?&sig="#,
            "([A-Za-z0-9%/+]{42,70}(?:=|%3[Dd])?)"
        ),
    )
    .before(248),
];
