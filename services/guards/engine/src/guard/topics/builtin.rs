//! Topics that come with the guard. Words are in English, in their plain form: endings of plurals and
//! verbs are found as well.

/// A topic and its words.
pub(super) struct Builtin {
    pub(super) id: &'static str,
    pub(super) description: &'static str,
    /// Words, with commas between, that weigh 3: they are seldom about anything else.
    strong: &'static str,
    /// That weigh 2.
    medium: &'static str,
    /// That weigh 0.75: they tell only beside others.
    weak: &'static str,
}

/// The ids of the topics.
pub(super) const IDS: [&str; BUILTIN.len()] = [
    "violence",
    "weapons",
    "drugs",
    "self_harm",
    "gambling",
    "medical_advice",
    "legal_advice",
    "financial_advice",
    "politics",
    "adult",
];

/// The topics, in the order of their ids.
pub(super) const BUILTIN: [Builtin; 10] = [
    Builtin {
        id: "violence",
        description: "Harm done to people",
        strong: "behead, beheading, beheaded, massacre, manslaughter, bloodbath, mass shooting, \
                 school shooting, lynching, genocide, mutilate, mutilation, ethnic cleansing, \
                 murder, murderer, homicide, stabbed to death, beaten to death, strangle, \
                 strangling, strangled, dismember, decapitate, decapitating",
        medium: "stab, stabbing, stabbed, torture, torturing, assassinate, assassination, assault, \
                 slaughter, kidnap, kidnapped, kidnapping, hostage, terrorist, terrorism, bombing, \
                 arson, corpse, bloodshed, domestic abuse, domestic violence, brutality, slain, \
                 execution style, hitman, beat up, gunned down, choke her, choke him",
        weak: "kill, killer, killing, blood, bloody, attack, attacker, violent, violence, weapon, \
               knife, gun, shot, shoot, shooting, victim, wound, dead, death, bomb, punch, threat, \
               threaten, beat, beaten, hurt, injure, gang, riot",
    },
    Builtin {
        id: "weapons",
        description: "Weapons, ammunition and explosives",
        strong: "firearm, handgun, shotgun, assault rifle, sniper rifle, submachine gun, machine gun, \
                 machinegun, ghost gun, ammunition, hand grenade, molotov cocktail, pipe bomb, \
                 dirty bomb, nerve agent, sarin, semtex, nitroglycerin, landmine, warhead, ar-15, \
                 ak-47, 9mm, body armor piercing, switchblade, brass knuckles, explosive device, \
                 chemical weapon, biological weapon, concealed carry",
        medium: "rifle, pistol, revolver, ammo, grenade, explosive, detonator, detonate, silencer, \
                 suppressor, gunpowder, tnt, bayonet, machete, crossbow, missile, glock, beretta, \
                 bump stock, full metal jacket, hollow point, bomb making, gunsmith, holster, \
                 ballistic, artillery, mortar shell",
        weak: "gun, weapon, bullet, bomb, knife, blade, sword, dagger, trigger, barrel, caliber, \
               magazine, cartridge, fuse, shoot, shooting, armed, arm, fire, blast, fertilizer, \
               recoil, scope, taser",
    },
    Builtin {
        id: "drugs",
        description: "Illegal drugs, their making, trade and use",
        strong: "cocaine, heroin, methamphetamine, crystal meth, meth lab, fentanyl, mdma, ecstasy \
                 pill, lsd, ketamine, crack cocaine, crack pipe, psilocybin, magic mushroom, dmt, \
                 ghb, drug dealer, drug dealing, drug trafficking, drug cartel, heroin addict, \
                 ayahuasca, black tar, speedball, snort coke, bath salts, synthetic cannabinoid",
        medium: "cannabis, marijuana, amphetamine, opium, opioid, oxycodone, oxycontin, hashish, weed \
                 dealer, meth, mescaline, peyote, narcotic, junkie, overdose, overdosed, overdosing, \
                 smoke weed, smoking weed, get high, getting high, stash house, edibles, thc, \
                 xanax bars, lean and codeine, bong, blunt wrap, party drug, recreational drug",
        weak: "drug, weed, dealer, joint, pill, dose, dosage, inject, injection, needle, snort, \
               addict, addiction, addicted, stoned, trip, tripping, powder, gram, ounce, smoke, \
               pot, coke, crack, speed, acid, rehab, cartel",
    },
    Builtin {
        id: "self_harm",
        description: "Suicide and harm done to oneself",
        strong: "suicide, suicidal, kill myself, killing myself, end my life, ending my life, take my \
                 own life, taking my own life, self-harm, self harm, self-injury, cut myself, \
                 cutting myself, hang myself, hanging myself, hurt myself, hurting myself, overdose \
                 on pills, slit my wrists, slit my wrist, want to die, wanted to die, \
                 better off dead, no reason to live, pro-ana, thinspo, jump off a bridge, \
                 suicide note, kill yourself, harm myself, harming myself",
        medium: "wish i was dead, wish i were dead, can't go on, cannot go on, don't want to live, do \
                 not want to live, end it all, unalive, lethal dose, starve myself, starving myself, \
                 purging, noose, razor blade, hate myself, goodbye note, anorexia, bulimia, \
                 nobody would miss me, self-destruct",
        weak: "hopeless, worthless, die, dying, death, pill, wrist, scar, bleed, bleeding, depressed, \
               depression, cutting, pain, alone, bridge, rope, overdose, goodbye",
    },
    Builtin {
        id: "gambling",
        description: "Games for money and bets",
        strong: "casino, sportsbook, bookmaker, bookie, roulette, blackjack, baccarat, slot machine, \
                 online betting, sports betting, gambling site, poker room, free spins, craps table, \
                 parlay, gamble, gambling, gambler, scratch card, scratchcard, texas hold'em, \
                 betting odds, place a bet, placing bets, deposit bonus, horse betting",
        medium: "bet, betting, wager, jackpot, poker, lottery, lotto, slots, punter, handicapper, \
                 bingo hall, high roller, point spread, moneyline, over under, croupier, \
                 house edge, powerball, raffle, bankroll, double down",
        weak: "odds, stake, dealer, chip, win, winning, luck, lucky, spin, dice, card, payout, \
               bonus, race, ticket, deposit, payoff, prize, tip",
    },
    Builtin {
        id: "medical_advice",
        description: "Symptoms, diagnoses, treatment and medicines",
        strong: "diagnosis, diagnose, prescription, ibuprofen, paracetamol, \
                 acetaminophen, amoxicillin, antibiotic, antidepressant, insulin, chemotherapy, \
                 blood pressure, chest pain, metformin, warfarin, aspirin, statin, second opinion, \
                 milligrams a day, drug interaction, medical advice, contraindication, biopsy, \
                 mri scan, ct scan, prednisone, sertraline, lisinopril, over-the-counter",
        medium: "symptom, dosage, medication, medicine, tumor, tumour, cancer, diabetes, diabetic, \
                 asthma, infection, migraine, surgery, vaccine, vaccination, physician, therapy, \
                 rash, nausea, pregnancy, pregnant, allergic, allergy, seizure, stroke, fever, \
                 cholesterol, thyroid, mg, hypertension, pneumonia, treatment",
        weak: "side effect, doctor, nurse, hospital, patient, pain, ache, cough, headache, sore, swollen, pill, \
               dose, tablet, cure, heal, bleed, dizzy, tired, blood, heart, lung, kidney, liver, \
               treat, prescribe, prescribed, disease, illness, sick, clinic",
    },
    Builtin {
        id: "legal_advice",
        description: "Lawsuits, contracts, rights and courts",
        strong: "lawsuit, legal advice, attorney, plaintiff, defendant, litigation, statute of \
                 limitations, breach of contract, small claims court, power of attorney, \
                 file a claim, sue my, sue them, sue him, sue her, subpoena, child custody, \
                 wrongful termination, wrongful dismissal, class action, cease and desist, \
                 restraining order, plea bargain, notarize, deposition, legally binding, \
                 intellectual property infringement, law firm, legal counsel, pro bono",
        medium: "lawyer, solicitor, barrister, court, liable, liability, sue, suing, sued, divorce, \
                 custody, alimony, eviction, evict, negligence, damages, indictment, felony, \
                 misdemeanor, bail, probation, verdict, settlement, testify, copyright, trademark, \
                 patent, statute, tort, injunction, testament, bankruptcy, prosecutor, tenant rights",
        weak: "legal, illegal, law, judge, jury, contract, clause, rights, claim, evidence, witness, \
               trial, appeal, charge, charged, guilty, landlord, tenant, lease, police, \
               arrest, dispute",
    },
    Builtin {
        id: "financial_advice",
        description: "Investments, loans, taxes and trading",
        strong: "stock market, invest in, investing in, mutual fund, index fund, etf, hedge fund, \
                 401k, 401(k), roth ira, pension fund, day trading, forex, short selling, short \
                 squeeze, margin call, cryptocurrency, bitcoin, ethereum, altcoin, dividend, \
                 portfolio allocation, asset allocation, financial advice, capital gains, \
                 stock tip, penny stock, call option, put option, bull market, bear market, \
                 compound interest, treasury bond, blue chip, financial advisor, refinance",
        medium: "investment, investor, broker, brokerage, mortgage, shares, stocks, bond, portfolio, \
                 crypto, leverage, hedge, equity, retirement, savings account, credit score, \
                 interest rate, inflation, tax deduction, tax return, annuity, loan, debt, \
                 diversify, yield, price target, trader, trading, token sale, futures",
        weak: "invest, money, bank, buy, sell, stock, fund, profit, loss, gain, return, risk, tax, \
               interest, price, market, asset, credit, budget, save, saving, income, fee, cash",
    },
    Builtin {
        id: "politics",
        description: "Parties, elections, governments and their disputes",
        strong: "election, presidential candidate, prime minister, senator, congressman, \
                 congresswoman, member of parliament, democrat, republican, left-wing, right-wing, \
                 far-right, far-left, political party, ballot, referendum, impeachment, impeach, \
                 gerrymandering, electoral college, filibuster, supreme court nominee, \
                 parliamentary, tory, labour party, bundestag, white house, capitol hill, \
                 voter suppression, midterms, swing state, communism, fascism, socialism, populism",
        medium: "politics, political, politician, parliament, congress, senate, vote, voter, voting, \
                 conservative, liberal, socialist, communist, fascist, nationalist, president, \
                 chancellor, campaign trail, legislation, government, immigration policy, abortion, \
                 gun control, lobbyist, coalition, constituency, manifesto, propaganda, brexit, \
                 sanctions, dictator, regime, inaugurate",
        weak: "party, candidate, campaign, policy, law, minister, debate, poll, protest, \
               reform, opposition, border, immigration, war, nation, rights, democracy, democratic, \
               republic, bill, tax, mayor, governor",
    },
    Builtin {
        id: "adult",
        description: "Sexual content",
        strong: "porn, porno, pornography, pornographic, pornstar, xxx video, nsfw, onlyfans, blowjob, \
                 handjob, orgasm, masturbate, masturbation, masturbating, dildo, vibrator, escort \
                 service, striptease, hentai, bdsm, erotica, threesome, gangbang, cumshot, milf, \
                 sex tape, sexting, nude photo, nude picture, have sex with, having sex with, \
                 oral sex, anal sex, sex worker, brothel, camgirl, fetish, deepthroat, \
                 sexual intercourse",
        medium: "sexual, sexy, nude, naked, erotic, horny, genitals, penis, vagina, nipples, boobs, \
                 lingerie, stripper, prostitute, prostitution, hooker, aroused, arousal, kinky, \
                 seduce, seduction, foreplay, topless, intercourse, one-night stand, lap dance, \
                 cock, pussy, tits, ejaculate",
        weak: "sex, kiss, kissing, breast, body, touch, moan, bed, strip, undress, hot, tease, lust, \
               desire, intimate, lover, virgin, escort, underwear, thigh, lick, naughty",
    },
];

// === impl Builtin ===

impl Builtin {
    /// The words with their weights.
    pub(super) fn words(&self) -> impl Iterator<Item = (&'static str, f64)> {
        let lists = [(self.strong, 3.0), (self.medium, 2.0), (self.weak, 0.75)];
        lists
            .into_iter()
            .flat_map(|(words, weight)| words.split(',').map(move |word| (word.trim(), weight)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_topic_has_words_of_its_own_once() {
        for (id, topic) in IDS.iter().zip(&BUILTIN) {
            assert_eq!(*id, topic.id);
            let mut seen = HashSet::new();
            for (word, _) in topic.words() {
                assert!(!word.is_empty() && seen.insert(word), "{id}: {word:?}");
            }
            assert!(seen.len() >= 50, "{id}");
        }
    }
}
