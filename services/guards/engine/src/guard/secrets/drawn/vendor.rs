//! Names of those who give out keys.

/// Shortest name, in bytes: shorter pieces are in drawn text by chance.
const SHORTEST: usize = 4;

/// Names of providers in lower case, by their first letter. Names that are common words as well are left out.
const KNOWN: [&str; 26] = [
    "\
     abacus ably abstractapi abuseipdb accuweather activecampaign adafruit adyen agora \
     airbrake airbyte airship airtable airvisual aiven akamai alchemy algolia alibaba aliyun \
     alpaca amadeus amplitude anthropic anypoint anyscale apify apilayer appcenter appcues \
     appdynamics appfollow apptivo appveyor arize artifactory asana assemblyai astra atera \
     atlassian authorizenet avalara aviationstack aweber axiom azure",
    "\
     bamboohr bannerbear baremetrics basecamp baseten beebole betterstack bigcommerce bigpanda \
     bitbucket bitfinex bitgo bitly bitmex bitrise bitstamp bittrex bitwarden blockfrost \
     bloomreach bluesky bluesnap bombbomb braintree braze brevo browserbase browserstack bugherd \
     bugsnag buildkite buttercms bybit",
    "\
     calendarific calendly callrail campaignmonitor canva censys cerebras chargebee chargify \
     chartmogul chatgpt checkmarx circleci civo clarifai claude clearbit clerk clickhelp \
     clickhouse clicksend clickup clockify cloudant cloudflare cloudinary cloudmersive cloudsmith \
     cloudways coda codacy codeclimate codecov codemagic cohere coinapi coinbase coingecko \
     coinlayer coinmarketcap commercetools companieshub confluent contentful contentstack \
     convertkit couchbase courier coveralls crowdin crowdstrike cryptocompare currencylayer \
     customerio cypress",
    "\
     dandelion databricks datadog datarobot debounce deepgram deepl deepseek delighted deliveroo \
     deno deputy descope detectify dialogflow digicert digitalocean directus discogs discord \
     discourse disqus docker dockerhub docusaurus docusign doppler dotdigital dreamhost dropbox \
     drupal duffel dynatrace",
    "\
     easypost ebay edamam elastic elasticsearch elevenlabs eloqua emailjs epicgames equinix \
     etherscan etsy eventbrite everhour exchangerate exoscale expensify",
    "\
     facebook fastly fastspring faunadb fedex figma finnhub firebase fireworks fivetran flickr \
     flightstats floodio flutterwave foursquare freshbooks freshdesk freshsales freshservice \
     freshworks frontapp fullcontact fullstory",
    "\
     gemini geoapify geocodio getresponse getstream ghost giphy gitea gitee github gitlab gitter \
     glassnode gocardless godaddy goodreads gorgias grafana graphhopper greenhouse grok groq \
     gumroad gusto",
    "\
     hasura helicone hellosign helpscout heroku hetzner hightouch honeybadger honeycomb hootsuite \
     hotjar hubspot huggingface humanloop hygraph",
    "\
     imagekit imgix imgur infobip infracost infura insightly instabug instagram instatus intercom \
     ionic ipapi ipdata ipgeolocation ipify ipinfo ipqualityscore ipstack iterable",
    "jenkins jfrog jina jira jotform jumpcloud jumpseller",
    "kaggle kajabi kinde kinsta kintone klarna klaviyo kontent kraken kucoin kustomer",
    "\
     lambdatest langchain langfuse langsmith lark launchdarkly leanix lemlist lemonsqueezy \
     linkedin linode liveagent livekit livestorm logdna loggly logrocket logzio lokalise \
     loqate lusha",
    "\
     mailboxlayer mailchimp mailerlite mailersend mailgun mailjet mailmodo mailtrap mandrill \
     mapbox mapquest marketstack mattermost maxmind mediastack meilisearch memberstack meraki \
     mercadopago messagebird metaapi metabase miro mistral mixpanel mollie mongodb moonpay moralis \
     mparticle",
    "\
     nansen netlify netsuite newrelic newsapi nexmo ngrok nightfall nordigen notion novu nuget \
     numverify nutritionix nvidia nylas nytimes",
    "\
     okta onedesk onedrive onelogin onesignal onfido onfleet openai openaq opencage openrouter \
     openweather openweathermap opsgenie optimizely overloop",
    "\
     paddle pagerduty pandadoc paperform papertrail parsehub parseur paypal paystack payu pendo \
     perplexity pexels pinata pinecone pingdom pinterest pipedream pipedrive pivotaltracker \
     pixabay plaid plaidkey planetscale planvi plivo podio poloniex polygon polymarket portainer \
     positionstack postageapp postbacks posthog postman postmark powrbot prefect prerender prismic \
     prodpad productboard pubnub pulumi pushbullet pusher pushover",
    "qase qdrant quaderno qualaroo qualtrics quickbase quickbooks quicknode",
    "\
     rabbitmq railway rapidapi raygun razorpay readme recaptcha rechargepayments recurly reddit \
     redis refiner replicate replit resend retool revenuecat revolut ringcentral rippling \
     robinhood rocketreach rollbar rownd rubygems runpod",
    "\
     salesforce salesloft samsara sanity saucelabs scaleway scalr scalyr scraperapi scrapfly \
     scrapingbee semaphore sendbird sendgrid sendinblue sendowl sentry serpapi serphouse serpstack \
     servicenow shippo shipstation shodan shopify shutterstock signalwire signwell sinch sirv \
     sitepoint skyscanner slack smartling smartsheet smartystreets snapchat snipcart \
     snowflake snyk sonar sonarcloud sonarqube soundcloud sourcegraph sparkpost speechmatics \
     splunk spoonacular spotify squarespace squareup stability statsig statuscake statuspage \
     stitchdata storyblok strapi strava stripe stytch sumologic sumsub supabase surveymonkey \
     surveysparrow swiftype synthesia",
    "\
     tableau tailscale tatum tavily taxjar teamcity telegram telesign teletype telnyx tencent \
     terraform testrail textmagic thinkific ticketmaster tiingo todoist toggl tomorrowio tomtom \
     tradier travis trello tripadvisor truelayer tumblr turbot twelvedata twilio twist twitch \
     twitter tyntec typeform typesense",
    "\
     uber ubidots unleash unsplash upcloud uploadcare uploadio upstash uptimerobot urlscan \
     usersnap userstack",
    "\
     vagrant valtown vatlayer vault veracode vercel veriff vimeo virustotal visualcrossing \
     voiceflow vonage voyage vultr",
    "\
     wakatime walkscore wandb weatherapi weatherbit weatherstack webex webflow weglot wepay \
     whatsapp wistia woocommerce wordpress workato workday workos worldcoinindex wrike wufoo",
    "xendit xero",
    "yahoo yandex yelp yext youneedabudget youtube",
    "\
     zapier zendesk zenhub zenrows zenscrape zenserp zeplin zerobounce zerotier zilliz zipcodeapi \
     zipcodebase zoho zonka zoom zoominfo zuora",
];

/// Whether the word, in any case, is the name of a provider.
pub(super) fn is_known(word: &str) -> bool {
    let first = word.bytes().next().map(|b| b.to_ascii_lowercase());
    let Some(first @ b'a'..=b'z') = first.filter(|_| word.len() >= SHORTEST) else {
        return false;
    };
    let mut row = KNOWN[usize::from(first - b'a')].split(' ');
    row.any(|known| known.eq_ignore_ascii_case(word))
}
