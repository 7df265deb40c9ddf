//! A snapshot as Redis sends it to a replica: taken from the connection, and held against its checksum.

use std::io::{self, ErrorKind, Read, Write};

const MARK: usize = 40;
const CHECKSUM: usize = 8;
/// "REDIS" and four digits.
const HEADER: usize = 9;
const CHUNK: usize = 64 << 10;
const LAST_OPCODE: u8 = 0xFF;

/// How the end of a snapshot is known.
#[derive(Debug, PartialEq)]
pub enum Framing {
    Length(u64),
    /// By these bytes, which Redis drew at random.
    Mark(Vec<u8>),
}

impl Framing {
    /// From the line before the snapshot.
    pub fn parse(line: &str) -> Option<Framing> {
        let rest = line.strip_prefix('$')?;
        match rest.strip_prefix("EOF:") {
            Some(mark) => (mark.len() == MARK).then(|| Framing::Mark(mark.into())),
            None => rest.parse().ok().map(Framing::Length),
        }
    }
}

/// Why a snapshot was not taken.
#[derive(Debug)]
pub enum Fault {
    Input(io::Error),
    Output(io::Error),
    /// What came is no snapshot, or not the one that was sent.
    Damaged(&'static str),
}

/// Takes a snapshot, and verifies it; gives its length. `tick` hears how much has come.
pub fn take(input: &mut impl Read, framing: &Framing, output: &mut impl Write, mut tick: impl FnMut(u64)) -> Result<u64, Fault> {
    let mut check = Check::default();
    // What may be the mark is held back.
    let mut held: Vec<u8> = Vec::with_capacity(CHUNK + MARK);
    let mut chunk = vec![0; CHUNK];
    loop {
        let room = match framing {
            Framing::Length(length) => usize::try_from(length - check.length).map_or(CHUNK, |left| left.min(CHUNK)),
            Framing::Mark(_) => CHUNK,
        };
        if room == 0 {
            return check.end();
        }
        let count = input.read(&mut chunk[..room]).map_err(Fault::Input)?;
        if count == 0 {
            return Err(Fault::Input(ErrorKind::UnexpectedEof.into()));
        }
        held.extend_from_slice(&chunk[..count]);
        let ends = matches!(framing, Framing::Mark(mark) if held.ends_with(mark));
        let kept = if matches!(framing, Framing::Mark(_)) { held.len().min(MARK) } else { 0 };
        let sure = held.len() - kept;
        output.write_all(&held[..sure]).map_err(Fault::Output)?;
        check.take(&held[..sure]);
        held.drain(..sure);
        tick(check.length);
        if ends {
            return check.end();
        }
    }
}

/// Follows a snapshot to its end, where its checksum is.
#[derive(Default)]
struct Check {
    length: u64,
    sum: u64,
    header: Vec<u8>,
    last: u8,
    /// The last bytes so far: the checksum is not part of what it is the sum of.
    tail: Vec<u8>,
}

impl Check {
    fn take(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        let missing = HEADER.saturating_sub(self.header.len()).min(bytes.len());
        self.header.extend_from_slice(&bytes[..missing]);
        self.tail.extend_from_slice(bytes);
        let sure = self.tail.len().saturating_sub(CHECKSUM);
        for byte in &self.tail[..sure] {
            self.sum = TABLE[usize::from(self.sum as u8 ^ byte)] ^ (self.sum >> 8);
            self.last = *byte;
        }
        self.tail.drain(..sure);
    }

    fn end(&self) -> Result<u64, Fault> {
        if self.header.len() < HEADER || !self.header.starts_with(b"REDIS") {
            return Err(Fault::Damaged("what came is no snapshot"));
        }
        let Ok(checksum) = <[u8; CHECKSUM]>::try_from(&self.tail[..]) else { return Err(Fault::Damaged("the snapshot is cut")) };
        if self.last != LAST_OPCODE {
            return Err(Fault::Damaged("the snapshot has no end"));
        }
        // Zero where redis.conf says `rdbchecksum no`.
        match u64::from_le_bytes(checksum) {
            0 => Ok(self.length),
            sum if sum == self.sum => Ok(self.length),
            _ => Err(Fault::Damaged("the snapshot is not what its checksum says")),
        }
    }
}

/// CRC-64 of Jones, reflected, as RDB files have it.
const TABLE: [u64; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut sum = index as u64;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0x95AC_9329_AC4B_C9B5 } else { sum >> 1 };
            bit += 1;
        }
        table[index] = sum;
        index += 1;
    }
    table
};

#[cfg(test)]
#[path = "snapshot_tests.rs"]
mod tests;
