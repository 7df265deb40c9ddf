use super::*;
use std::cell::Cell;

/// Of Redis 7.0.15: three keys in two databases.
const RECORDED: &[u8] = include_bytes!("../Tests/Recorded/snapshot.rdb");
const ENDS: &[u8] = b"0054507b797b5744c623219b6a2d06a7d3b56786";

/// Gives so many bytes at a time.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.0.len().min(into.len()).min(self.1);
        into[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn taken(sent: &[u8], framing: &Framing, piece: usize) -> Result<Vec<u8>, Fault> {
    let mut output = Vec::new();
    let told = Cell::new(0);
    let length = take(&mut Pieces(sent, piece), framing, &mut output, |bytes| told.set(bytes))?;
    assert_eq!((length, told.get()), (output.len() as u64, output.len() as u64));
    Ok(output)
}

fn damage(sent: &[u8], framing: &Framing) -> &'static str {
    match taken(sent, framing, 7) {
        Err(Fault::Damaged(what)) => what,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_snapshot_is_taken_however_it_comes() {
    let marked = [RECORDED, ENDS].concat();
    for piece in [1, 7, 39, 40, 41, marked.len()] {
        assert_eq!(taken(&marked, &Framing::Mark(ENDS.to_vec()), piece).unwrap(), RECORDED);
        // What follows is not read.
        let followed = [RECORDED, b"*1\r\n"].concat();
        assert_eq!(taken(&followed, &Framing::Length(RECORDED.len() as u64), piece).unwrap(), RECORDED);
    }
}

#[test]
fn a_snapshot_that_is_cut_anywhere_is_refused() {
    let marked = [RECORDED, ENDS].concat();
    for length in 0..marked.len() {
        assert!(matches!(taken(&marked[..length], &Framing::Mark(ENDS.to_vec()), 7), Err(Fault::Input(_))), "of {length} bytes");
    }
    for length in 0..RECORDED.len() {
        let framing = Framing::Length(RECORDED.len() as u64);
        assert!(matches!(taken(&RECORDED[..length], &framing, 7), Err(Fault::Input(_))), "of {length} bytes");
        assert!(matches!(taken(RECORDED, &Framing::Length(length as u64), 7), Err(Fault::Damaged(_))), "of {length} bytes");
    }
}

#[test]
fn a_snapshot_with_any_byte_changed_is_refused() {
    let framing = Framing::Length(RECORDED.len() as u64);
    for index in 0..RECORDED.len() {
        let mut changed = RECORDED.to_vec();
        changed[index] ^= 0x20;
        // Digits of the version and all that follows the header are known by the checksum alone.
        assert!(matches!(taken(&changed, &framing, 64), Err(Fault::Damaged(_))), "byte {index}");
    }
}

#[test]
fn what_is_no_snapshot_is_refused() {
    assert_eq!(damage(b"", &Framing::Length(0)), "what came is no snapshot");
    assert_eq!(damage(&[b'x'; 100], &Framing::Length(100)), "what came is no snapshot");
    assert_eq!(damage(b"REDIS0010\xff", &Framing::Length(10)), "the snapshot has no end");
    assert_eq!(damage(ENDS, &Framing::Mark(ENDS.to_vec())), "what came is no snapshot");
}

#[test]
fn a_snapshot_without_a_checksum_is_taken() {
    let mut without = RECORDED.to_vec();
    let end = without.len() - CHECKSUM;
    without[end..].fill(0);
    assert_eq!(taken(&without, &Framing::Length(without.len() as u64), 7).unwrap(), without);
}

#[test]
fn the_line_before_it_says_how_it_ends() {
    let line = format!("$EOF:{}", String::from_utf8_lossy(ENDS));
    assert_eq!(Framing::parse(&line), Some(Framing::Mark(ENDS.to_vec())));
    assert_eq!(Framing::parse("$1234"), Some(Framing::Length(1234)));
    for line in ["", "$", "$-1", "$EOF:short", "+OK", "1234"] {
        assert_eq!(Framing::parse(line), None, "{line}");
    }
}

#[test]
fn a_disk_that_is_full_is_told_apart() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let framing = Framing::Length(RECORDED.len() as u64);
    assert!(matches!(take(&mut Pieces(RECORDED, 64), &framing, &mut Full, |_| {}), Err(Fault::Output(_))));
}

#[test]
fn the_sum_is_that_of_jones() {
    let sum = b"123456789".iter().fold(0u64, |sum, byte| TABLE[usize::from(sum as u8 ^ byte)] ^ (sum >> 8));
    assert_eq!(sum, 0xE9C6_D914_C4B8_D9CA);
}
