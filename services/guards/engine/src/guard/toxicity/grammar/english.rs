//! What English words do in a sentence about a group of people, and the names of groups. Letters are small.

use super::words::{
    AIM, ALLOWED, ASSAULT, BAD, BE, BEAST, BEATEN, BELONG, CALL, CAMP, Class, DEATH, DEED, DESERVE,
    DIE, DOOM, EACH, EXPEL, EXPELLED, FILL, FILTHY, GOOD, HARM, HARMED, HATE, HAVE, HERE, JEST,
    KIN, ME, ME_CALL, NO, NOT, OBJECTION, OUT, PEOPLE, PERSON, REPEL, RIGHT, SCORN, SCUM, SHOULD,
    SHOULD_NOT, SOME, SOUL, THEY, THING, VILE, WANT, WHO, WISH, WITHOUT, YOU, YOU_BECOME, YOUR,
};

/// Names that are said of many.
pub(super) const MANY: &str = "women, men, girls, females, ladies, these people, those people, you people, your kind, you lot, the \
 disabled, the homeless, the poor, the chinese, the irish, chinese people, the elderly, people of \
 color, gypsies, roma, minorities, ethnic minorities, people of colour, those immigrants, people like \
 you, you women, you men, you girls, wheelchair users, women drivers, homeless people, old people, \
 fat people, poor people, foreign people, asylum seekers, illegals, travellers, the gays, the blacks, \
 the jews, the deaf, the blind, deaf people, blind people, homosexuality, mosque, mosques, synagogue, \
 synagogues, refugee shelter, refugee shelters, asylum centre, asylum centres, gay bar, gay bars, gay \
 club, abortion clinic, trannies, muslim families, interracial couples, same-sex couples";

/// Names of one, which an `s` makes many, and which may stand before people.
pub(super) const ONE: &str = "muslim, jew, christian, hindu, sikh, catholic, mormon, atheist, buddhist, protestant, black, white, \
 asian, arab, mexican, indian, pakistani, african, latino, latina, hispanic, chicano, immigrant, \
 migrant, refugee, foreigner, gay, lesbian, homosexual, bisexual, transsexual, transgender, feminist, \
 gypsy, native american, african american, african-american, asian american, american, european, \
 russian, ukrainian, turk, kurd, syrian, afghan, iraqi, iranian, somali, nigerian, filipino, korean, \
 vietnamese, israeli, palestinian, zionist, italian, german, brit, romanian, albanian, moroccan, \
 algerian, puerto rican, cuban, haitian, cripple, boomer, aboriginal, minority, ethnic minority, \
 jihadist, islamist, brazilian, colombian, venezuelan, guatemalan, saudi, turkish, infidel, heathen, \
 queer, pensioner, amputee, woman, girl, female, tranny, transvestite, dyke";

/// What people are, before a word for people.
pub(super) const WHICH: &str = "jewish, trans, islamic, disabled, chinese, japanese, polish, french, brown, colored, coloured, \
 autistic, handicapped, lgbt, lgbtq, lgbtq+, non-binary, nonbinary, intersex, foreign, immigrant, \
 indigenous, irish, welsh, scottish, spanish, portuguese, swedish, dutch, homeless, elderly, deaf, \
 blind, wheelchair-bound, dark-skinned, middle eastern, third world, low-income, working-class, \
 overweight, obese, mentally disabled, mentally ill, physically disabled, foreign-born, female, male";

/// Words of each class.
pub(super) const WORDS: &[(Class, &str)] = &[
    (
        FILL,
        "a, an, the, all, all of, all the, those, these, this, that, such, every, each, any, of, to, be, \
         been, being, get, gets, have been, just, so, really, truly, always, only, simply, basically, \
         literally, still, very, too, even, ever, also, both, most, more, nothing, but, nothing but, nothing \
         more than, no better than, worse than, like, as, fucking, fuckin, damn, goddamn, bloody, effing, \
         freaking, stinking, bunch, bunch of, pack of, bunch of fucking, out there, in general, everywhere, \
         around, around with, here, in this country, in our country, in my country, in the country, in this \
         town, in my neighborhood, in this world, in the world, on this planet, on earth, on this earth, like \
         you, like them, like that, like him, like her, and, or, their, our, my, some kind of, kind of, nasty \
         little, little, right now, one by one, single, last, entire, whole, would, must all, honestly, \
         actually, clearly, obviously, definitely, absolutely, completely, totally, having to, near, next to, \
         seeing, hearing, looking at, watching, dealing with, living with, with, for, by, at, about, go, \
         goes, start, personally, myself, personally going to, finally, absolute, utter, complete, pure, \
         sheer, common, without a doubt, without exception, nowadays, these days, by nature, all just, among, \
         am, feel, do, so much, so many, people who are, deep down, frankly, that are, who are, one and all, \
         seriously, every one of, the whole lot of, in fact, for real, straight up, inherently, genetically, \
         born, naturally, mostly, people, human, biggest, such a, tbh, imo, if you ask me, ass, one, every \
         last one of, every single one of, each and every, one of, some, up, down, i know, i met, i've met, i \
         have met, i see, i've ever met, i have ever met, with any power, being in charge, in power, in \
         charge, any other",
    ),
    (
        EACH,
        "every, any, each, every single, every last, another, no, being, a, an, only, that, next",
    ),
    (
        SOME,
        "some, many of, few, a few, certain, several, some of, these three, these two, two, three, four, \
         five, six, not all, not every, not each",
    ),
    (
        PEOPLE,
        "people, peoples, folk, folks, men, women, girls, boys, guys, kids, community, communities, bastards, \
         immigrants, migrants, refugees, scum, families, lot, kind, individuals, males, females, ladies, \
         americans, teens, students, workers, teachers, neighbours, neighbors, doctors, drivers, politicians, \
         youths, babies, couples, parents, mothers, fathers, lives",
    ),
    (
        PERSON,
        "bastard, boy, girl, guy, immigrant, kid, man, person, woman, teacher, neighbour, neighbor, doctor, \
         politician, youth, couple",
    ),
    (
        JEST,
        "lol, haha, hahaha, kidding, joking, joke, jk, chess, tennis, poker, minecraft, fortnite, mario kart, \
         quiz, level, in my novel, in the story, laughing, laughter, dnd, mafia, next round, this round, a \
         race, the race, boss fight, level 1, level 2, level 3, dungeon, dragon, goblin, respawn, at cards, \
         scrabble, ping pong, the match, next season, this season, saturday, sunday, the league, the cup, \
         tournament, high score, the game, a game, video game, board game, this game, in game, game night, \
         the play",
    ),
    (
        ME,
        "i, we, im, i'm, we're, i am, we are, i just, i really, i absolutely, i honestly, i fucking, my \
         friends and i, me and my boys, someone, somebody, everyone, everybody, i've, we all, i truly, i \
         still, i always, i do, i so",
    ),
    (
        ME_CALL,
        "i'll, i will, we'll, we will, i'm going to, i am going to, i'm gonna, i am gonna, im gonna, im going \
         to, we're going to, we are going to, we're gonna, we are gonna, imma, ima, i want to, i wanna, i'd \
         love to, i would love to, i'd like to, i swear i will, i swear i'll, i'm about to, i am about to, \
         i'm coming to, someone should, somebody should, someone needs to, somebody needs to, someone ought \
         to, somebody ought to, someone has to, we should, we must, we need to, we have to, let's, lets, let \
         us, i'd, ill, i plan to, i intend to, i might just, i could, going to, gonna, you should, people \
         should, they should, i feel like, i can't wait to, i cannot wait to, i would, i have to, i need to, \
         i am ready to, i'm ready to, we want to, we're coming to, time to, it's time to, ready to, we gotta, \
         you gotta, you have to, you must, i long to, let me, just, someone, somebody, everyone, i wish i \
         could, if i could i'd, time we, why don't we, why not, we ought to, i vote we, i say we, i would \
         gladly, i'd gladly, i'd happily, we should all, we should have, they should have, let us all",
    ),
    (
        CALL,
        "will, should, must, need to, have to, ought to, gotta, gonna, going to, want to, wanna, let's, \
         please, would, would love to, would like to, about to, ready to, can, could",
    ),
    (
        SHOULD,
        "should, must, need to, needs to, ought to, have to, has to, gotta, had better, better, should all, \
         must all, should just, deserve to, can all, can, may",
    ),
    (
        SHOULD_NOT,
        "shouldn't, should not, should never, must not, mustn't, ought not, can't be allowed, cannot be \
         allowed, must never, should no longer, don't get to, do not get to, should have never, should never \
         have",
    ),
    (
        HARM,
        "kill, murder, shoot, stab, strangle, hang, burn, gas, lynch, slaughter, exterminate, annihilate, \
         behead, execute, torture, rape, drown, choke, poison, eradicate, massacre, butcher, punch, smash, \
         wipe out, hunt down, nuke, hurt, harm, assault, maim, gut, run over, set fire to, spit on, knife, \
         decapitate, kneecap, mutilate, bludgeon, castrate, suffocate, purge, whip, beat up, blow up, put \
         down, finish off, track down and kill, find and kill, eliminate, slit, smack, headbutt, throttle, \
         cleanse the world of, burn alive, shoot up, beat to death, set on fire, erase, slay, impale, \
         dismember, crucify, obliterate, stomp, stomp on, trample, fuck up, tear apart, rip apart, blow away, \
         mow down, gun down, cut up, chop up, shank, pummel, clobber, disembowel, curb stomp, curbstomp, \
         cripple, wipe them out",
    ),
    (
        HARMED,
        "killed, murdered, shot, stabbed, strangled, beaten, hanged, hung, burned, burnt, gassed, lynched, \
         slaughtered, exterminated, annihilated, beheaded, executed, tortured, raped, drowned, poisoned, \
         eradicated, massacred, butchered, crushed, wiped out, wiped off, hunted, hunted down, bombed, nuked, \
         put down, put to death, stoned, whipped, enslaved, sterilized, sterilised, castrated, neutered, \
         euthanized, aborted, erased, burned alive, buried alive, rounded up, purged, spat on, flogged, \
         crucified, punched, kicked, mutilated, lined up, fed to, skinned, put out of their misery, \
         destroyed, eliminated, culled, liquidated, slapped, taught a lesson, beaten up, burned at the stake, \
         thrown off, run over, blown up, gunned down, torn apart, dismembered, impaled, obliterated, tied up, \
         thrashed, disposed of, extinguished, put against the wall, sent to the gas, harmed, hurt, attacked, \
         dead, hung from, smashed, ended, wiped from, deleted from, punished, abused, treated like dirt, \
         treated like animals, forced into",
    ),
    (
        DIE,
        "die, rot, burn, suffer, perish, disappear, drown, starve, choke, bleed, hang, vanish, go extinct, \
         drop dead, cease to exist, kill themselves, kill yourselves, be dead, death, pain, misery, \
         suffering, rot in hell, burn in hell, go to hell, dead, never have been born, never been born, be \
         ashamed of existing, extinction, a bullet, cancer, aids, get cancer, jump off, choke on, hang \
         themselves, die out, end themselves, end their lives, burn alive, jump off a bridge, freeze to \
         death, die slowly, stop existing, not exist, fuck off and die, beating, a beating, slap, bullet, \
         whipping, rope, noose, what they get, what they got, the gas, lynching, punishment, a slap, hanging, \
         a painful death, a slow death, eradication",
    ),
    (
        EXPEL,
        "deport, expel, ban, get rid of, kick out, throw out, lock up, round up, send back, remove, cage, \
         enslave, sterilize, sterilise, segregate, keep out, drive out, clean out, boycott, ship back, kick, \
         block, stop breeding of, cleanse",
    ),
    (
        EXPELLED,
        "deported, expelled, kicked out, thrown out, locked up, locked away, rounded up, sent back, caged, \
         segregated, removed from society, chained, put in camps, kept away from, banned from, in cages, in \
         camps, go back to, go back where, shipped back, banned, kept as slaves, stay in the kitchen, know \
         their place, leave our country, leave this country, get out of our country, get out, not reproduce, \
         separated from, put in cages",
    ),
    (
        HATE,
        "hate, despise, loathe, detest, abhor, can't stand, cannot stand, cant stand, sick of, so sick of, \
         tired of, fed up with, disgusted by, disgusted with, contempt for, hatred for, hatred of, don't \
         trust, never trust, nothing but contempt for, revolted by, repulsed by, am disgusted by, spit on, \
         want nothing to do with, can't bear, resent, feel nothing but hatred for, no respect for, disdain \
         for, no sympathy for, hate being around, hate living near, fuck, fuck all, screw, screw all, to hell \
         with, hate seeing, hate all, nothing worse than, down with, curse, never hire, don't hire, dislike, \
         grossed out by, had enough of, done with, can't tolerate, cannot tolerate, can't deal with, \
         distrust, look down on, appalled by, repelled by, scorn, hatred toward, hatred towards, disgust for, \
         disgust towards, loathing for, sickened by, nothing but disgust for, nothing but hatred for, have no \
         respect for, wish death on, vomit at the sight of, hate the sight of, curse the, so done with, am \
         over",
    ),
    (
        BE,
        "are, is, are all, 're, being, they're, are just, are nothing, are always, remain, ain't nothing but, \
         will always be, are basically, have always been, has always been, have always been nothing but, were \
         always",
    ),
    (
        NOT,
        "not, n't, aren't, isn't, ain't, don't, do not, doesn't, does not, never, will never be, can never \
         be, no, are not even, didn't, did not, won't, will not, anything but, dont, arent, nobody, no one, \
         far from",
    ),
    (
        BEAST,
        "vermin, parasite, parasites, rat, rats, cockroach, cockroaches, roaches, insects, bugs, animals, \
         animal, beasts, pigs, swine, dogs, monkeys, apes, leeches, maggots, worms, snakes, savages, savage, \
         barbarians, subhuman, subhumans, scum, filth, trash, garbage, waste, dirt, shit, disease, diseases, \
         plague, virus, cancer, infection, pest, pests, plague on, pollution, less than human, less than \
         animals, a plague, a disease, a cancer, not human, not even human, monsters, demons, devils, \
         creatures, untermenschen, mongrels, degenerates, bacteria, tumor, tumour, locusts, ticks, lice, \
         hyenas, vultures, excrement, feces, sewage, slime, pieces of shit, piece of shit, wild animals, a \
         virus, the plague, toxic waste, genetic trash, abominations, an abomination, freaks, freaks of \
         nature, objects, property, slaves, breeding machines, sex objects, lower than, goblins, zombies, \
         weeds, refuse, lesser beings, lesser being, lesser, dirtbags, scumbags, roach, pig, dog, monkey, \
         ape, baboons, baboon, gorillas, chimps, cattle, livestock, goats, donkeys, jackals, leech, maggot, \
         worm, snake, serpents, spiders, flies, mosquitoes, fleas, bedbugs, mutts, evil incarnate, spawn of \
         satan, sub-human, sub-humans, half human, barely human, hardly human, cancers, poison, poisonous, \
         rubbish, human garbage, human trash, human waste, human filth, human scum, human refuse, human \
         vermin, not people, crap, turds, bloodsuckers, cancer cells",
    ),
    (
        VILE,
        "filthy, dirty, disgusting, inferior, worthless, subhuman, vile, repulsive, revolting, evil, \
         disgraceful, despicable, abhorrent, degenerate, deranged, abnormal, unnatural, perverted, perverts, \
         gross, nasty, useless, scummy, primitive, uncivilized, uncivilised, backward, an embarrassment, a \
         disgrace, disgrace, inhuman, unclean, impure, rotten, wicked, satanic, diseased, inbred, hideous, \
         loathsome, a curse, a burden, a blight, a stain, a waste of, a waste of space, mentally ill, \
         retarded, parasitic, savage, barbaric, less than, beneath us, beneath contempt, less human, less \
         intelligent, too stupid, too dumb, too lazy, genetically inferior, second class, second-class, \
         vermin-like, despised, the scum of, whores, sluts, bitches, abomination, freaks of, not worth, \
         stupidest, dumbest, ugliest, laziest, filthiest, dirtiest, nastiest, vilest, weakest, greediest, \
         brainless, mindless, spineless, soulless, heartless, corrupt, corrupted, sick in the head, twisted, \
         depraved, immoral, sinful, ungodly, cursed, horrible, terrible, awful, horrid, atrocious, foul, \
         putrid, stinky, smelly, repugnant, repellent, sickening, contemptible, detestable, deplorable, \
         shameful, pitiful, wretched, lowly, lowlifes, lowlife, low-lifes, bottom feeders, waste of oxygen, \
         waste of air, waste of skin, waste of resources, waste of life, unworthy, undeserving, defective, \
         deformed, freakish, creepy, creeps, vulgar, treacherous, conniving, scheming, deceitful, two-faced, \
         manipulative, bloodthirsty, uneducated, illiterate, unhinged, insufferable, unbearable, intolerable, \
         irredeemable, feeble-minded, simple-minded, unintelligent, mentally deficient, mentally inferior, \
         clueless, superfluous, a mistake, an error, a menace, a nuisance, a shame, scroungers, freeloaders, \
         spongers, moochers, scammers, swindlers, hypocrites, cretins, dimwits, fools, assholes, bastards, \
         pricks, deviants, molesters, sinners, heretics, demonic, backwards, nothing, no good, evil people, \
         horrible people, cunts, skanks, hoes, bigots, pathetic, cruel, trash, incapable, subservient, \
         second-rate, repulsive people, disposable, worth nothing, worth absolutely nothing, dishonest, \
         violent and cruel",
    ),
    (
        BAD,
        "stupid, dumb, idiots, morons, imbeciles, ignorant, retards, lazy, criminals, criminal, thieves, \
         rapists, terrorists, terrorist, murderers, killers, liars, cheats, crooks, pedophiles, paedophiles, \
         predators, groomers, ugly, pathetic, incompetent, untrustworthy, dishonest, greedy, losers, cowards, \
         traitors, invaders, insane, psychos, lunatics, hysterical, a threat to, a danger to, a problem, our \
         enemies, the enemy, enemies, to blame for, the problem with, the reason for all, the worst, the root \
         of all, ruining, destroying, invading, taking over, polluting, infesting, stealing, stealing our, \
         all the same, cancerous, toxic, going to hell, an insult to, a joke, fanatics, extremists, drug \
         dealers, gangsters, thugs, not to be trusted, trying to take over, breeding like, bad for, \
         delusional, gold diggers, only good for, good for nothing, made to serve, meant to serve, a danger, \
         a threat, a menace to, a drain on, a drag on, out to get, plotting, all liars, all criminals, \
         hooligans, murderous, smelly, hateful, cheating, evil by nature, born criminals, job stealers, \
         spies, the devil, plaguing, terrorizing, terrorising, wrecking, corrupting, brainwashing, grooming, \
         stealing our jobs, what is wrong with, whats wrong with, what's wrong with, why this country, \
         irrational, dumb as, stupid as, dumber, stupider, lazier, uglier, less intelligent than, dumber \
         than, weaker than, inferior to, so ignorant, that stupid, that dumb",
    ),
    (
        GOOD,
        "human, humans, people, human beings, real, equal, our equals, normal, natural, welcome, wanted, \
         needed, worth, worthy, worthy of, civilized, civilised, trustworthy, to be trusted, capable of, \
         intelligent, one of us, like us, real women, real men, real people, fit to, fit for, as smart as, \
         good enough, good for anything, smart enough, smart, clean, decent, good people, fully human, smart \
         enough to, able to think, worth the air, worth my time, part of our, true, the only good, only good, \
         worth protecting, attractive, valuable, honest",
    ),
    (
        RIGHT,
        "live, exist, breathe, rights, respect, freedom, life, a life, love, mercy, sympathy, pity, kindness, \
         happiness, protection, human rights, equal rights, any rights, dignity, allowed, vote, breed, \
         reproduce, have children, have rights, equality, help, speak, drive, work with, be here, the right \
         to, rights at all, citizenship, be called human, walk, a voice, compassion, basic rights, be \
         treated, education, an education, trusted, born, be around, marry, better, to be here, be near, our, \
         my",
    ),
    (
        SOUL,
        "soul, souls, brain, brains, morals, honor, honour, shame, decency, place here, place in, place in \
         our, place among, business being, value, worth, heart, culture of, feelings, humanity, purpose, \
         intelligence, self-respect, business in, right to exist, right to live, right to be here, right to \
         speak, rights here, empathy, right to be",
    ),
    (
        DESERVE,
        "deserve, deserves, deserve to, are worth, deserved, have earned, is worth",
    ),
    (BELONG, "belong, belongs"),
    (
        CAMP,
        "chamber, gas chamber, gas chambers, in gas chambers, in the gas chamber, oven, ovens, in the oven, \
         in the ovens, in a zoo, zoo, camps, in camps, in a camp, concentration camps, in cages, in a cage, \
         in chains, in the kitchen, kitchen, in jail, behind bars, in the gutter, in the trash, in the sewer, \
         in hell, in the ground, six feet under, on a leash, in a grave, hell, dump, here, in our, in this, \
         in my, in any civilized, among us, in mental, in an asylum, in prison, to us, on our streets, in a \
         noose, at the bottom, underground, in the bedroom, at home, with animals, in the stone age",
    ),
    (
        REPEL,
        "disgust me, disgusts me, disgust us, make me sick, makes me sick, make me puke, make me vomit, make \
         me want to vomit, make me want to puke, repulse me, revolt me, make me angry, make me furious, make \
         me so angry, make my skin crawl, make my blood boil, make me want to throw up, turn my stomach, ruin \
         everything, ruin our, ruined our, destroy our, are destroying, are ruining, infest, contaminate, \
         pollute, poison our, steal our, took our, are taking our, are taking over, are invading, breed like, \
         stink, reek, smell like, run the world, control the media, control the banks, control the \
         government, rule the world, piss me off, spread disease, spread diseases, bring disease, bring \
         crime, bring nothing but, leech off, should be ashamed, are what is wrong with, are what's wrong \
         with, are why, can't be trusted, cannot be trusted, can not be trusted, are not to be trusted, never \
         be trusted, have ruined, have destroyed, make this country worse, replace us, are replacing us, drag \
         us down, are only good for, are good for nothing, will never belong, will never be equal, will never \
         be human, are beneath, serve no purpose, drive me insane, repel me, sicken me, nauseate me, enrage \
         me, infuriate me, drive me mad, gross me out, piss us off, are everything wrong, are what is wrong, \
         freak me out, always steal, always cheat, can't drive, cannot think, can't think, have ruined \
         everything, breed like rats, breed like rabbits, are a drain on, only purpose is to serve, all look \
         the same, all look alike, smell bad, stink up, eat dogs, only come here to, come here to steal, come \
         here only to, are turning our, turn our, turned our, commit all the, are outbreeding, want to \
         destroy, have taken over, smell so bad, smell terrible, smell awful, smell funny, do not matter, \
         don't matter, can't stop themselves from, are infesting, is a danger to, have no right to",
    ),
    (
        OUT,
        "out, go home, go back, get out, must go, have to go, need to go, not welcome, keep out, stay out, \
         out of our, out of my, go away, leave",
    ),
    (
        WISH,
        "wish, hope, pray, can't wait for, cannot wait for, i want, want, hoping, would love to see, want to \
         see, hope that, wish that, happy when, celebrate when, glad when, smile when, laugh when, love it \
         when, i'll make, i will make, we will make, we'll make, going to make, gonna make, wishing, praying, \
         love seeing, happier than seeing, better than seeing, happy to see, glad to see, love to see, can't \
         wait to see, cannot wait to see, wait to see, let",
    ),
    (
        WITHOUT,
        "better without, better off without, better place without, a world without, world without, free of, \
         rid of, cleansed of, cleared of, empty of, better if there were no, too many, clean of, happier \
         without, safer without, best without",
    ),
    (
        DEATH,
        "death to, death to all, death upon, kill all, kill the, gas the, hang all, lynch the, lynch all, \
         burn all, shoot all, bomb all, gas all, kill every, hang the, nuke the, bomb the, an end to",
    ),
    (HAVE, "have, has, 've, got, have got"),
    (
        WANT,
        "want, need, wants, needs, likes, like, accept, tolerate, want any, want any more, need any more, \
         need more, want to see, wants to be around",
    ),
    (
        HERE,
        "here, in our, in my, in this, near, near me, around, around here, anymore, any more, on our, at our, \
         moving in, living here, next door, coming here, to come here",
    ),
    (
        AIM,
        "you, u, ya, him, her, them, you all, y'all, everyone, all of you, every one of you, both of you, you \
         two, that bitch, those bastards",
    ),
    (YOUR, "your, ur, his, her, their"),
    (
        KIN,
        "family, whole family, entire family, kids, kid, children, child, wife, husband, mother, mom, mum, \
         dad, father, son, daughter, sister, brother, parents, baby, girlfriend, boyfriend, dog, cat, loved \
         ones, grandmother, friends, little girl, little boy, neck, legs, leg, arms, arm, face, skull, head, \
         throat, throats, necks, jaw, ribs, knees, bones, eyes, teeth, spine, brains, balls, house, home, \
         nose, hands, fingers, fucking neck, fucking face, fucking head, ass, car, stupid face, ugly face, \
         whole house, guts, heart out",
    ),
    (
        THING,
        "a, an, some, up, to, the, off, with kindness, in chess, at chess, at, another, any, both a, two, it, \
         that, this, back, in, out, again in, loose, with love, 's, when, how, one, slack, bag, bags, can, \
         bins, bin, cans, heap, dump",
    ),
    (
        THEY,
        "they, them, they're, they all, these people, those people",
    ),
    (
        OBJECTION,
        "wrong, false, untrue, racist, racists, sexist, homophobic, transphobic, islamophobic, antisemitic, \
         bigot, bigots, bigotry, bigoted, propaganda, myth, stereotype, stereotypes, condemn, condemned, \
         condemns, oppose, unacceptable, disagree, hate speech, offensive, nonsense, lie, appalling, nazis, \
         nazi, claim, claims, claimed, believe that, believed, believes, accused, unfair, hateful, slogan, \
         chanted, graffiti, tweet, posted, arrested, sentenced, convicted, slurs, harmful, outrageous, \
         ignorant to, prejudice, rumor, rumour, not true, no justification, never okay, not okay, not \
         acceptable, unjust, allegedly, according to, study, survey, statistics, nobody should say, should \
         never say, stop saying, discrimination, discriminate, fear that, afraid that, worry that, \
         allegations, report, reported, historically, policy, law, laws, court, sentenced for, banned for, \
         fined for, cried, shouted, yelled, screamed, painted, poem, lyrics, speech, quote, quoted, said, \
         says, saying, told, wrote, written, sign, shouting, sang, writing, tell me why, commented, comment, \
         worth any less, worth less, tolerate, not tolerate, treats, treat",
    ),
    (
        NO,
        "no, no more, no fucking, nobody wants, no one wants, never let, don't let, do not let",
    ),
    (
        YOU,
        "you, u, you guys, you all, y'all, ya, your family, your kids, all of you, every one of you, both of \
         you, you two, yall",
    ),
    (
        SCORN,
        "my hatred for, my hatred of, my contempt for, my disgust for, my hatred towards, our hatred of, \
         nothing worse than, never trust, never hire, never date, all hate to, i hate, i despise, i loathe, i \
         detest, we hate, fuck all, fuck the, fuck these, fuck those, screw all, screw these, cleanse our \
         country of, rid our country of, cleanse the country of, purge the country of, rid the world of, \
         cleanse the world of, clean our streets of, never trust a, purge our schools of, wouldn't trust a, \
         would never trust a, would never hire a, would never hire, would never date a, would never let a, no \
         compassion for",
    ),
    (
        DEED,
        "cut, break, destroy, crush, hunt, kick, find, end, smash, beat, attack, punch, slap, choke, smack, \
         thrash, pummel, bomb, hurt, harm, gut, poison, drown, trample, stomp, stomp on, spit on, knock, rip, \
         tear, crack, bash, chop, slice, bust, twist, stick a knife in, put a bullet in",
    ),
    (
        DOOM,
        "better watch out, better hide, better run, better be afraid, better be scared, better watch your \
         back, better watch their backs, will pay for, will regret, will burn, will be sorry, days are \
         numbered, will be wiped out, will hang, are next, will get what they deserve, get what they deserve, \
         will bleed, won't be safe, aren't safe, will never be safe, are not safe from me, will get what you \
         deserve, are going to pay, are gonna pay, are going down, will be dealt with",
    ),
    (
        SCUM,
        "scum, filth, vermin, parasite, parasites, subhuman, subhumans, trash, garbage, degenerates, \
         degenerate, savages",
    ),
    (
        YOU_BECOME,
        "you will get, you will be, you are going to get, you are going to be, you are gonna get, you are \
         gonna be, you're gonna get, you're going to get, you'll get, you'll be, you're gonna be, you're \
         going to be, you will end up, you should get, you should be, you ought to be, you need to be, you \
         needs to be, you deserve to be, you deserve to get, you must be, you should have been, you better \
         hope you don't get, you all should be, he should be, she should be, he deserves to be, she deserves \
         to be, he needs to be, she needs to be, they should be, they should all be, he should have been, she \
         should have been, they deserve to be, you guys should be, you people should be, he ought to be, she \
         ought to be",
    ),
    (
        BEATEN,
        "murdered, shot, stabbed, beaten, beaten up, hanged, lynched, raped, gutted, executed, beheaded, \
         tortured, burned alive, run over, curb stomped, crucified, knifed, slaughtered, put down, castrated, \
         exterminated",
    ),
    (
        ALLOWED,
        "be allowed, exist, vote, breed, reproduce, have rights, be here, work here, be let in, be given \
         rights, allowed, allowed here, allowed in",
    ),
    (WHO, "who, that, which"),
    (
        FILTHY,
        "filthy, dirty, disgusting, vile, worthless, subhuman, degenerate, useless, nasty, repulsive, \
         revolting, inferior, stinking, savage, perverted, pathetic, parasitic, retarded, brainless, \
         barbaric, uncivilized, uncivilised, scummy, loathsome, despicable, deplorable, stupid, dumb, smelly, \
         fucking stupid, greedy, sick fucking, disease-ridden, rotten, goddamn fucking, evil fucking, \
         wretched",
    ),
    (
        ASSAULT,
        "beat, beat up, attack, bomb, punch, slap, hunt, spit on, smash, choke, trample, stomp, stomp on, \
         smack, crush, kick the shit out of, drown, poison",
    ),
];
