use crate::configuration::{self, Former};
use crate::connection::{Connection, Unreachable};
use crate::json::{object, Value};
use crate::look::{each, look, Look, LOOK_LIMIT};
use crate::martlet::{
    failure, Call, Failure, Host, Id, LogLevel, Plugin, Run, FAILED_PRECONDITION, RESOURCE_EXHAUSTED, UNAVAILABLE,
};
use crate::runs::Runs;
use crate::settings::{Server, Settings};
use crate::statistics::{self, Starts};
use crate::watch::{judge, Seen};
use crate::{control, state};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What is left of a call's time for its answer.
const RESERVE: Duration = Duration::from_secs(1);

/// Redis's servers as instances; see ../README.md.
pub struct RedisPlugin {
    pub host: Host,
    local: Value,
    settings: Mutex<Arc<Settings>>,
    /// Held while servers are looked at, so that each change is told once.
    seen: Mutex<Vec<Seen>>,
    /// Servers whose start or stop was asked for and is under way.
    pub requests: Mutex<Vec<String>>,
    starts: Mutex<Starts>,
    watch: Mutex<Option<JoinHandle<()>>>,
    watch_stops: Mutex<bool>,
    watch_wake: Condvar,
    runs: Runs,
    /// Files that runs are writing.
    pub files: Mutex<Vec<PathBuf>>,
}

/// Nobody panics while holding one: a panic ends the process.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl RedisPlugin {
    pub fn settings(&self) -> Arc<Settings> {
        Arc::clone(&lock(&self.settings))
    }

    /// A value of the manifest's `local` part.
    pub fn local<'a>(&'a self, name: &str, otherwise: &'a str) -> &'a str {
        self.local.get(name).and_then(Value::text).filter(|text| !text.is_empty()).unwrap_or(otherwise)
    }

    /// Looks at every server and says what changed.
    pub fn look(&self) {
        let mut seen = lock(&self.seen);
        let settings = self.settings();
        let looks = each(&settings.servers, |server| look(&self.host, server));
        let requests = lock(&self.requests).clone();
        let mut now_seen = Vec::new();
        for (server, look) in settings.servers.iter().zip(&looks) {
            let former = seen.iter().find(|seen| seen.name == server.name);
            let is_requested = requests.contains(&server.name);
            let change = judge(server, former, look, is_requested, settings.memory_warning_percent, Instant::now());
            for event in &change.events {
                if let Err(problem) = self.host.emit(event) {
                    self.host.log(LogLevel::Error, &format!("event {}: {}", event.kind, problem.message));
                }
            }
            if change.was_started {
                self.configure_again(server);
            }
            if change.is_other {
                self.host.state_changed();
            }
            now_seen.push(change.seen);
        }
        *seen = now_seen;
    }

    /// A server that was started has what redis.conf says.
    fn configure_again(&self, server: &Server) {
        if server.configuration.is_empty() {
            return;
        }
        let done = match Connection::open(&self.host, server, Some(Instant::now() + LOOK_LIMIT)) {
            Ok(mut connection) => configuration::put(&mut connection, server).map(|_| ()),
            Err(Unreachable::Stopped) => return,
            Err(Unreachable::Refused(reason)) => Err(failure(UNAVAILABLE, format!("server {}: {reason}", server.name))),
        };
        if let Err(problem) = done {
            self.host.log(LogLevel::Warning, &problem.message);
        }
    }

    /// Sets what the settings say of every server that runs, or nothing of any.
    fn configure(&self, settings: &Settings, limit: Instant) -> Result<(), Failure> {
        let mut done: Vec<(Connection, Former)> = Vec::new();
        for server in settings.servers.iter().filter(|server| !server.configuration.is_empty()) {
            let problem = match Connection::open(&self.host, server, Some(limit)) {
                // It is set when it is started.
                Err(Unreachable::Stopped) => continue,
                Err(Unreachable::Refused(reason)) => {
                    let message = format!("server {}: {reason}", server.name);
                    failure(FAILED_PRECONDITION, message).at(server.pointer("configuration"))
                }
                Ok(mut connection) => match configuration::put(&mut connection, server) {
                    Ok(former) => {
                        done.push((connection, former));
                        continue;
                    }
                    Err(problem) => problem,
                },
            };
            for (mut connection, former) in done.into_iter().rev() {
                if !configuration::put_back(&mut connection, &former) {
                    self.host.log(LogLevel::Warning, "a parameter that was set could not be put back");
                }
            }
            return Err(problem);
        }
        Ok(())
    }

    fn begin_watch(self: &Arc<Self>) -> Result<(), Failure> {
        *lock(&self.watch_stops) = false;
        let plugin = Arc::clone(self);
        let thread = std::thread::Builder::new().spawn(move || {
            plugin.look();
            while plugin.wait_for_turn() {
                plugin.look();
            }
        });
        let thread = thread.map_err(|error| failure(RESOURCE_EXHAUSTED, format!("no thread can be started: {error}")))?;
        *lock(&self.watch) = Some(thread);
        Ok(())
    }

    /// False when the watch is to end.
    fn wait_for_turn(&self) -> bool {
        let time = self.settings().check;
        let waited = self.watch_wake.wait_timeout_while(lock(&self.watch_stops), time, |stops| !*stops);
        !waited.map_or(true, |(stops, _)| *stops)
    }

    fn end_watch(&self) {
        *lock(&self.watch_stops) = true;
        self.watch_wake.notify_all();
        let thread = lock(&self.watch).take();
        // One that panicked has ended the process.
        thread.map(JoinHandle::join);
    }
}

/// Extensions of the host that the plugin cannot do without.
const NEEDED: [&str; 4] = ["martlet.tasks/1", "martlet.events/1", "martlet.state/1", "martlet.service/1"];

impl Plugin for RedisPlugin {
    const ID: &'static str = "martlet.redis";
    const NAME: &'static str = "Redis";
    const VERSION: &'static str = "1.0.0";
    const CONTROLS: bool = true;

    fn create(host: Host, local: &str) -> Result<Self, Failure> {
        Ok(RedisPlugin {
            host,
            local: Value::parse(local).unwrap_or(Value::Null),
            settings: Mutex::new(Arc::new(Settings::parse("{}")?)),
            seen: Mutex::default(),
            requests: Mutex::default(),
            starts: Mutex::default(),
            watch: Mutex::default(),
            watch_stops: Mutex::default(),
            watch_wake: Condvar::new(),
            runs: Runs::default(),
            files: Mutex::default(),
        })
    }

    fn init(&self) -> Result<(), Failure> {
        let missing = || failure(FAILED_PRECONDITION, "the host lacks an extension; update the agent");
        self.host.offers(&NEEDED).then_some(()).ok_or_else(missing)
    }

    fn activate(self: &Arc<Self>, settings: &str) -> Result<(), Failure> {
        *lock(&self.settings) = Arc::new(Settings::parse(settings)?);
        self.begin_watch()
    }

    fn validate(&self, settings: &str) -> Result<(), Failure> {
        Settings::parse(settings).map(|_| ())
    }

    fn apply(self: &Arc<Self>, call: &Call, settings: &str) -> Result<(), Failure> {
        let settings = Settings::parse(settings)?;
        self.end_watch();
        let done = self.configure(&settings, call.deadline_before(RESERVE));
        if done.is_ok() {
            *lock(&self.settings) = Arc::new(settings);
            self.host.state_changed();
        }
        self.begin_watch()?;
        done
    }

    fn settings_in_force(&self) -> Result<String, Failure> {
        let settings = self.settings();
        let asked: Vec<Server> = settings.servers.iter().filter(|server| !server.configuration.is_empty()).cloned().collect();
        // Of a server that cannot be asked, what was applied is all that is known.
        let answers = each(&asked, |server| {
            let mut connection = Connection::open(&self.host, server, Some(Instant::now() + LOOK_LIMIT)).ok()?;
            configuration::read(&mut connection, server).ok()
        });
        let mut document = settings.document.clone();
        for (server, answer) in asked.iter().zip(answers) {
            configuration::show(&mut document, server, answer.unwrap_or_default());
        }
        Ok(document.to_string())
    }

    fn state(&self) -> Result<String, Failure> {
        let settings = self.settings();
        let percent = settings.memory_warning_percent;
        let instances = each(&settings.servers, |server| state::instance(server, &look(&self.host, server), percent));
        Ok(object([("instances", Value::List(instances))]).to_string())
    }

    fn statistics(&self) -> Result<String, Failure> {
        let settings = self.settings();
        let looks = each(&settings.servers, |server| look(&self.host, server));
        let room = statistics::READ_LIMIT / settings.servers.len().max(1);
        let mut starts = lock(&self.starts);
        starts.keep(|name| settings.server(name).is_some());
        // Why a server does not answer is the state's to say.
        let answers = settings.servers.iter().zip(&looks).filter_map(|(server, look)| match look {
            Look::Answers(info) => Some((server, info)),
            _ => None,
        });
        let instances = answers.map(|(server, info)| {
            let start = starts.of(&server.name, info, statistics::now());
            object([("instance", server.name.as_str().into()), ("values", statistics::values(info, start, room))])
        });
        Ok(object([("instances", Value::List(instances.collect()))]).to_string())
    }

    fn control(&self, call: &Call, action: i32, instance: &str) -> Result<(), Failure> {
        control::perform(self, call, action, instance)
    }

    fn start(self: &Arc<Self>, run: Run, task: &str, parameters: &str) -> Result<(), Failure> {
        self.runs.start(self, run, task, parameters)
    }

    fn cancel(&self, run: &Id) {
        self.runs.cancel(run);
    }

    fn deactivate(&self) {
        self.runs.end();
        self.end_watch();
    }
}
