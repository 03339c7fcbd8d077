//! What words do in a sentence about a group of people or in a threat, by classes.
//!
//! No words, which are in the module of their language, and no sentences, which are in `pattern`.

/// What a word may do, one bit each.
pub(super) type Class = u64;

/// May stand between two words that matter.
pub(super) const FILL: Class = 1 << 0;
/// Makes one stand for all of them, in English.
pub(super) const EACH: Class = 1 << 1;
/// Says that only some are meant.
pub(super) const SOME: Class = 1 << 2;
/// People, after a word that says which.
pub(super) const PEOPLE: Class = 1 << 3;
/// The speaker.
pub(super) const ME: Class = 1 << 4;
/// What somebody is about to do or calls for.
pub(super) const CALL: Class = 1 << 5;
/// What should be.
pub(super) const SHOULD: Class = 1 << 6;
/// What should not be, in one word.
pub(super) const SHOULD_NOT: Class = 1 << 7;
/// To do violence.
pub(super) const HARM: Class = 1 << 8;
/// To whom violence was done.
pub(super) const HARMED: Class = 1 << 9;
/// To die or to suffer.
pub(super) const DIE: Class = 1 << 10;
/// To drive out.
pub(super) const EXPEL: Class = 1 << 11;
/// Driven out.
pub(super) const EXPELLED: Class = 1 << 12;
/// To feel contempt.
pub(super) const HATE: Class = 1 << 13;
pub(super) const BE: Class = 1 << 14;
pub(super) const NOT: Class = 1 << 15;
/// What is less than a human being.
pub(super) const BEAST: Class = 1 << 16;
/// What no human being should be called.
pub(super) const VILE: Class = 1 << 17;
/// What is no praise.
pub(super) const BAD: Class = 1 << 18;
/// What everybody is, if it is denied.
pub(super) const GOOD: Class = 1 << 19;
/// What everybody may have or do, if it is denied.
pub(super) const RIGHT: Class = 1 << 20;
pub(super) const DESERVE: Class = 1 << 21;
pub(super) const BELONG: Class = 1 << 22;
/// Where nobody belongs.
pub(super) const CAMP: Class = 1 << 23;
/// To be repulsive or to ruin a country, with all that it needs.
pub(super) const REPEL: Class = 1 << 24;
/// That somebody is to leave.
pub(super) const OUT: Class = 1 << 25;
pub(super) const WISH: Class = 1 << 26;
/// How good it were if somebody were not there.
pub(super) const WITHOUT: Class = 1 << 27;
/// Death, as a wish to those whose name follows.
pub(super) const DEATH: Class = 1 << 28;
pub(super) const HAVE: Class = 1 << 29;
pub(super) const WANT: Class = 1 << 30;
pub(super) const HERE: Class = 1 << 31;
/// The one spoken to, or one spoken of, as the aim of a deed.
pub(super) const AIM: Class = 1 << 32;
/// Somebody's people, body or home, after `your`.
pub(super) const KIN: Class = 1 << 33;
/// Turns an aim into something else: `shoot you an email`.
pub(super) const THING: Class = 1 << 34;
/// Stands for a group that was named before.
pub(super) const THEY: Class = 1 << 35;
/// What a human being has inside, if it is denied.
pub(super) const SOUL: Class = 1 << 36;
/// Said against what is quoted or told.
pub(super) const OBJECTION: Class = 1 << 37;
/// The first word of a verb whose end follows the object, as in German.
pub(super) const CALL_AROUND: Class = 1 << 38;
/// The speaker and what he is about to do, in one word.
pub(super) const ME_CALL: Class = 1 << 39;
/// Whose something is.
pub(super) const YOUR: Class = 1 << 40;
/// Before the name, that nobody may enter.
pub(super) const NO: Class = 1 << 41;
/// The end or the beginning of a sentence.
pub(super) const EDGE: Class = 1 << 42;
/// The one spoken to, as the one who acts.
pub(super) const YOU: Class = 1 << 43;
/// Somebody to whom something will be done.
pub(super) const YOU_BECOME: Class = 1 << 44;

/// How many languages have words of their own.
pub(super) const LANGUAGES: usize = 4;
/// One person, after a word that says of which kind.
pub(super) const PERSON: Class = 1 << 45;
/// Of jest and games.
pub(super) const JEST: Class = 1 << 46;
/// What is said before a name alone, with contempt.
pub(super) const SCORN: Class = 1 << 47;
/// What is foretold as a threat.
pub(super) const DOOM: Class = 1 << 48;
/// What a kind of people is called in one breath.
pub(super) const SCUM: Class = 1 << 49;
/// To do what is violence to somebody, and an everyday deed to a thing.
pub(super) const DEED: Class = 1 << 50;
/// To whom violence was done, and who could not have met with an accident.
pub(super) const BEATEN: Class = 1 << 51;
/// What all may do, if it is said of none.
pub(super) const ALLOWED: Class = 1 << 52;
/// Begins a clause that says more of the one before it.
pub(super) const WHO: Class = 1 << 53;
/// What is called for by its name alone, after those to whom it is to be done.
pub(super) const ROUSE: Class = 1 << 54;
/// What is said right before a name, to put it down.
pub(super) const FILTHY: Class = 1 << 55;
/// To do violence to people; said of things and matches as well.
pub(super) const ASSAULT: Class = 1 << 56;
