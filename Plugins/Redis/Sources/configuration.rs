//! Parameters that are set at run time by CONFIG SET. They are not written to redis.conf: they are set again when the server was
//! started anew.

use crate::connection::{Connection, Trouble};
use crate::json::Value;
use crate::martlet::{failure, Failure, INVALID_ARGUMENT, UNAVAILABLE};
use crate::resp::{shown, Reply};
use crate::settings::Server;

#[derive(Debug, PartialEq)]
pub struct Parameter {
    pub name: &'static str,
    kind: Kind,
}

#[derive(Debug, PartialEq)]
enum Kind {
    Number,
    Flag,
    Text,
}

const fn parameter(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, kind }
}

/// In the order in which they are set: how keys are evicted is right before there is less room for them.
pub const PARAMETERS: [Parameter; 12] = [
    parameter("appendfsync", Kind::Text),
    parameter("appendonly", Kind::Flag),
    parameter("loglevel", Kind::Text),
    parameter("maxclients", Kind::Number),
    parameter("min-replicas-to-write", Kind::Number),
    parameter("save", Kind::Text),
    parameter("slowlog-log-slower-than", Kind::Number),
    parameter("slowlog-max-len", Kind::Number),
    parameter("tcp-keepalive", Kind::Number),
    parameter("timeout", Kind::Number),
    parameter("maxmemory-policy", Kind::Text),
    parameter("maxmemory", Kind::Number),
];

impl Parameter {
    /// As Redis writes it.
    fn text(&self, value: &Value) -> String {
        match value {
            Value::Flag(flag) => if *flag { "yes" } else { "no" }.into(),
            Value::Text(text) => text.clone(),
            other => other.to_string(),
        }
    }

    /// As the settings have it; what does not fit stays the text that it is.
    fn value(&self, text: &str) -> Value {
        match (&self.kind, text) {
            (Kind::Flag, "yes") => Value::Flag(true),
            (Kind::Flag, "no") => Value::Flag(false),
            (Kind::Number, number) => number.parse().map_or_else(|_| number.into(), Value::Integer),
            (_, text) => text.into(),
        }
    }
}

/// What a server's settings ask for.
pub fn wanted(document: Option<&Value>) -> Vec<(&'static Parameter, Value)> {
    let value = |parameter: &'static Parameter| document?.get(parameter.name).map(|value| (parameter, value.clone()));
    PARAMETERS.iter().filter_map(value).collect()
}

/// What was in force before, to be put back.
pub type Former = Vec<(&'static Parameter, String)>;

/// Sets what differs, and verifies it. On failure all is as before, and the failure says what Redis said.
pub fn put(connection: &mut Connection, server: &Server) -> Result<Former, Failure> {
    let mut former = Former::new();
    for (parameter, value) in &server.configuration {
        let Err(problem) = put_one(connection, parameter, &parameter.text(value), &mut former) else { continue };
        let rest = if put_back(connection, &former) { "" } else { "; what was set before it could not be put back" };
        let status = if matches!(problem, Trouble::Said(_)) { INVALID_ARGUMENT } else { UNAVAILABLE };
        let message = format!("server {}: {}: {problem}{rest}", server.name, parameter.name);
        return Err(failure(status, message).at(server.pointer(&format!("configuration/{}", parameter.name))));
    }
    Ok(former)
}

fn put_one(
    connection: &mut Connection, parameter: &'static Parameter, wanted: &str, former: &mut Former,
) -> Result<(), Trouble> {
    let present = get(connection, parameter)?;
    if present == wanted {
        return Ok(());
    }
    connection.ask(&["CONFIG", "SET", parameter.name, wanted])?;
    former.push((parameter, present));
    match get(connection, parameter)? {
        now if now == wanted => Ok(()),
        now => Err(Trouble::Said(format!("Redis took {wanted:?} and has {:?}", shown(&now)))),
    }
}

/// In the opposite order; false when one could not be.
pub fn put_back(connection: &mut Connection, former: &Former) -> bool {
    let mut all = true;
    for (parameter, text) in former.iter().rev() {
        all &= connection.ask(&["CONFIG", "SET", parameter.name, text]).is_ok();
    }
    all
}

fn get(connection: &mut Connection, parameter: &Parameter) -> Result<String, Trouble> {
    match connection.ask(&["CONFIG", "GET", parameter.name])? {
        Reply::List(pair) if pair.len() == 2 => Ok(pair[1].text()),
        _ => Err(Trouble::Said("this Redis has no such parameter".into())),
    }
}

/// The parameters of the settings as they are in force.
pub fn read(connection: &mut Connection, server: &Server) -> Result<Vec<(&'static Parameter, Value)>, Trouble> {
    let parameters = server.configuration.iter().map(|(parameter, _)| *parameter);
    parameters.map(|parameter| Ok((parameter, parameter.value(&get(connection, parameter)?)))).collect()
}

/// Puts these values into the document's entry of a server, instead of those that were applied.
pub fn show(document: &mut Value, server: &Server, values: Vec<(&'static Parameter, Value)>) {
    let Some(Value::List(entries)) = document.get_mut("servers") else { return };
    let Some(shown) = entries.get_mut(server.index).and_then(|entry| entry.get_mut("configuration")) else { return };
    for (parameter, value) in values {
        if let Some(place) = shown.get_mut(parameter.name) {
            *place = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> &'static Parameter {
        PARAMETERS.iter().find(|parameter| parameter.name == name).unwrap()
    }

    #[test]
    fn values_go_to_redis_and_come_back_the_same() {
        for (name, value, text) in [
            ("appendonly", Value::Flag(true), "yes"), ("appendonly", Value::Flag(false), "no"), ("maxmemory", Value::Integer(1 << 40), "1099511627776"),
            ("save", "3600 1 300 100".into(), "3600 1 300 100"), ("save", "".into(), ""),
            ("slowlog-log-slower-than", Value::Integer(-1), "-1"),
        ] {
            assert_eq!((named(name).text(&value).as_str(), named(name).value(text)), (text, value), "{name}");
        }
        assert_eq!(named("maxmemory").value("lots"), "lots".into(), "what does not fit is shown as it is");
    }

    #[test]
    fn memory_is_limited_after_it_was_said_what_is_evicted() {
        let document = Value::parse(r#"{"maxmemory": 1, "maxmemory-policy": "allkeys-lru", "save": "", "other": 1}"#);
        let names: Vec<&str> = wanted(document.as_ref()).iter().map(|(parameter, _)| parameter.name).collect();
        assert_eq!(names, ["save", "maxmemory-policy", "maxmemory"]);
        assert_eq!(wanted(None), []);
    }

    #[test]
    fn what_is_in_force_is_shown_in_the_place_of_what_was_applied() {
        let text = r#"{"servers": [{"name": "a"}, {"name": "b", "configuration": {"save": "", "maxmemory": 1}}]}"#;
        let settings = crate::settings::Settings::parse(text).unwrap();
        let mut document = settings.document.clone();
        show(&mut document, &settings.servers[1], vec![(named("maxmemory"), Value::Integer(7))]);
        let shown = r#"{"servers":[{"name":"a"},{"name":"b","configuration":{"save":"","maxmemory":7}}]}"#;
        assert_eq!(document.to_string(), shown);
    }

    #[test]
    fn every_parameter_of_the_manifest_is_known_and_no_other() {
        let manifest = include_str!("../plugin.yaml");
        let (_, rest) = manifest.split_once("          configuration:\n").unwrap();
        let (_, rest) = rest.split_once("            properties:\n").unwrap();
        let lines = rest.lines().take_while(|line| line.starts_with("              "));
        let of_parameters = lines.filter_map(|line| line.strip_prefix("              ")).filter(|line| !line.starts_with(' '));
        let mut names: Vec<&str> = of_parameters.filter_map(|line| line.split_once(':')).map(|(name, _)| name).collect();
        let mut known: Vec<&str> = PARAMETERS.iter().map(|parameter| parameter.name).collect();
        names.sort_unstable();
        known.sort_unstable();
        assert_eq!(names, known);
    }
}
