use crate::martlet::Host;
use crate::password::{erase, Password};
use crate::resp::{command, shown, Reader, Reply};
use crate::settings::{Address, Server};
use crate::unix_socket::connect_at_once;
use std::fmt::{self, Display, Formatter};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

/// How long a server may take for a connection, or for one answer.
pub const PATIENCE: Duration = Duration::from_secs(2);

/// Why there is no connection.
#[derive(Debug, PartialEq)]
pub enum Unreachable {
    /// Nothing listens there.
    Stopped,
    /// Something does, but does not answer, or does not let the plugin in; or it is not known.
    Refused(String),
}

/// Why a question has no answer.
#[derive(Debug, PartialEq)]
pub enum Trouble {
    /// Redis's own words.
    Said(String),
    /// The connection is of no use any more.
    Broken(String),
}

impl Display for Trouble {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let (Trouble::Said(text) | Trouble::Broken(text)) = self;
        out.write_str(text)
    }
}

/// A socket of which reading and writing end at a deadline.
pub struct Stream {
    socket: Socket,
    pub deadline: Instant,
    /// Where it is set, only silence of this length ends a wait: what comes may be of any length.
    pub silence: Option<Duration>,
}

enum Socket {
    Network(TcpStream),
    Unix(UnixStream),
}

impl Stream {
    fn open(address: &Address, deadline: Instant) -> io::Result<Stream> {
        let socket = match address {
            Address::Network(address) => Socket::Network(TcpStream::connect_timeout(address, left(deadline)?)?),
            Address::Socket(path) => Socket::Unix(connect_at_once(path)?),
        };
        Ok(Stream { socket, deadline, silence: None })
    }

    fn arm(&self) -> io::Result<()> {
        let time = Some(self.silence.map_or_else(|| left(self.deadline), Ok)?);
        match &self.socket {
            Socket::Network(socket) => socket.set_read_timeout(time).and(socket.set_write_timeout(time)),
            Socket::Unix(socket) => socket.set_read_timeout(time).and(socket.set_write_timeout(time)),
        }
    }

    /// What ends every wait for this stream, from another thread.
    pub fn breaker(&self) -> Option<Breaker> {
        let socket = match &self.socket {
            Socket::Network(socket) => socket.try_clone().map(Socket::Network),
            Socket::Unix(socket) => socket.try_clone().map(Socket::Unix),
        };
        socket.ok().map(Breaker)
    }
}

/// Breaks a connection.
pub struct Breaker(Socket);

impl Breaker {
    pub fn shut(&self) {
        // One that is closed already is as it should be.
        let _ = match &self.0 {
            Socket::Network(socket) => socket.shutdown(Shutdown::Both),
            Socket::Unix(socket) => socket.shutdown(Shutdown::Both),
        };
    }
}

fn left(deadline: Instant) -> io::Result<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(ErrorKind::TimedOut.into()) } else { Ok(left) }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            self.arm()?;
            let read = match &mut self.socket {
                Socket::Network(socket) => socket.read(into),
                Socket::Unix(socket) => socket.read(into),
            };
            match read {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.arm()?;
        match &mut self.socket {
            Socket::Network(socket) => socket.write(bytes),
            Socket::Unix(socket) => socket.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What happened to a connection, for a person.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::TimedOut | ErrorKind::WouldBlock => "it does not answer in time".into(),
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => "it closed the connection".into(),
        _ => error.to_string(),
    }
}

/// A connection that has introduced itself.
pub struct Connection {
    pub reader: Reader<Stream>,
    /// When every question must have been answered.
    limit: Option<Instant>,
}

impl Connection {
    /// By `limit` at the latest all that this connection waits for is over, where there is one.
    pub fn open(host: &Host, server: &Server, limit: Option<Instant>) -> Result<Connection, Unreachable> {
        let password = match server.secret.as_str() {
            "" => None,
            name => Some(Password::of_secret(host, name, PATIENCE).map_err(|problem| {
                let reason = Unreachable::Refused(format!("secret {name}: {}", problem.message));
                // Whether it runs can be told without a password.
                if nothing_listens(&server.address, limit) { Unreachable::Stopped } else { reason }
            })?),
        };
        let stream = Stream::open(&server.address, deadline(limit)).map_err(|error| match error.kind() {
            ErrorKind::ConnectionRefused | ErrorKind::NotFound => Unreachable::Stopped,
            _ => Unreachable::Refused(reason(&error)),
        })?;
        let mut connection = Connection { reader: Reader::new(stream), limit };
        if let Some(password) = password {
            connection.introduce(&server.user, &password)?;
        }
        Ok(connection)
    }

    /// Redis's words about AUTH are not passed on: where the command is renamed, they repeat what was sent.
    fn introduce(&mut self, user: &str, password: &Password) -> Result<(), Unreachable> {
        let mut words = vec![&b"AUTH"[..], user.as_bytes(), password.bytes()];
        if user.is_empty() {
            words.remove(1);
        }
        let mut bytes = command(&words);
        let sent = self.send(&bytes);
        erase(&mut bytes);
        match sent.and_then(|_| self.answer()) {
            Ok(_) => Ok(()),
            Err(Trouble::Broken(reason)) => Err(Unreachable::Refused(reason)),
            Err(Trouble::Said(words)) => Err(Unreachable::Refused(refusal_of_password(&words).into())),
        }
    }

    /// Asks, and waits for the answer; one that is an error is `Trouble::Said`.
    pub fn ask(&mut self, words: &[&str]) -> Result<Reply, Trouble> {
        let words: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
        self.send(&command(&words))?;
        self.answer()
    }

    pub fn send(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        self.reader.stream.deadline = deadline(self.limit);
        self.reader.stream.write_all(bytes).map_err(|error| Trouble::Broken(reason(&error)))
    }

    fn answer(&mut self) -> Result<Reply, Trouble> {
        match self.reader.reply() {
            Ok(Reply::Error(words)) => Err(Trouble::Said(shown(&words))),
            Ok(reply) => Ok(reply),
            Err(error) => Err(Trouble::Broken(reason(&error))),
        }
    }
}

fn deadline(limit: Option<Instant>) -> Instant {
    let usual = Instant::now() + PATIENCE;
    limit.map_or(usual, |limit| limit.min(usual))
}

fn nothing_listens(address: &Address, limit: Option<Instant>) -> bool {
    let stream = Stream::open(address, deadline(limit));
    stream.is_err_and(|error| matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::NotFound))
}

fn refusal_of_password(words: &str) -> &'static str {
    if words.starts_with("WRONGPASS") || words == "ERR invalid password" {
        "Redis refuses user and password (WRONGPASS)"
    } else if words.contains("without any password configured") {
        "Redis has no password for its default user, but the settings name one"
    } else if words.starts_with("NOPERM") {
        "Redis does not let this user do that (NOPERM)"
    } else {
        "Redis refuses the command AUTH"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn connection(limit: Option<Instant>, serve: impl FnOnce(TcpStream) + Send + 'static) -> Connection {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = Address::Network(listener.local_addr().unwrap());
        std::thread::spawn(move || serve(listener.accept().unwrap().0));
        Connection { reader: Reader::new(Stream::open(&address, Instant::now() + PATIENCE).unwrap()), limit }
    }

    #[test]
    fn a_password_is_in_no_message_whatever_redis_says_of_it() {
        for words in [
            "-ERR unknown command 'AUTH', with args beginning with: 'hunter2' \r\n", "-WRONGPASS hunter2\r\n", "-hunter2\r\n", "-NOPERM hunter2\r\n",
        ] {
            let mut connection = connection(None, move |mut stream| {
                stream.write_all(words.as_bytes()).unwrap();
                let _ = stream.read_to_end(&mut Vec::new());
            });
            let mut password = Password::empty();
            assert!(password.append(b"hunter2"));
            let Err(Unreachable::Refused(reason)) = connection.introduce("", &password) else { panic!("{words} is a refusal") };
            assert!(!reason.contains("hunter2") && reason.contains("Redis"), "{reason}");
        }
    }

    #[test]
    fn an_answer_that_trickles_ends_at_the_limit() {
        let mut connection = connection(Some(Instant::now() + Duration::from_millis(100)), |mut stream| {
            while stream.write_all(b"+").is_ok() {
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        assert_eq!(connection.ask(&["PING"]), Err(Trouble::Broken("it does not answer in time".into())));
    }

    #[test]
    fn a_connection_that_is_closed_is_told() {
        let mut connection = connection(None, |mut stream| {
            let _ = stream.read(&mut [0; 64]);
        });
        assert_eq!(connection.ask(&["PING"]), Err(Trouble::Broken("it closed the connection".into())));
    }

    #[test]
    fn a_wait_is_ended_from_another_thread() {
        let mut connection = connection(None, |mut stream| {
            let _ = stream.read_to_end(&mut Vec::new());
        });
        let breaker = connection.reader.stream.breaker().unwrap();
        let shutting = std::thread::spawn(move || breaker.shut());
        assert!(matches!(connection.ask(&["PING"]), Err(Trouble::Broken(_))));
        shutting.join().unwrap();
    }

    #[test]
    fn an_address_at_which_nothing_listens_is_told_apart() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = Address::Network(listener.local_addr().unwrap());
        assert!(!nothing_listens(&address, None));
        drop(listener);
        assert!(nothing_listens(&address, None));
        assert!(nothing_listens(&Address::Socket("/nowhere/redis.sock".into()), None));
    }
}
