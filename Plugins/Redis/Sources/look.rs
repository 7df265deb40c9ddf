use crate::connection::{Connection, Trouble, Unreachable};
use crate::info::Info;
use crate::martlet::Host;
use crate::settings::Server;
use std::time::{Duration, Instant};

/// How long one look at a server may take in all. A plugin that is stopped in the middle of one has 5 s.
pub const LOOK_LIMIT: Duration = Duration::from_secs(2);

const STACK: usize = 256 << 10;

/// How a server was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Look {
    Stopped,
    /// It does not answer, or not to the plugin, with the reason.
    Refused(String),
    Answers(Info),
}

pub fn look(host: &Host, server: &Server) -> Look {
    let mut connection = match Connection::open(host, server, Some(Instant::now() + LOOK_LIMIT)) {
        Ok(connection) => connection,
        Err(Unreachable::Stopped) => return Look::Stopped,
        Err(Unreachable::Refused(reason)) => return Look::Refused(reason),
    };
    match info(&mut connection) {
        Ok(info) => Look::Answers(info),
        Err(problem) => Look::Refused(problem.to_string()),
    }
}

pub fn info(connection: &mut Connection) -> Result<Info, Trouble> {
    let info = Info::parse(&connection.ask(&["INFO"])?.text());
    if info.version().is_empty() { Err(Trouble::Broken("INFO has no version".into())) } else { Ok(info) }
}

/// Does the same for every server at the same time, so that those that do not answer cost the time of one.
pub fn each<T: Send>(servers: &[Server], work: impl Fn(&Server) -> T + Sync) -> Vec<T> {
    let work = &work;
    std::thread::scope(|scope| {
        let begin = |server| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || work(server));
        // Where no thread can be had, this one does it.
        let begun: Vec<_> = servers.iter().map(|server| begin(server).map_err(|_| work(server))).collect();
        let end = |thread: std::thread::ScopedJoinHandle<'_, T>| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        begun.into_iter().map(|begun| begun.map_or_else(|done| done, end)).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;
    use std::sync::Barrier;

    #[test]
    fn servers_are_looked_at_at_the_same_time_and_told_in_order() {
        let settings = Settings::parse(r#"{"servers": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}"#).unwrap();
        // Nobody passes alone.
        let all = Barrier::new(3);
        let names = each(&settings.servers, |server| {
            all.wait();
            server.name.clone()
        });
        assert_eq!(names, ["a", "b", "c"]);
    }
}
