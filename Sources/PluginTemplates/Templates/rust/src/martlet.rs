//! Martlet's plugin interface, version 1.0, for a plugin in Rust: all that is unsafe is here. The contract is in the C headers
//! (`martlet plugin sdk DIR` writes them). Structures may only grow by appending.
#![allow(dead_code)]

use std::ffi::c_void;
use std::fs::File;
use std::io::Read;
use std::sync::Arc;

pub type Status = i32;
pub const OK: Status = 0;
pub const CANCELLED: Status = 1;
pub const INVALID_ARGUMENT: Status = 3;
pub const NOT_FOUND: Status = 5;
pub const RESOURCE_EXHAUSTED: Status = 8;
pub const FAILED_PRECONDITION: Status = 9;
pub const UNIMPLEMENTED: Status = 12;
pub const INTERNAL: Status = 13;
pub const UNAVAILABLE: Status = 14;

/// Names one run of a task, or one event.
pub type Id = [u8; 16];

/// Why something could not be done: a status, and one sentence for an operator.
#[derive(Debug, Clone)]
pub struct Failure(pub Status, pub String);

/// What a plugin does. Every call but `cancel` comes one at a time; documents are JSON texts.
pub trait Plugin: Send + Sync + Sized + 'static {
    const ID: &'static str;
    const NAME: &'static str;
    const VERSION: &'static str;

    /// `local` is the manifest's local part. The host may not be called yet.
    fn create(host: Host, local: &str) -> Result<Self, Failure>;
    /// Prepare; changes nothing of the application.
    fn init(&self) -> Result<(), Failure>;
    /// Begin to work under the settings last applied; changes nothing of the application.
    fn activate(&self, settings: &str) -> Result<(), Failure>;
    /// Could these be applied here? Pure and fast.
    fn validate(&self, settings: &str) -> Result<(), Failure>;
    /// All or nothing.
    fn apply(&self, settings: &str) -> Result<(), Failure>;
    fn settings_in_force(&self) -> Result<String, Failure>;
    fn state(&self) -> Result<String, Failure>;
    fn statistics(&self) -> Result<String, Failure>;
    /// Begins a run and returns at once; `Ok` is a promise to call `Run::finish`.
    fn start(self: &Arc<Self>, run: Run, task: &str, parameters: &str) -> Result<(), Failure>;
    /// From any thread. A run that is not known is no error.
    fn cancel(&self, run: &Id);
    /// Every run has ended, and every thread, when this returns. Comes again before the end.
    fn deactivate(&self);
}

/// The agent, as a plugin sees it; from any thread, until `deactivate` has returned.
#[derive(Clone, Copy)]
pub struct Host(*const CHost);

// The interface says that the host may be called from any thread.
unsafe impl Send for Host {}
unsafe impl Sync for Host {}

#[derive(Clone, Copy)]
pub enum Severity {
    Info = 1,
    Warning = 2,
    Failure = 3,
    Critical = 4,
}

impl Host {
    /// The host's side of an extension; `None` when it does not offer it.
    fn side<T>(&self, id: &str) -> Option<&'static T> {
        let name = CString::of(id);
        unsafe { (((*self.0).get_extension)(self.0, &name) as *const T).as_ref() }
    }

    /// Whether the host offers what this binding uses.
    pub fn has_tasks_and_events(&self) -> bool {
        self.side::<HostTasks>("martlet.tasks/1").is_some() && self.side::<HostEvents>("martlet.events/1").is_some()
    }

    /// Queues an event of a type of the manifest, now.
    pub fn emit(&self, kind: &str, severity: Severity, text: &str) -> Result<(), Failure> {
        let side = self.side::<HostEvents>("martlet.events/1").ok_or_else(|| failure(UNIMPLEMENTED, "no events"))?;
        let event = CEvent {
            struct_size: size::<CEvent>(),
            severity: severity as i32,
            id: random_id()?,
            time: 0,
            instance: CString::of(""),
            kind: CString::of(kind),
            text: CString::of(text),
            data: CBytes::of(&[]),
        };
        let mut error = CError::new();
        match unsafe { (side.emit)(self.0, &event, &mut error) } {
            OK => Ok(()),
            status => Err(Failure(status, error.text())),
        }
    }
}

/// A run that was begun.
pub struct Run {
    pub id: Id,
    host: Host,
}

impl Run {
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
            Err(Failure(status, message)) => (status, message, String::new()),
        };
        let (message, document) = (CString::of(&message), CBytes::of(document.as_bytes()));
        unsafe { (side.finished)(self.host.0, self.id.as_ptr(), status, &message, &document) };
    }
}

pub fn failure(status: Status, message: &str) -> Failure {
    Failure(status, message.to_string())
}

fn random_id() -> Result<Id, Failure> {
    let mut id = [0; 16];
    let read = File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut id));
    read.map_err(|error| Failure(INTERNAL, format!("no random numbers: {error}")))?;
    Ok(id)
}

fn size<T>() -> u32 {
    std::mem::size_of::<T>() as u32
}

// The structures of the headers.

#[repr(C)]
pub struct CString {
    data: *const u8,
    length: usize,
}

#[repr(C)]
pub struct CBytes {
    data: *const u8,
    length: usize,
}

impl CString {
    const fn of(text: &str) -> CString {
        CString { data: text.as_ptr(), length: text.len() }
    }

    /// Borrowed until the call returns; what is not UTF-8 is replaced.
    unsafe fn text(&self) -> String {
        if self.length == 0 { String::new() } else { String::from_utf8_lossy(std::slice::from_raw_parts(self.data, self.length)).into() }
    }
}

impl CBytes {
    fn of(bytes: &[u8]) -> CBytes {
        CBytes { data: bytes.as_ptr(), length: bytes.len() }
    }

    unsafe fn text(&self) -> String {
        CString { data: self.data, length: self.length }.text()
    }
}

#[repr(C)]
pub struct CError {
    struct_size: u32,
    flags: u32,
    code: Status,
    pointer_length: u32,
    message_length: u32,
    reserved: u32,
    pointer: [u8; 256],
    message: [u8; 1024],
}

impl CError {
    fn new() -> CError {
        CError {
            struct_size: size::<CError>(),
            flags: 0,
            code: OK,
            pointer_length: 0,
            message_length: 0,
            reserved: 0,
            pointer: [0; 256],
            message: [0; 1024],
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.message[..(self.message_length as usize).min(1024)]).into()
    }
}

/// Fills the record, which may be NULL, and gives the status to return.
unsafe fn answer(result: Result<(), Failure>, error: *mut CError) -> Status {
    let Err(Failure(status, message)) = result else { return OK };
    let Some(error) = error.as_mut() else { return status };
    if error.struct_size < size::<CError>() {
        return status;
    }
    let mut length = message.len().min(1024);
    while !message.is_char_boundary(length) {
        length -= 1;
    }
    error.code = status;
    error.message_length = length as u32;
    error.message[..length].copy_from_slice(&message.as_bytes()[..length]);
    status
}

#[repr(C)]
pub struct CHost {
    struct_size: u32,
    abi_major: u16,
    abi_minor: u16,
    host_data: *mut c_void,
    get_extension: unsafe extern "C" fn(*const CHost, *const CString) -> *const c_void,
}

#[repr(C)]
pub struct CCall {
    struct_size: u32,
    reserved: u32,
    id: u64,
    deadline: i64,
    host_data: *mut c_void,
    is_cancelled: unsafe extern "C" fn(*const CCall) -> bool,
}

#[repr(C)]
pub struct CSink {
    struct_size: u32,
    reserved: u32,
    caller_data: *mut c_void,
    write: unsafe extern "C" fn(*const CSink, *const CBytes) -> Status,
}

#[repr(C)]
pub struct CCreateInfo {
    struct_size: u32,
    reserved: u32,
    plugin_id: CString,
    local: CBytes,
}

#[repr(C)]
struct CEvent {
    struct_size: u32,
    severity: i32,
    id: Id,
    time: i64,
    instance: CString,
    kind: CString,
    text: CString,
    data: CBytes,
}

#[repr(C)]
struct HostEvents {
    struct_size: u32,
    reserved: u32,
    emit: unsafe extern "C" fn(*const CHost, *const CEvent, *mut CError) -> Status,
    flush: unsafe extern "C" fn(*const CHost, i64, *mut CError) -> Status,
}

#[repr(C)]
struct HostTasks {
    struct_size: u32,
    reserved: u32,
    progress: unsafe extern "C" fn(*const CHost, *const u8, u32, *const CString),
    finished: unsafe extern "C" fn(*const CHost, *const u8, Status, *const CString, *const CBytes) -> Status,
}

type Instance = *mut c_void;
type Simple = unsafe extern "C" fn(Instance, *const CCall, *mut CError) -> Status;
type Taking = unsafe extern "C" fn(Instance, *const CCall, *const CBytes, *mut CError) -> Status;
type Giving = unsafe extern "C" fn(Instance, *const CCall, *const CSink, *mut CError) -> Status;

#[repr(C)]
struct Reading {
    struct_size: u32,
    reserved: u32,
    read: Giving,
}

#[repr(C)]
struct SettingsSide {
    struct_size: u32,
    reserved: u32,
    validate: Taking,
    apply: Taking,
    read: Giving,
}

type Start = unsafe extern "C" fn(Instance, *const CCall, *const u8, *const CString, *const CBytes, *mut CError) -> Status;

#[repr(C)]
struct TasksSide {
    struct_size: u32,
    reserved: u32,
    start: Start,
    cancel: unsafe extern "C" fn(Instance, *const u8),
}

#[repr(C)]
pub struct Operations {
    struct_size: u32,
    reserved: u32,
    init: Simple,
    activate: Taking,
    deactivate: Simple,
    destroy: unsafe extern "C" fn(Instance),
    get_extension: unsafe extern "C" fn(Instance, *const CString) -> *const c_void,
}

#[repr(C)]
pub struct Module {
    magic: u32,
    struct_size: u32,
    abi_major: u16,
    abi_minor: u16,
    min_host_minor: u16,
    reserved: u16,
    id: CString,
    name: CString,
    version: CString,
    operations: &'static Operations,
    create: unsafe extern "C" fn(*const CHost, *const CCreateInfo, *mut Instance, *mut CError) -> Status,
}

// It points to what never changes.
unsafe impl Sync for Module {}

pub const fn module<P: Plugin>() -> Module {
    Module {
        magic: 0x4D52_544C,
        struct_size: std::mem::size_of::<Module>() as u32,
        abi_major: 1,
        abi_minor: 0,
        min_host_minor: 0,
        reserved: 0,
        id: CString::of(P::ID),
        name: CString::of(P::NAME),
        version: CString::of(P::VERSION),
        operations: Sides::<P>::OPERATIONS,
        create: create::<P>,
    }
}

/// Exports the plugin: the library's one symbol.
macro_rules! export {
    ($plugin:ty) => {
        static MODULE: crate::martlet::Module = crate::martlet::module::<$plugin>();

        #[no_mangle]
        pub extern "C" fn martlet_module_v1() -> *const crate::martlet::Module {
            &MODULE
        }
    };
}
pub(crate) use export;

/// The plugin's sides of the extensions, static for each plugin.
struct Sides<P>(std::marker::PhantomData<P>);

impl<P: Plugin> Sides<P> {
    const OPERATIONS: &'static Operations = &Operations {
        struct_size: std::mem::size_of::<Operations>() as u32,
        reserved: 0,
        init: init::<P>,
        activate: activate::<P>,
        deactivate: deactivate::<P>,
        destroy: destroy::<P>,
        get_extension: get_extension::<P>,
    };
    const STATE: &'static Reading =
        &Reading { struct_size: std::mem::size_of::<Reading>() as u32, reserved: 0, read: read_state::<P> };
    const STATISTICS: &'static Reading =
        &Reading { struct_size: std::mem::size_of::<Reading>() as u32, reserved: 0, read: read_statistics::<P> };
    const SETTINGS: &'static SettingsSide = &SettingsSide {
        struct_size: std::mem::size_of::<SettingsSide>() as u32,
        reserved: 0,
        validate: validate::<P>,
        apply: apply::<P>,
        read: read_settings::<P>,
    };
    const TASKS: &'static TasksSide = &TasksSide {
        struct_size: std::mem::size_of::<TasksSide>() as u32,
        reserved: 0,
        start: start::<P>,
        cancel: cancel::<P>,
    };
}

/// The host holds one reference, from `create` to `destroy`.
struct Held<P> {
    plugin: Arc<P>,
    host: Host,
}

unsafe fn held<'a, P: Plugin>(instance: Instance) -> &'a Held<P> {
    &*(instance as *const Held<P>)
}

unsafe extern "C" fn create<P: Plugin>(
    host: *const CHost, info: *const CCreateInfo, out: *mut Instance, error: *mut CError,
) -> Status {
    let host = Host(host);
    match P::create(host, &(*info).local.text()) {
        Ok(plugin) => {
            *out = Box::into_raw(Box::new(Held { plugin: Arc::new(plugin), host })) as Instance;
            OK
        }
        Err(failure) => answer(Err(failure), error),
    }
}

unsafe extern "C" fn init<P: Plugin>(instance: Instance, _: *const CCall, error: *mut CError) -> Status {
    answer(held::<P>(instance).plugin.init(), error)
}

unsafe extern "C" fn activate<P: Plugin>(
    instance: Instance, _: *const CCall, settings: *const CBytes, error: *mut CError,
) -> Status {
    answer(held::<P>(instance).plugin.activate(&(*settings).text()), error)
}

unsafe extern "C" fn deactivate<P: Plugin>(instance: Instance, _: *const CCall, _: *mut CError) -> Status {
    held::<P>(instance).plugin.deactivate();
    OK
}

unsafe extern "C" fn destroy<P: Plugin>(instance: Instance) {
    let held = Box::from_raw(instance as *mut Held<P>);
    held.plugin.deactivate();
}

unsafe extern "C" fn validate<P: Plugin>(
    instance: Instance, _: *const CCall, settings: *const CBytes, error: *mut CError,
) -> Status {
    answer(held::<P>(instance).plugin.validate(&(*settings).text()), error)
}

unsafe extern "C" fn apply<P: Plugin>(
    instance: Instance, _: *const CCall, settings: *const CBytes, error: *mut CError,
) -> Status {
    answer(held::<P>(instance).plugin.apply(&(*settings).text()), error)
}

/// Pushes a document on the thread of the call.
unsafe fn push(document: Result<String, Failure>, sink: *const CSink, error: *mut CError) -> Status {
    match document {
        Ok(text) => ((*sink).write)(sink, &CBytes::of(text.as_bytes())),
        Err(failure) => answer(Err(failure), error),
    }
}

unsafe extern "C" fn read_settings<P: Plugin>(
    instance: Instance, _: *const CCall, sink: *const CSink, error: *mut CError,
) -> Status {
    push(held::<P>(instance).plugin.settings_in_force(), sink, error)
}

unsafe extern "C" fn read_state<P: Plugin>(
    instance: Instance, _: *const CCall, sink: *const CSink, error: *mut CError,
) -> Status {
    push(held::<P>(instance).plugin.state(), sink, error)
}

unsafe extern "C" fn read_statistics<P: Plugin>(
    instance: Instance, _: *const CCall, sink: *const CSink, error: *mut CError,
) -> Status {
    push(held::<P>(instance).plugin.statistics(), sink, error)
}

unsafe extern "C" fn start<P: Plugin>(
    instance: Instance, _: *const CCall, run: *const u8, task: *const CString, parameters: *const CBytes, error: *mut CError,
) -> Status {
    let held = held::<P>(instance);
    let run = Run { id: *(run as *const Id), host: held.host };
    answer(held.plugin.start(run, &(*task).text(), &(*parameters).text()), error)
}

unsafe extern "C" fn cancel<P: Plugin>(instance: Instance, run: *const u8) {
    held::<P>(instance).plugin.cancel(&*(run as *const Id));
}

unsafe extern "C" fn get_extension<P: Plugin>(_: Instance, id: *const CString) -> *const c_void {
    match (*id).text().as_str() {
        "martlet.state/1" => Sides::<P>::STATE as *const Reading as *const c_void,
        "martlet.statistics/1" => Sides::<P>::STATISTICS as *const Reading as *const c_void,
        "martlet.settings/1" => Sides::<P>::SETTINGS as *const SettingsSide as *const c_void,
        "martlet.tasks/1" => Sides::<P>::TASKS as *const TasksSide as *const c_void,
        _ => std::ptr::null(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::{offset_of, size_of};

    #[test]
    fn the_layout_is_that_of_the_headers() {
        assert_eq!((offset_of!(Module, id), offset_of!(Module, create), size_of::<Module>()), (16, 72, 80));
        assert_eq!((offset_of!(Operations, get_extension), size_of::<Operations>()), (40, 48));
        assert_eq!((offset_of!(CError, pointer), offset_of!(CError, message), size_of::<CError>()), (24, 280, 1304));
        assert_eq!((offset_of!(CCall, is_cancelled), size_of::<CCall>()), (32, 40));
        assert_eq!((offset_of!(CEvent, instance), offset_of!(CEvent, data), size_of::<CEvent>()), (32, 80, 96));
        assert_eq!((size_of::<CHost>(), size_of::<CSink>(), size_of::<CCreateInfo>()), (24, 24, 40));
        assert_eq!((size_of::<SettingsSide>(), size_of::<TasksSide>(), size_of::<Reading>()), (32, 24, 16));
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let mut error = CError::new();
        let status = unsafe { answer(Err(Failure(INTERNAL, "ü".repeat(1000))), &mut error) };
        assert_eq!((status, error.message_length), (INTERNAL, 1024));
        assert_eq!(error.text(), "ü".repeat(512));
    }
}
