use crate::connection::{Breaker, Connection, Trouble, Unreachable};
use crate::json::Value;
use crate::info::Info;
use crate::look::info;
use crate::martlet::{
    failure, Failure, Id, Run, CANCELLED, FAILED_PRECONDITION, NOT_FOUND, RESOURCE_EXHAUSTED, UNAVAILABLE, UNIMPLEMENTED,
};
use crate::plugin::{lock, RedisPlugin};
use crate::settings::Server;
use crate::{backup, save};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// Runs at a time.
pub const RUN_LIMIT: usize = 8;

/// The runs that are under way.
#[derive(Default)]
pub struct Runs(Mutex<Vec<Begun>>);

struct Begun {
    id: Id,
    stop: Arc<Stop>,
    thread: JoinHandle<()>,
}

/// How a run is asked to end.
#[derive(Default)]
pub struct Stop {
    state: Mutex<StopState>,
    asked: Condvar,
}

#[derive(Default)]
struct StopState {
    is_asked: bool,
    breaker: Option<Breaker>,
}

impl Stop {
    fn ask(&self) {
        let mut state = lock(&self.state);
        state.is_asked = true;
        if let Some(breaker) = &state.breaker {
            breaker.shut();
        }
        self.asked.notify_all();
    }

    pub fn is_asked(&self) -> bool {
        lock(&self.state).is_asked
    }

    /// From here on the connection is broken when the run is asked to end.
    fn breaks(&self, connection: &Connection) {
        let mut state = lock(&self.state);
        state.breaker = connection.reader.stream.breaker();
        if state.is_asked {
            state.breaker.iter().for_each(Breaker::shut);
        }
    }

    /// Waits so long, or until it is asked to end.
    fn pause(&self, time: Duration) {
        // A time that is over and one that was cut short are the same to who looks next.
        let _ = self.asked.wait_timeout_while(lock(&self.state), time, |state| !state.is_asked);
    }
}

/// What a task works with.
pub struct Work {
    pub plugin: Arc<RedisPlugin>,
    pub run: Run,
    pub stop: Arc<Stop>,
    pub server: Server,
    pub parameters: Value,
}

impl Work {
    /// A connection that a cancelled run breaks.
    pub fn connect(&self) -> Result<Connection, Failure> {
        let connection = self.connect_aside()?;
        self.stop.breaks(&connection);
        Ok(connection)
    }

    /// A second connection.
    pub fn connect_aside(&self) -> Result<Connection, Failure> {
        Connection::open(&self.plugin.host, &self.server, None).map_err(|problem| {
            let reason = match problem {
                Unreachable::Stopped => "it does not run".into(),
                Unreachable::Refused(reason) => reason,
            };
            failure(UNAVAILABLE, format!("server {}: {reason}", self.server.name))
        })
    }

    pub fn ask_info(&self, connection: &mut Connection) -> Result<Info, Failure> {
        info(connection).map_err(|problem| self.trouble(problem))
    }

    pub fn trouble(&self, problem: Trouble) -> Failure {
        let status = if matches!(problem, Trouble::Said(_)) { FAILED_PRECONDITION } else { UNAVAILABLE };
        failure(status, format!("server {}: {problem}", self.server.name))
    }

    /// Waits a little for what Redis tells only when it is asked. Fails when the run is to end.
    pub fn pause(&self) -> Result<(), Failure> {
        self.stop.pause(Duration::from_millis(100));
        if self.stop.is_asked() { Err(failure(CANCELLED, "cancelled")) } else { Ok(()) }
    }
}

type Task = fn(&Work) -> Result<Value, Failure>;

impl Runs {
    pub fn start(&self, plugin: &Arc<RedisPlugin>, run: Run, task: &str, parameters: &str) -> Result<(), Failure> {
        let task: Task = match task {
            "save" => save::save,
            "rewrite-aof" => save::rewrite,
            "backup" => backup::backup,
            _ => return Err(failure(UNIMPLEMENTED, "no such task")),
        };
        let parameters = Value::parse(parameters).unwrap_or(Value::Null);
        let name = parameters.get("server").and_then(Value::text).unwrap_or("");
        let missing = || failure(NOT_FOUND, format!("the settings have no server {name}"));
        let server = plugin.settings().server(name).cloned().ok_or_else(missing)?;
        let mut begun = lock(&self.0);
        begun.retain(|begun| !begun.thread.is_finished());
        if begun.len() >= RUN_LIMIT {
            return Err(failure(RESOURCE_EXHAUSTED, format!("{RUN_LIMIT} runs are under way; wait for one")));
        }
        let (id, stop) = (run.id, Arc::new(Stop::default()));
        let work = Work { plugin: Arc::clone(plugin), run, stop: Arc::clone(&stop), server, parameters };
        let thread = std::thread::Builder::new().spawn(move || {
            let result = task(&work);
            // What a broken connection says matters to nobody who broke it.
            let result = if result.is_err() && work.stop.is_asked() { Err(failure(CANCELLED, "cancelled")) } else { result };
            work.run.finish(result.map(|value| value.to_string()));
        });
        let thread = thread.map_err(|error| failure(RESOURCE_EXHAUSTED, format!("no thread can be started: {error}")))?;
        begun.push(Begun { id, stop, thread });
        Ok(())
    }

    /// From any thread.
    pub fn cancel(&self, id: &Id) {
        lock(&self.0).iter().filter(|begun| begun.id == *id).for_each(|begun| begun.stop.ask());
    }

    /// Cancels every run and waits for it.
    pub fn end(&self) {
        let begun = std::mem::take(&mut *lock(&self.0));
        begun.iter().for_each(|begun| begun.stop.ask());
        for begun in begun {
            // One that panicked has ended the process.
            let _ = begun.thread.join();
        }
    }
}
