//! Cases of sentences about groups of people and of threats, with their harmless twins.

use crate::cases::{assert_clean, assert_found};
use crate::engine;

const FOUND: &[(&str, &str)] = &[
    // What a group is said to be.
    (
        "slur",
        "I tell you, «women are nothing but filthy» animals.",
    ),
    ("slur", "These «refugees aren't even human»."),
    ("slur", "Every «Muslim is a terrorist»."),
    ("slur", "«Trans women are not real women»."),
    ("slur", "«Jews have always been parasites»."),
    ("slur", "«Immigrants who live here are a burden» on us."),
    ("slur", "You are nothing but «gay trash»."),
    ("slur", "«They're all terrorists», these Muslims."),
    ("slur", "I met some Mexicans. «They are thieves»."),
    // What they are not to have.
    ("slur", "«Trans people don't deserve any rights»."),
    ("slur", "«No black person should be allowed» to vote."),
    ("slur", "«Immigrants have no place in our» country."),
    ("slur", "«Women belong in the kitchen»."),
    ("slur", "«No gays allowed here»."),
    ("slur", "please get «rid of all gypsies»"),
    ("slur", "«Nobody wants refugees here»."),
    ("slur", "A «better place without Jews»!"),
    // What is felt about them.
    (
        "slur",
        "«I can't stand being around these fucking immigrants».",
    ),
    ("slur", "«Gay people disgust me»."),
    // Violence against them.
    (
        "threat",
        "«Someone needs to shoot every last one of those Muslims».",
    ),
    ("threat", "All «gays should be burned alive»."),
    ("threat", "I «wish all women would just drop dead»."),
    ("threat", "«only good Muslim is a dead» Muslim"),
    ("threat", "«Jews deserve to be burned»."),
    ("threat", "«Somebody bomb that mosque» already."),
    // Threats to somebody.
    ("threat", "If you show up tomorrow, «we'll shoot you»."),
    ("threat", "Say it again and «I'll fucking murder you»."),
    ("threat", "One more word and «I'll knock your teeth» out."),
    (
        "threat",
        "«You're going to get beaten up» if you come back.",
    ),
    ("threat", "I «hope you get raped»."),
    // Other languages.
    ("slur", "Diese «Zigeuner sind nichts als Ungeziefer»."),
    ("threat", "Man «sollte alle Schwulen erschießen»."),
    ("threat", "«Alle Ausländer abschieben»!"),
    ("threat", "Ich weiß, «ich werde dir die Knochen brechen»."),
    ("slur", "Les «juifs sont des parasites»."),
    ("threat", "Il «faut tuer tous les musulmans»."),
    ("slur", "Les «handicapés ne méritent pas de vivre»."),
    ("slur", "Los «negros no son personas»."),
    ("threat", "«Hay que matar a todos los judíos»."),
    ("threat", "«Te voy a romper las piernas»."),
];

const FINE: &[&str] = &[
    "Muslims are people like everyone else, and gay people should be treated with respect.",
    "Jews were murdered in camps; the refugees were killed in the attack.",
    "It is wrong to say that Jews are greedy. Stop saying that women are stupid.",
    "The Nazis said that Jews were vermin, and many believed it.",
    "Not every immigrant is a criminal. These people are not criminals.",
    "Disabled people should never be hurt or mocked, and they are not a burden.",
    "Black people are more often killed by police.",
    "Rats are vermin and should be exterminated. All mosquitoes should be killed.",
    "German cockroaches are pests, and white rats are used in labs.",
    "White trash bags, fifty pieces; African killer bees are dangerous animals.",
    "I hate people who hate gays. Why do some men hate women?",
    "I hate Mondays, and I can't stand the way women are treated.",
    "Women are not allowed to drive there; migrants may not work in the first months.",
    "Being a woman is not a disease, and Muslims are fed up with hatred.",
    "Nobody should be deported for being gay.",
    "We should help refugees get rid of parasites.",
    "Muslim women are often attacked in the street.",
    "Mexican drug lords are dangerous criminals.",
    "Do men harm women more often? No women were at the meeting, and the women are tired here.",
    "I will kill this bug and end your build problems. I'll break your code into modules.",
    "I'd like to shoot you a question; we will cut your costs and beat you next season.",
    "I will never hurt you. I'd kill for her voice.",
    "If you touch the wire you will be killed.",
    "My mother is going to murder me when she sees this.",
    "He was sentenced for writing that immigrants should be shot.",
    "Frauen sind keine Objekte, Flüchtlinge sind willkommen, alte Leute sind oft krank.",
    "Frauen sollten die gleichen Rechte haben; Juden wurden ermordet.",
    "Les musulmans ne sont pas des terroristes. Les réfugiés doivent être protégés.",
    "Je vais te tuer à ce jeu, haha.",
    "Los inmigrantes no son criminales. Las mujeres merecen respeto y son asesinadas cada día.",
];

#[test]
fn hatred_and_threats_are_found() {
    assert_found(engine().guard("toxicity").expect("the guard"), FOUND);
}

#[test]
fn their_twins_are_not() {
    assert_clean(engine().guard("toxicity").expect("the guard"), FINE);
}
