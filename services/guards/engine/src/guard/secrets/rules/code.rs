//! Code hosts, package registries, build systems, tools of developers.

use super::keyed;
use crate::finding::Severity;
use crate::guard::secrets::rule::Rule;
use crate::guard::secrets::verify;

pub(super) static RULES: &[Rule] = &[
    Rule::token(
        "github_personal_token",
        "GitHub personal access token, classic",
        &["ghp_"],
        r"ghp_[0-9A-Za-z]{36}",
    )
    .of_length(40)
    .verified(verify::crc32_base62),
    Rule::token(
        "github_oauth_token",
        "GitHub OAuth token",
        &["gho_"],
        r"gho_[0-9A-Za-z]{36}",
    )
    .of_length(40)
    .verified(verify::crc32_base62),
    Rule::token(
        "github_user_token",
        "GitHub App user-to-server token",
        &["ghu_"],
        r"ghu_[0-9A-Za-z]{36}",
    )
    .of_length(40)
    .verified(verify::crc32_base62),
    Rule::token(
        "github_server_token",
        "GitHub App installation token",
        &["ghs_"],
        r"ghs_[0-9A-Za-z]{36}",
    )
    .of_length(40)
    .verified(verify::crc32_base62),
    Rule::token(
        "github_refresh_token",
        "GitHub App refresh token",
        &["ghr_"],
        r"ghr_[0-9A-Za-z]{36,76}",
    )
    .verified(verify::crc32_base62),
    Rule::token(
        "github_fine_grained_token",
        "GitHub fine-grained personal access token",
        &["github_pat_"],
        r"github_pat_[0-9A-Za-z]{22}_[0-9A-Za-z]{59}",
    )
    .of_length(93),
    Rule::token(
        "gitlab_token",
        "GitLab personal, project, deploy, runner, trigger, feed or agent token",
        &[
            "glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glimt-", "glagent-",
            "glsoat-", "glffct-",
        ],
        concat!(
            r"gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct)-",
            r"(?:t[0-9]_)?[0-9A-Za-z_-]{20,300}(?:\.[0-9a-z]{2}\.?[0-9a-z]{7,9})?"
        ),
    ),
    Rule::token(
        "gitlab_oauth_secret",
        "GitLab OAuth application secret",
        &["gloas-"],
        r"gloas-[0-9a-f]{64}",
    )
    .of_length(70),
    Rule::token(
        "gitlab_runner_registration_token",
        "GitLab runner registration token",
        &["gr1348941"],
        r"GR1348941[0-9A-Za-z_-]{20}",
    )
    .of_length(29),
    Rule::token(
        "atlassian_api_token",
        "Atlassian API token",
        &["atatt", "atctt"],
        r"AT[AC]TT[A-Za-z0-9_=-]{30,280}",
    ),
    Rule::token(
        "bitbucket_app_password",
        "Bitbucket app password",
        &["atbb"],
        r"ATBB[A-Za-z0-9]{32}",
    )
    .of_length(36),
    Rule::token(
        "npm_token",
        "npm access token",
        &["npm_"],
        r"npm_[0-9A-Za-z]{36}",
    )
    .of_length(40)
    .verified(verify::crc32_base62),
    Rule::token(
        "pypi_token",
        "PyPI upload token",
        &["pypi-ageichlwas5vcmc", "pypi-agendgvzdc5wexbplm9yzw"],
        r"pypi-(?:AgEIcHlwaS5vcmc|AgENdGVzdC5weXBpLm9yZw)[A-Za-z0-9_-]{50,200}",
    ),
    Rule::token(
        "crates_io_token",
        "crates.io API token",
        &["cio"],
        r"cio[A-Za-z0-9]{32}",
    ),
    Rule::token(
        "rubygems_key",
        "RubyGems API key",
        &["rubygems_"],
        r"rubygems_[a-f0-9]{48}",
    )
    .of_length(57),
    Rule::token("nuget_key", "NuGet API key", &["oy2"], r"oy2[a-z0-9]{43}"),
    Rule::token(
        "clojars_token",
        "Clojars deploy token",
        &["clojars_"],
        r"CLOJARS_[a-z0-9]{60}",
    )
    .of_length(68),
    Rule::token(
        "docker_token",
        "Docker Hub personal or organisation access token",
        &["dckr_pat_", "dckr_oat_"],
        r"dckr_[po]at_[A-Za-z0-9_-]{27,36}",
    ),
    Rule::token(
        "artifactory_key",
        "JFrog Artifactory API key",
        &["akcp"],
        r"AKCp[A-Za-z0-9]{69}",
    )
    .of_length(73),
    Rule::token(
        "artifactory_reference_token",
        "JFrog reference token",
        &["cmvmdgtu"],
        r"cmVmdGtu[A-Za-z0-9]{56}",
    )
    .of_length(64),
    Rule::token(
        "circleci_token",
        "CircleCI personal or project token",
        &["ccipat_", "cciprj_"],
        r"CCI(?:PAT|PRJ)_[A-Za-z0-9]{22}_[a-f0-9]{40}",
    )
    .of_length(70),
    Rule::token(
        "buildkite_token",
        "Buildkite user or agent token",
        &["bkua_"],
        r"bkua_(?:[a-z0-9]{53}|[a-z0-9]{40})",
    ),
    Rule::token(
        "sonar_token",
        "SonarQube user, project or global token",
        &["squ_", "sqp_", "sqa_"],
        r"sq[upa]_[a-f0-9]{40}",
    )
    .of_length(44),
    Rule::token(
        "postman_key",
        "Postman API key",
        &["pmak-"],
        r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}",
    )
    .of_length(64),
    Rule::token(
        "readme_key",
        "ReadMe API key",
        &["rdme_"],
        r"rdme_[a-z0-9]{70}",
    )
    .of_length(75),
    Rule::token(
        "prefect_key",
        "Prefect API key",
        &["pnu_", "pnb_"],
        r"pn[ub]_[A-Za-z0-9]{36}",
    )
    .of_length(40),
    Rule::token(
        "sourcegraph_token",
        "Sourcegraph access token",
        &["sgp_"],
        r"sgp_(?:(?:[a-fA-F0-9]{16}|local)_)?[a-fA-F0-9]{40}",
    ),
    Rule::token(
        "octopus_deploy_key",
        "Octopus Deploy API key",
        &["api-"],
        r"API-[A-Z0-9]{26,32}",
    )
    .severity(Severity::High),
    Rule::token(
        "infracost_key",
        "Infracost API key",
        &["ico-"],
        r"ico-[A-Za-z0-9]{32}",
    ),
    Rule::token(
        "launchdarkly_key",
        "LaunchDarkly SDK or API key",
        &["sdk-", "api-"],
        r"(?:sdk|api)-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
    )
    .severity(Severity::High),
    Rule::token(
        "bitbucket_data_center_token",
        "Bitbucket Data Center HTTP access token",
        &["bbdc-"],
        r"BBDC-[A-Za-z0-9+/]{32,48}={0,2}",
    ),
    Rule::token(
        "ionic_token",
        "Ionic personal access token",
        &["ion_"],
        r"ion_[A-Za-z0-9]{42}",
    )
    .of_length(46),
    Rule::token(
        "configcat_key",
        "ConfigCat SDK key",
        &["configcat-sdk-1/"],
        r"configcat-sdk-1/[A-Za-z0-9_-]{22}/[A-Za-z0-9_-]{22}",
    )
    .severity(Severity::High),
    Rule::token(
        "mergify_key",
        "Mergify application key",
        &["mergify_application_key_"],
        r"mergify_application_key_[A-Za-z0-9_-]{40,200}",
    ),
    Rule::token(
        "stackhawk_key",
        "StackHawk API key",
        &["hawk."],
        r"hawk\.[0-9A-Za-z_-]{20}\.[0-9A-Za-z_-]{20}",
    ),
    Rule::token(
        "dependency_track_key",
        "Dependency-Track API key",
        &["odt_"],
        r"odt_[A-Za-z0-9]{32,255}",
    ),
    Rule::token(
        "teamcity_token",
        "TeamCity access token",
        &["eyj0exaioiaivenwmij9."],
        r"eyJ0eXAiOiAiVENWMiJ9\.[A-Za-z0-9_-]{36}\.[A-Za-z0-9_-]{48}",
    ),
    Rule::token(
        "aikido_key",
        "Aikido client secret or CI token",
        &["aik_secret_", "aik_ci_"],
        r"AIK_(?:SECRET_[A-Za-z0-9]{64}|CI_[A-Za-z0-9]{20,44})",
    ),
    Rule::token(
        "valtown_token",
        "Val Town API token",
        &["vtwn_"],
        r"vtwn_[A-Za-z0-9]{20,80}",
    ),
    Rule::token(
        "lichess_token",
        "Lichess personal access token",
        &["lip_"],
        r"lip_[A-Za-z0-9]{20}",
    )
    .of_length(24),
    Rule::named(
        "jenkins_token",
        "Jenkins API token, beside its name",
        &["jenkins"],
        keyed!("jenkins", "11[0-9a-f]{32}"),
    ),
    Rule::named(
        "gitlab_session",
        "GitLab session cookie",
        &["_gitlab_session="],
        r"_gitlab_session=([0-9a-z]{32})",
    ),
    Rule::named(
        "travis_token",
        "Travis CI access token, beside its name",
        &["travis"],
        keyed!("travis", "[A-Za-z0-9_-]{22}"),
    ),
    Rule::named(
        "codecov_token",
        "Codecov upload token, beside its name",
        &["codecov"],
        keyed!("codecov", "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"),
    ),
    Rule::named(
        "sonar_legacy_token",
        "SonarQube token of the older form, beside its name",
        &["sonar"],
        keyed!("sonar", "[a-f0-9]{40}"),
    ),
    Rule::named(
        "drone_token",
        "Drone CI access token, beside its name",
        &["drone"],
        keyed!("drone(?:ci)?", "[A-Za-z0-9]{32}"),
    ),
    Rule::token(
        "gitpod_token",
        "Gitpod access token",
        &["gitpod_pat_"],
        r"gitpod_pat_[A-Za-z0-9_.-]{20,120}",
    ),
    Rule::token(
        "packagist_token",
        "Private Packagist token",
        &["packagist_"],
        r"packagist_(?:[ou][ru]t|uut|ac[ks])_[a-f0-9]{28,96}",
    ),
    Rule::token(
        "snyk_platform_token",
        "Snyk user or service account token",
        &["snyk_uat.", "snyk_sat."],
        r"snyk_[us]at\.[A-Za-z0-9_.-]{40,400}",
    )
    .window(448),
    Rule::token(
        "postman_collection_key",
        "Postman collection access key",
        &["pmat-"],
        r"PMAT-[A-Z0-9]{26}",
    )
    .of_length(31),
    Rule::token(
        "gitbook_token",
        "GitBook API token",
        &["gb_api_"],
        r"gb_api_[A-Za-z0-9]{40}",
    )
    .of_length(47),
    Rule::token(
        "deepsource_token",
        "DeepSource personal access token",
        &["dsp_"],
        r"dsp_[a-z0-9]{40}",
    )
    .of_length(44),
    Rule::token(
        "socket_token",
        "Socket security API token",
        &["sktsec_"],
        r"sktsec_[A-Za-z0-9_-]{30,80}",
    ),
    Rule::token(
        "endor_labs_key",
        "Endor Labs API key",
        &["endr+"],
        r"endr\+[A-Za-z0-9-]{16}",
    ),
    Rule::token(
        "sourcegraph_amp_token",
        "Sourcegraph Amp access token",
        &["sgamp_user_"],
        r"sgamp_user_[A-Z0-9]{26}_[a-f0-9]{64}",
    ),
    Rule::token(
        "jetbrains_token",
        "JetBrains permanent token of YouTrack, Hub or Marketplace",
        &["perm:", "perm-"],
        r"perm[:-][A-Za-z0-9+/=_-]{4,80}\.[A-Za-z0-9+/=_-]{2,60}\.[A-Za-z0-9]{20,60}",
    ),
    Rule::token(
        "phabricator_token",
        "Phabricator Conduit token",
        &["api-", "cli-"],
        r"(?:api|cli)-[a-z0-9]{28}",
    )
    .verified(verify::drawn),
    Rule::token(
        "chromatic_token",
        "Chromatic project token",
        &["chpt_"],
        r"chpt_[a-f0-9]{12,20}",
    ),
    Rule::named(
        "percy_token",
        "Percy project token, beside its name",
        &["percy"],
        keyed!("percy", "(?:(?:web|app|auto|ss|generic)_)?[a-f0-9]{64}"),
    ),
];
