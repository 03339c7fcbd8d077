//! A log line as one JSON object: time, level, the event's fields, target, and the spans it
//! happened in. Written as it is read, with nothing in between.

use std::fmt::{self, Debug, Write};

use chrono::{DateTime, Datelike, Timelike, Utc};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

/// Writes events.
pub(super) struct JsonLine;

/// Writes the fields of spans, without the braces around them.
pub(super) struct JsonFields;

/// Writes fields, each behind a comma where it is not the first.
struct Members<'a> {
    out: &'a mut dyn Write,
    first: bool,
    result: fmt::Result,
}

// === impl JsonLine ===

impl<S> FormatEvent<S, JsonFields> for JsonLine
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, JsonFields>,
        mut out: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        out.write_str("{\"timestamp\":\"")?;
        write_time(&mut out, Utc::now())?;
        out.write_str("\",\"level\":\"")?;
        out.write_str(event.metadata().level().as_str())?;
        out.write_char('"')?;
        let mut members = Members::further(&mut out);
        event.record(&mut members);
        members.result?;
        out.write_str(",\"target\":")?;
        write_string(&mut out, event.metadata().target())?;
        if let Some(scope) = context.event_scope() {
            out.write_str(",\"spans\":[")?;
            for (number, span) in scope.from_root().enumerate() {
                out.write_str(if number == 0 {
                    "{\"name\":"
                } else {
                    ",{\"name\":"
                })?;
                write_string(&mut out, span.name())?;
                let extensions = span.extensions();
                let fields = extensions.get::<FormattedFields<JsonFields>>();
                if let Some(fields) = fields.filter(|fields| !fields.is_empty()) {
                    out.write_char(',')?;
                    out.write_str(fields)?;
                }
                out.write_char('}')?;
            }
            out.write_char(']')?;
        }
        out.write_str("}\n")
    }
}

// === impl JsonFields ===

impl<'out> FormatFields<'out> for JsonFields {
    fn format_fields<R: RecordFields>(&self, mut out: Writer<'out>, fields: R) -> fmt::Result {
        let mut members = Members {
            out: &mut out,
            first: true,
            result: Ok(()),
        };
        fields.record(&mut members);
        members.result
    }

    fn add_fields(
        &self,
        current: &'out mut FormattedFields<Self>,
        fields: &tracing::span::Record<'_>,
    ) -> fmt::Result {
        let first = current.is_empty();
        let mut out = current.as_writer();
        let mut members = Members {
            out: &mut out,
            first,
            result: Ok(()),
        };
        fields.record(&mut members);
        members.result
    }
}

// === impl Members ===

impl<'a> Members<'a> {
    /// Of an object that has some.
    fn further(out: &'a mut dyn Write) -> Self {
        Self {
            out,
            first: false,
            result: Ok(()),
        }
    }

    fn member(&mut self, field: &Field, value: impl FnOnce(&mut dyn Write) -> fmt::Result) {
        if self.result.is_err() {
            return;
        }
        let comma = if self.first { "" } else { "," };
        self.first = false;
        let name = self.out.write_str(comma);
        let name = name.and_then(|()| write_string(self.out, field.name()));
        self.result = name
            .and_then(|()| self.out.write_char(':'))
            .and_then(|()| value(self.out));
    }
}

impl Visit for Members<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.member(field, |out| write_string(out, value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, |out| {
            out.write_str(itoa::Buffer::new().format(value))
        });
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field, |out| {
            out.write_str(itoa::Buffer::new().format(value))
        });
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field, |out| write!(out, "{value}"));
    }

    /// What JSON has no number for becomes `null`.
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.member(field, |out| {
            if value.is_finite() {
                write!(out, "{value:?}")
            } else {
                out.write_str("null")
            }
        });
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.member(field, |out| {
            out.write_char('"')?;
            write!(Escaped(out), "{value:?}")?;
            out.write_char('"')
        });
    }
}

/// What is written to it stands within a JSON string.
struct Escaped<'a>(&'a mut dyn Write);

// === impl Escaped ===

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        write_escaped(self.0, text)
    }
}

fn write_string(out: &mut (impl Write + ?Sized), text: &str) -> fmt::Result {
    out.write_char('"')?;
    write_escaped(out, text)?;
    out.write_char('"')
}

/// The characters that RFC 8259, section 7, does not let stand for themselves.
fn write_escaped(out: &mut (impl Write + ?Sized), text: &str) -> fmt::Result {
    let special = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    // Nearly every text; without a way out midway, many bytes are looked at together.
    if !text
        .bytes()
        .fold(false, |found, byte| found | special(byte))
    {
        return out.write_str(text);
    }
    let mut rest = text;
    while let Some(at) = rest.bytes().position(special) {
        let (plain, from) = rest.split_at(at);
        out.write_str(plain)?;
        match from.as_bytes().first() {
            Some(b'\n') => out.write_str("\\n")?,
            Some(byte @ (b'"' | b'\\')) => write!(out, "\\{}", char::from(*byte))?,
            Some(byte) => write!(out, "\\u{byte:04x}")?,
            None => {}
        }
        // All of them are single bytes.
        rest = from.get(1..).unwrap_or_default();
    }
    out.write_str(rest)
}

/// RFC 3339 in microseconds.
fn write_time(out: &mut impl Write, time: DateTime<Utc>) -> fmt::Result {
    let mut text = *b"0000-00-00T00:00:00.000000Z";
    let mut put = |from: usize, digits: usize, mut value: u32| {
        for place in text[from..from + digits].iter_mut().rev() {
            *place = b'0' + u8::try_from(value % 10).unwrap_or_default();
            value /= 10;
        }
    };
    put(0, 4, u32::try_from(time.year()).unwrap_or_default());
    put(5, 2, time.month());
    put(8, 2, time.day());
    put(11, 2, time.hour());
    put(14, 2, time.minute());
    put(17, 2, time.second());
    put(20, 6, time.timestamp_subsec_micros().min(999_999));
    out.write_str(std::str::from_utf8(&text).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex, PoisonError};

    use chrono::TimeDelta;
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use tracing_subscriber::fmt::MakeWriter;

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Kept {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    /// The lines that are logged meanwhile, without their times.
    fn logged(log: impl FnOnce()) -> Vec<Value> {
        let kept = Kept::default();
        let subscriber = tracing_subscriber::fmt()
            .fmt_fields(JsonFields)
            .event_format(JsonLine)
            .with_writer(kept.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, log);
        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        let line = |line: &str| {
            let mut line: Value = serde_json::from_str(line).unwrap();
            let time = line.as_object_mut().unwrap().remove("timestamp").unwrap();
            assert!(DateTime::parse_from_rfc3339(time.as_str().unwrap()).is_ok());
            line
        };
        text.lines().map(line).collect()
    }

    #[test]
    fn a_line_has_fields_of_every_kind() {
        let nothing: Option<&str> = None;
        let lines = logged(|| {
            tracing::warn!(
                target: "a::b",
                text = "a\"b",
                shown = %"c\\d",
                seen = ?"e\nf",
                number = 7_u64,
                less = -7_i64,
                part = 0.5,
                no_number = f64::NAN,
                yes = true,
                nothing,
                "said"
            );
        });
        let expected = json!({
            "level": "WARN", "target": "a::b", "message": "said", "text": "a\"b",
            "shown": "c\\d", "seen": "\"e\\nf\"", "number": 7, "less": -7, "part": 0.5,
            "no_number": null, "yes": true,
        });
        assert_eq!(lines, [expected]);
    }

    #[test]
    fn a_line_names_the_spans_it_happened_in() {
        let lines = logged(|| {
            let outer = tracing::info_span!("outer", id = "1", late = tracing::field::Empty);
            outer.record("late", 2);
            outer.in_scope(|| {
                tracing::info_span!("inner").in_scope(|| tracing::info!("said"));
            });
            tracing::info!("after");
        });
        assert_eq!(
            lines[0]["spans"],
            json!([{"name": "outer", "id": "1", "late": 2}, {"name": "inner"}])
        );
        assert!(lines[1].get("spans").is_none());
    }

    proptest! {
        #[test]
        fn whatever_is_said_is_read_again(text in any::<String>(), other in "[\u{0}-\u{7f}]{0,20}") {
            let lines = logged(|| tracing::info!(text, other = %other));
            prop_assert_eq!(lines.len(), 1);
            prop_assert_eq!(&lines[0]["text"], &text);
            prop_assert_eq!(&lines[0]["other"], &other);
        }

        #[test]
        fn times_are_as_they_are(micros in 0..253_402_300_799_999_999_i64) {
            let time = DateTime::UNIX_EPOCH + TimeDelta::microseconds(micros);
            let mut text = String::new();
            write_time(&mut text, time).unwrap();
            prop_assert_eq!(DateTime::parse_from_rfc3339(&text).unwrap(), time);
        }
    }
}
