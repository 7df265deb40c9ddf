use super::*;

/// Gives one byte at a time: every boundary falls somewhere.
struct Trickle<'a>(&'a [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.0.len().min(into.len()).min(1);
        into[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn read(bytes: &[u8]) -> Result<Reply, String> {
    let whole = Reader::new(bytes).reply().map_err(|error| error.to_string());
    let trickled = Reader::new(Trickle(bytes)).reply().map_err(|error| error.to_string());
    assert_eq!(whole, trickled, "how it comes makes no difference");
    whole
}

#[test]
fn every_kind_of_reply_is_read() {
    assert_eq!(read(b"+OK\r\n"), Ok(Reply::Simple("OK".into())));
    assert_eq!(read(b"-ERR no\r\n"), Ok(Reply::Error("ERR no".into())));
    assert_eq!(read(b":-42\r\n"), Ok(Reply::Integer(-42)));
    assert_eq!(read(b"$5\r\na\r\nbc\r\n"), Ok(Reply::Bulk(b"a\r\nbc".to_vec())));
    assert_eq!(read(b"$-1\r\n"), Ok(Reply::Nil));
    assert_eq!(read(b"*-1\r\n"), Ok(Reply::Nil));
    assert_eq!(
        read(b"*2\r\n$4\r\nsave\r\n$0\r\n\r\n"),
        Ok(Reply::List(vec![Reply::Bulk(b"save".to_vec()), Reply::Bulk(Vec::new())]))
    );
}

#[test]
fn replies_that_follow_one_another_are_kept_apart() {
    let mut reader = Reader::new(&b"+one\r\n$3\r\ntwo\r\n:3\r\n"[..]);
    let texts: Vec<String> = (0..3).map(|_| reader.reply().unwrap().text()).collect();
    assert_eq!(texts, ["one", "two", "3"]);
}

#[test]
fn a_reply_that_is_cut_anywhere_is_an_error() {
    let whole = b"*3\r\n$4\r\nsave\r\n:1\r\n+OK\r\n";
    assert!(read(whole).is_ok());
    for length in 0..whole.len() {
        assert!(read(&whole[..length]).is_err(), "of {length} bytes");
    }
}

#[test]
fn what_is_no_reply_is_refused() {
    for bytes in [
        &b"HTTP/1.1 400 Bad Request\r\n"[..], b"\r\n", b"$\r\n", b"$x\r\n", b"$-2\r\n", b"*-2\r\n", b":1.5\r\n", b"+OK\n", b"$1\r\nabc\r\n",
        b"$1\r\nab\r\n", b"\xff\xfe\r\n", b"$9223372036854775808\r\n", b":\r\n", b"%1\r\n+a\r\n+b\r\n",
    ] {
        let problem = read(bytes).unwrap_err();
        assert!(problem.contains("does not speak as Redis does"), "{problem}");
    }
}

fn refusal(bytes: &[u8]) -> String {
    Reader::new(bytes).reply().unwrap_err().to_string()
}

#[test]
fn a_line_has_a_limit() {
    let line = |length| [b"+".as_slice(), &vec![b'a'; length], b"\r\n"].concat();
    assert!(Reader::new(&line(LINE_LIMIT - 2)[..]).reply().is_ok());
    assert!(refusal(&line(LINE_LIMIT)).contains("a line is too long"));
    assert!(refusal(&vec![b'a'; LINE_LIMIT + CHUNK + 1]).contains("a line is too long"));
}

#[test]
fn a_string_has_a_limit_that_its_announcement_meets() {
    let string = |length| [format!("${length}\r\n").as_bytes(), &vec![b'a'; length], b"\r\n"].concat();
    assert!(Reader::new(&string(BULK_LIMIT)[..]).reply().is_ok());
    assert!(refusal(format!("${}\r\n", BULK_LIMIT + 1).as_bytes()).contains("a string is too long"));
}

#[test]
fn a_list_has_a_limit_over_all_that_are_nested() {
    let list = [format!("*{ELEMENT_LIMIT}\r\n").as_bytes(), &b":1\r\n".repeat(ELEMENT_LIMIT)].concat();
    assert!(Reader::new(&list[..]).reply().is_ok());
    assert!(refusal(format!("*{}\r\n", ELEMENT_LIMIT + 1).as_bytes()).contains("a list is too long"));
    let nested = [b"*2\r\n*1\r\n:1\r\n".as_slice(), format!("*{ELEMENT_LIMIT}\r\n").as_bytes()].concat();
    assert!(refusal(&nested).contains("a list is too long"));
}

#[test]
fn a_reply_has_a_limit_over_all_its_strings() {
    let string = [format!("${BULK_LIMIT}\r\n").as_bytes(), &vec![b'a'; BULK_LIMIT], b"\r\n"].concat();
    let count = REPLY_LIMIT / BULK_LIMIT + 1;
    let list = [format!("*{count}\r\n").as_bytes(), &string.repeat(count)].concat();
    assert!(refusal(&list).contains("a reply is too long"));
}

#[test]
fn nesting_has_a_limit() {
    let nested = |depth| [b"*1\r\n".repeat(depth), b":1\r\n".to_vec()].concat();
    assert!(Reader::new(&nested(DEPTH_LIMIT)[..]).reply().is_ok());
    assert!(refusal(&nested(DEPTH_LIMIT + 1)).contains("nested too deep"));
}

#[test]
fn a_command_carries_any_bytes() {
    assert_eq!(command(&[b"AUTH", b"a\r\n b"]), b"*2\r\n$4\r\nAUTH\r\n$5\r\na\r\n b\r\n");
}

#[test]
fn words_for_a_person_are_one_bounded_line() {
    assert_eq!(shown("ERR a\u{1b}[31mb\nsecond"), "ERR a [31mb");
    assert_eq!(shown(&"ü".repeat(1000)).chars().count(), 300);
}
