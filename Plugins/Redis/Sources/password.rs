use crate::martlet::{Failure, Host};
use std::time::Duration;

/// Longest value of a secret, as the interface has it.
pub const SECRET_LIMIT: usize = 16_384;

/// A password, overwritten when it is not needed any more. It has no `Debug`, so that it comes into no message by accident.
pub struct Password(Vec<u8>);

impl Password {
    /// Has room for all at once: a value that grew would leave copies behind.
    pub fn empty() -> Password {
        Password(Vec::with_capacity(SECRET_LIMIT))
    }

    /// The value of a secret of this plugin.
    pub fn of_secret(host: &Host, name: &str, patience: Duration) -> Result<Password, Failure> {
        let mut password = Password::empty();
        host.secret(name, patience, |bytes| password.append(bytes))?;
        Ok(password)
    }

    /// False when it does not fit.
    #[must_use]
    pub fn append(&mut self, bytes: &[u8]) -> bool {
        let fits = bytes.len() <= SECRET_LIMIT - self.0.len();
        if fits {
            self.0.extend_from_slice(bytes);
        }
        fits
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Password {
    fn drop(&mut self) {
        erase(&mut self.0);
    }
}

/// Overwrites in a way that no compiler leaves out.
pub fn erase(bytes: &mut [u8]) {
    for byte in bytes.iter_mut() {
        unsafe { std::ptr::write_volatile(byte, 0) };
    }
    std::sync::atomic::compiler_fence(std::sync::atomic::Ordering::SeqCst);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_the_largest_size_fits_and_one_byte_more_does_not() {
        let mut password = Password::empty();
        assert!(password.append(&[b'a'; SECRET_LIMIT]));
        assert!(!password.append(b"b"));
        assert_eq!(password.bytes().len(), SECRET_LIMIT);
    }

    #[test]
    fn what_is_erased_is_gone() {
        let mut bytes = b"secret".to_vec();
        erase(&mut bytes);
        assert_eq!(bytes, [0; 6]);
    }
}
