//! JSON documents (RFC 8259) of the interface.

use std::fmt::{self, Display, Formatter, Write};

/// Deepest nesting that is read.
pub const DEPTH_LIMIT: usize = 32;

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Flag(bool),
    Integer(i64),
    Real(f64),
    Text(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    /// `None` for what is no JSON.
    pub fn parse(text: &str) -> Option<Value> {
        let mut parser = Parser { rest: text.as_bytes(), depth: 0 };
        let value = parser.value()?;
        parser.space();
        parser.rest.is_empty().then_some(value)
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        let Value::Object(members) = self else { return None };
        members.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let Value::Object(members) = self else { return None };
        members.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = self { Some(text) } else { None }
    }

    pub fn integer(&self) -> Option<i64> {
        if let Value::Integer(number) = self { Some(*number) } else { None }
    }

    pub fn list(&self) -> &[Value] {
        if let Value::List(values) = self { values } else { &[] }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.into())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Integer(number)
    }
}

/// An object of these members.
pub fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (name.to_string(), value)).collect())
}

impl Display for Value {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => out.write_str("null"),
            Value::Flag(flag) => write!(out, "{flag}"),
            Value::Integer(number) => write!(out, "{number}"),
            Value::Real(number) if number.is_finite() => write!(out, "{number}"),
            Value::Real(_) => out.write_str("null"),
            Value::Text(text) => quoted(out, text),
            Value::List(values) => {
                out.write_char('[')?;
                for (index, value) in values.iter().enumerate() {
                    write!(out, "{}{value}", if index > 0 { "," } else { "" })?;
                }
                out.write_char(']')
            }
            Value::Object(members) => {
                out.write_char('{')?;
                for (index, (name, value)) in members.iter().enumerate() {
                    out.write_str(if index > 0 { "," } else { "" })?;
                    quoted(out, name)?;
                    write!(out, ":{value}")?;
                }
                out.write_char('}')
            }
        }
    }
}

fn quoted(out: &mut Formatter<'_>, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(out, "\\{character}")?,
            control if (control as u32) < 0x20 => write!(out, "\\u{:04x}", control as u32)?,
            other => out.write_char(other)?,
        }
    }
    out.write_char('"')
}

struct Parser<'a> {
    rest: &'a [u8],
    depth: usize,
}

impl Parser<'_> {
    fn space(&mut self) {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    fn takes(&mut self, token: &[u8]) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn next_is(&mut self, token: &[u8]) -> bool {
        self.space();
        self.takes(token)
    }

    fn value(&mut self) -> Option<Value> {
        self.space();
        match self.rest.first()? {
            b'{' => self.deeper(Self::members),
            b'[' => self.deeper(Self::items),
            b'"' => self.string().map(Value::Text),
            b'n' => self.takes(b"null").then_some(Value::Null),
            b't' => self.takes(b"true").then_some(Value::Flag(true)),
            b'f' => self.takes(b"false").then_some(Value::Flag(false)),
            _ => self.number(),
        }
    }

    fn deeper(&mut self, read: fn(&mut Self) -> Option<Value>) -> Option<Value> {
        self.rest = &self.rest[1..];
        self.depth += 1;
        let value = if self.depth <= DEPTH_LIMIT { read(self) } else { None };
        self.depth -= 1;
        value
    }

    fn members(&mut self) -> Option<Value> {
        let mut members = Vec::new();
        if self.next_is(b"}") {
            return Some(Value::Object(members));
        }
        loop {
            self.space();
            let name = self.string()?;
            if !self.next_is(b":") {
                return None;
            }
            members.push((name, self.value()?));
            if self.next_is(b"}") {
                return Some(Value::Object(members));
            }
            if !self.next_is(b",") {
                return None;
            }
        }
    }

    fn items(&mut self) -> Option<Value> {
        let mut values = Vec::new();
        if self.next_is(b"]") {
            return Some(Value::List(values));
        }
        loop {
            values.push(self.value()?);
            if self.next_is(b"]") {
                return Some(Value::List(values));
            }
            if !self.next_is(b",") {
                return None;
            }
        }
    }

    fn number(&mut self) -> Option<Value> {
        let length = self.rest.iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
        let (number, rest) = self.rest.split_at(length.count());
        let text = std::str::from_utf8(number).ok().filter(|text| !text.starts_with('+'))?;
        self.rest = rest;
        match text.parse() {
            Ok(integer) => Some(Value::Integer(integer)),
            Err(_) => text.parse().ok().filter(|real: &f64| real.is_finite()).map(Value::Real),
        }
    }

    fn string(&mut self) -> Option<String> {
        if !self.takes(b"\"") {
            return None;
        }
        let mut bytes = Vec::new();
        loop {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            match byte {
                b'"' => return String::from_utf8(bytes).ok(),
                b'\\' => {
                    let character = self.escape()?;
                    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                0..=0x1F => return None,
                other => bytes.push(other),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(match byte {
            b'"' | b'\\' | b'/' => byte as char,
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return None,
        })
    }

    fn unicode(&mut self) -> Option<char> {
        let first = self.hexadecimal()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first);
        }
        let second = self.takes(b"\\u").then(|| self.hexadecimal()).flatten()?;
        let second = (0xDC00..0xE000).contains(&second).then_some(second - 0xDC00)?;
        char::from_u32(0x10000 + ((first - 0xD800) << 10) + second)
    }

    fn hexadecimal(&mut self) -> Option<u32> {
        let digits = self.rest.get(..4).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
        let number = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        self.rest = &self.rest[4..];
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_comes_back_as_it_was() {
        let text = r#"{"servers":[{"name":"a","port":6379,"on":true,"off":false,"none":null,"part":0.5,"empty":{}}],"list":[]}"#;
        assert_eq!(Value::parse(text).unwrap().to_string(), text);
    }

    #[test]
    fn escapes_are_read_and_written() {
        let value = Value::parse(r#""\"\\\/\b\f\n\r\tü\ud83d\ude00""#).unwrap();
        assert_eq!(value.text(), Some("\"\\/\u{8}\u{c}\n\r\tü😀"));
        assert_eq!(Value::parse(&value.to_string()), Some(value));
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in [
            "", "{", "[1,]", "{\"a\"}", "{\"a\":1,}", "nul", "1 2", "\"a", "\"\u{1}\"", "\"\\x\"", "\"\\ud800\"", "+1", "--1", "\"\\u12\"",
            "1e999",
        ] {
            assert_eq!(Value::parse(text), None, "{text}");
        }
    }

    #[test]
    fn nesting_has_a_limit() {
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert!(Value::parse(&nested(DEPTH_LIMIT)).is_some());
        assert_eq!(Value::parse(&nested(DEPTH_LIMIT + 1)), None);
        assert_eq!(Value::parse(&"[".repeat(1 << 20)), None);
    }
}
