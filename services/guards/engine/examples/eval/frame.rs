//! What stands around a value: registers and languages, with the word that says what it is.

/// Sentences and lines in which `%` is what the value is called, and `{}` the value.
pub(crate) const FRAMES: [&str; 16] = [
    "Hi team, could somebody update my record? The new % is {}. Thanks, R.",
    "{\"ticket\": 4471, \"%\": \"{}\", \"status\": \"open\"}",
    "2026-03-14T09:12:55Z INFO crm: customer updated, %={} by operator 17",
    "name;%;city\nH. Berg;{};Oslo\n",
    "Sehr geehrte Frau Lang, bitte notieren Sie: % {}. Mit freundlichen Grüßen",
    "Bonjour, voici mon % : {}, merci de confirmer.",
    "Hola, mi % es {} desde el lunes.",
    "Olá! Segue o %: {}. Obrigado.",
    "Buongiorno, il mio % è {}; a presto.",
    "お世話になっております。%は{}です。よろしくお願いします。",
    "> so whats ur %?\n> {} lol",
    "| % | {} |\n|---|---|\n",
    "<td class=\"field\">%</td><td>{}</td>",
    "%: {}\nPlease reply within two days.\n",
    "He read it out twice (%, {}) and hung up.",
    "- %\t{}\r\n- shoe size\t43\r\n",
];

/// The frame with the value's name in place; the value's place stays open.
pub(crate) fn named(frame: &str, name: &str) -> String {
    frame.replace('%', name)
}
