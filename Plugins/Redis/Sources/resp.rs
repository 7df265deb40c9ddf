//! RESP2, Redis's protocol: commands as they are sent, replies as they are read, within limits.

use std::io::{self, Read};

/// Longest line: simple strings, errors, lengths.
pub const LINE_LIMIT: usize = 16 << 10;
/// Longest bulk string; INFO has about 6 KiB.
pub const BULK_LIMIT: usize = 1 << 20;
/// Most elements of one reply, over all its arrays.
pub const ELEMENT_LIMIT: usize = 4096;
/// Most bytes of one reply.
pub const REPLY_LIMIT: usize = 2 << 20;
/// Deepest nesting of arrays.
pub const DEPTH_LIMIT: usize = 4;

const CHUNK: usize = 16 << 10;

#[derive(Debug, PartialEq)]
pub enum Reply {
    Simple(String),
    Error(String),
    Integer(i64),
    Bulk(Vec<u8>),
    Nil,
    List(Vec<Reply>),
}

impl Reply {
    /// What a line or a bulk string says; other replies say nothing.
    pub fn text(&self) -> String {
        match self {
            Reply::Simple(text) | Reply::Error(text) => text.clone(),
            Reply::Bulk(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Reply::Integer(number) => number.to_string(),
            Reply::Nil | Reply::List(_) => String::new(),
        }
    }
}

/// A command as Redis takes it.
pub fn command(words: &[&[u8]]) -> Vec<u8> {
    // Room for all at once: one word may be a password, of which no copy may be left behind.
    let mut bytes = Vec::with_capacity(words.iter().map(|word| word.len() + 32).sum::<usize>() + 32);
    bytes.extend_from_slice(format!("*{}\r\n", words.len()).as_bytes());
    for word in words {
        bytes.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
        bytes.extend_from_slice(word);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

/// Redis's words for a person: one line without control characters, of bounded length.
pub fn shown(text: &str) -> String {
    let line = text.lines().next().unwrap_or("");
    line.chars().map(|character| if character.is_control() { ' ' } else { character }).take(300).collect()
}

fn hostile(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("what answers does not speak as Redis does: {what}"))
}

/// Reads replies from a stream, which may end, stop or lie anywhere.
pub struct Reader<R> {
    pub stream: R,
    buffer: Vec<u8>,
    start: usize,
}

/// What one reply may still have.
struct Room {
    bytes: usize,
    elements: usize,
}

impl<R: Read> Reader<R> {
    pub fn new(stream: R) -> Reader<R> {
        Reader { stream, buffer: Vec::new(), start: 0 }
    }

    pub fn reply(&mut self) -> io::Result<Reply> {
        self.element(&mut Room { bytes: REPLY_LIMIT, elements: ELEMENT_LIMIT }, 0)
    }

    fn element(&mut self, room: &mut Room, depth: usize) -> io::Result<Reply> {
        let line = self.line()?;
        room.bytes = room.bytes.checked_sub(line.len()).ok_or_else(|| hostile("a reply is too long"))?;
        let (kind, rest) = line.split_at_checked(1).ok_or_else(|| hostile("an empty line, or no ASCII"))?;
        match kind {
            "+" => Ok(Reply::Simple(rest.into())),
            "-" => Ok(Reply::Error(rest.into())),
            ":" => Ok(Reply::Integer(number(rest)?)),
            "$" => self.bulk(number(rest)?, room),
            "*" => self.list(number(rest)?, room, depth + 1),
            _ => Err(hostile("an unknown kind of reply")),
        }
    }

    fn bulk(&mut self, length: i64, room: &mut Room) -> io::Result<Reply> {
        if length == -1 {
            return Ok(Reply::Nil);
        }
        let length = usize::try_from(length).map_err(|_| hostile("a negative length"))?;
        if length > BULK_LIMIT {
            return Err(hostile("a string is too long"));
        }
        room.bytes = room.bytes.checked_sub(length).ok_or_else(|| hostile("a reply is too long"))?;
        // Memory grows with what has come, not with what was announced.
        let mut bytes = Vec::new();
        self.by_ref().take(length as u64).read_to_end(&mut bytes)?;
        let mut end = [0; 2];
        self.read_exact(&mut end)?;
        if bytes.len() == length && &end == b"\r\n" { Ok(Reply::Bulk(bytes)) } else { Err(hostile("a string without its end")) }
    }

    fn list(&mut self, count: i64, room: &mut Room, depth: usize) -> io::Result<Reply> {
        if count == -1 {
            return Ok(Reply::Nil);
        }
        let count = usize::try_from(count).map_err(|_| hostile("a negative length"))?;
        room.elements = room.elements.checked_sub(count).ok_or_else(|| hostile("a list is too long"))?;
        if depth > DEPTH_LIMIT {
            return Err(hostile("lists are nested too deep"));
        }
        (0..count).map(|_| self.element(room, depth)).collect::<io::Result<_>>().map(Reply::List)
    }

    /// A line without its end.
    pub fn line(&mut self) -> io::Result<String> {
        let mut seen = 0;
        loop {
            let waiting = &self.buffer[self.start..];
            if let Some(end) = waiting[seen..].iter().position(|byte| *byte == b'\n').map(|end| end + seen) {
                if end > LINE_LIMIT {
                    return Err(hostile("a line is too long"));
                }
                let line = waiting[..end].strip_suffix(b"\r").ok_or_else(|| hostile("a line ends without CR"))?;
                let line = String::from_utf8_lossy(line).into_owned();
                self.start += end + 1;
                return Ok(line);
            }
            seen = waiting.len();
            if seen > LINE_LIMIT {
                return Err(hostile("a line is too long"));
            }
            if self.fill()? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// Passes the empty lines by which Redis says that it is still there.
    pub fn skip_newlines(&mut self) -> io::Result<()> {
        loop {
            while self.buffer.get(self.start) == Some(&b'\n') {
                self.start += 1;
            }
            if self.start < self.buffer.len() {
                return Ok(());
            }
            if self.fill()? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// More bytes into the buffer; 0 at the end of the stream.
    fn fill(&mut self) -> io::Result<usize> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let length = self.buffer.len();
        self.buffer.resize(length + CHUNK, 0);
        let read = self.stream.read(&mut self.buffer[length..]);
        self.buffer.truncate(length + *read.as_ref().unwrap_or(&0));
        read
    }
}

impl<R: Read> Read for Reader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.start == self.buffer.len() && self.fill()? == 0 {
            return Ok(0);
        }
        let waiting = &self.buffer[self.start..];
        let count = waiting.len().min(into.len());
        into[..count].copy_from_slice(&waiting[..count]);
        self.start += count;
        Ok(count)
    }
}

fn number(text: &str) -> io::Result<i64> {
    text.parse().map_err(|_| hostile("a number that is none"))
}

#[cfg(test)]
#[path = "resp_tests.rs"]
mod tests;
