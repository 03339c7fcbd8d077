//! Terms beyond those of the first lists, in the languages that are written most, and what makes some of
//! them harmless. Masked ones are in rot13, as in `lexicon`.

use super::{Kind, List};

/// In plain letters.
pub(super) const PLAIN: [List; 5] = [
    (
        Some(Kind::Insult),
        1.8,
        "you don't deserve to live, you do not deserve to live, you don't deserve to breathe, shut up already, just shut up, no one will ever love you, nobody will ever love you, can't stand you, \
         cannot stand you, would hate you, piece of trash, piece of garbage, pile of garbage, braindead, \
         brain-dead, you suck, you stink, you disgust me, you make me sick, i hate you, we hate you, i loathe \
         you, hate your guts, no one likes you, no one loves you, nobody wants you, no one wants you here, \
         nobody wants you here, no one cares about you, nobody cares about you, nobody asked you, should be \
         ashamed of yourself, dumb as a rock, dumb as a brick, not worth the air, waste of skin, waste of air, \
         waste of life, waste of human, waste of a human, good for nothing, sorry excuse for a, you are \
         nothing, you're nothing, you are worthless, you're worthless, human garbage, human trash, human \
         filth, screw you, screw yourself, up yours, degenerate scum, filthy animal, filthy pig, fat pig, ugly \
         cow, fat cow, fat slob, old hag, ugly hag, bootlicker, inbred, neanderthal, knuckle-dragger, go back \
         to your country, go back to where you came from, get out of our country, halt die klappe, halts maul, \
         halt's maul, halt dein maul, du bist dumm, geh sterben, niemand mag dich, ferme-la, sale type, pauvre \
         type, pauvre con, tu es nul, cállate, eres una basura, eres basura, eres un inútil, vete al demonio, hijo de perra, tonto del culo, das asco, me das \
         asco, nadie te quiere, fai schifo, fate schifo, cala a boca, cala boca, você é um lixo, ninguém gosta \
         de você, hou je bek, rot op, zamknij się, заткнись, мудак, гандон, долбоёб, 傻逼, 蠢货, 白痴, 混蛋, 王八蛋, 滚开, \
         操你妈, 他妈的, 馬鹿野郎, くたばれ, クズ, 병신, 개새끼, 씨발, كلب ابن",
    ),
    (
        Some(Kind::Insult),
        1.4,
        "shut up, dummkopf, trottel, vollidiot, depp, schwachkopf, vollpfosten, abschaum, dreckskerl, crétin, \
         débile, abruti, imbécile, estúpido, estúpida, imbécil, idiota, cretino, imbecille, stupido, stupida, \
         otário, desgraçado, sukkel, achterlijk, idioot, debil, kretyn, głupek, szmata, идиот, дурак, дура, \
         тупой, тупая, дебил, кретин, урод, мразь, тварь, ублюдок, скотина, сволочь, сука, ничтожество, aptal, \
         salak, gerizekalı, şerefsiz, 废物, 바보, 멍청이, أحمق, غبي, बेवकूफ",
    ),
    (
        Some(Kind::Threat),
        3.0,
        "coming after you, put you six feet under, you should be killed, never walk again, put a knife in your, put a bullet in your, in a body bag, wish you were never \
         born, wish you had never been born, make you bleed, your family dies, your family will die, your daughter dies, \
         your kids will die, your family is next, not live to see, won't live to see, last day on earth, dig your own grave, \
         digging your own grave, put you in the ground, put you in a coffin, put you in the hospital, pay with your life, \
         never see your family again, never see your kids again, you better hide, you'd better hide, you should just end it, you should end it all, \
         go suicide, commit suicide already, hang yourself, neck yourself, rope yourself, unalive yourself, \
         off yourself, end yourself, slit your wrists, cut your wrists, drink bleach, drink some bleach, jump \
         off a bridge, jump off a cliff, jump off a building, jump in front of a train, swallow a bullet, eat \
         a bullet, put a gun in your mouth, end your life, take your own life already, do us all a favor and \
         die, do us a favor and die, do the world a favor and die, do everyone a favor and die, the world \
         would be better without you, world would be better off without you, everyone would be better off \
         without you, better off dead, nobody would miss you, no one would miss you, nobody will miss you, no \
         one will miss you, you should die, you should be dead, you should just die, just die already, hurry \
         up and die, why don't you die, why don't you just die, hope you get cancer, hope you get hit by, hope \
         you rot, hope you suffer, hope you choke, hope you burn, hope they kill you, hope someone kills you, \
         rot in hell, burn in hell, deserve to suffer, deserves to die, deserves to suffer, deserve to be \
         killed, you are going to die, you're going to die, gonna die tonight, you're \
         dead, you are a dead man, dead man walking, coming for you, coming to get you, i'm coming after you, \
         i know where you work, i know where you sleep, i know where your kids, i know where your family, say \
         goodbye to your, you won't see it coming, you better watch, you'd better watch, shoot up the school, \
         shoot up your, blow up your, bomb the, burn down your, burn your house, make you suffer, make you \
         pay, make your life hell, make your life miserable, i'll end you, i will end you, end your miserable \
         life, snap your neck, rip your head off, rip your throat, smash your face, smash your skull, punch \
         you in the face, punch your face, bash your skull, crack your skull, cut you up, cut you into, gut \
         you, skin you alive, beat you to death, beat you senseless, beat you to a pulp, kill your family, \
         kill your whole family, kill you all, kill them all, kill every last, ich bring dich um, ich bringe \
         dich um, ich töte dich, ich mach dich fertig, ich mach dich kalt, bring dich um, stirb endlich, du \
         sollst sterben, ich weiß wo du wohnst, je vais te tuer, je vais vous tuer, je vais te crever, je vais \
         te casser, tue-toi, suicide-toi, pends-toi, je sais où tu habites, te voy a matar, os voy a matar, te \
         mataré, muérete, mátate, ojalá te mueras, ojalá te muera, sé dónde vives, vou te matar, eu vou te \
         matar, vou acabar com você, sei onde você mora, ti ammazzo, ti uccido, ti ucciderò, devi morire, \
         ammazzati, so dove abiti, ik maak je af, ik vermoord je, ga dood, pleeg zelfmoord, zabiję cię, \
         zdychaj, powieś się, wiem gdzie mieszkasz, я тебя убью, убью тебя, сдохни, убей себя, чтоб ты сдох, я \
         знаю где ты живёшь, seni öldüreceğim, öldüreceğim seni, 去死, 我要杀了你, 杀了你, 死ね, 殺すぞ, 殺してやる, 죽어라, 죽여버린다, \
         سأقتلك, मैं तुम्हें मार दूंगा",
    ),
    (
        Some(Kind::Sexual),
        2.0,
        "you are so sexy, sleep with me, have sex with me, want to have sex with you, take off your clothes, \
         take your clothes off, hey sexy, hot bod, send me a sexy picture, sexy pictures of you, you belong in \
         the kitchen, show me some skin, i want you naked, see you naked, get naked for me",
    ),
    (
        None,
        0.0,
        "spice, spices, hope you die laughing, you are going to die of, you're going to die of, you are going to die laughing, idiot light, idiot \
         board, idiot's guide, complete idiot's guide, idiom, dumb bell, dumb waiter, crash test dummy, rat \
         race, lab rat, pig iron, pig latin, piggy bank, trash talk, trash bin, recycle bin, kill two birds, \
         dead man's switch, dead man's snitch, dead man's hand, drop dead gorgeous, drop-dead gorgeous, joker, \
         fool's errand, fool's gold, fool me once, no fool, april fool, foolproof, fool-proof, liar's dice, \
         freak accident, freak storm, control freak, psycho the movie, creep feature, scope creep, feature \
         creep, mission creep, coward's way, fraud detection, fraud prevention, fraud department, anti-fraud, \
         trash folder, garbage truck, garbage day, garbage in, failure mode, failure rate, heart failure, disk \
         failure, ugly crying, vermin control, scum bag filter, pond scum, couch potato, kick ass, moby dick, \
         dick cheney, dick van dyke, philip k dick, cock and bull, peacock, cocktail, tit for tat, blue tit, \
         great tit, pussy willow, pussycat, cockpit, hot dick, burn in hell's kitchen, bomb the exam, bomb the \
         interview, bomb the test, bomb the presentation, bomb the quiz, dead to me, you're dead in the game, \
         you're dead tired, you are dead tired, you're dead right, you're dead wrong, you're dead on, you are \
         dead on, you're dead set, die of laughter, die laughing, die of boredom, you suck in, coming for you \
         this christmas",
    ),
];

/// In rot13.
pub(super) const MASKED: [List; 5] = [
    (
        Some(Kind::Insult),
        2.4,
        "fgsh, qvpx urnq, qvpxsnpr, phzqhzc, zbgureshpxvat, tb shpx lbhefrys, shpx h, shpx lbhe zbgure, shpx \
         nyy bs lbh, fghcvq ovgpu, qhzo ovgpu, qhzo shpx, qhzoshpx, shpxvat vqvbg, shpxvat zbeba, shpxvat \
         ergneq, cvrpr bs penc, rng n qvpx, yvpx zl onyyf, shpxobl, pyhfgreshpx bs n uhzna, fuvgont, \
         fuvgfgnva, fuvgubyr bs n crefba, pbpxfhpxvat, gjngsnpr, nff pybja, nffpybja, nefrubyr, oryyraq, \
         xabournq, nff ubyr, fuvg sbe oenvaf, fuhg gur shpx hc, trg gur shpx bhg, phpx, yvogneq, nefpuybpu, \
         uherafbua, jvpufre, sbgmr, fpuynzcr, qerpxfnh, svpx qvpu, irecvff qvpu, unyg qvr serffr, zvfftroheg, \
         pbaaneq, pbaanffr, fnybcr, raphyr, svyf qr chgr, in gr snver sbhger, avdhr gn zrer, avdhr gn enpr, gn \
         thrhyr, srezr gn thrhyr, uvwb qr chgn, uvwn qr chgn, tvyvcbyynf, pnoeba, craqrwb, puvatn gh znqer, \
         irgr n yn zvreqn, chgn znqer, svyub qn chgn, inv fr sbqre, inv gbzne ab ph, inv n zreqn, neebzonqb, \
         intnohaqn, fgebamb, pbtyvbar, svtyvb qv chggnan, inssnaphyb, chggnan, grfgn qv pnmmb, xybbgmnx, \
         xhgjvws, xnaxreyvwre, ubrerawbat, fxhejlfla, fcvreqnynw, wronal, mnwronal, znqnepubq, ourapubq, \
         puhgvln, bebfch pbphth, fvxgve tvg",
    ),
    (
        Some(Kind::Profanity),
        1.3,
        "shpxva, zbgureshpxre, ohyypenc, ubefrfuvg, qvcfuvg, qnzzvg, shpxre, shpxf, rssvat, cvffrq, oybbql \
         uryy, fpurvffr, fpurvff, ireqnzzg, zreqr, chgnva, zvreqn, wbqre, pbab, pnenyub, zreqn, pnmmb, xhejn, \
         xhg, nefr, gvgf, pbpx, qvpx, chffl, jnax, phz",
    ),
    (
        Some(Kind::Slur),
        2.6,
        "snttbg nff, genaal sernx, fnaq zbaxrl, pnzry wbpxrl, enturnq, avttn nff, artebvq, tlcfl fphz, qvegl \
         wrj, svygul wrj, qvegl zhfyvz, svygul zhfyvz, qvegl zrkvpna, qvegl vzzvtenag, svygul vzzvtenag, \
         zhqfyvzr, cnxv fphz, puvanzna, mvccreurnq, obeqre ubccre, napube onol genfu, gne onol, tbyyvjbt, \
         fuvgfxva, gebba, fbqbzvgr fphz, zbatbybvq, ergneqrq sernx, xnanxr, xnanpxr, artre, fpujhpugry, \
         whqrafnh, mvtrharecnpx, obhtabhyr, ovpbg, arter, lbhcva, fnyr nenor, fnyr whvs, fnyr abve, gncrggr, \
         znevpba, znevpn qr zvreqn, fhqnpn, arteb qr zvreqn, zbeb qr zvreqn, ivnqb, fncngnb, pevbhyb, sebpvb, \
         svabppuvb, arteb qv zreqn, greebar, xnaxresyvxxre, syvxxre, xhgznebxxnna, pvncngl, mlqrx",
    ),
    (
        Some(Kind::Sexual),
        2.6,
        "fhpx zl qvpx, fhpx zl pbpx, fvg ba zl snpr, fubj zr lbhe gvgf, fubj zr lbhe obbof, fubj lbhe gvgf, \
         avpr gvgf, avpr nff, v jnag gb shpx lbh, v jnaan shpx lbh, yrg zr shpx lbh, jnag gb onat lbh, fcernq \
         lbhe yrtf, oraq bire sbe zr, fraq zr ahqrf, fraq ahqrf, fraq zr lbhe ahqrf, trg ba lbhe xarrf naq \
         fhpx, v jbhyq shpx lbh, v'q shpx lbh, shpx lbhe oenvaf bhg, evqr zl qvpx, gvgf be tgsb, phz ba lbhe \
         snpr, phz va lbh, teno lbh ol gur chffl, teno lbhe nff, gbhpu lbhe obbof, jrg sbe zr, ubj nobhg n \
         oybjwbo, tvir zr n oybjwbo, qb nany, lbh ybbx fb shpxnoyr, shpxnoyr, oynf zve rvara, yhgfpu zrvara \
         fpujnam, mrvt zve qrvar gvggra, fhpr zn ovgr, fhpr zbv, zbager zbv grf frvaf, puhcnzr yn cbyyn, \
         puhcnzr yn iretn, rafranzr ynf grgnf, puhcn zrh cnh, znaqn ahqrf, fhppuvnzv vy pnmmb, snzzv irqrer yr \
         grggr",
    ),
    (
        Some(Kind::Threat),
        2.6,
        "orng gur fuvg bhg bs, xvpx lbhe nff, jubbc lbhe nff, orng lbhe nff, shpx lbh hc, qvr ovgpu, qvr lbh, \
         v jvyy shpx lbh hc, encr lbh, trg encrq, fubhyq or encrq, qrfreir gb or encrq",
    ),
];
