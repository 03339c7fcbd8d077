//! A stream gives what the whole text gives, however it is cut, and nothing too early.

use guardmesh_guard_engine::{
    Finding, Guard, Hold, MOST_HELD, Release, StreamError, StreamScanner, redact,
};
use proptest::prelude::*;

use crate::cases::config;
use crate::engine;
use crate::pieces::{FILL, LONG};
use crate::properties::{every_guard, texts};
use crate::tokens::Draw;

/// The guards that judge parts of a text.
fn local() -> impl Iterator<Item = &'static Guard> {
    every_guard().filter(|guard| guard.judges_parts())
}

fn scanner(hold: Hold) -> StreamScanner {
    StreamScanner::new(local().cloned().collect(), hold).expect("guards that judge parts")
}

/// What comes out of the chunks, and how much of it before the end.
fn streamed<'a>(
    chunks: impl IntoIterator<Item = &'a [u8]>,
    hold: Hold,
) -> Result<(Release, usize), StreamError> {
    run(scanner(hold), chunks)
}

/// What a scanner lets out of the chunks, and how much of it before the end.
pub(crate) fn run<'a>(
    mut scanner: StreamScanner,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> Result<(Release, usize), StreamError> {
    let mut text = String::new();
    let mut findings = Vec::new();
    for chunk in chunks {
        let release = scanner.push(chunk)?;
        text.push_str(&release.text);
        findings.extend(release.findings);
    }
    let early = text.len();
    let release = scanner.finish()?;
    text.push_str(&release.text);
    findings.extend(release.findings);
    Ok((Release { text, findings }, early))
}

/// What the whole text gives.
fn whole(bytes: &[u8]) -> Release {
    whole_of(local(), bytes)
}

/// What these guards give of the whole text.
pub(crate) fn whole_of<'a>(guards: impl Iterator<Item = &'a Guard>, bytes: &[u8]) -> Release {
    let text = String::from_utf8_lossy(bytes);
    let mut findings: Vec<Finding> = guards.flat_map(|guard| guard.scan(&text)).collect();
    findings.sort_by(|a, b| (a.span, &a.guard, &a.rule_id).cmp(&(b.span, &b.guard, &b.rule_id)));
    Release {
        text: redact(&text, &findings),
        findings,
    }
}

/// The bytes in pieces of these lengths, over and over.
pub(crate) fn cut<'a>(bytes: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    let mut chunks = Vec::new();
    let mut rest = bytes;
    for length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (chunk, after) = rest.split_at((*length).min(rest.len()));
        chunks.push(chunk);
        rest = after;
    }
    chunks
}

/// What guards read as one, far longer than a stream looks ahead, closed or not.
fn long() -> impl Strategy<Value = String> {
    let parts = (0..LONG.len(), 0..FILL.len(), 0..2 * LONG.len());
    let times = prop_oneof![9 => 0_usize..300, 1 => 2000_usize..3000];
    (parts, times).prop_map(|((open, fill, close), times)| {
        let (open, own) = LONG[open];
        let close = LONG.get(close).map_or(own, |(_, other)| other);
        format!("{open}{}{close}", FILL[fill].repeat(times))
    })
}

/// Texts with prose between what rules care about, long enough that some is let go.
fn documents() -> impl Strategy<Value = Vec<u8>> {
    const BETWEEN: [&str; 6] = [
        " and then she walked along the quiet river in 1987, 42 of them. ",
        "\n\n",
        "Das ist – wie gesagt – “kein” Geheimnis. ",
        "これは日本語の文です。秘密はありません。",
        " ",
        "%20",
    ];
    let text = prop_oneof![3 => texts().boxed(), 1 => long().boxed()];
    let part = (text, 0..BETWEEN.len(), 1_usize..12)
        .prop_map(|(text, between, times)| text + &BETWEEN[between].repeat(times));
    let text = prop::collection::vec(part, 1..24).prop_map(|parts| parts.concat().into_bytes());
    let wrong = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3);
    (text, wrong).prop_map(|(mut bytes, wrong)| {
        for (place, byte) in wrong {
            let place = place.index(bytes.len() + 1);
            bytes.insert(place, byte);
        }
        bytes
    })
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn the_cuts_do_not_matter(bytes in documents(), lengths in prop::collection::vec(1_usize..600, 1..5)) {
        let wanted = whole(&bytes);
        for lengths in [&lengths[..], &[7], &[usize::MAX]] {
            let (given, _) = streamed(cut(&bytes, lengths), Hold::Undecided).expect("short enough");
            prop_assert_eq!(&given.text, &wanted.text, "{:?}", lengths);
            prop_assert_eq!(&given.findings, &wanted.findings, "{:?}", lengths);
        }
        let (given, early) = streamed(cut(&bytes, &lengths), Hold::All).expect("nothing to decide");
        prop_assert_eq!(given, wanted);
        prop_assert_eq!(early, 0);
    }
}

#[test]
fn prose_flows_and_a_split_secret_does_not() {
    let token = Draw::seeded(7).token("AKIA<u16>");
    let prose = "Nothing to see in this sentence. ".repeat(200);
    let text = format!("{prose}key {token} end. {prose}");
    let (given, early) = streamed(cut(text.as_bytes(), &[5]), Hold::Undecided).expect("decided");
    assert_eq!(
        given.text,
        text.replace(&token, "[REDACTED:aws_access_key_id]")
    );
    assert!(
        early + 2 * 1024 > given.text.len(),
        "{early} of {}",
        given.text.len()
    );
}

#[test]
fn a_key_block_is_held_until_it_ends() {
    let body: String = (0..40)
        .map(|seed| Draw::seeded(seed).token("<b64>\n"))
        .collect();
    let label = ["RSA PRIVATE", "KEY"].join(" ");
    let block = format!("-----BEGIN {label}-----\n{body}-----END {label}-----");
    let prose = "Nothing to see in this sentence. ".repeat(100);
    let text = format!("{prose}{block}\n{prose}");
    let (given, _) = streamed(cut(text.as_bytes(), &[100]), Hold::Undecided).expect("decided");
    assert_eq!(
        given.text,
        format!("{prose}[REDACTED:private_key]\n{prose}")
    );
}

#[test]
fn what_cannot_be_decided_does_not_pass() {
    let text = format!("one word {}", "x".repeat(MOST_HELD * 2));
    for lengths in [[1_000], [4_097], [usize::MAX]] {
        let refused = streamed(cut(text.as_bytes(), &lengths), Hold::Undecided);
        assert_eq!(refused.unwrap_err(), StreamError::Undecided);
    }
    let mut failed = scanner(Hold::Undecided);
    failed.push(text.as_bytes()).unwrap_err();
    assert_eq!(failed.push(b" and on").unwrap_err(), StreamError::Undecided);
    assert_eq!(failed.finish().unwrap_err(), StreamError::Undecided);
    let (given, _) = streamed(cut(text.as_bytes(), &[1_000]), Hold::All).expect("all is held");
    assert_eq!(given.text, text);
}

#[test]
fn a_guard_of_whole_texts_needs_all_of_it() {
    let guard = engine().guards().iter().find(|guard| !guard.judges_parts());
    let guard = guard.expect("one of whole texts").clone();
    let refused = StreamScanner::new(vec![guard.clone()], Hold::Undecided);
    let wanted = StreamError::NeedsWhole {
        guard: guard.id().to_owned(),
    };
    assert_eq!(refused.map(|_| ()), Err(wanted));
    assert!(StreamScanner::new(vec![guard], Hold::All).is_ok());
}
