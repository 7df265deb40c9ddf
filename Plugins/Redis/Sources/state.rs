use crate::info::Info;
use crate::json::{object, Value};
use crate::look::Look;
use crate::settings::Server;

/// A server as an instance of the state's document.
pub fn instance(server: &Server, look: &Look, memory_warning_percent: i64) -> Value {
    let (state, version, details) = match look {
        Look::Stopped => ("stopped", "", object([])),
        Look::Refused(reason) => ("degraded", "", object([("problem", reason.as_str().into())])),
        Look::Answers(info) => {
            let problems = problems(info, memory_warning_percent);
            let state = if problems.is_empty() { "running" } else { "degraded" };
            (state, info.version(), details(info, &problems))
        }
    };
    object([
        ("instance", server.name.as_str().into()),
        ("state", state.into()),
        ("version", version.into()),
        ("details", details),
    ])
}

/// Whether memory is short, by the limit of the settings.
pub fn memory_is_short(info: &Info, warning_percent: i64) -> bool {
    warning_percent > 0 && info.memory_percent().is_some_and(|percent| percent >= warning_percent)
}

fn problems(info: &Info, memory_warning_percent: i64) -> Vec<String> {
    let mut problems = Vec::new();
    if info.is("loading", "1") {
        problems.push("it is loading its data".into());
    }
    if info.link() == Some(false) {
        let synchronises = info.is("master_sync_in_progress", "1");
        let what = if synchronises { "it is being synchronised with its primary" } else { "it does not hear its primary" };
        problems.push(format!("{what} {}:{}", info.text("master_host"), info.text("master_port")));
    }
    problems.extend(info.persistence_problem().map(String::from));
    if memory_is_short(info, memory_warning_percent) {
        problems.push("memory is short: at maxmemory it refuses writes".into());
    }
    problems
}

fn details(info: &Info, problems: &[String]) -> Value {
    let mut members = vec![("role", Value::from(if info.is_replica() { "replica" } else { "primary" }))];
    let mut number = |name, field| members.extend(info.number(field).map(|number| (name, Value::Integer(number))));
    number("connections", "connected_clients");
    number("replicas", "connected_slaves");
    number("memoryUsed", "used_memory");
    if info.is_replica() {
        number("secondsBehind", "master_last_io_seconds_ago");
        members.push(("primary", format!("{}:{}", info.text("master_host"), info.text("master_port")).as_str().into()));
        members.push(("link", info.text("master_link_status").into()));
    }
    if !problems.is_empty() {
        members.push(("problem", problems.join("; ").as_str().into()));
    }
    Value::Object(members.into_iter().map(|(name, value)| (name.to_string(), value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::info::tests::{LINK_DOWN, PRIMARY, REPLICA, SAVE_FAILED};
    use crate::settings::Settings;

    fn told(look: &Look) -> (String, String) {
        let settings = Settings::parse(r#"{"servers": [{"name": "a"}]}"#).unwrap();
        let instance = instance(&settings.servers[0], look, 90);
        let problem = instance.get("details").and_then(|details| details.get("problem")?.text());
        (instance.get("state").unwrap().text().unwrap().into(), problem.unwrap_or("").into())
    }

    fn of(text: &str) -> (String, String) {
        told(&Look::Answers(Info::parse(text)))
    }

    #[test]
    fn a_server_without_trouble_runs() {
        assert_eq!((of(PRIMARY).0.as_str(), of(REPLICA).0.as_str()), ("running", "running"));
        assert_eq!(told(&Look::Stopped), ("stopped".into(), String::new()));
    }

    #[test]
    fn a_server_in_trouble_is_degraded_and_says_why() {
        assert_eq!(of(LINK_DOWN), ("degraded".into(), "it does not hear its primary 127.0.0.1:17001".into()));
        let failed = "the last snapshot could not be saved; memory is short: at maxmemory it refuses writes";
        assert_eq!(of(SAVE_FAILED), ("degraded".into(), failed.into()));
        assert_eq!(of(&PRIMARY.replace("loading:0", "loading:1")).1, "it is loading its data");
        assert_eq!(told(&Look::Refused("no".into())), ("degraded".into(), "no".into()));
        let synchronises = LINK_DOWN.replace("master_sync_in_progress:0", "master_sync_in_progress:1");
        assert_eq!(of(&synchronises).1, "it is being synchronised with its primary 127.0.0.1:17001");
    }

    #[test]
    fn memory_is_never_short_where_the_settings_say_so() {
        assert!(memory_is_short(&Info::parse(SAVE_FAILED), 90));
        assert!(!memory_is_short(&Info::parse(SAVE_FAILED), 0));
    }
}
