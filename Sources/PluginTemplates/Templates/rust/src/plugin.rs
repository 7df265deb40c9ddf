//! A whole plugin: settings, state, statistics, one task that can be cancelled, one event.

use crate::martlet::{self, failure, Call, Event, Failure, Host, Id, Plugin, Run, Severity};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const STEPS: u32 = 3;
const STEP: Duration = Duration::from_millis(20);

#[derive(Default)]
struct Work {
    /// JSON, as it was applied.
    settings: String,
    greetings: u64,
    /// The run that is under way.
    run: Option<Id>,
    stops: bool,
    /// To be joined.
    worker: Option<JoinHandle<()>>,
}

pub struct GreeterPlugin {
    host: Host,
    /// UTC microseconds.
    since: u128,
    work: Mutex<Work>,
    stop_asked: Condvar,
}

impl GreeterPlugin {
    fn work(&self) -> MutexGuard<'_, Work> {
        // Nobody panics while holding it: a panic ends the process.
        self.work.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Waits a step; false when the run was asked to end.
    fn pause(&self) -> bool {
        let waited = self.stop_asked.wait_timeout_while(self.work(), STEP, |work| !work.stops);
        !waited.map(|(work, _)| work.stops).unwrap_or(true)
    }

    fn greet(&self, run: Run) {
        let mut result = Ok(String::new());
        for step in 1..=STEPS {
            run.progress(100 * step / (STEPS + 1), "clearing the throat");
            if !self.pause() {
                result = Err(failure(martlet::CANCELLED, "cancelled"));
                break;
            }
        }
        if result.is_ok() {
            let event = Event {
                kind: "greeted",
                severity: Severity::Info,
                instance: String::new(),
                text: "somebody was greeted".to_string(),
                data: String::new(),
            };
            result = self.host.emit(&event).map(|_| String::new());
        }
        let mut work = self.work();
        // Before `finish`: once the host knows of the end, it may start the next run at once.
        work.run = None;
        work.greetings += u64::from(result.is_ok());
        drop(work);
        run.finish(result);
    }
}

impl Plugin for GreeterPlugin {
    const ID: &'static str = "com.example.greeter";
    const NAME: &'static str = "Greeter";
    const VERSION: &'static str = "1.0.0";

    fn create(host: Host, _local: &str) -> Result<Self, Failure> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.as_micros());
        Ok(GreeterPlugin { host, since, work: Mutex::default(), stop_asked: Condvar::new() })
    }

    fn init(&self) -> Result<(), Failure> {
        let offered = self.host.offers(&["martlet.tasks/1", "martlet.events/1"]);
        offered.then_some(()).ok_or_else(|| failure(martlet::FAILED_PRECONDITION, "the host lacks tasks or events"))
    }

    fn activate(self: &Arc<Self>, settings: &str) -> Result<(), Failure> {
        self.work().settings = settings.to_string();
        Ok(())
    }

    fn validate(&self, _settings: &str) -> Result<(), Failure> {
        Ok(()) // the manifest's schema has been checked; add what only this device knows
    }

    fn apply(self: &Arc<Self>, _call: &Call, settings: &str) -> Result<(), Failure> {
        self.activate(settings)
    }

    fn settings_in_force(&self) -> Result<String, Failure> {
        Ok(self.work().settings.clone())
    }

    fn state(&self) -> Result<String, Failure> {
        let details = self.settings_in_force()?;
        Ok(format!(r#"{{"instances":[{{"instance":"","state":"running","version":"1.0.0","details":{details}}}]}}"#))
    }

    fn statistics(&self) -> Result<String, Failure> {
        let (greetings, since) = (self.work().greetings, self.since);
        Ok(format!(r#"{{"instances":[{{"instance":"","values":[{{"name":"greetings","value":{greetings},"startTime":{since}}}]}}]}}"#))
    }

    fn start(self: &Arc<Self>, run: Run, task: &str, _parameters: &str) -> Result<(), Failure> {
        if task != "greet" {
            return Err(failure(martlet::NOT_FOUND, "no such task"));
        }
        let mut work = self.work();
        if work.run.is_some() {
            return Err(failure(martlet::UNAVAILABLE, "another run has not ended yet"));
        }
        work.run = Some(run.id);
        work.stops = false;
        let former = work.worker.take();
        drop(work);
        // The former worker is on its last line.
        former.map(JoinHandle::join);
        let plugin = Arc::clone(self);
        let worker = std::thread::Builder::new().spawn(move || plugin.greet(run));
        let mut work = self.work();
        match worker {
            Ok(worker) => work.worker = Some(worker),
            Err(error) => {
                work.run = None;
                return Err(failure(martlet::RESOURCE_EXHAUSTED, format!("no thread for the task: {error}")));
            }
        }
        Ok(())
    }

    fn cancel(&self, run: &Id) {
        let mut work = self.work();
        work.stops = work.stops || work.run.as_ref() == Some(run);
        self.stop_asked.notify_all();
    }

    fn deactivate(&self) {
        let mut work = self.work();
        work.stops = true;
        let worker = work.worker.take();
        self.stop_asked.notify_all();
        drop(work);
        worker.map(JoinHandle::join);
    }
}
