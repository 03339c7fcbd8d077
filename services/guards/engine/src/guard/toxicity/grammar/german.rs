//! What German words do in a sentence about a group of people, and the names of groups. Letters are small.

use super::words::{
    AIM, ALLOWED, BAD, BE, BEAST, BELONG, CALL_AROUND, CAMP, Class, DEATH, DESERVE, DIE, EXPEL,
    EXPELLED, FILL, FILTHY, GOOD, HARM, HARMED, HATE, HAVE, HERE, JEST, ME, ME_CALL, NO, NOT,
    OBJECTION, OUT, PEOPLE, REPEL, RIGHT, ROUSE, SCORN, SHOULD, SHOULD_NOT, SOME, SOUL, THEY, VILE,
    WANT, WHO, WISH, WITHOUT,
};

/// Names that are said of many.
pub(super) const MANY: &str = "frauen, männer, weiber, mädchen, muslime, moslems, muslimen, juden, christen, katholiken, ausländer, \
 ausländern, flüchtlinge, flüchtlingen, migranten, asylanten, asylbewerber, einwanderer, schwarze, \
 schwarzen, weiße, weißen, türken, araber, arabern, afrikaner, asiaten, chinesen, polen, russen, \
 ukrainer, syrer, afghanen, rumänen, kurden, schwule, schwulen, lesben, homosexuelle, homosexuellen, \
 transsexuelle, transmenschen, behinderte, behinderten, rollstuhlfahrer, zigeuner, roma, sinti, \
 feministinnen, emanzen, alte leute, arme leute, obdachlose, obdachlosen, dunkelhäutige, \
 nordafrikaner, italiener, inder, hindus, buddhisten, atheisten, ostdeutsche, wessis, ossis, \
 kopftuchmädchen, muslimas, jüdinnen, türkinnen, bisexuelle, queere, transfrauen, transmänner, solche \
 leute, diese leute, indigene, israelis, palästinenser, moscheen, synagogen, flüchtlingsheime, \
 asylheime, moschee, synagoge, asylantenheim, flüchtlingsheim, moslem, muslim, jude, türke, \
 flüchtling, migrant, zigeunern";

/// What people are, before a word for people.
pub(super) const WHICH: &str = "muslimische, muslimischen, jüdische, jüdischen, schwarze, schwarzen, weiße, schwule, schwulen, lesbische, \
 homosexuelle, behinderte, behinderten, ausländische, ausländischen, türkische, arabische, afrikanische, \
 asiatische, queere, dunkelhäutige, transsexuelle, trans, obdachlose, alte, arme";

/// Words of each class.
pub(super) const WORDS: &[(Class, &str)] = &[
    (
        FILL,
        "die, der, den, dem, das, alle, allen, aller, diese, diesen, dieser, solche, jede, jeden, jeder, ein, \
         eine, einen, einfach, nur, doch, ja, so, sehr, wirklich, immer, alle nur, alles, nichts als, nichts \
         anderes als, wie, schlimmer als, nicht besser als, verdammten, verdammte, scheiß, von, zu, aus, vor, \
         und, oder, werden, worden, sein, hier, in diesem land, in unserem land, in deutschland, am besten, \
         endlich, sofort, mal, mehr, auch, eh, halt, es, alle samt, allesamt, haufen, unsere, unser, unserer, \
         unserem, im meer, im mittelmeer, im knast, dort, lieber, gefälligst, bitte, lebendig, öffentlich, \
         letzte, letzten, ganze, ganzen, wie du, wie dir, wie dich, wie ihr, wie euch, uns, absolut, total, \
         vollig, schliesslich, trotzdem, echt, besonders, grundsatzlich, von natur aus, wirklich nur, \
         insgesamt, komplett, ausnahmslos, nichts weiter als, an der macht",
    ),
    (SOME, "einige, manche, wenige, ein paar, zwei, drei"),
    (
        PEOPLE,
        "menschen, leute, frauen, manner, kinder, personen, mann, frau, pack",
    ),
    (
        ME,
        "ich, wir, man, ich habe, ich empfinde, ich fuhle, ich spure",
    ),
    (
        ME_CALL,
        "ich will, ich werde, wir werden, wir wollen, wir mussen, wir sollten, man sollte, man muss, man \
         musste, lasst uns, ich wurde gerne",
    ),
    (
        CALL_AROUND,
        "sollte, sollten, sollte man, muss, mussen, musste, mussten, will, wollen, werde, werden, wurde, \
         gehoren, gehort, konnte",
    ),
    (
        SHOULD,
        "sollten, sollen, sollte, soll, mussen, mussten, muss, gehoren, gehort, gehoren alle, konnen, durfen",
    ),
    (
        SHOULD_NOT,
        "sollten nicht, sollten keine, sollte nicht, durfen nicht, durfen keine, durften nicht, durften \
         keine, sollten niemals, sollten nie",
    ),
    (
        HARM,
        "toten, umbringen, erschiessen, vergasen, aufhangen, abstechen, verprugeln, ausrotten, vernichten, \
         verbrennen, abknallen, hinrichten, erschlagen, abschlachten, steinigen, auspeitschen, totschlagen, \
         kopfen, erhangen, an die wand stellen, die fresse polieren, die knochen brechen, fertigmachen, \
         kaltmachen, den hals umdrehen, aufschlitzen, zusammenschlagen, abmurksen, finden und umbringen, \
         verdreschen",
    ),
    (
        HARMED,
        "getotet, umgebracht, erschossen, vergast, aufgehangt, abgestochen, verprugelt, ausgerottet, \
         vernichtet, verbrannt, abgeknallt, hingerichtet, erschlagen, abgeschlachtet, gesteinigt, kastriert, \
         erhangt, ausgeloscht, sterilisiert, versklavt, geschlagen",
    ),
    (
        DIE,
        "sterben, verrecken, verschwinden, krepieren, leiden, brennen, den tod, tod, sich umbringen, \
         draufgehen, ertrinken, ersaufen",
    ),
    (
        EXPEL,
        "abschieben, rausschmeissen, ausweisen, einsperren, wegsperren, rauswerfen, deportieren, loswerden, \
         verbieten, verjagen, aussperren, entfernen",
    ),
    (
        EXPELLED,
        "abgeschoben, ausgewiesen, eingesperrt, weggesperrt, rausgeschmissen, rausgeworfen, deportiert, \
         verboten, verjagt, dahin zuruck, zuruck in, ausgesperrt",
    ),
    (
        HATE,
        "hasse, hassen, verachte, verachten, verabscheue, ertrage keine, kann nicht leiden, habe die schnauze \
         voll von, ekle mich vor, scheiss auf, nieder mit, traue keinem, trau keinem, fick, verachtung fur, \
         hass auf, abscheu vor, ekel vor, satt, kann nicht ausstehen, kein mitleid mit",
    ),
    (
        BE,
        "sind, ist, sind alle, waren schon immer, bleiben, waren immer, sind und bleiben",
    ),
    (
        NOT,
        "nicht, kein, keine, keinen, nie, niemals, keinerlei, niemand",
    ),
    (
        BEAST,
        "ungeziefer, parasiten, ratten, kakerlaken, tiere, abschaum, dreck, mull, schweine, affen, hunde, \
         seuche, pest, krebs, krankheit, untermenschen, schmarotzer, bestien, wilde, viren, krebsgeschwur, \
         parasit, plage, maden, zecken, monster, gesindel, pack, viecher, barbaren, sklaven, geschwur, \
         scheisse, wertloser mull, wertloser abschaum, wesen, untermenschlich, unrat, abfall, \
         platzverschwendung, geziefer, kreaturen",
    ),
    (
        VILE,
        "dreckig, dreckige, dreckigen, widerlich, widerliche, ekelhaft, ekelhafte, minderwertig, \
         minderwertige, wertlos, abartig, unrein, pervers, primitiv, bose, nutzlos, eine schande, schande, \
         eine last, unnaturlich, asozial, geisteskrank, verachtenswert, verkommen, abstossend, schmutzig, \
         schmutzige, unzivilisiert, zu dumm, weniger wert, krank im kopf, krank und, abscheulich, \
         widerwartig, jammerlich, erbarmlich, verdorben, ehrlos, unehrlich, hirnlos, unterlegen, \
         niedertrachtig, grausam, nichts wert, unertraglich, wertloser, verachtlich, verabscheuungswurdig, \
         armselig",
    ),
    (
        BAD,
        "dumm, idioten, faul, kriminell, kriminelle, verbrecher, diebe, vergewaltiger, terroristen, morder, \
         lugner, betruger, hasslich, schwach, gefahrlich, eine gefahr, eine bedrohung, schuld an, feinde, \
         unsere feinde, verrater, invasoren, gierig, verlogen, blod, das letzte, unser ungluck, alle gleich, \
         das problem, hinterhaltig, ein problem, messerstecher, padophil, schwachsinnig, dummer, dummer als, \
         schwacher als, fauler, bedrohung fur, gewalttatig, ignorant, unwissend, mistkerle, drecksacke, \
         arschlocher, so dumm, strohdumm, dummsten",
    ),
    (
        GOOD,
        "menschen, menschlich, echte, gleichwertig, normal, naturlich, willkommen, wert, zivilisiert, \
         vertrauenswurdig, intelligent, richtige, erwunscht, uns ebenburtig, wie wir, clever, schlau, \
         ebenburtig, schutzenswert, wertvoll, liebenswert, vernunftig",
    ),
    (
        RIGHT,
        "leben, existieren, rechte, respekt, freiheit, atmen, wahlen, kinder bekommen, wahlrecht, \
         menschenrechte, mitleid, liebe, das recht, hilfe, rechte haben, heiraten, autofahren, hier sein, \
         geboren",
    ),
    (
        SOUL,
        "seele, verstand, moral, ehre, scham, anstand, wert, recht zu leben, existenzrecht, hirn, gehirn, \
         platz in, platz hier, hier nichts zu suchen, nichts verloren, recht, recht zu, recht am leben, recht \
         hier",
    ),
    (
        DESERVE,
        "verdienen, verdient, haben es verdient, verdienen es",
    ),
    (BELONG, "gehoren, gehort"),
    (
        CAMP,
        "gaskammer, ins gas, ins lager, lager, in den ofen, in die kuche, kuche, hinter gitter, an die wand, \
         an den galgen, eingesperrt, in den knast, hinter den herd, nicht hierher, nicht zu uns, nicht hier, \
         abgeschoben, verboten, ins kz, in den zoo, in einen kafig, ausgerottet, vergast, erschossen, \
         aufgehangt",
    ),
    (
        REPEL,
        "ekeln mich an, widern mich an, kotzen mich an, machen mich krank, machen alles kaputt, zerstoren \
         unser, ruinieren unser, stinken, vergiften unser, nehmen uns, verseuchen, beherrschen die, \
         kontrollieren die, liegen uns auf der tasche, uberrennen, uberfremden, bringen nur, gehen mir auf \
         den sack, gehen mir auf die nerven, nerven mich, sind unser ungluck, haben hier nichts, regieren die \
         welt, beherrschen die welt, kontrollieren die medien, stecken hinter, sind an allem schuld, gehen \
         mir auf die eier, machen unser land kaputt, nehmen uns die arbeit, gehoren nicht auf diese, passen \
         nicht zu uns, machen mich wutend, bringen mich zur weissglut, haben keinen wert",
    ),
    (
        OUT,
        "raus, verschwindet, haut ab, geht heim, geht nach hause, verpisst euch",
    ),
    (
        WISH,
        "hoffe, wunsche, wunschte, mochte, hoffentlich, ich will",
    ),
    (WITHOUT, "besser ohne, ohne, zu viele, frei von, sauber von"),
    (DEATH, "tod, tod den, tod allen, tod fur"),
    (HAVE, "haben, hat"),
    (WANT, "wollen, brauchen, mogen, will, braucht"),
    (
        HERE,
        "hier, in unserem, in deutschland, bei uns, mehr, in unserer",
    ),
    (THEY, "sie, die alle, diese leute"),
    (
        OBJECTION,
        "falsch, unwahr, rassistisch, sexistisch, rassisten, vorurteil, vorurteile, propaganda, luge, \
         behauptet, behauptung, sagte, hetze, parole, spruch, verurteilt, unsinn, niemand sollte, \
         inakzeptabel, studie, laut, nazis, wer sagt, sagt, sagen, schrie, rief, geschrieben, schrieb, \
         behaupten, unterstellt, zu sagen",
    ),
    (NO, "keine, keine weiteren, kein"),
    (
        SCORN,
        "raus mit, raus mit den, raus mit allen, weg mit, weg mit den",
    ),
    (WHO, "die, welche"),
    (
        ROUSE,
        "abschieben, ausweisen, einsperren, vergasen, deportieren, wegsperren, aufhängen, erschiessen, \
         ausrotten, rauswerfen, rausschmeissen, an die wand, ins gas, ins lager, abknallen",
    ),
    (
        FILTHY,
        "dreckige, dreckigen, widerliche, ekelhafte, minderwertige, verdammte, verdammten, stinkende, scheiss",
    ),
    (
        AIM,
        "dich, euch, ihn, sie, dir, deine familie, deine mutter, deine kinder, euch alle",
    ),
    (JEST, "haha, lol, spiel, schach, fifa, im spiel"),
    (
        ALLOWED,
        "leben durfen, leben, wahlen durfen, hier sein, hier sein durfen, arbeiten durfen, rein, existieren",
    ),
];
