//! `backup {server, file}`: a snapshot as a replica gets it, by SYNC. It needs no right to read Redis's folder, which may be on another
//! machine; where Redis copies without a disk of its own, its last snapshot stays as it is.

use crate::connection::{reason, Connection, Trouble};
use crate::json::{object, Value};
use crate::martlet::{failure, Failure, ALREADY_EXISTS, DATA_LOSS, FAILED_PRECONDITION, INTERNAL, UNAVAILABLE};
use crate::plugin::{lock, RedisPlugin};
use crate::resp::{command, shown};
use crate::runs::Work;
use crate::save::percent;
use crate::snapshot::{take, Fault, Framing};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Redis says every second that it is still there.
const SILENCE: Duration = Duration::from_secs(60);
const BETWEEN_REPORTS: Duration = Duration::from_millis(250);

pub fn backup(work: &Work) -> Result<Value, Failure> {
    let name = work.parameters.get("file").and_then(Value::text).unwrap_or("");
    let folder = PathBuf::from(work.plugin.local("backupDirectory", "/var/backups/redis"));
    let file = folder.join(name);
    let _reservation = Reservation::of(&work.plugin, &file)?;
    if fs::symlink_metadata(&file).is_ok() {
        return Err(taken(&file));
    }
    let partial = folder.join(format!("{name}.partial"));
    let (mut connection, framing) = ask(work)?;
    let output = create(&partial).map_err(|error| unwritable(&partial, &error))?;
    let done = copy(work, &mut connection, &framing, &output)
        .and_then(|bytes| publish(&output, &partial, &file).map(|_| bytes).map_err(|error| unwritable(&file, &error)));
    if done.is_err() {
        // What it is that failed is what is told.
        let _ = fs::remove_file(&partial);
    }
    done.map(|bytes| object([("file", file.to_string_lossy().as_ref().into()), ("bytes", (bytes as i64).into())]))
}

/// A connection on which the snapshot comes next.
fn ask(work: &Work) -> Result<(Connection, Framing), Failure> {
    let mut connection = work.connect()?;
    // What an older Redis does not know of these, it sends as it always did.
    for words in [["REPLCONF", "capa", "eof"], ["REPLCONF", "rdb-only", "1"]] {
        if let Err(problem @ Trouble::Broken(_)) = connection.ask(&words) {
            return Err(work.trouble(problem));
        }
    }
    connection.send(&command(&[b"SYNC"])).map_err(|problem| work.trouble(problem))?;
    work.run.progress(0, "Redis prepares a snapshot");
    connection.reader.stream.silence = Some(SILENCE);
    let line = connection.reader.skip_newlines().and_then(|_| connection.reader.line());
    let line = line.map_err(|error| work.trouble(Trouble::Broken(reason(&error))))?;
    let framing = Framing::parse(&line).ok_or_else(|| match line.strip_prefix('-') {
        Some(words) => work.trouble(Trouble::Said(shown(words))),
        None => work.trouble(Trouble::Broken("what it sends is no snapshot".into())),
    })?;
    Ok((connection, framing))
}

fn copy(work: &Work, connection: &mut Connection, framing: &Framing, mut output: &File) -> Result<u64, Failure> {
    // How many keys are done is asked beside: the snapshot does not tell how long it becomes.
    let mut aside = work.connect_aside().ok();
    let mut reported = Instant::now();
    let taken = take(&mut connection.reader, framing, &mut output, |bytes| {
        if reported.elapsed() < BETWEEN_REPORTS {
            return;
        }
        let info = aside.as_mut().map(|aside| work.ask_info(aside));
        if matches!(info, Some(Err(_))) {
            aside = None;
        }
        let done = match (framing, info) {
            (Framing::Length(length), _) => (bytes as f64 * 99.0 / (*length).max(1) as f64) as u32,
            (_, Some(Ok(info))) => percent(&info),
            _ => 0,
        };
        work.run.progress(done, &format!("{} MiB", bytes >> 20));
        reported = Instant::now();
    });
    taken.map_err(|fault| {
        let (status, what) = match fault {
            Fault::Input(error) => (UNAVAILABLE, reason(&error)),
            Fault::Output(error) => (FAILED_PRECONDITION, format!("the backup cannot be written: {error}")),
            Fault::Damaged(what) => (DATA_LOSS, what.into()),
        };
        failure(status, format!("server {}: {what}", work.server.name))
    })
}

/// Nobody else may read it. One that is there belongs to a run that died.
fn create(partial: &Path) -> io::Result<File> {
    match fs::remove_file(partial) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(partial)
}

/// Durable, and under its name only when it is whole.
fn publish(output: &File, partial: &Path, file: &Path) -> io::Result<()> {
    output.sync_all()?;
    fs::rename(partial, file)?;
    File::open(file.parent().unwrap_or(Path::new("/")))?.sync_all()
}

fn taken(file: &Path) -> Failure {
    failure(ALREADY_EXISTS, format!("{} is there already; name another file, or remove it", file.display()))
}

fn unwritable(file: &Path, error: &io::Error) -> Failure {
    failure(if error.kind() == io::ErrorKind::Other { INTERNAL } else { FAILED_PRECONDITION }, format!("{} cannot be written: {error}", file.display()))
}

/// A file that one run writes alone.
struct Reservation<'a>(&'a RedisPlugin, PathBuf);

impl<'a> Reservation<'a> {
    fn of(plugin: &'a RedisPlugin, file: &Path) -> Result<Reservation<'a>, Failure> {
        let mut files = lock(&plugin.files);
        if files.iter().any(|other| other == file) {
            return Err(failure(ALREADY_EXISTS, format!("another run is writing {}", file.display())));
        }
        files.push(file.into());
        Ok(Reservation(plugin, file.into()))
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        lock(&self.0.files).retain(|file| *file != self.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::unix::fs::{symlink, PermissionsExt};

    #[test]
    fn a_file_is_private_and_published_whole() {
        let folder = std::env::temp_dir().join(format!("martlet-redis-backup-{}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        let (partial, file, victim) = (folder.join("a.partial"), folder.join("a"), folder.join("victim"));
        fs::write(&victim, "precious").unwrap();
        symlink(&victim, &partial).unwrap();
        let mut output = create(&partial).unwrap();
        output.write_all(b"data").unwrap();
        publish(&output, &partial, &file).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"data");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read(&victim).unwrap(), b"precious", "a link that somebody left is not followed");
        assert!(!partial.exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
