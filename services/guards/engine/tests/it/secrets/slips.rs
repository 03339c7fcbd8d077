//! Tokens with a slip: cut off, of other signs than published, typed, or with a sign put in.

use crate::tokens::Draw;
use crate::{found, scan};

const DRAWS: u64 = 10;

/// The best score of what is found in the text, or nothing.
fn score(text: &str) -> f32 {
    let scores = scan("secrets", text).into_iter().map(|found| found.score);
    scores.fold(0.0, f32::max)
}

#[test]
fn what_is_shorter_than_every_token_of_its_prefix_only_flags() {
    for template in [
        "AKIA<u15>",
        "ghp_<a35>",
        "github_pat_<a22>_<a40>",
        "AIza<a30>",
        "npm_<a30>",
        "SG.<a22>.<a30>",
        "hf_<a30>",
        "dop_v1_<h50>",
        "shpat_<h30>",
        "gsk_<a40>",
        "ddp_<a35>",
        "lin_oauth_<h60>",
        "CFPAT-<a40>",
        "sq0csp-<a40>",
        "CCIPAT_<a22>_<h30>",
        "mdb_sa_sk_<a36>",
    ] {
        for seed in 0..DRAWS {
            let cut = Draw::seeded(seed).token(template);
            for text in [
                format!("api_key = \"{cut}\""),
                format!("ACME_TOKEN={cut}"),
                format!("the key that we use is {cut}, is it valid?"),
            ] {
                assert!(
                    score(&text) < 0.5,
                    "{text:?}: {:?}",
                    found("secrets", &text)
                );
            }
        }
    }
}

#[test]
fn what_is_longer_may_be_a_newer_form() {
    for template in ["ghp_<a60>", "npm_<a50>", "gsk_<a64>"] {
        for seed in 0..DRAWS {
            let token = Draw::seeded(seed).token(template);
            let text = format!("api_key = \"{token}\"");
            assert!(score(&text) >= 0.5, "{text:?}");
        }
    }
}

#[test]
fn prefix_and_length_make_a_token_whichever_its_signs_are() {
    for (rule, template) in [
        ("pulumi_token", "pul-<l40>"),
        ("replicate_token", "r8_<a20>_<a16>"),
        ("brevo_key", "xkeysib-<a40>_<a40>"),
        ("github_fine_grained_token", "github_pat_<a82>"),
        ("sentry_user_token", "sntryu_<a64>"),
    ] {
        for seed in 0..DRAWS {
            let token = Draw::seeded(seed).token(template);
            let text = format!("please store this:\n  {token}\nthanks");
            assert_eq!(found("secrets", &text), [(rule.to_owned(), &*token)]);
            assert!(score(&text) >= 0.5, "{text:?}");
            for longer in [format!("{token}7q"), format!("{token}-7q")] {
                let text = format!("please store this:\n  {longer}\nthanks");
                let hits = found("secrets", &text);
                assert!(hits.iter().all(|(id, _)| id != rule), "{text:?}: {hits:?}");
            }
        }
    }
    for text in [
        "npm_config_registry_of_the_team_2026_x_y",
        "github_pat_of_the_deployment_in_the_first_region_2026_of_the_second_region_and_others_too_12",
    ] {
        assert_eq!(found("secrets", text), [], "{text:?}");
    }
}

#[test]
fn a_key_with_a_sign_put_in_is_none() {
    for seed in 0..DRAWS {
        let (one, two) = (
            Draw::seeded(seed).token("<a17>7"),
            Draw::seeded(seed).token("<a30>4"),
        );
        for text in [
            format!("stripe = '{one}?{two}'"),
            format!("acme token - '{one}?{two}'"),
            format!("acme_token = '{one}!{two}'"),
            format!("api_key = \"{one}?{two}\""),
        ] {
            assert!(
                score(&text) < 0.5,
                "{text:?}: {:?}",
                found("secrets", &text)
            );
        }
        // More of them are drawn with the rest; a query's mark has its name behind it.
        for text in [
            format!("api_key = \"{one}?{two}!7%aQ^\""),
            format!("https://api.host.test/v1?key={two}"),
        ] {
            assert!(score(&text) >= 0.5, "{text:?}");
        }
    }
}

#[test]
fn four_in_a_row_are_typed_and_three_are_not() {
    for (value, typed) in [
        ("abcdef1234567890abcdef1234567890", true),
        ("ABCD1234EFGH5678IJKL", true),
        ("abc123def456ghi789jkl012mno345", false),
    ] {
        let found = score(&format!("api_key = \"{value}\""));
        assert_eq!(found < 0.5, typed, "{value}: {found}");
    }
}

#[test]
fn hex_of_odd_length_and_a_uuid_with_a_slip_are_no_keys_of_a_name_that_says_nothing() {
    for seed in 0..DRAWS {
        for template in [
            "<h39>",
            "<h45>",
            "<h8>-<h4>-4<h3>-a<h3>-<h11>",
            "<h7>-<h4>-4<h3>-a<h3>-<h12>",
        ] {
            let value = Draw::seeded(seed).token(template);
            let text = format!("wobblify = '{value}'");
            assert!(
                score(&text) < 0.5,
                "{text:?}: {:?}",
                found("secrets", &text)
            );
        }
        let value = Draw::seeded(seed).token("<h48>");
        assert!(score(&format!("wobblify = '{value}'")) >= 0.5, "{value}");
    }
}
