//! `Any`: an object whose `@type` says what the rest is. The type may stand anywhere in it; where
//! it is not first, the object is read twice.

use super::{Encoder, duplicate};
use crate::error::RequestErrorKind as ErrorKind;
use crate::json::{Problem, Reader, Result, Step};
use crate::program::{MessageId, Shape};
use crate::wire::{self, LEN};

const TYPE: &str = "@type";

// === impl Encoder ===

impl Encoder<'_> {
    /// The fields of an `Any`. `{}` is an empty one.
    pub(super) fn any(&mut self) -> Result<()> {
        self.json.peek()?;
        let start = self.json.offset();
        let Some((url, offset)) = type_url(self.json.clone())? else {
            return self.untyped(start);
        };
        let Some(id) = resolve(&url).and_then(|name| self.program.find(name)) else {
            let problem = Problem::new(ErrorKind::Type, "this is not the type of a known message");
            return Err(problem.at(offset).within(Step::Field(TYPE.into())));
        };
        wire::put_bytes(&mut self.out, wire::tag(1, LEN), url.as_bytes());
        self.nested(wire::tag(2, LEN), |encoder| {
            match encoder.program.message(id).shape {
                Shape::Object => encoder.object(id, Some(offset)),
                _ => encoder.boxed(id, (start, offset)),
            }
        })
    }

    /// A type with a special form: it stands under `value`. Object and type URL begin at these
    /// places.
    fn boxed(&mut self, id: MessageId, (start, url): (usize, usize)) -> Result<()> {
        let mut found = false;
        let mut first = true;
        self.json.begin_object()?;
        while let Some(key) = self.json.next_key(&mut first)? {
            if key.text != "value" {
                self.unknown(&key.text, key.offset, Some(url))?;
                continue;
            }
            let step = || Step::Field("value".into());
            if std::mem::replace(&mut found, true) {
                return Err(duplicate(key.offset).within(step()));
            }
            self.payload(id).map_err(|failure| failure.within(step()))?;
        }
        if found {
            return Ok(());
        }
        Err(Problem::new(ErrorKind::Type, "`value` is missing beside `@type`").at(start))
    }

    fn untyped(&mut self, start: usize) -> Result<()> {
        let mut first = true;
        self.json.begin_object()?;
        if self.json.next_key(&mut first)?.is_some() {
            let problem = Problem::new(ErrorKind::Type, "`@type` is missing");
            return Err(problem.at(start));
        }
        Ok(())
    }
}

/// The type URL of the object that is next, and where it stands.
fn type_url(mut json: Reader<'_>) -> Result<Option<(String, usize)>> {
    let mut first = true;
    json.begin_object()?;
    while let Some(key) = json.next_key(&mut first)? {
        if key.text == TYPE {
            json.peek()?;
            let offset = json.offset();
            let url = json
                .string()
                .map_err(|failure| failure.within(Step::Field(TYPE.into())))?;
            return Ok(Some((url.into_owned(), offset)));
        }
        json.skip()?;
    }
    Ok(None)
}

/// The message name in a type URL: what follows the last slash.
pub(crate) fn resolve(url: &str) -> Option<&str> {
    url.rsplit_once('/').map(|(_, name)| name)
}
