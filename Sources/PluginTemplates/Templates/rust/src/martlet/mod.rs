//! Martlet's plugin interface, version 1.0, for a plugin in Rust: all that is unsafe is here. The contract is in the C headers
//! (`martlet plugin sdk DIR` writes them). Structures may only grow by appending.
#![allow(dead_code, unused_imports)]

mod host;
mod raw;
mod sides;

pub use host::{Event, Host, LogLevel, Run, ServiceAction, Severity};
pub use raw::Module;
pub use sides::module;
pub(crate) use sides::export;

use std::sync::Arc;
use std::time::{Duration, Instant};

pub type Status = i32;
pub const OK: Status = 0;
pub const CANCELLED: Status = 1;
pub const INVALID_ARGUMENT: Status = 3;
pub const DEADLINE_EXCEEDED: Status = 4;
pub const NOT_FOUND: Status = 5;
pub const ALREADY_EXISTS: Status = 6;
pub const RESOURCE_EXHAUSTED: Status = 8;
pub const FAILED_PRECONDITION: Status = 9;
pub const UNIMPLEMENTED: Status = 12;
pub const INTERNAL: Status = 13;
pub const UNAVAILABLE: Status = 14;
pub const DATA_LOSS: Status = 15;

/// Names one run of a task, or one event.
pub type Id = [u8; 16];

/// Why something could not be done: a status, the place in the document that is wrong, and one sentence for an operator.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    pub status: Status,
    pub pointer: String,
    pub message: String,
}

impl Failure {
    pub fn at(mut self, pointer: impl Into<String>) -> Failure {
        self.pointer = pointer.into();
        self
    }
}

pub fn failure(status: Status, message: impl Into<String>) -> Failure {
    Failure { status, pointer: String::new(), message: message.into() }
}

/// What every call of the host carries.
pub struct Call<'a>(&'a raw::CCall);

impl Call<'_> {
    /// So long before the host process ends because the call is still running; at the earliest now.
    pub fn deadline_before(&self, reserve: Duration) -> Instant {
        let left = self.0.deadline.saturating_sub(raw::monotonic_now()).max(0) as u64;
        Instant::now() + Duration::from_nanos(left).saturating_sub(reserve)
    }

    /// The answer is of no use any more.
    pub fn is_cancelled(&self) -> bool {
        unsafe { (self.0.is_cancelled)(self.0) }
    }
}

/// What a plugin does. Every call but `cancel` comes one at a time; documents are JSON texts.
pub trait Plugin: Send + Sync + Sized + 'static {
    const ID: &'static str;
    const NAME: &'static str;
    const VERSION: &'static str;
    /// Whether `control` can be asked for.
    const CONTROLS: bool = false;

    /// `local` is the manifest's local part. The host may not be called yet.
    fn create(host: Host, local: &str) -> Result<Self, Failure>;
    /// Prepare; changes nothing of the application.
    fn init(&self) -> Result<(), Failure>;
    /// Begin to work under the settings last applied; changes nothing of the application.
    fn activate(self: &Arc<Self>, settings: &str) -> Result<(), Failure>;
    /// Could these be applied here? Pure and fast.
    fn validate(&self, settings: &str) -> Result<(), Failure>;
    /// All or nothing.
    fn apply(self: &Arc<Self>, call: &Call, settings: &str) -> Result<(), Failure>;
    fn settings_in_force(&self) -> Result<String, Failure>;
    fn state(&self) -> Result<String, Failure>;
    fn statistics(&self) -> Result<String, Failure>;
    /// Returns when the instance, or all of them when it is empty, is as asked for.
    fn control(&self, _call: &Call, _action: i32, _instance: &str) -> Result<(), Failure> {
        Err(failure(UNIMPLEMENTED, "this plugin starts and stops nothing"))
    }
    /// Begins a run and returns at once; `Ok` is a promise to call `Run::finish`.
    fn start(self: &Arc<Self>, run: Run, task: &str, parameters: &str) -> Result<(), Failure>;
    /// From any thread. A run that is not known is no error.
    fn cancel(&self, run: &Id);
    /// Every run has ended, and every thread, when this returns. Comes again before the end.
    fn deactivate(&self);
}
