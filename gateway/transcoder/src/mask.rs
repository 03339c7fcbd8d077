//! Field masks: their JSON spelling both ways, and the mask a PATCH body implies.

use crate::json::{Key, Reader, Result};
use crate::program::{MessageId, Program, Shape};

/// One path of a mask from JSON: `user.displayName` and `user.display_name` give the latter. One
/// path keeps to one spelling.
pub(crate) fn path_from_json(path: &str) -> Option<String> {
    let camel = !path.contains('_');
    let mut snake = String::with_capacity(path.len() + 4);
    for character in path.chars() {
        let begins = snake.is_empty() || snake.ends_with('.');
        match character {
            'A'..='Z' if camel && !begins => {
                snake.push('_');
                snake.push(character.to_ascii_lowercase());
            }
            'a'..='z' | '0'..='9' | '_' => snake.push(character),
            '.' if !begins => snake.push(character),
            _ => return None,
        }
    }
    let complete = !snake.is_empty() && !snake.ends_with('.');
    complete.then_some(snake)
}

/// Appends one path of a mask in lowerCamelCase; `false` if it could not be read back.
pub(crate) fn put_path(out: &mut Vec<u8>, path: &str) -> bool {
    let mut begins = true;
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'_' if !begins => match bytes.next() {
                Some(next) if next.is_ascii_lowercase() => out.push(next.to_ascii_uppercase()),
                _ => return false,
            },
            b'.' if !begins => out.push(byte),
            b'a'..=b'z' | b'0'..=b'9' => out.push(byte),
            _ => return false,
        }
        begins = byte == b'.';
    }
    !begins
}

/// The fields that a JSON object sets, `null` included, as mask paths relative to it. Objects of
/// fields are entered; lists, maps and special forms count as a whole.
pub(crate) fn implied(program: &Program, id: MessageId, json: Reader<'_>) -> Result<Vec<String>> {
    let mut walk = Walk {
        program,
        json,
        prefix: String::new(),
        paths: Vec::new(),
    };
    walk.object(id)?;
    Ok(walk.paths)
}

struct Walk<'a> {
    program: &'a Program,
    json: Reader<'a>,
    prefix: String,
    paths: Vec<String>,
}

// === impl Walk ===

impl Walk<'_> {
    fn object(&mut self, id: MessageId) -> Result<()> {
        let mut first = true;
        self.json.begin_object()?;
        while let Some(key) = self.json.next_key(&mut first)? {
            self.member(id, &key)?;
        }
        Ok(())
    }

    fn member(&mut self, id: MessageId, key: &Key<'_>) -> Result<()> {
        let message = self.program.message(id);
        let Some(index) = message.index_by_name(&key.text, usize::MAX) else {
            return self.json.skip();
        };
        let field = &message.fields[index];
        let outer = self.prefix.len();
        if outer > 0 {
            self.prefix.push('.');
        }
        self.prefix.push_str(&field.name);
        let found = self.paths.len();
        let inner = field
            .singular_message()
            .filter(|id| self.program.message(*id).shape == Shape::Object);
        match inner {
            Some(inner) if self.json.peek()? == b'{' => self.object(inner)?,
            _ => self.json.skip()?,
        }
        if self.paths.len() == found {
            self.paths.push(self.prefix.clone());
        }
        self.prefix.truncate(outer);
        Ok(())
    }
}
