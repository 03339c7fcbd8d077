//! What Spanish words do in a sentence about a group of people, and the names of groups. Letters are small.

use super::words::{
    AIM, BAD, BE, BEAST, BELONG, CALL, CAMP, Class, DEATH, DESERVE, DIE, EXPEL, EXPELLED, FILL,
    GOOD, HARM, HARMED, HATE, HAVE, HERE, JEST, ME, ME_CALL, NO, NOT, OBJECTION, OUT, PEOPLE,
    REPEL, RIGHT, SCORN, SHOULD, SHOULD_NOT, SOME, SOUL, THEY, VILE, WANT, WHO, WISH, WITHOUT,
};

/// Names that are said of many.
pub(super) const MANY: &str = "mujeres, las mujeres, hombres, musulmanes, musulmanas, judíos, judías, cristianos, católicos, \
 árabes, negros, negras, blancos, asiáticos, chinos, africanos, marroquíes, latinos, latinas, \
 sudamericanos, mexicanos, mejicanos, colombianos, venezolanos, bolivianos, peruanos, ecuatorianos, \
 haitianos, cubanos, gitanos, gitanas, indígenas, indios, inmigrantes, migrantes, extranjeros, \
 extranjeras, refugiados, ilegales, homosexuales, gays, gais, lesbianas, trans, transexuales, \
 personas trans, personas transgénero, discapacitados, discapacitadas, personas con discapacidad, \
 minusválidos, feministas, ancianos, pobres, vagabundos, hembras, niñas, rumanos, turcos, rusos, \
 ucranianos, españoles, catalanes, vascos, bisexuales, ateos, budistas, hindúes, gente como tú, \
 israelíes, palestinos, argentinos, paraguayos, dominicanos, queers, mestizos, moros, mezquitas, \
 sinagogas, mezquita, sinagoga";

/// What people are, before a word for people.
pub(super) const WHICH: &str = "negra, negro, gay, trans, judía, judío, musulmán, musulmana, gitano, gitana, indígena, homosexual";

/// Words of each class.
pub(super) const WORDS: &[(Class, &str)] = &[
    (
        FILL,
        "los, las, el, la, lo, un, una, unos, unas, todos, todas, todo, toda, todos los, todas las, a, al, \
         de, del, estos, estas, esos, esas, ese, esa, este, esta, cada, solo, muy, tan, siempre, realmente, \
         simplemente, tambien, que, nada mas que, como, peor que, peores que, putos, putas, malditos, \
         malditas, pinches, y, o, ser, estar, en, aqui, en este pais, en nuestro pais, en espana, mas, \
         monton, monton de, hijos de, por, con, nuestro, nuestra, nuestros, nuestras, se, les, ellos, ellas, \
         son, una panda de, mismos, mismas, puros, puras, totalmente, absolutamente, completamente, simple, \
         simples, puro, pura, como tu, como ustedes, como vosotros, como ellos, mucho, mucha, tanto, tanta, \
         seres, criaturas, personas, sin excepcion, que hay por aqui, con poder, de verdad",
    ),
    (
        SOME,
        "algunos, algunas, ciertos, ciertas, pocos, pocas, dos, tres",
    ),
    (
        PEOPLE,
        "personas, gente, hombres, mujeres, hombre, mujer, ninos, persona",
    ),
    (
        ME,
        "yo, nosotros, me, siento, solo siento, estoy, tengo, es que, yo solo",
    ),
    (
        ME_CALL,
        "hay que, habria que, deberiamos, debemos, tenemos que, vamos a, voy a, quiero, queremos, me \
         gustaria, alguien deberia, hay que empezar a, tengo ganas de, deberian, tendre que, ojala \
         pudieramos, me encantaria, deberian tirar, hay que acabar con",
    ),
    (CALL, "debe, deberia, quiero, va a"),
    (
        SHOULD,
        "deberian, deben, deberia, debe, tienen que, tendrian que, han de, merecen, que se, ojala",
    ),
    (
        SHOULD_NOT,
        "no deberian, no deberia, no deben, no debe, nunca deberian, jamas deberian",
    ),
    (
        HARM,
        "matar, exterminar, fusilar, quemar, colgar, gasear, ahorcar, eliminar, aniquilar, linchar, degollar, \
         golpear, violar, apunalar, asesinar, masacrar, ejecutar, erradicar, apedrear, matarlos, partir la \
         cara, romper la cara, romper las piernas, matarte, cortarte la cabeza, reventar, rajar, dar una \
         paliza, pegar un tiro, cortar el cuello, destrozar, partir las piernas, hacer sufrir a, acabar con, \
         torturar, disparar, estrangular, ahogar",
    ),
    (
        HARMED,
        "asesinados, asesinadas, exterminados, exterminadas, fusilados, fusiladas, quemados, quemadas, \
         colgados, gaseados, ahorcados, eliminados, eliminadas, aniquilados, linchados, degollados, \
         golpeados, golpeadas, violadas, ejecutados, castrados, erradicados, matados, apedreados",
    ),
    (
        DIE,
        "morir, morirse, mueran, desaparecer, sufrir, la muerte, muerte, arder, pudrirse, suicidarse, \
         extinguirse, mueren, desaparezcan, mueran todos",
    ),
    (
        EXPEL,
        "deportar, expulsar, echar, encerrar, deshacernos de, librarnos de, prohibir, sacar, botar, eliminar, \
         correr, deshacerse de, tirar a un vertedero",
    ),
    (
        EXPELLED,
        "deportados, deportadas, expulsados, expulsadas, encerrados, encerradas, echados, prohibidos, volver \
         a su pais, irse de, largarse, quedarse en la cocina, irse a su pais, regresar a su pais",
    ),
    (
        HATE,
        "odio, odiamos, detesto, desprecio, aborrezco, no soporto, no aguanto, estoy harto de, estoy harta \
         de, harto de, me dan asco, dan asco, abajo, que asco, no confio en, asco de, no puedo ver, desprecio \
         por, mucho desprecio por, desden por, odio por, tanto odio por, asco por, asqueado de, asqueada de, \
         harto de estar cerca de, harta de estar cerca de, no puedo soportar a, no soporto a, no trago a",
    ),
    (
        BE,
        "son, es, son todos, son todas, siempre seran, seran siempre, siempre han sido, seguiran siendo, no \
         son mas que, no son nada mas que, no son mejores que, no dejan de ser, pueden ser, no pueden evitar \
         ser",
    ),
    (NOT, "no, nunca, jamas, ni, ningun, ninguna, nadie"),
    (
        BEAST,
        "escoria, parasitos, ratas, cucarachas, animales, basura, mierda, monos, perros, cerdos, peste, \
         cancer, plaga, enfermedad, salvajes, bestias, alimanas, sanguijuelas, virus, infrahumanos, \
         subhumanos, gusanos, monstruos, degenerados, lacra, barbaros, chusma, desechos, esclavas, insectos, \
         bichos, simios, inmundicia, mugre, pura mugre, seres inferiores, criaturas infrahumanas, \
         infrahumanas, porqueria, estiercol, un desperdicio de, un desperdicio, larvas",
    ),
    (
        VILE,
        "asquerosos, asquerosas, sucios, sucias, inferiores, repugnantes, inmundos, inmundas, despreciables, \
         pervertidos, pervertidas, antinaturales, inutiles, primitivos, una verguenza, una carga, malvados, \
         perversos, detestables, asco, degeneradas, anormales, putas, retrasados, repulsivos, repulsivas, \
         abominables, una abominacion, horribles, menos inteligentes, demasiado tontas, unos cerdos, \
         subdesarrollados, unos enfermos, enfermos mentales, enfermas mentales, patetico, pateticos, \
         pateticas, viles, descerebrados, descerebradas, falsos, falsas, deshonestos, deshonestas, crueles, \
         violentos y crueles, violentas y crueles, incivilizados, ignorantes, mas estupidos, mas tontos, mas \
         estupidas, mas tontas, lo peor, de lo peor",
    ),
    (
        BAD,
        "estupidos, estupidas, tontos, tontas, idiotas, imbeciles, vagos, vagas, criminales, delincuentes, \
         ladrones, violadores, terroristas, asesinos, mentirosos, mentirosas, feas, debiles, peligrosos, un \
         peligro, una amenaza, invasores, enemigos, traidores, avaros, iguales, un problema, pedofilos, \
         histericas, locas, corruptos, culpables de todo, flojos, unas zorras, zorras, maleantes",
    ),
    (
        GOOD,
        "humanos, humanas, seres humanos, iguales, normales, natural, bienvenidos, bienvenidas, dignos, \
         dignas, civilizados, de fiar, inteligentes, como nosotros, personas, gente, verdaderas, verdaderos, \
         capaces de",
    ),
    (
        RIGHT,
        "vivir, existir, derechos, respeto, libertad, respirar, votar, reproducirse, tener derechos, el \
         derecho, derecho, piedad, amor, la vida, vida, compasion, ayuda, tener hijos, casarse, los mismos \
         derechos, nacer, permitir",
    ),
    (
        SOUL,
        "alma, cerebro, moral, honor, verguenza, dignidad, lugar en, lugar aqui, sitio en, valor, corazon, \
         derecho a vivir, derecho a existir, derecho a nada, humanidad, cabida",
    ),
    (DESERVE, "merecen, merece, se merecen"),
    (BELONG, "pertenecen, su lugar es, su lugar esta"),
    (
        CAMP,
        "camaras de gas, camara de gas, horno, hornos, en la cocina, cocina, en la carcel, carcel, zoologico, \
         campos, jaula, jaulas, al paredon, en un campo",
    ),
    (
        REPEL,
        "me dan asco, dan asco, me enferman, me repugnan, nos invaden, destruyen nuestro, arruinan, apestan, \
         contaminan, roban, nos roban, controlan los, controlan el, dominan el mundo, me dan ganas de \
         vomitar, solo vienen a, vienen a robar, lo arruinan todo, viven de, son lo peor, huelen mal, me \
         ponen enfermo, me ponen enferma, infestan, traen enfermedades, me cagan, me dan mucho asco, me dan \
         tanto asco, dan mucho asco, me ponen furioso, me ponen furiosa, me dan rabia, me enfurecen, me \
         llenan de rabia, no valen nada, no vale nada, no valen absolutamente nada, no vale absolutamente \
         nada, no tienen cabida, no tienen derecho a",
    ),
    (
        OUT,
        "fuera, largaos, vayanse, volved a vuestro pais, largo, lejos, fuera de aqui",
    ),
    (
        WISH,
        "ojala, espero que, deseo que, ojala que, que, quiero que, me alegro cuando",
    ),
    (
        WITHOUT,
        "mejor sin, mundo sin, pais sin, demasiados, demasiadas, libre de, libres de, limpio de, limpiar el \
         pais de",
    ),
    (
        DEATH,
        "muerte a, muerte a los, muerte a las, muerte a todos, mueran, que mueran, que se mueran, maten a, \
         matad a, muera",
    ),
    (HAVE, "tienen, tiene"),
    (WANT, "queremos, quiere, necesitamos, quiero, quieren"),
    (
        HERE,
        "aqui, en nuestro, en mi, en este, en nuestra, en espana, en nuestra tierra, en mi barrio",
    ),
    (THEY, "ellos, ellas, esa gente"),
    (
        OBJECTION,
        "falso, racista, racistas, sexista, mentira, prejuicio, prejuicios, propaganda, inaceptable, condena, \
         lema, dijo, decir que, afirma, insulto, nazis, segun, estudio, estereotipo, mal decir, dice, dicen, \
         decia, grito, escribio, escrito, pintado",
    ),
    (NO, "no mas, ni un, ni una, no queremos"),
    (
        SCORN,
        "fuera los, fuera las, fuera, fuera todos los, putos, putas, malditos, malditas, sucios, pinches",
    ),
    (WHO, "que"),
    (
        AIM,
        "te, os, a ti, a tu familia, a tu madre, a tus hijos, los",
    ),
    (
        JEST,
        "jaja, jajaja, jeje, lol, juego, besos, ajedrez, partido, cosquillas, amor, risa",
    ),
];
