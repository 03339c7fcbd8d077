//! Providers of models, and the tools around them.

use super::{keyed, near};
use crate::guard::secrets::rule::Rule;
use crate::guard::secrets::verify;

pub(super) static RULES: &[Rule] = &[
    Rule::token(
        "openai_key",
        "OpenAI API key",
        &["sk-"],
        concat!(
            r"sk-(?:(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{40,220}",
            r"|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}|[A-Za-z0-9]{48})"
        ),
    ),
    Rule::token(
        "anthropic_key",
        "Anthropic API, admin or OAuth key",
        &["sk-ant-"],
        r"sk-ant-[a-z]{3,6}[0-9]{2}-[A-Za-z0-9_-]{40,140}",
    ),
    Rule::token(
        "openrouter_key",
        "OpenRouter API key",
        &["sk-or-"],
        r"sk-or-v1-[a-f0-9]{64}",
    )
    .of_length(73),
    Rule::token(
        "langfuse_key",
        "Langfuse secret key",
        &["sk-lf-"],
        r"sk-lf-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
    ),
    Rule::token(
        "deepseek_key",
        "DeepSeek or compatible API key",
        &["sk-"],
        r"sk-[a-f0-9]{32}",
    ),
    Rule::token(
        "huggingface_token",
        "Hugging Face user or organisation token",
        &["hf_", "api_org_"],
        r"(?:hf|api_org)_[A-Za-z0-9]{34,40}",
    )
    .of_length(37),
    Rule::token(
        "replicate_token",
        "Replicate API token",
        &["r8_"],
        r"r8_[A-Za-z0-9]{37}",
    )
    .of_length(40),
    Rule::token(
        "groq_key",
        "Groq API key",
        &["gsk_"],
        r"gsk_[A-Za-z0-9]{52}",
    )
    .of_length(56),
    Rule::token(
        "perplexity_key",
        "Perplexity API key",
        &["pplx-"],
        r"pplx-[A-Za-z0-9]{40,64}",
    ),
    Rule::token(
        "xai_key",
        "xAI API key",
        &["xai-"],
        r"xai-[A-Za-z0-9_-]{70,120}",
    ),
    Rule::token(
        "langsmith_key",
        "LangSmith API key",
        &["lsv2_pt_", "lsv2_sk_"],
        r"lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}",
    ),
    Rule::token(
        "fireworks_key",
        "Fireworks AI API key",
        &["fw_"],
        r"fw_[A-Za-z0-9]{22,24}",
    ),
    Rule::token(
        "pinecone_key",
        "Pinecone API key",
        &["pcsk_"],
        r"pcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{63}",
    ),
    Rule::token(
        "elevenlabs_key",
        "ElevenLabs API key",
        &["sk_"],
        r"sk_[a-f0-9]{48}",
    ),
    Rule::token(
        "nvidia_key",
        "NVIDIA API key",
        &["nvapi-"],
        r"nvapi-[A-Za-z0-9_-]{60,70}",
    ),
    Rule::token(
        "cerebras_key",
        "Cerebras API key",
        &["csk-"],
        r"csk-[a-z0-9]{48}",
    )
    .of_length(52),
    Rule::token(
        "tavily_key",
        "Tavily API key",
        &["tvly-"],
        r"tvly-(?:dev-|prod-)?[A-Za-z0-9]{32}",
    ),
    Rule::token(
        "jina_key",
        "Jina AI API key",
        &["jina_"],
        r"jina_[A-Za-z0-9_-]{60}",
    )
    .of_length(65),
    Rule::token(
        "vercel_ai_gateway_key",
        "Vercel AI Gateway key",
        &["vck_"],
        r"vck_[A-Za-z0-9]{56}",
    )
    .of_length(60),
    Rule::named(
        "wandb_key",
        "Weights & Biases API key, beside its name",
        &["wandb"],
        near!("wandb", "[a-f0-9]{40}"),
    ),
    Rule::named(
        "cohere_key",
        "Cohere API key, beside its name",
        &["cohere", "co_api_key"],
        near!("cohere|co_api_key", "[A-Za-z0-9]{40}"),
    ),
    Rule::named(
        "mistral_key",
        "Mistral API key, beside its name",
        &["mistral"],
        near!("mistral", "[A-Za-z0-9]{32}"),
    ),
    Rule::token(
        "google_gemini_key",
        "Google Gemini API key",
        &["aq.ab8rn6"],
        r"AQ\.Ab8RN6[A-Za-z0-9_-]{44}",
    ),
    Rule::token(
        "together_key",
        "Together AI API key",
        &["tgp_v1_"],
        r"tgp_v1_[A-Za-z0-9_-]{43}",
    )
    .of_length(50),
    Rule::token(
        "runpod_key",
        "RunPod API key",
        &["rpa_"],
        r"rpa_[A-Z0-9]{40}[A-Za-z0-9]{6}",
    )
    .of_length(50),
    Rule::token(
        "llamacloud_key",
        "LlamaCloud API key",
        &["llx-"],
        r"llx-[A-Za-z0-9]{44,52}",
    ),
    Rule::token(
        "browserbase_key",
        "Browserbase API key",
        &["bb_live_", "bb_test_"],
        r"bb_(?:live|test)_[A-Za-z0-9_-]{27}",
    ),
    Rule::token(
        "cartesia_key",
        "Cartesia API key",
        &["sk_car_"],
        r"sk_car_[A-Za-z0-9_]{20}",
    ),
    Rule::token(
        "labelbox_key",
        "Labelbox API key",
        &["lbx_"],
        r"lbx_[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]",
    )
    .of_length(47),
    Rule::token(
        "wandb_token",
        "Weights & Biases API key, version 1",
        &["wandb_v1_"],
        r"wandb_v1_[A-Za-z0-9_]{77}",
    )
    .of_length(86),
    Rule::token(
        "brave_search_key",
        "Brave Search API key",
        &["bsa"],
        r"BSA[A-Za-z0-9_-]{28}",
    ),
    Rule::token(
        "devin_key",
        "Devin personal or service key",
        &["apk_user_", "cog_"],
        r"(?:apk_user_[A-Za-z0-9+/]{120,180}={0,2}|cog_[a-z2-7]{52})",
    ),
    Rule::token(
        "firecrawl_key",
        "Firecrawl API key",
        &["fc-"],
        r"fc-[a-f0-9]{32}",
    ),
    Rule::token("e2b_key", "E2B API key", &["e2b_"], r"e2b_[a-f0-9]{40}"),
    Rule::token(
        "minimax_key",
        "MiniMax API key",
        &["sk-api-"],
        r"sk-api-[A-Za-z0-9_-]{119}",
    ),
    Rule::named(
        "assemblyai_key",
        "AssemblyAI API key, beside its name",
        &["assemblyai", "assembly_ai"],
        keyed!("assembly_?ai", "[a-f0-9]{32}"),
    ),
    Rule::named(
        "deepgram_key",
        "Deepgram API key, beside its name",
        &["deepgram"],
        keyed!("deepgram", "[a-f0-9]{40}"),
    ),
    Rule::named(
        "voyage_key",
        "Voyage AI API key, beside its name",
        &["voyage"],
        keyed!("voyage", "(?:pa|al)-[A-Za-z0-9_-]{43}"),
    ),
    Rule::named(
        "zhipu_key",
        "Zhipu AI (Z.ai) API key, beside its name",
        &["zhipu", "zai_", "bigmodel"],
        keyed!(
            "zhipu(?:ai)?|zai|bigmodel",
            "[0-9a-f]{32}\\.[0-9A-Za-z]{16}"
        ),
    ),
    Rule::token(
        "helicone_key",
        "Helicone API key",
        &["sk-helicone-"],
        r"sk-helicone-(?:[a-z]{2}-)?[a-z0-9]{7}-[a-z0-9]{7}-[a-z0-9]{7}-[a-z0-9]{7}",
    ),
    Rule::token("mem0_key", "Mem0 API key", &["m0-"], r"m0-[A-Za-z0-9]{40}"),
    Rule::token(
        "scrapfly_key",
        "Scrapfly API key",
        &["scp-live-", "scp-test-"],
        r"scp-(?:live|test)-[a-f0-9]{32}",
    ),
    Rule::token(
        "openpipe_key",
        "OpenPipe API key",
        &["opk_"],
        r"opk_[a-f0-9]{42}",
    )
    .of_length(46),
    Rule::token(
        "anyscale_key",
        "Anyscale API key",
        &["esecret_"],
        r"esecret_[A-Za-z0-9]{24,40}",
    ),
    Rule::token(
        "promptlayer_key",
        "PromptLayer API key",
        &["pl_"],
        r"pl_[a-f0-9]{32}",
    ),
    Rule::token(
        "cursor_key",
        "Cursor API key",
        &["crsr_"],
        r"crsr_[a-f0-9]{64}",
    )
    .of_length(69),
    Rule::token(
        "chroma_key",
        "Chroma Cloud API key",
        &["ck-"],
        r"ck-[A-Za-z0-9]{44}",
    ),
    Rule::token(
        "openai_session_key",
        "OpenAI session key",
        &["sess-"],
        r"sess-[A-Za-z0-9]{40}",
    ),
    Rule::token(
        "digitalocean_model_key",
        "DigitalOcean model access key",
        &["sk-do-"],
        r"sk-do-[A-Za-z0-9_-]{64}",
    ),
    Rule::token(
        "chutes_key",
        "Chutes API key",
        &["cpk_"],
        r"cpk_[a-f0-9]{32}\.[a-f0-9]{32}\.[A-Za-z0-9]{32}",
    ),
    Rule::token(
        "langsmith_legacy_key",
        "LangSmith API key of the older form",
        &["ls__"],
        r"ls__[a-f0-9]{32}",
    ),
    Rule::token(
        "daytona_key",
        "Daytona API key",
        &["dtn_"],
        r"dtn_[a-f0-9]{64}",
    )
    .of_length(68),
    Rule::token(
        "lambda_cloud_key",
        "Lambda Cloud API key",
        &["secret_"],
        r"secret_[a-z0-9-]{1,40}_[a-f0-9]{32}\.[A-Za-z0-9]{32}",
    ),
    Rule::token(
        "modal_token",
        "Modal token secret",
        &["as-"],
        r"as-[A-Za-z0-9]{22}",
    )
    .verified(verify::drawn),
    Rule::token(
        "runway_key",
        "Runway API key",
        &["key_"],
        r"key_[a-f0-9]{128}",
    ),
    Rule::token(
        "luma_key",
        "Luma AI API key",
        &["luma-"],
        r"luma-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?:-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})?",
    ),
    Rule::token(
        "upstage_key",
        "Upstage API key",
        &["up_"],
        r"up_[A-Za-z0-9]{29,32}",
    )
    .verified(verify::drawn),
    Rule::token(
        "friendli_token",
        "Friendli personal access token",
        &["flp_"],
        r"flp_[A-Za-z0-9]{32,60}",
    ),
    Rule::token(
        "zhipu_plain_key",
        "Zhipu AI (Z.ai) API key by its form alone",
        &[],
        r"[0-9a-f]{32}\.[0-9A-Za-z]{16}",
    )
    .verified(verify::drawn),
];
