//! Connects to a unix socket without waiting: the standard library's way waits as long as the server leaves its queue full.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::path::Path;

/// Longest path, as `sockaddr_un` has it.
pub const PATH_LIMIT: usize = 107;

const AF_UNIX: u16 = 1;
const SOCK_STREAM: i32 = 1;
const SOCK_NONBLOCK: i32 = 0o4000;
const SOCK_CLOEXEC: i32 = 0o2_000_000;

#[repr(C)]
struct Address {
    family: u16,
    path: [u8; PATH_LIMIT + 1],
}

extern "C" {
    fn socket(domain: i32, kind: i32, protocol: i32) -> i32;
    fn connect(descriptor: i32, address: *const Address, length: u32) -> i32;
}

/// `WouldBlock` when the server does not take connections as fast as they come.
pub fn connect_at_once(path: &Path) -> io::Result<UnixStream> {
    let bytes = path.as_os_str().as_bytes();
    if bytes.len() > PATH_LIMIT || bytes.contains(&0) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut address = Address { family: AF_UNIX, path: [0; PATH_LIMIT + 1] };
    address.path[..bytes.len()].copy_from_slice(bytes);
    let descriptor = unsafe { socket(AF_UNIX as i32, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) };
    if descriptor < 0 {
        return Err(io::Error::last_os_error());
    }
    let descriptor = unsafe { OwnedFd::from_raw_fd(descriptor) };
    if unsafe { connect(descriptor.as_raw_fd(), &address, std::mem::size_of::<Address>() as u32) } != 0 {
        return Err(io::Error::last_os_error());
    }
    let stream = UnixStream::from(descriptor);
    stream.set_nonblocking(false)?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::os::unix::net::UnixListener;

    #[test]
    fn a_socket_is_connected_and_a_missing_one_is_told() {
        let path = std::env::temp_dir().join(format!("martlet-redis-{}", std::process::id()));
        assert_eq!(connect_at_once(&path).unwrap_err().kind(), io::ErrorKind::NotFound);
        let listener = UnixListener::bind(&path).unwrap();
        let mut client = connect_at_once(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        listener.accept().unwrap().0.write_all(b"+OK").unwrap();
        let mut text = String::new();
        client.read_to_string(&mut text).unwrap();
        assert_eq!(text, "+OK");
    }

    #[test]
    fn a_path_that_is_too_long_is_refused() {
        let path = format!("/{}", "a".repeat(PATH_LIMIT));
        assert_eq!(connect_at_once(Path::new(&path)).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }
}
