//! The structures of the headers. They may only grow by appending.

use super::{failure, Failure, Id, Status, INTERNAL, OK, UNAVAILABLE};
use std::ffi::c_void;
use std::fs::File;
use std::io::Read;

const RETRYABLE: u32 = 1;

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
    pub const fn of(text: &str) -> CString {
        CString { data: text.as_ptr(), length: text.len() }
    }

    /// Borrowed until the call returns; what is not UTF-8 is replaced.
    pub unsafe fn text(&self) -> String {
        String::from_utf8_lossy(borrowed(self.data, self.length)).into()
    }
}

impl CBytes {
    pub fn of(bytes: &[u8]) -> CBytes {
        CBytes { data: bytes.as_ptr(), length: bytes.len() }
    }

    pub unsafe fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes()).into()
    }

    pub unsafe fn bytes(&self) -> &[u8] {
        borrowed(self.data, self.length)
    }
}

unsafe fn borrowed<'a>(data: *const u8, length: usize) -> &'a [u8] {
    if length == 0 { &[] } else { std::slice::from_raw_parts(data, length) }
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
    pub fn new() -> CError {
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

    /// What the host said, as a failure of this status.
    pub fn failure(&self, status: Status) -> Failure {
        let length = (self.message_length as usize).min(self.message.len());
        failure(status, String::from_utf8_lossy(&self.message[..length]))
    }
}

/// Copies as much as there is room for, between characters.
fn fill(room: &mut [u8], text: &str) -> u32 {
    let mut length = text.len().min(room.len());
    while !text.is_char_boundary(length) {
        length -= 1;
    }
    room[..length].copy_from_slice(&text.as_bytes()[..length]);
    length as u32
}

/// Fills the record, which may be NULL, and gives the status to return.
pub unsafe fn answer(result: Result<(), Failure>, error: *mut CError) -> Status {
    let Err(failure) = result else { return OK };
    let Some(error) = error.as_mut() else { return failure.status };
    if error.struct_size < size::<CError>() {
        return failure.status;
    }
    error.code = failure.status;
    if failure.status == UNAVAILABLE {
        error.flags |= RETRYABLE;
    }
    error.pointer_length = fill(&mut error.pointer, &failure.pointer);
    error.message_length = fill(&mut error.message, &failure.message);
    failure.status
}

#[repr(C)]
pub struct CHost {
    struct_size: u32,
    abi_major: u16,
    abi_minor: u16,
    host_data: *mut c_void,
    pub get_extension: unsafe extern "C" fn(*const CHost, *const CString) -> *const c_void,
}

#[repr(C)]
pub struct CCall {
    struct_size: u32,
    reserved: u32,
    id: u64,
    pub deadline: i64,
    host_data: *mut c_void,
    pub is_cancelled: unsafe extern "C" fn(*const CCall) -> bool,
}

#[repr(C)]
pub struct CSink {
    pub struct_size: u32,
    pub reserved: u32,
    pub caller_data: *mut c_void,
    pub write: unsafe extern "C" fn(*const CSink, *const CBytes) -> Status,
}

#[repr(C)]
pub struct CCreateInfo {
    struct_size: u32,
    reserved: u32,
    plugin_id: CString,
    pub local: CBytes,
}

#[repr(C)]
pub struct CEvent {
    pub struct_size: u32,
    pub severity: i32,
    pub id: Id,
    pub time: i64,
    pub instance: CString,
    pub kind: CString,
    pub text: CString,
    pub data: CBytes,
}

#[repr(C)]
pub struct HostEvents {
    struct_size: u32,
    reserved: u32,
    pub emit: unsafe extern "C" fn(*const CHost, *const CEvent, *mut CError) -> Status,
}

#[repr(C)]
pub struct HostTasks {
    struct_size: u32,
    reserved: u32,
    pub progress: unsafe extern "C" fn(*const CHost, *const u8, u32, *const CString),
    pub finished: unsafe extern "C" fn(*const CHost, *const u8, Status, *const CString, *const CBytes) -> Status,
}

#[repr(C)]
pub struct HostState {
    struct_size: u32,
    reserved: u32,
    pub state_changed: unsafe extern "C" fn(*const CHost),
}

#[repr(C)]
pub struct HostService {
    struct_size: u32,
    reserved: u32,
    pub perform: unsafe extern "C" fn(*const CHost, i64, i32, *const CString, *mut CError) -> Status,
}

#[repr(C)]
pub struct HostSecret {
    struct_size: u32,
    reserved: u32,
    pub get: unsafe extern "C" fn(*const CHost, i64, *const CString, *const CSink, *mut CError) -> Status,
}

#[repr(C)]
pub struct HostLog {
    struct_size: u32,
    reserved: u32,
    pub write: unsafe extern "C" fn(*const CHost, i32, *const CString),
}

pub type Instance = *mut c_void;
pub type Simple = unsafe extern "C" fn(Instance, *const CCall, *mut CError) -> Status;
pub type Taking = unsafe extern "C" fn(Instance, *const CCall, *const CBytes, *mut CError) -> Status;
pub type Giving = unsafe extern "C" fn(Instance, *const CCall, *const CSink, *mut CError) -> Status;
pub type Perform = unsafe extern "C" fn(Instance, *const CCall, i32, *const CString, *mut CError) -> Status;
pub type Start =
    unsafe extern "C" fn(Instance, *const CCall, *const u8, *const CString, *const CBytes, *mut CError) -> Status;

#[repr(C)]
pub struct Reading {
    pub struct_size: u32,
    pub reserved: u32,
    pub read: Giving,
}

#[repr(C)]
pub struct ControlSide {
    pub struct_size: u32,
    pub reserved: u32,
    pub perform: Perform,
}

#[repr(C)]
pub struct SettingsSide {
    pub struct_size: u32,
    pub reserved: u32,
    pub validate: Taking,
    pub apply: Taking,
    pub read: Giving,
}

#[repr(C)]
pub struct TasksSide {
    pub struct_size: u32,
    pub reserved: u32,
    pub start: Start,
    pub cancel: unsafe extern "C" fn(Instance, *const u8),
}

#[repr(C)]
pub struct Operations {
    pub struct_size: u32,
    pub reserved: u32,
    pub init: Simple,
    pub activate: Taking,
    pub deactivate: Simple,
    pub destroy: unsafe extern "C" fn(Instance),
    pub get_extension: unsafe extern "C" fn(Instance, *const CString) -> *const c_void,
}

#[repr(C)]
pub struct Module {
    pub magic: u32,
    pub struct_size: u32,
    pub abi_major: u16,
    pub abi_minor: u16,
    pub min_host_minor: u16,
    pub reserved: u16,
    pub id: CString,
    pub name: CString,
    pub version: CString,
    pub operations: &'static Operations,
    pub create: unsafe extern "C" fn(*const CHost, *const CCreateInfo, *mut Instance, *mut CError) -> Status,
}

// It points to what never changes.
unsafe impl Sync for Module {}

pub const fn size<T>() -> u32 {
    std::mem::size_of::<T>() as u32
}

pub fn random_id() -> Result<Id, Failure> {
    let mut id = [0; 16];
    let read = File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut id));
    read.map_err(|error| failure(INTERNAL, format!("no random numbers: {error}")))?;
    Ok(id)
}

#[repr(C)]
struct Timespec {
    seconds: i64,
    nanoseconds: i64,
}

extern "C" {
    fn clock_gettime(clock: i32, time: *mut Timespec) -> i32;
}

/// CLOCK_MONOTONIC in nanoseconds, as deadlines of the interface are.
pub fn monotonic_now() -> i64 {
    const CLOCK_MONOTONIC: i32 = 1;
    let mut time = Timespec { seconds: 0, nanoseconds: 0 };
    unsafe { clock_gettime(CLOCK_MONOTONIC, &mut time) };
    time.seconds * 1_000_000_000 + time.nanoseconds
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
        assert_eq!((offset_of!(HostSecret, get), offset_of!(HostService, perform), size_of::<ControlSide>()), (8, 8, 16));
    }

    #[test]
    fn a_long_message_is_cut_between_characters_and_the_place_is_told() {
        let mut error = CError::new();
        let long = failure(INTERNAL, "ü".repeat(1000)).at("/servers/0");
        assert_eq!(unsafe { answer(Err(long), &mut error) }, INTERNAL);
        assert_eq!(error.failure(INTERNAL).message, "ü".repeat(512));
        assert_eq!(&error.pointer[..error.pointer_length as usize], b"/servers/0");
    }

    #[test]
    fn only_what_is_unavailable_may_be_tried_again() {
        for (status, flags) in [(UNAVAILABLE, RETRYABLE), (INTERNAL, 0)] {
            let mut error = CError::new();
            unsafe { answer(Err(failure(status, "no")), &mut error) };
            assert_eq!(error.flags, flags);
        }
    }
}
