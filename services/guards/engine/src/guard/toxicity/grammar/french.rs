//! What French words do in a sentence about a group of people, and the names of groups. Letters are small.

use super::words::{
    AIM, BAD, BE, BEAST, BELONG, CALL, CAMP, Class, DEATH, DESERVE, DIE, EXPEL, EXPELLED, FILL,
    GOOD, HARM, HARMED, HATE, HAVE, HERE, JEST, ME, ME_CALL, NO, NOT, OBJECTION, OUT, PEOPLE,
    REPEL, RIGHT, SCORN, SHOULD, SHOULD_NOT, SOME, SOUL, THEY, VILE, WANT, WHO, WISH, WITHOUT,
};

/// Names that are said of many.
pub(super) const MANY: &str = "femmes, les femmes, hommes, musulmans, musulmanes, juifs, juives, chrétiens, catholiques, arabes, \
 noirs, noires, blancs, asiatiques, chinois, africains, africaines, maghrébins, maghrébines, \
 algériens, marocains, tunisiens, turcs, roms, gitans, tsiganes, immigrés, immigrées, migrants, \
 étrangers, étrangères, réfugiés, clandestins, sans-papiers, homosexuels, homosexuelles, gays, homos, \
 lesbiennes, trans, transsexuels, personnes trans, handicapés, handicapées, personnes handicapées, \
 invalides, féministes, vieux, pauvres, sdf, filles, nanas, indiens, polonais, roumains, syriens, \
 afghans, italiens, portugais, américains, anglais, allemands, russes, bisexuels, bouddhistes, \
 hindous, athées, gens comme toi, gens comme vous, israéliens, palestiniens, antillais, queers, \
 banlieusards, réfugiées, mosquées, synagogues, mosquée, synagogue";

/// What people are, before a word for people.
pub(super) const WHICH: &str = "musulman, juif, arabe, noir, trans, homosexuel, gay, handicapé";

/// Words of each class.
pub(super) const WORDS: &[(Class, &str)] = &[
    (
        FILL,
        "les, des, de, du, d', la, le, l, un, une, tous, toutes, tout, tous les, toutes les, ces, ce, cette, \
         chaque, juste, que, qu, vraiment, toujours, tellement, tres, si, simplement, aussi, rien que, rien \
         d'autre que, comme, pire que, pires que, putain de, foutus, sales, et, ou, etre, a, au, aux, en, se, \
         faire, ici, dans ce pays, dans notre pays, en france, c'est, c, sont, ils, elles, toutes ces, tous \
         ces, bande, bande de, nos, notre, leur, leurs, meme, plus, une bande de, absolument, totalement, \
         completement, comme toi, comme vous, comme eux, comme ca, pures, pure, pur, purs, sans exception, \
         rien d'autre, par nature, vraiment tous, au pouvoir, etres, creatures, individus, une espece de, \
         espece de",
    ),
    (SOME, "certains, certaines, quelques, quelque, deux, trois"),
    (
        PEOPLE,
        "gens, personnes, hommes, femmes, homme, femme, enfants, personne",
    ),
    (
        ME,
        "je, j, nous, on, moi je, j'ai, je ressens, ressens, eprouve, j'eprouve, j'en ai, je n'ai que, je \
         suis",
    ),
    (
        ME_CALL,
        "il faut, faut, il faudrait, faudrait, on devrait, on doit, je vais, on va, nous devons, nous \
         devrions, je veux, allons, j'ai envie de, il est temps de, je voudrais, qu'on, il fallait, je vais \
         tous les",
    ),
    (CALL, "devrait, devrions, devons, doit, veux, vais, va"),
    (
        SHOULD,
        "devraient, doivent, devrait, doit, meritent, peuvent, faut",
    ),
    (
        SHOULD_NOT,
        "ne devraient pas, ne devrait pas, ne devraient jamais, ne doivent pas, devraient pas, doivent pas, \
         n'ont pas a",
    ),
    (
        HARM,
        "tuer, buter, exterminer, gazer, pendre, bruler, fusiller, egorger, massacrer, eliminer, abattre, \
         crever, lyncher, tabasser, frapper, violer, noyer, eradiquer, aneantir, lapider, decapiter, casser \
         la gueule, peter la gueule, defoncer, casser les jambes, planter, demolir, etrangler, trancher la \
         gorge, retrouver et te tuer, poignarder, faire la peau, faire souffrir, torturer, mettre fin a, en \
         finir avec, assassiner, executer",
    ),
    (
        HARMED,
        "tues, tuees, butes, extermines, gazes, pendus, pendues, brules, brulees, fusilles, egorges, \
         massacres, elimines, abattus, lynches, frappes, frappees, violees, eradiques, aneantis, lapides, \
         lapidees, castres, executes, exterminees, eliminees, noyes, tous tues, assassines, tortures, mis a \
         mort, mis en cage",
    ),
    (
        DIE,
        "mourir, crever, disparaitre, souffrir, la mort, mort, perir, bruler, se suicider, pourrir, brulent, \
         crevent, meurent, se pendre",
    ),
    (
        EXPEL,
        "expulser, virer, deporter, enfermer, renvoyer, chasser, se debarrasser, interdire, jeter dehors, \
         foutre dehors, degager, interner, se debarrasser de, nous debarrasser de, debarrasser, balancer, \
         jeter, mettre en cage",
    ),
    (
        EXPELLED,
        "expulses, expulsees, deportes, enfermes, enfermees, renvoyes, vires, chasses, interdits, rentrer \
         chez eux, rester a la maison, rester dans la cuisine, internes, retourner dans leur pays, degager, \
         enfermes dans, jetes a la decharge, mis en cage, dans un zoo, dans des cages",
    ),
    (
        HATE,
        "deteste, hais, meprise, execre, detestons, haissons, ne supporte pas, ne peux pas supporter, \
         supporte plus, en ai marre des, marre des, vomis, nique, a bas, peux pas blairer, peux pas saquer, \
         degoute par, j'emmerde, mort aux, mepris pour, haine pour, haine envers, degout pour, ne supporte \
         vraiment pas, ne supporte plus, abhorre, ras-le-bol des, en ai assez des, degoutee par, pas \
         supporter, marre d'etre entoure de",
    ),
    (
        BE,
        "sont, est, sont tous, sont toutes, seront toujours, c'est, ont toujours ete, resteront, ne sont que, \
         ne sont rien d'autre que, ne sont rien que, ne valent pas mieux que, ne sont pas mieux que, peuvent \
         etre, sont juste, sont vraiment",
    ),
    (
        NOT,
        "pas, ne, n, jamais, aucun, aucune, ne sont pas, n'ont aucun, n'ont aucune, personne ne, n'ont pas, \
         point, ne sont meme pas",
    ),
    (
        BEAST,
        "vermine, parasites, rats, cafards, animaux, ordures, dechets, merde, singes, chiens, porcs, cochons, \
         peste, cancer, maladie, sous-hommes, sauvages, betes, racaille, sangsues, virus, fleau, nuisibles, \
         raclure, raclures, insectes, barbares, monstres, degeneres, poubelles, saletes, esclaves, bestiaux, \
         pourritures, vipere, detritus, sous-humains, inferieurs, etres inferieurs, creatures, immondices, \
         rebuts, pourriture, fumier, un virus, infection, ordure, gaspillage, saloperies",
    ),
    (
        VILE,
        "sales, sale, degoutants, degoutantes, degueulasses, degueulasse, inferieurs, inferieures, \
         repugnants, repugnantes, immondes, malades mentaux, pervers, anormaux, contre nature, inutiles, \
         primitifs, une honte, un fardeau, abjects, vils, impurs, arrieres, mauvais, mechants, une \
         abomination, des putes, putes, trop bete, trop betes, repoussants, repoussantes, ignobles, une \
         erreur, une plaie, moins que rien, des malades, trop stupides, sous-developpes, moins intelligentes, \
         moins intelligents, abominables, ecoeurants, ecoeurantes, revoltants, revoltantes, meprisables, \
         pathetiques, lamentables, malhonnetes, ignorants, ignorantes, sans valeur, deplorables, viles, \
         infectes, cruels, cruelles, incivilises, ne valent rien, sans cervelle, ecervelees, stupides, \
         minables, les pires",
    ),
    (
        BAD,
        "stupides, betes, idiots, idiotes, debiles, cons, connes, faineants, paresseux, criminels, voleurs, \
         violeurs, terroristes, assassins, menteurs, menteuses, laides, faibles, dangereux, un danger, une \
         menace, envahisseurs, ennemis, traitres, avares, les memes, un probleme, des pedophiles, pedophiles, \
         hysteriques, folles, profiteurs, delinquants, responsables de tous",
    ),
    (
        GOOD,
        "humains, humaines, humain, des humains, des etres humains, egaux, egales, normaux, normales, \
         naturel, bienvenus, bienvenues, dignes, dignes de, civilises, fiables, intelligents, intelligentes, \
         comme nous, vraies, vrais, capables de, dignes de vivre, nos egaux, attirants, attirantes, humains \
         comme nous",
    ),
    (
        RIGHT,
        "vivre, exister, de droits, droits, respect, liberte, respirer, voter, se reproduire, le droit, \
         pitie, amour, les memes droits, vie, la vie, avoir des droits, etre libres, travailler, se marier, \
         autorises, aide",
    ),
    (
        SOUL,
        "ame, cerveau, morale, honneur, honte, dignite, place ici, place en, place dans, rien a faire ici, \
         rien a faire en, valeur, coeur, droit de vivre, droit d'exister, humanite",
    ),
    (
        DESERVE,
        "meritent, merite, meritent de, meritent pas, merite pas, meritent meme pas, meritent aucun, meritent \
         aucune",
    ),
    (BELONG, "leur place est, appartiennent"),
    (
        CAMP,
        "chambre a gaz, chambres a gaz, au four, fours, dans la cuisine, cuisine, en prison, zoo, dans un \
         camp, camps, dans une cage, a la poubelle, au trou",
    ),
    (
        REPEL,
        "me degoutent, me donnent envie de vomir, me rendent malade, nous degoutent, me font gerber, \
         detruisent notre, ruinent notre, puent, envahissent, salissent, volent nos, volent notre, controlent \
         les, controlent le, dirigent le monde, profitent de, gachent tout, nous envahissent, nous \
         remplacent, me repugnent, me font vomir, n'ont rien a faire, me saoulent, empoisonnent, me mettent \
         en colere, me mettent en rage, me rendent furieux, me rendent dingue, m'enervent, me degoutent \
         tellement, me donnent la nausee, me donnent la gerbe, ne valent rien, ne meritent rien, m'ecoeurent",
    ),
    (
        OUT,
        "dehors, degagez, rentrez chez vous, cassez-vous, rentrez",
    ),
    (
        WISH,
        "espere que, souhaite que, j'espere que, vivement que, que, je veux que",
    ),
    (
        WITHOUT,
        "mieux sans, monde sans, pays sans, trop de, debarrasses des, debarrasse des, sans ces, meilleur \
         sans, trop d'",
    ),
    (
        DEATH,
        "mort aux, mort a, a mort, mort aux sales, crevez, a la chambre a gaz",
    ),
    (HAVE, "ont, a, n'ont, n'a"),
    (WANT, "veut, voulons, veulent, veux, aime"),
    (
        HERE,
        "ici, chez nous, dans notre, en france, dans nos, dans ma rue, dans mon quartier",
    ),
    (THEY, "ils, elles, ces gens, les"),
    (
        OBJECTION,
        "faux, raciste, racistes, sexiste, mensonge, prejuge, prejuges, propagande, inacceptable, condamne, \
         slogan, pretend, dit, dire que, insulte, nazis, selon, etude, stereotype, honteux de dire, odieux de \
         dire, disait, disent, crie, ecrit, a dit, affirme, affirment",
    ),
    (NO, "pas de, pas d, plus de, plus jamais de"),
    (
        SCORN,
        "dehors les, dehors tous les, dehors ces, les sales, sales, sale, ces sales",
    ),
    (WHO, "qui"),
    (
        AIM,
        "te, t', vous, toi, ta famille, ta mere, tes enfants, le, la",
    ),
    (JEST, "haha, lol, mdr, jeu, match, echecs, de rire, ptdr"),
];
