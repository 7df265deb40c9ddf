use super::raw::{
    monotonic_now, random_id, size, CBytes, CError, CEvent, CHost, CSink, CString, HostEvents, HostLog, HostSecret,
    HostService, HostState, HostTasks,
};
use super::{failure, Failure, Id, Status, OK, RESOURCE_EXHAUSTED, UNIMPLEMENTED};
use std::ffi::c_void;
use std::time::{Duration, Instant};

/// The agent, as a plugin sees it; from any thread, until `deactivate` has returned.
#[derive(Clone, Copy)]
pub struct Host(*const CHost);

// The interface says that the host may be called from any thread.
unsafe impl Send for Host {}
unsafe impl Sync for Host {}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Severity {
    Info = 1,
    Warning = 2,
    Failure = 3,
    Critical = 4,
}

#[derive(Clone, Copy)]
pub enum LogLevel {
    Debug = 1,
    Info = 2,
    Warning = 3,
    Error = 4,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ServiceAction {
    Start = 1,
    Stop = 2,
    Restart = 3,
    Reload = 4,
}

/// An event of a type of the manifest; `data` is a JSON object or empty.
#[derive(Debug, PartialEq)]
pub struct Event {
    pub kind: &'static str,
    pub severity: Severity,
    pub instance: String,
    pub text: String,
    pub data: String,
}

fn nanoseconds_until(deadline: Instant) -> i64 {
    let left = deadline.saturating_duration_since(Instant::now());
    monotonic_now().saturating_add(i64::try_from(left.as_nanos()).unwrap_or(i64::MAX))
}

impl Host {
    pub(super) fn new(host: *const CHost) -> Host {
        Host(host)
    }

    /// The host's side of an extension; `None` when it does not offer it.
    fn side<T>(&self, id: &str) -> Option<&'static T> {
        let name = CString::of(id);
        unsafe { (((*self.0).get_extension)(self.0, &name) as *const T).as_ref() }
    }

    /// Whether the host offers all of these extensions.
    pub fn offers(&self, extensions: &[&str]) -> bool {
        extensions.iter().all(|id| self.side::<c_void>(id).is_some())
    }

    /// Queues an event, now.
    pub fn emit(&self, event: &Event) -> Result<(), Failure> {
        let side = self.side::<HostEvents>("martlet.events/1").ok_or_else(|| failure(UNIMPLEMENTED, "no events"))?;
        let event = CEvent {
            struct_size: size::<CEvent>(),
            severity: event.severity as i32,
            id: random_id()?,
            time: 0,
            instance: CString::of(&event.instance),
            kind: CString::of(event.kind),
            text: CString::of(&event.text),
            data: CBytes::of(event.data.as_bytes()),
        };
        let mut error = CError::new();
        match unsafe { (side.emit)(self.0, &event, &mut error) } {
            OK => Ok(()),
            status => Err(error.failure(status)),
        }
    }

    /// The host reads the state soon.
    pub fn state_changed(&self) {
        let Some(side) = self.side::<HostState>("martlet.state/1") else { return };
        unsafe { (side.state_changed)(self.0) }
    }

    pub fn log(&self, level: LogLevel, line: &str) {
        let Some(side) = self.side::<HostLog>("martlet.log/1") else { return };
        unsafe { (side.write)(self.0, level as i32, &CString::of(line)) }
    }

    /// Waits until the service manager has done it.
    pub fn perform(&self, action: ServiceAction, unit: &str, deadline: Instant) -> Result<(), Failure> {
        let side = self.side::<HostService>("martlet.service/1").ok_or_else(|| failure(UNIMPLEMENTED, "no services"))?;
        let mut error = CError::new();
        let until = nanoseconds_until(deadline);
        match unsafe { (side.perform)(self.0, until, action as i32, &CString::of(unit), &mut error) } {
            OK => Ok(()),
            status => Err(error.failure(status)),
        }
    }

    /// Gives the value of a secret of this plugin to `take`, in pieces; it says whether they fit. Nothing of it is kept here.
    pub fn secret(&self, name: &str, patience: Duration, mut take: impl FnMut(&[u8]) -> bool) -> Result<(), Failure> {
        let side = self.side::<HostSecret>("martlet.secret/1");
        let side = side.ok_or_else(|| failure(UNIMPLEMENTED, "this agent hands out no secrets"))?;
        let mut taker: &mut dyn FnMut(&[u8]) -> bool = &mut take;
        let sink = CSink {
            struct_size: size::<CSink>(),
            reserved: 0,
            caller_data: (&mut taker as *mut &mut dyn FnMut(&[u8]) -> bool).cast::<c_void>(),
            write: give,
        };
        let mut error = CError::new();
        let until = nanoseconds_until(Instant::now() + patience);
        match unsafe { (side.get)(self.0, until, &CString::of(name), &sink, &mut error) } {
            OK => Ok(()),
            status => Err(error.failure(status)),
        }
    }
}

unsafe extern "C" fn give(sink: *const CSink, bytes: *const CBytes) -> Status {
    let taker = &mut *(*sink).caller_data.cast::<&mut dyn FnMut(&[u8]) -> bool>();
    if taker((*bytes).bytes()) { OK } else { RESOURCE_EXHAUSTED }
}

/// A run that was begun.
pub struct Run {
    pub id: Id,
    host: Host,
}

impl Run {
    pub(super) fn new(id: Id, host: Host) -> Run {
        Run { id, host }
    }

    /// How far it is: 0 to 100.
    pub fn progress(&self, percent: u32, message: &str) {
        let Some(side) = self.host.side::<HostTasks>("martlet.tasks/1") else { return };
        unsafe { (side.progress)(self.host.0, self.id.as_ptr(), percent.min(100), &CString::of(message)) }
    }

    /// The run is over; the result is a JSON document or empty. The host may start the next one at once.
    pub fn finish(self, result: Result<String, Failure>) {
        let Some(side) = self.host.side::<HostTasks>("martlet.tasks/1") else { return };
        let (status, message, document) = match result {
            Ok(document) => (OK, String::new(), document),
            Err(failure) => (failure.status, failure.message, String::new()),
        };
        let (message, document) = (CString::of(&message), CBytes::of(document.as_bytes()));
        unsafe { (side.finished)(self.host.0, self.id.as_ptr(), status, &message, &document) };
    }
}
