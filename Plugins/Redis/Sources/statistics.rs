use crate::info::Info;
use crate::json::{object, Value};
use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

/// Most series of all servers together, as the interface has it.
pub const READ_LIMIT: usize = 1000;

/// Most databases, and most replicas, of one server that are series.
pub const SERIES_LIMIT: usize = 16;

const GAUGES: [(&str, &str); 9] = [
    ("connections", "connected_clients"),
    ("connections.max", "maxclients"),
    ("connections.blocked", "blocked_clients"),
    ("commands.rate", "instantaneous_ops_per_sec"),
    ("memory.used", "used_memory"),
    ("memory.resident", "used_memory_rss"),
    ("memory.max", "maxmemory"),
    ("persistence.changes", "rdb_changes_since_last_save"),
    ("replication.delay", "master_last_io_seconds_ago"),
];

const COUNTERS: [(&str, &str); 9] = [
    ("connections.accepted", "total_connections_received"),
    ("connections.rejected", "rejected_connections"),
    ("commands", "total_commands_processed"),
    ("network.received", "total_net_input_bytes"),
    ("network.sent", "total_net_output_bytes"),
    ("keyspace.hits", "keyspace_hits"),
    ("keyspace.misses", "keyspace_misses"),
    ("keys.expired", "expired_keys"),
    ("keys.evicted", "evicted_keys"),
];

/// Since when each server's counters count.
#[derive(Default)]
pub struct Starts(HashMap<String, Start>);

struct Start {
    run_id: String,
    commands: i64,
    /// UTC microseconds.
    time: i64,
}

impl Starts {
    /// The same for as long as the counters go on: Redis tells its age in whole seconds, and does not tell that somebody has reset
    /// its counters but by their being less.
    pub fn of(&mut self, server: &str, info: &Info, now: i64) -> i64 {
        let commands = info.number("total_commands_processed").unwrap_or(0);
        let run_id = info.text("run_id");
        let former = self.0.get(server).filter(|former| former.run_id == run_id);
        let time = match former {
            Some(former) if former.commands <= commands => former.time,
            Some(_) => now,
            None => now.saturating_sub(info.number("uptime_in_seconds").unwrap_or(0).saturating_mul(1_000_000)),
        };
        self.0.insert(server.into(), Start { run_id: run_id.into(), commands, time });
        time
    }

    /// Forgets servers that are no longer there.
    pub fn keep(&mut self, has: impl Fn(&str) -> bool) {
        self.0.retain(|server, _| has(server));
    }
}

/// UTC microseconds.
pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| i64::try_from(time.as_micros()).unwrap_or(i64::MAX))
}

/// The figures of a server that answers, `room` at most; counters count since `start`.
pub fn values(info: &Info, start: i64, room: usize) -> Value {
    let gauge = |name: &str, number: i64| object([("name", name.into()), ("value", number.into())]);
    // A negative figure is one that Redis does not know.
    let known = |field| info.number(field).filter(|number| *number >= 0);
    let mut values: Vec<Value> = Vec::new();
    values.extend(GAUGES.iter().filter_map(|(name, field)| known(field).map(|number| gauge(name, number))));
    values.extend(COUNTERS.iter().filter_map(|(name, field)| {
        known(field).map(|number| object([("name", (*name).into()), ("value", number.into()), ("startTime", start.into())]))
    }));
    let databases = info.keyspace();
    values.extend(databases.iter().take(SERIES_LIMIT).map(|(name, keys)| gauge(&format!("keys{{{name}}}"), *keys)));
    let replicas = info.replicas().into_iter().filter(|replica| is_label(&replica.address));
    values.extend(replicas.take(SERIES_LIMIT).map(|replica| gauge(&format!("replication.lag{{{}}}", replica.address), replica.lag)));
    values.truncate(room);
    Value::List(values)
}

/// Replicas say themselves how they are called.
fn is_label(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'{' && byte != b'}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::info::tests::{PRIMARY, REPLICA};
    use crate::settings::SERVER_LIMIT;

    fn names(info: &Info) -> Vec<String> {
        values(info, 1, READ_LIMIT / SERVER_LIMIT).list().iter().map(|value| value.get("name").unwrap().text().unwrap().to_string()).collect()
    }

    #[test]
    fn a_primary_has_databases_and_replicas_and_a_replica_its_delay() {
        let primary = names(&Info::parse(PRIMARY));
        for name in ["commands", "memory.used", "keys{db0}", "keys{db3}", "replication.lag{127.0.0.1:17002}"] {
            assert!(primary.iter().any(|other| other == name), "{name} is in {primary:?}");
        }
        assert!(!primary.contains(&"replication.delay".to_string()));
        assert!(names(&Info::parse(REPLICA)).contains(&"replication.delay".to_string()));
    }

    #[test]
    fn every_series_is_in_the_manifest_with_its_kind() {
        let manifest = include_str!("../plugin.yaml");
        let has = |name: &str, kind: &str| {
            manifest.lines().any(|line| line.contains(&format!("{{name: {name}, ")) && line.contains(&format!("kind: {kind}")))
        };
        for (name, _) in GAUGES.iter().chain(&[("keys", ""), ("replication.lag", "")]) {
            assert!(has(name, "gauge"), "{name}");
        }
        for (name, _) in COUNTERS {
            assert!(has(name, "counter"), "{name}");
        }
    }

    #[test]
    fn a_label_that_would_break_the_series_name_is_left_out() {
        let hostile = PRIMARY.replace("ip=127.0.0.1,", "ip=a}b{c,");
        assert!(!names(&Info::parse(&hostile)).iter().any(|name| name.starts_with("replication.lag")));
    }

    #[test]
    fn series_of_one_server_have_a_limit() {
        let many: String = (0..100).map(|index| format!("db{index}:keys=1\n")).collect();
        assert_eq!(names(&Info::parse(&many)).len(), SERIES_LIMIT);
    }

    #[test]
    fn the_most_servers_leave_each_the_figures_that_have_no_label() {
        assert!(GAUGES.len() + COUNTERS.len() < READ_LIMIT / SERVER_LIMIT);
        let many: String = (0..100).map(|index| format!("db{index}:keys=1\n")).collect();
        assert_eq!(names(&Info::parse(&format!("{PRIMARY}\n{many}"))).len(), READ_LIMIT / SERVER_LIMIT);
    }

    #[test]
    fn counters_count_since_the_start_until_somebody_resets_them() {
        let info = |run: &str, uptime: i64, commands: i64| {
            Info::parse(&format!("run_id:{run}\nuptime_in_seconds:{uptime}\ntotal_commands_processed:{commands}\n"))
        };
        let mut starts = Starts::default();
        assert_eq!(starts.of("a", &info("x", 10, 5), 100_000_000), 90_000_000);
        assert_eq!(starts.of("a", &info("x", 10, 6), 100_900_000), 90_000_000, "its age in whole seconds moves nothing");
        assert_eq!(starts.of("a", &info("x", 12, 1), 102_000_000), 102_000_000, "they were reset");
        assert_eq!(starts.of("a", &info("x", 13, 2), 103_000_000), 102_000_000);
        assert_eq!(starts.of("a", &info("y", 1, 2), 110_000_000), 109_000_000, "it was started anew");
        starts.keep(|server| server != "a");
        assert!(starts.0.is_empty());
    }
}
