//! What changed from one look at the servers to the next, and the events that say so.

use crate::info::Info;
use crate::json::{object, Value};
use crate::look::Look;
use crate::martlet::{Event, Severity};
use crate::settings::{Address, Server};
use crate::state::memory_is_short;
use std::time::{Duration, Instant};

/// How long a replica may take to find its primary after it was started, or made one, before that is an event.
pub const LINK_PATIENCE: Duration = Duration::from_secs(30);

/// What was seen of a server last.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub name: String,
    address: Address,
    /// `None`: it was never known.
    runs: Option<bool>,
    /// Another one is another process.
    run_id: String,
    link: Link,
    fails: bool,
    is_short: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Link {
    /// It is no replica.
    None,
    /// Not seen up yet, since then.
    Awaited(Instant),
    Up,
    Lost,
}

/// What a look says of a server beside what was seen before.
pub struct Change {
    pub seen: Seen,
    pub events: Vec<Event>,
    /// It has been started: what is set at run time must be set again.
    pub was_started: bool,
    /// The state is another one.
    pub is_other: bool,
}

impl Seen {
    fn nothing(server: &Server, runs: Option<bool>) -> Seen {
        let (name, address) = (server.name.clone(), server.address.clone());
        Seen { name, address, runs, run_id: String::new(), link: Link::None, fails: false, is_short: false }
    }
}

/// Judges a look. `is_requested`: a start or stop of this server was asked for and is under way.
pub fn judge(
    server: &Server, former: Option<&Seen>, look: &Look, is_requested: bool, memory_percent: i64, now: Instant,
) -> Change {
    // At another address it is another server, of which nothing is known.
    let former = former.filter(|former| former.address == server.address).cloned();
    let mut judge = Judge { server, is_requested, events: Vec::new(), was_started: false };
    let mut seen = former.clone().unwrap_or_else(|| Seen::nothing(server, None));
    match look {
        // Whether it runs is not known: what was known last stays.
        Look::Refused(_) => {}
        Look::Stopped => judge.stop(&mut seen),
        Look::Answers(info) => {
            judge.start(&mut seen, info);
            judge.link(&mut seen, info, now);
            judge.persistence(&mut seen, info);
            judge.memory(&mut seen, info, memory_percent);
        }
    }
    let is_other = former.is_some_and(|former| former != seen);
    Change { seen, events: judge.events, was_started: judge.was_started, is_other }
}

struct Judge<'a> {
    server: &'a Server,
    is_requested: bool,
    events: Vec<Event>,
    was_started: bool,
}

impl Judge<'_> {
    fn say<const N: usize>(&mut self, kind: &'static str, severity: Severity, what: &str, more: [(&str, Value); N]) {
        let Value::Object(mut members) = object([("server", self.server.name.as_str().into())]) else { return };
        members.extend(more.map(|(name, value)| (name.to_string(), value)));
        self.events.push(Event {
            kind,
            severity,
            instance: self.server.name.clone(),
            text: format!("server {} {what}", self.server.name),
            data: Value::Object(members).to_string(),
        });
    }

    fn stop(&mut self, seen: &mut Seen) {
        if seen.runs == Some(true) {
            self.say_stopped();
        }
        *seen = Seen::nothing(self.server, Some(false));
    }

    fn say_stopped(&mut self) {
        let (severity, what) =
            if self.is_requested { (Severity::Info, "was stopped") } else { (Severity::Failure, "has stopped") };
        self.say("server.stopped", severity, what, [("requested", Value::Flag(self.is_requested))]);
    }

    fn start(&mut self, seen: &mut Seen, info: &Info) {
        let run_id = info.text("run_id");
        // Another process in the place of one that nobody saw end.
        if seen.runs == Some(true) && !seen.run_id.is_empty() && seen.run_id != run_id {
            self.stop(seen);
        }
        if seen.runs == Some(false) {
            self.say("server.started", Severity::Info, "runs", [("requested", Value::Flag(self.is_requested))]);
            self.was_started = true;
        }
        seen.runs = Some(true);
        seen.run_id = run_id.into();
    }

    fn link(&mut self, seen: &mut Seen, info: &Info, now: Instant) {
        let primary = format!("{}:{}", info.text("master_host"), info.text("master_port"));
        let lost = [("primary", Value::from(primary.as_str()))];
        let former = std::mem::replace(&mut seen.link, Link::None);
        seen.link = match (former, info.link()) {
            (_, None) => Link::None,
            (Link::Lost, Some(true)) => {
                self.say("replication.restored", Severity::Info, &format!("has its primary {primary} again"), lost);
                Link::Up
            }
            (_, Some(true)) => Link::Up,
            (Link::Up, Some(false)) => {
                self.say("replication.lost", Severity::Warning, &format!("has lost its primary {primary}"), lost);
                Link::Lost
            }
            (Link::Awaited(since), Some(false)) if now.saturating_duration_since(since) < LINK_PATIENCE => Link::Awaited(since),
            (Link::Awaited(since), Some(false)) if info.is("master_sync_in_progress", "1") => Link::Awaited(since),
            (Link::Awaited(_), Some(false)) => {
                self.say("replication.lost", Severity::Warning, &format!("does not find its primary {primary}"), lost);
                Link::Lost
            }
            (Link::None, Some(false)) => Link::Awaited(now),
            (Link::Lost, Some(false)) => Link::Lost,
        };
    }

    fn persistence(&mut self, seen: &mut Seen, info: &Info) {
        let problem = info.persistence_problem();
        if let Some(problem) = problem.filter(|_| !seen.fails) {
            self.say("persistence.failed", Severity::Failure, &format!("cannot save: {problem}"), [("reason", problem.into())]);
        }
        seen.fails = problem.is_some();
    }

    fn memory(&mut self, seen: &mut Seen, info: &Info, warning_percent: i64) {
        let is_short = memory_is_short(info, warning_percent);
        let percent = info.memory_percent().unwrap_or(0);
        if is_short && !seen.is_short {
            let what = format!("uses {percent} % of maxmemory");
            self.say("memory.short", Severity::Warning, &what, [("percent", percent.into())]);
        }
        // Where it wavers about the limit, it is told once.
        seen.is_short = is_short || seen.is_short && percent + RELIEF_PERCENT > warning_percent && warning_percent > 0;
    }
}

/// By how much memory must fall below the limit before reaching it is told again.
const RELIEF_PERCENT: i64 = 5;

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
