//! What Redis writes to its own disk: a snapshot, the append-only file.

use crate::connection::{Connection, Trouble};
use crate::info::Info;
use crate::json::{object, Value};
use crate::martlet::{failure, Failure, FAILED_PRECONDITION, INTERNAL};
use crate::runs::Work;

/// `save {server}`: a snapshot that has all that was written before, awaited.
pub fn save(work: &Work) -> Result<Value, Failure> {
    let mut connection = work.connect()?;
    let begun = begin(work, &mut connection)?;
    let mut info = work.ask_info(&mut connection)?;
    while info.is("rdb_bgsave_in_progress", "1") {
        work.run.progress(percent(&info), "Redis saves");
        work.pause()?;
        info = work.ask_info(&mut connection)?;
    }
    // A save that somebody ended says nothing of itself but that the last one is an old one.
    let is_saved = info.number("rdb_last_save_time").unwrap_or(0) >= begun;
    if !info.is("rdb_last_bgsave_status", "ok") || !is_saved {
        return Err(failure(INTERNAL, format!("server {}: Redis could not save; its log says why", work.server.name)));
    }
    let keys: i64 = info.keyspace().iter().map(|(_, keys)| keys).sum();
    Ok(object([("keys", keys.into()), ("seconds", info.number("rdb_last_bgsave_time_sec").unwrap_or(0).into())]))
}

/// Has Redis begin to save; the time is Redis's, in seconds. A save that is under way already may lack what was written last: it
/// is waited for, and then another one begun.
fn begin(work: &Work, connection: &mut Connection) -> Result<i64, Failure> {
    loop {
        let info = work.ask_info(connection)?;
        let is_free = !["rdb_bgsave_in_progress", "aof_rewrite_in_progress"].iter().any(|field| info.is(field, "1"));
        if is_free {
            let time = info.number("server_time_usec").map_or(0, |time| time / 1_000_000);
            match connection.ask(&["BGSAVE"]) {
                Ok(_) => return Ok(time),
                Err(Trouble::Said(words)) if is_busy(&words) => {}
                Err(problem) => return Err(work.trouble(problem)),
            }
        }
        work.run.progress(0, "Redis is busy with an earlier save");
        work.pause()?;
    }
}

/// `rewrite-aof {server}`: the append-only file without what is overwritten, awaited.
pub fn rewrite(work: &Work) -> Result<Value, Failure> {
    let mut connection = work.connect()?;
    let before = work.ask_info(&mut connection)?;
    if !before.is("aof_enabled", "1") {
        let message = format!("server {} keeps no append-only file (appendonly no)", work.server.name);
        return Err(failure(FAILED_PRECONDITION, message));
    }
    while let Err(problem) = connection.ask(&["BGREWRITEAOF"]) {
        match problem {
            Trouble::Said(words) if is_busy(&words) => work.pause()?,
            other => return Err(work.trouble(other)),
        }
    }
    let mut info = work.ask_info(&mut connection)?;
    while ["aof_rewrite_in_progress", "aof_rewrite_scheduled"].iter().any(|field| info.is(field, "1")) {
        work.run.progress(percent(&info), "Redis rewrites");
        work.pause()?;
        info = work.ask_info(&mut connection)?;
    }
    if !info.is("aof_last_bgrewrite_status", "ok") {
        return Err(failure(INTERNAL, format!("server {}: Redis could not rewrite; its log says why", work.server.name)));
    }
    let size = |info: &Info| Value::from(info.number("aof_current_size").unwrap_or(0));
    Ok(object([("bytesBefore", size(&before)), ("bytesAfter", size(&info))]))
}

/// How far a child of Redis is; 0 where it does not tell.
pub fn percent(info: &Info) -> u32 {
    let number = |field| info.number(field).filter(|number| *number > 0);
    let total = number("current_save_keys_total").unwrap_or(i64::MAX);
    let done = number("current_save_keys_processed").unwrap_or(0);
    // All of them are not yet a file that is whole.
    (done as f64 * 100.0 / total as f64).min(99.0) as u32
}

fn is_busy(words: &str) -> bool {
    words.contains("already in progress") || words.contains("child process is active") || words.contains("AOF log rewriting in progress")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_never_whole_before_the_end() {
        let info = |done: &str, total: &str| Info::parse(&format!("current_save_keys_processed:{done}\ncurrent_save_keys_total:{total}"));
        let cases = [("0", "0", 0), ("50", "200", 25), ("200", "200", 99), ("300", "200", 99), ("5", "", 0), ("-5", "-1", 0)];
        for (done, total, wanted) in cases {
            assert_eq!(percent(&info(done, total)), wanted, "{done} of {total}");
        }
    }

    #[test]
    fn a_redis_that_is_busy_is_told_from_one_that_refuses() {
        assert!(is_busy("ERR Background save already in progress"));
        assert!(is_busy("ERR Background append only file rewriting already in progress"));
        assert!(is_busy("ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to"));
        assert!(!is_busy("NOPERM this user has no permissions to run the 'bgsave' command"));
    }
}
