//! Addresses of China, Japan and Korea: from the largest unit to the smallest, without spaces.

use crate::finding::Span;

/// Units that an address names from the largest on: provinces, cities, districts, towns.
const UNITS: [&str; 18] = [
    "省", "市", "区", "區", "县", "縣", "州", "府", "都", "道", "町", "村", "郡", "镇", "시", "구",
    "군", "읍",
];
/// Kinds of streets and blocks that stand right before a number.
const STREETS: [&str; 12] = [
    "路", "街", "道", "巷", "弄", "村", "町", "로", "길", "동", "座", "丁目",
];
/// What follows a number of a house or block.
const NUMBERED: [&str; 8] = ["号", "號", "丁目", "番地", "番", "번길", "弄", "번지"];
const SCORE: f32 = 0.8;
/// Longest part before the number, in bytes.
const LONGEST: usize = 96;

/// An address around its first number: `北京市朝阳区建国路88号`, `東京都千代田区丸の内1丁目9番1号`,
/// `서울특별시 강남구 테헤란로 152`.
pub(super) fn address(text: &str, number: Span) -> Option<(Span, f32)> {
    let last = text[..number.start]
        .trim_end_matches(' ')
        .chars()
        .next_back()?;
    if !is_asian(last) {
        return None;
    }
    let from = text.floor_char_boundary(number.start.saturating_sub(LONGEST));
    let before = &text[from..number.start];
    let run = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| is_asian(*c) || *c == ' ')
        .last()
        .map(|(at, _)| at)?;
    let names = before[run..].trim_start();
    let start = number.start - names.len();
    let names = names.trim_end();
    let units = UNITS
        .iter()
        .map(|unit| names.matches(unit).count())
        .sum::<usize>();
    let end = end(text, number.end);
    let numbered = NUMBERED
        .iter()
        .any(|word| text[number.end..].starts_with(word));
    let street = STREETS.iter().any(|kind| names.ends_with(kind));
    (units >= 2 && (numbered || street)).then_some((Span::new(start, end), SCORE))
}

/// Where the numbers of block, house and room end.
fn end(text: &str, from: usize) -> usize {
    const PARTS: [&str; 16] = [
        "丁目", "番地", "番", "号", "號", "楼", "樓", "室", "栋", "单元", "弄", "번길", "번지",
        "층", "호", "-",
    ];
    let limit = text.floor_char_boundary(from + LONGEST);
    let mut at = from;
    loop {
        let rest = &text[at..limit];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let part = PARTS
            .iter()
            .find(|part| rest.starts_with(*part))
            .map_or(0, |part| part.len());
        if digits + part == 0 {
            return if text[..at].ends_with('-') {
                at - 1
            } else {
                at
            };
        }
        at += digits.max(part);
    }
}

fn is_asian(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}
