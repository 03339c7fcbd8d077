//! How good the model is on what it has not seen: every source is judged by a model without it.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::Text;
use crate::channel::Channel;
use crate::learn::{self, Sample};
use crate::weights::Limits;

/// Shares of benign texts that may be flagged and blocked.
const FLAGGED: f64 = 0.01;
const BLOCKED: f64 = 0.002;
/// Fewer benign texts of a channel than this set no threshold of its own.
const ENOUGH: usize = 300;

/// A text with the margin that a model gave which had not seen its source.
pub struct Judged {
    source: String,
    attack: bool,
    channel: Channel,
    margin: f32,
}

/// Judges each source by a model that was trained on all others.
pub fn left_out(texts: &[Text], samples: &[Sample]) -> Vec<Judged> {
    let sources: BTreeSet<&str> = texts.iter().map(|text| text.source.as_str()).collect();
    let mut judged = Vec::new();
    for source in sources {
        let (out, rest): (Vec<usize>, Vec<usize>) =
            (0..texts.len()).partition(|place| texts[*place].source == source);
        let model = learn::train(samples, &rest);
        for place in out {
            let text = &texts[place];
            judged.push(Judged {
                source: text.source.clone(),
                attack: text.attack,
                channel: text.channel,
                margin: model
                    .heaviest(&samples[place], |_| true)
                    .map_or(f32::MIN, |(_, margin)| margin),
            });
        }
    }
    judged
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
        let own = of(true);
        let margins = if own.len() < ENOUGH { of(false) } else { own };
        let flag = at(&margins, FLAGGED);
        Limits {
            bias: 0.0,
            flag,
            block: at(&margins, BLOCKED).max(flag + 0.05),
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

/// The figures as a table in Markdown.
pub fn report(judged: &[Judged], limits: &[Limits; 6]) -> String {
    let mut text = String::from(
        "| source left out | texts | flagged | blocked | AUC |\n|---|---:|---:|---:|---:|\n",
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
    text.push_str("\n| channel | texts | flagged | blocked | AUC |\n|---|---:|---:|---:|---:|\n");
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
    let auc = if of[0].attack {
        format!("{:.3}", auc(of, all))
    } else {
        String::from("–")
    };
    let _ = writeln!(
        text,
        "| {name} | {} | {flagged:.3} | {blocked:.3} | {auc} |",
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
