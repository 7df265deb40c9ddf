use crate::configuration::{self, Parameter};
use crate::json::Value;
use crate::martlet::{failure, Failure, INVALID_ARGUMENT};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// Servers of one device.
pub const SERVER_LIMIT: usize = 32;

/// Settings as they were applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub document: Value,
    pub servers: Vec<Server>,
    /// Of maxmemory; 0 is never.
    pub memory_warning_percent: i64,
    pub check: Duration,
}

/// One entry of `servers`.
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    pub index: usize,
    pub name: String,
    pub address: Address,
    /// Empty is Redis's default user.
    pub user: String,
    /// Name of the secret; empty is none.
    pub secret: String,
    pub unit: String,
    /// In the order in which they are set.
    pub configuration: Vec<(&'static Parameter, Value)>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Address {
    Network(SocketAddr),
    Socket(PathBuf),
}

impl Settings {
    /// Reads what has passed the manifest's schema, and checks what the schema cannot say.
    pub fn parse(text: &str) -> Result<Settings, Failure> {
        let document = Value::parse(text).ok_or_else(|| failure(INVALID_ARGUMENT, "the settings are no JSON"))?;
        let entries = document.get("servers").map_or(&[][..], Value::list);
        if entries.len() > SERVER_LIMIT {
            return Err(failure(INVALID_ARGUMENT, format!("there are more than {SERVER_LIMIT} servers")).at("/servers"));
        }
        let mut servers: Vec<Server> = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let server = Server::parse(index, entry)?;
            if servers.iter().any(|other| other.name == server.name) {
                let message = format!("two servers are called {}", server.name);
                return Err(failure(INVALID_ARGUMENT, message).at(format!("/servers/{index}/name")));
            }
            servers.push(server);
        }
        let number = |key, otherwise| document.get(key).and_then(Value::integer).unwrap_or(otherwise);
        Ok(Settings {
            servers,
            memory_warning_percent: number("memoryWarningPercent", 90),
            check: Duration::from_secs(number("checkSeconds", 15).clamp(1, 3600) as u64),
            document,
        })
    }

    pub fn server(&self, name: &str) -> Option<&Server> {
        self.servers.iter().find(|server| server.name == name)
    }
}

impl Server {
    fn parse(index: usize, entry: &Value) -> Result<Server, Failure> {
        let text = |key, otherwise| entry.get(key).and_then(Value::text).unwrap_or(otherwise).to_string();
        let port = entry.get("port").and_then(Value::integer).and_then(|port| u16::try_from(port).ok()).unwrap_or(6379);
        Ok(Server {
            index,
            name: text("name", ""),
            address: Address::parse(&text("host", "127.0.0.1"), port)
                .map_err(|problem| problem.at(format!("/servers/{index}/host")))?,
            user: text("user", ""),
            secret: text("passwordSecret", ""),
            unit: text("unit", ""),
            configuration: configuration::wanted(entry.get("configuration")),
        })
    }

    /// The place of a part of this server in the settings.
    pub fn pointer(&self, part: &str) -> String {
        format!("/servers/{}/{part}", self.index)
    }
}

impl Address {
    /// Names of hosts are not taken: looking one up may take longer than a call has.
    fn parse(host: &str, port: u16) -> Result<Address, Failure> {
        if host.starts_with('/') {
            return Ok(Address::Socket(host.into()));
        }
        let address: Result<IpAddr, _> = host.parse();
        let problem = || failure(INVALID_ARGUMENT, format!("{host} is neither an IP address nor the path of a socket"));
        address.map(|address| Address::Network(SocketAddr::new(address, port))).map_err(|_| problem())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> (String, String) {
        let failure = Settings::parse(text).unwrap_err();
        (failure.pointer, failure.message)
    }

    #[test]
    fn servers_are_read_with_their_addresses_and_defaults() {
        let settings = Settings::parse(
            r#"{"servers": [{"name": "a"}, {"name": "b", "host": "::1", "port": 7000, "user": "u", "passwordSecret": "s", "unit": "x"},
            {"name": "c", "host": "/run/redis.sock"}], "checkSeconds": 3}"#,
        )
        .unwrap();
        let addresses: Vec<Address> = settings.servers.iter().map(|server| server.address.clone()).collect();
        assert_eq!(
            addresses,
            [
                Address::Network("127.0.0.1:6379".parse().unwrap()),
                Address::Network("[::1]:7000".parse().unwrap()),
                Address::Socket("/run/redis.sock".into()),
            ]
        );
        assert_eq!((settings.check, settings.memory_warning_percent), (Duration::from_secs(3), 90));
        let server = settings.server("b").unwrap();
        assert_eq!((server.user.as_str(), server.secret.as_str(), server.unit.as_str()), ("u", "s", "x"));
        assert_eq!(server.pointer("host"), "/servers/1/host");
    }

    #[test]
    fn what_the_schema_cannot_say_is_refused_with_its_place() {
        let twice = r#"{"servers": [{"name": "a"}, {"name": "a"}]}"#;
        assert_eq!(refused(twice), ("/servers/1/name".into(), "two servers are called a".into()));
        let named = r#"{"servers": [{"name": "a", "host": "redis.example"}]}"#;
        let problem = "redis.example is neither an IP address nor the path of a socket";
        assert_eq!(refused(named), ("/servers/0/host".into(), problem.into()));
        assert_eq!(refused("{"), (String::new(), "the settings are no JSON".into()));
    }

    #[test]
    fn the_number_of_servers_has_a_limit() {
        let servers = |count: usize| {
            let list: Vec<String> = (0..count).map(|index| format!(r#"{{"name": "s{index}"}}"#)).collect();
            format!(r#"{{"servers": [{}]}}"#, list.join(","))
        };
        assert_eq!(Settings::parse(&servers(SERVER_LIMIT)).unwrap().servers.len(), SERVER_LIMIT);
        assert_eq!(refused(&servers(SERVER_LIMIT + 1)).1, "there are more than 32 servers");
    }
}
