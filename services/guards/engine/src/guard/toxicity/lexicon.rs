//! The terms. Slurs and coarse words are written in rot13, so that nobody has to read them who only
//! reads the source; they are turned back when the guard is built.
//!
//! Only terms that mostly mean what they say: what is an everyday word as well weighs little, or is
//! left out.

mod more;

use std::borrow::Cow;
use std::collections::HashSet;

use crate::pace::Pace;
use crate::view::folded;

/// What a term is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Insult,
    Threat,
    Slur,
    Profanity,
    Sexual,
}

/// A term to look for.
pub(super) struct Term {
    pub(super) text: String,
    /// Nothing for a phrase that makes the terms in it harmless.
    pub(super) kind: Option<Kind>,
    pub(super) weight: f32,
}

/// Terms of one kind and weight, with commas between.
type List = (Option<Kind>, f32, &'static str);

/// In plain letters.
const PLAIN: [List; 7] = [
    (
        Some(Kind::Slur),
        2.6,
        "hitler was right, hitler did nothing wrong, hitler should have finished, hitler had the right idea, heil hitler, \
         sieg heil, white power, gas chambers were, six million was not enough, six million wasn't enough",
    ),
    (
        Some(Kind::Threat),
        2.2,
        "should be shot, should be hanged, should be burned alive, should be lynched, deserves to be shot",
    ),
    (
        Some(Kind::Insult),
        1.4,
        "idiot, moron, imbecile, cretin, dimwit, nitwit, halfwit, half-wit, simpleton, blockhead, \
         airhead, bonehead, dunce, lowlife, low-life, scum, vermin, subhuman, waste of space, \
         waste of oxygen, drop dead, scumbag, sleazebag, dirtbag, pea brain, \
         brainless, shut your mouth, shut your face, makes me sick, make me sick, \
         disgrace to humanity, i despise you, nobody likes you, nobody loves you, go to hell, \
         everybody hates you, everyone hates you, sick in the head, kill the stupid",
    ),
    (
        Some(Kind::Insult),
        1.0,
        "idiotic, stupid, dumb, stupidest, dumbest, pathetic, loser, worthless, useless, disgusting, coward, creep, \
         psycho, lunatic, freak, weirdo, jerk, fool, clown, buffoon, pig, trash, garbage, filth, \
         parasite, degenerate, ugly, failure, liar, fraud, disgrace, joke of a, hate you, shut up, \
         get lost, screw you, ignorant, incompetent, repulsive, revolting, spineless, hag",
    ),
    (
        Some(Kind::Threat),
        3.0,
        "kill yourself, go kill yourself, kys, go die, die in a fire, hope you die, wish you were \
         dead, you deserve to die, you are dead \
         meat, you're dead meat, your days are numbered, i know where you live, watch your back, \
         you will regret this, you'll regret this, you will pay for this, you'll pay for this, \
         sleep with one eye open, burn your house down, you won't live to see, bash your head in, \
         slit your throat, cut your throat, break your neck, break your legs, break every bone, \
         put a bullet in you, put a bullet in your head, beat you up, bomb your",
    ),
    (
        None,
        0.0,
        "idiot proof, idiot-proof, idiotproof, keep it simple stupid, stupid simple, dumb down, dumb luck, dumb terminal, dumb pipe, guinea pig, clown fish, \
         garbage collector, garbage collection, garbage can, trash can, ugly duckling, \
         power failure, single point of failure, kill you with kindness, psycho killer",
    ),
    (
        Some(Kind::Insult),
        0.4,
        "lazy, crazy, insane, ridiculous, terrible, awful, foolish, fat",
    ),
];

/// In rot13.
const MASKED: [List; 7] = [
    // First, so that what stars leave open is taken for the milder word.
    (
        Some(Kind::Profanity),
        1.3,
        "shpx, shpxvat, fuvg, ohyyfuvg, shpxrq, fuvggl, gur shpx, tbqqnza, obyybpxf, penc, jgs, \
         cvffrq bss, nff, qnzavg",
    ),
    (Some(Kind::Slur), 1.2, "ergneq"),
    (
        Some(Kind::Slur),
        2.8,
        "avttre, avttn, fnaqavttre, snttbg, xvxr, tbbx, jrgonpx, enturnq, gbjryurnq, wvtnobb, \
         ornare, furznyr, qnexvr, unysoerrq, cbepu zbaxrl, gne onol, mvccreurnq, fynag rlr",
    ),
    (
        Some(Kind::Slur),
        2.2,
        "fcvp, puvax, genaal, cnxv, snt, tlccb, ulzvr",
    ),
    (
        Some(Kind::Insult),
        2.6,
        "shpx lbh, shpx bss, shpx lbhefrys, cvrpr bs fuvg, fba bs n ovgpu, zbgureshpxre, phag, \
         nffubyr, pbpxfhpxre, shpxre, fuvgurnq, qvpxurnq, shpxgneq, shpxsnpr, rng fuvg, fhpx zl qvpx",
    ),
    (
        Some(Kind::Insult),
        1.8,
        "ovgpu, juber, fyhg, onfgneq, gjng, jnaxre, qbhpuront, wnpxnff, qhzonff, cevpx, gbffre, \
         fphz bs gur rnegu, nffung, nffjvcr, shpxjvg, fxnax",
    ),
    (
        None,
        0.0,
        "fcvp naq fcna, puvax va gur nezbe, puvax va gur nezbhe",
    ),
];

/// All terms, with the ways in which they are masked.
pub(super) fn terms() -> Vec<Term> {
    let mut terms = Terms::default();
    for (kind, weight, list) in more::PLAIN.into_iter().chain(PLAIN) {
        terms.add(kind, weight, list, false);
    }
    for (kind, weight, list) in MASKED.into_iter().chain(more::MASKED) {
        let list: String = list.chars().map(rot13).collect();
        terms.add(kind, weight, &list, kind.is_some());
    }
    terms.list
}

/// Terms, each once.
#[derive(Default)]
struct Terms {
    list: Vec<Term>,
    seen: HashSet<String>,
}

// === impl Terms ===

impl Terms {
    /// Adds the terms of a list: as they are, with other apostrophes, with stars for letters.
    fn add(&mut self, kind: Option<Kind>, weight: f32, list: &str, starred: bool) {
        for text in list.split(',').map(str::trim) {
            // A text is read in its normal form.
            let text = folded(text);
            let mut forms = vec![text.clone().into_owned()];
            if text.contains('\'') {
                forms.push(text.replace('\'', "’"));
                forms.push(text.replace('\'', ""));
            }
            if starred && !text.contains(' ') && text.len() > 3 && text.is_ascii() {
                forms.extend(stars(&text));
            }
            // With stars, several words may look the same.
            forms.retain(|form| self.seen.insert(form.clone()));
            let terms = forms.into_iter().map(|text| Term { text, kind, weight });
            self.list.extend(terms);
        }
    }
}

/// A word with a star for its first vowel, with two after its first letter, and with stars for all letters
/// but the first and the last.
fn stars(word: &str) -> impl Iterator<Item = String> {
    let vowel = word
        .char_indices()
        .skip(1)
        .find(|(_, c)| "aeiou".contains(*c));
    let first = vowel.map(|(at, _)| format!("{}*{}", &word[..at], &word[at + 1..]));
    let inner = &word[1..word.len() - 1];
    let all = format!(
        "{}{}{}",
        &word[..1],
        "*".repeat(inner.len()),
        &word[word.len() - 1..]
    );
    let two =
        (word.len() > 4 && word.is_ascii()).then(|| format!("{}**{}", &word[..1], &word[3..]));
    first.into_iter().chain(two).chain([all])
}

const fn rot13(c: char) -> char {
    match c {
        'a'..='m' => (c as u8 + 13) as char,
        'n'..='z' => (c as u8 - 13) as char,
        _ => c,
    }
}

/// The text with digits and signs within words as the letters they stand for, of the same length;
/// nothing where there are none.
pub(super) fn unmasked<'a>(text: &'a str, pace: &Pace<'_>) -> Option<Cow<'a, str>> {
    let letter = |b: u8| match b {
        b'0' => b'o',
        b'1' | b'!' => b'i',
        b'3' => b'e',
        b'4' | b'@' => b'a',
        b'5' | b'$' => b's',
        b'7' => b't',
        other => other,
    };
    let bytes = text.as_bytes();
    let mut changed = None;
    for (at, &byte) in pace.along(bytes.iter().enumerate()) {
        let near = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at))
                .is_some_and(u8::is_ascii_alphabetic)
        };
        let read = letter(byte);
        // An exclamation mark may end a word.
        let before = byte != b'!' && near(at.checked_sub(1));
        if read != byte && (before || near(Some(at + 1))) {
            changed.get_or_insert_with(|| bytes.to_vec())[at] = read;
        }
    }
    changed
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masked_spellings_are_read() {
        assert_eq!(
            unmasked("an 1d1ot, $tupid b@g 2024", &Pace::free()).unwrap(),
            "an idiot, stupid bag 2024"
        );
        assert_eq!(unmasked("plain 10 + 5", &Pace::free()), None);
        assert_eq!(unmasked("Ünï7e", &Pace::free()).unwrap(), "Ünïte");
        let starred: Vec<String> = stars("idiots").chain(stars("moron")).collect();
        assert_eq!(
            starred,
            ["id*ots", "i**ots", "i****s", "m*ron", "m**on", "m***n"]
        );
    }

    #[test]
    fn terms_are_turned_back_and_there_is_each_once() {
        let terms = terms();
        let mut texts: Vec<&str> = terms.iter().map(|term| term.text.as_str()).collect();
        assert!(texts.contains(&"bastard") && texts.contains(&"you’re dead meat"));
        assert!(
            texts
                .iter()
                .all(|text| !text.is_empty() && text.trim() == *text)
        );
        texts.sort_unstable();
        let double = texts.windows(2).find(|pair| pair[0] == pair[1]);
        assert_eq!(double, None);
    }
}
