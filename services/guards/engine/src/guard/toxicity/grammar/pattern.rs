//! The sentences in which a group of people is put down or threatened, and those in which somebody is
//! threatened, as classes of words in order.
//!
//! A new sentence is a row here; a new word belongs to the module of its language.

use super::words::{
    AIM, ALLOWED, ASSAULT, BAD, BE, BEAST, BELONG, CALL, CALL_AROUND, CAMP, Class, DEATH, DESERVE,
    DIE, DOOM, EDGE, EXPEL, EXPELLED, FILTHY, GOOD, HARM, HARMED, HATE, HAVE, HERE, KIN, ME,
    ME_CALL, NO, NOT, OUT, REPEL, RIGHT, ROUSE, SCORN, SCUM, SHOULD, SHOULD_NOT, SOUL, THING, VILE,
    WANT, WISH, WITHOUT, YOU, YOU_BECOME, YOUR,
};
use crate::guard::toxicity::lexicon::Kind;

/// A sentence around a word that it is about. Between its words those that fill may stand.
pub(super) struct Pattern {
    /// What stands before the word, in order.
    pub(super) before: &'static [Class],
    /// What stands after it.
    pub(super) after: &'static [Class],
    pub(super) kind: Kind,
    /// As that of a term of the lexicon.
    pub(super) weight: f32,
    /// What makes something else of it, right after its end.
    pub(super) unless: Class,
    /// Most words that may stand between two of those after it.
    pub(super) filling: usize,
}

const fn pattern(
    before: &'static [Class],
    after: &'static [Class],
    kind: Kind,
    weight: f32,
) -> Pattern {
    Pattern {
        before,
        after,
        kind,
        weight,
        unless: 0,
        filling: 6,
    }
}

/// A deed to somebody, unless it goes on as in `shoot you an email`.
const fn deed(before: &'static [Class], after: &'static [Class], weight: f32) -> Pattern {
    Pattern {
        unless: THING,
        ..deed_to_kin(before, after, weight)
    }
}

/// A deed to what is somebody's own. Nothing stands between it and them.
const fn deed_to_kin(before: &'static [Class], after: &'static [Class], weight: f32) -> Pattern {
    Pattern {
        filling: 0,
        ..pattern(before, after, Kind::Threat, weight)
    }
}

/// What the speaker feels, unless it is denied after the name, as in German.
const fn feeling(before: &'static [Class]) -> Pattern {
    Pattern {
        unless: NOT,
        ..pattern(before, &[], Kind::Slur, 2.4)
    }
}

/// Sentences about a group.
pub(super) const ABOUT_GROUP: [Pattern; 40] = [
    // Violence and death that are called for, held right or wished.
    pattern(&[DEATH], &[], Kind::Threat, 3.0),
    pattern(&[EDGE, HARM | ASSAULT], &[], Kind::Threat, 2.8),
    pattern(&[ME_CALL, HARM | ASSAULT], &[], Kind::Threat, 3.0),
    pattern(&[ME, CALL, HARM | ASSAULT], &[], Kind::Threat, 3.0),
    pattern(&[CALL_AROUND], &[HARM], Kind::Threat, 2.8),
    pattern(&[], &[SHOULD, DIE | HARMED], Kind::Threat, 2.8),
    pattern(&[GOOD], &[BE, DIE], Kind::Threat, 2.8),
    pattern(&[], &[DESERVE, DIE | HARMED | CAMP], Kind::Threat, 2.8),
    pattern(&[WISH], &[DIE | HARMED], Kind::Threat, 2.6),
    pattern(&[SHOULD], &[HARMED], Kind::Threat, 2.4),
    pattern(&[], &[DOOM], Kind::Threat, 2.4),
    // Exclusion.
    pattern(&[EDGE, EXPEL], &[], Kind::Slur, 2.2),
    pattern(&[ME_CALL, EXPEL], &[], Kind::Slur, 2.2),
    pattern(&[ME, CALL, EXPEL], &[], Kind::Slur, 2.2),
    pattern(&[CALL_AROUND], &[EXPEL | EXPELLED], Kind::Slur, 2.2),
    pattern(&[], &[SHOULD, EXPELLED], Kind::Slur, 2.2),
    pattern(&[], &[BELONG, CAMP], Kind::Slur, 2.4),
    pattern(&[], &[NOT, BELONG], Kind::Slur, 2.2),
    pattern(&[], &[BELONG, NOT], Kind::Slur, 2.2),
    pattern(&[], &[OUT, EDGE], Kind::Slur, 2.2),
    pattern(&[NO], &[SHOULD, ALLOWED], Kind::Slur, 2.2),
    pattern(&[WITHOUT], &[], Kind::Slur, 2.2),
    pattern(&[NOT, WANT], &[HERE], Kind::Slur, 2.2),
    pattern(&[NO], &[HERE], Kind::Slur, 2.0),
    pattern(&[NO], &[ALLOWED], Kind::Slur, 2.0),
    pattern(&[EDGE], &[ROUSE, EDGE], Kind::Threat, 2.2),
    // What they are said to be, or not to be.
    pattern(&[], &[BE, BEAST], Kind::Slur, 2.8),
    pattern(&[], &[BE, VILE], Kind::Slur, 2.4),
    pattern(&[], &[BE, BAD], Kind::Slur, 2.1),
    pattern(&[], &[BE, NOT, GOOD], Kind::Slur, 2.2),
    pattern(&[], &[NOT, GOOD], Kind::Slur, 2.0),
    pattern(&[FILTHY], &[], Kind::Slur, 2.0),
    // What they are said not to deserve.
    pattern(&[], &[NOT, DESERVE, RIGHT], Kind::Slur, 2.5),
    pattern(&[], &[DESERVE, NOT], Kind::Slur, 2.2),
    pattern(&[], &[SHOULD_NOT, RIGHT], Kind::Slur, 2.3),
    pattern(&[], &[HAVE, NOT, SOUL], Kind::Slur, 2.2),
    // What is felt about them.
    pattern(&[SCORN], &[], Kind::Slur, 2.4),
    feeling(&[ME, HATE]),
    feeling(&[EDGE, HATE]),
    pattern(&[], &[REPEL], Kind::Slur, 2.2),
];

/// What a kind of people is called, around its name.
pub(super) const ABOUT_KIND: [Pattern; 1] = [Pattern {
    unless: THING,
    filling: 0,
    ..pattern(&[], &[SCUM], Kind::Slur, 2.4)
}];

/// Sentences about a deed that somebody announces, around its verb.
pub(super) const ABOUT_HARM: [Pattern; 7] = [
    deed(&[ME_CALL], &[AIM], 3.0),
    deed_to_kin(&[ME_CALL], &[YOUR, KIN], 3.0),
    deed(&[ME, CALL], &[AIM], 2.6),
    deed_to_kin(&[ME, CALL], &[YOUR, KIN], 2.8),
    deed(&[WISH, YOU], &[EDGE], 2.4),
    // In German, French and Spanish whom it meets stands before.
    deed(&[ME_CALL, AIM], &[], 3.0),
    deed(&[AIM, ME_CALL], &[], 3.0),
];

/// The same for a deed that is an everyday one as well.
pub(super) const ABOUT_DEED: [Pattern; 3] = [
    deed(&[ME_CALL], &[YOU], 2.8),
    deed_to_kin(&[ME_CALL], &[YOUR, KIN], 2.8),
    deed_to_kin(&[ME, CALL], &[YOUR, KIN], 2.6),
];

/// Sentences about what is said to happen to somebody, around its participle.
pub(super) const ABOUT_VICTIM: [Pattern; 2] = [
    pattern(&[YOU_BECOME], &[], Kind::Threat, 2.2),
    pattern(&[WISH, YOU], &[], Kind::Threat, 2.4),
];
