use std::collections::BTreeMap;

/// Most fields that are kept of one answer; Redis has about 200.
pub const FIELD_LIMIT: usize = 2000;

/// What a server says of itself: the answer to INFO.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Info(BTreeMap<String, String>);

/// A replica as its primary knows it.
#[derive(Debug, PartialEq)]
pub struct Replica {
    pub address: String,
    /// Bytes that it has not acknowledged.
    pub lag: i64,
}

impl Info {
    pub fn parse(text: &str) -> Info {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        Info(lines.filter_map(|line| line.split_once(':')).map(|(k, v)| (k.into(), v.into())).take(FIELD_LIMIT).collect())
    }

    pub fn text(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    pub fn number(&self, field: &str) -> Option<i64> {
        self.text(field).parse().ok()
    }

    pub fn is(&self, field: &str, value: &str) -> bool {
        self.text(field) == value
    }

    /// Valkey calls itself a Redis of the version from which it came.
    pub fn version(&self) -> &str {
        if self.0.contains_key("valkey_version") { self.text("valkey_version") } else { self.text("redis_version") }
    }

    pub fn is_replica(&self) -> bool {
        self.is("role", "slave")
    }

    /// Whether a replica hears its primary; `None` for one that is no replica.
    pub fn link(&self) -> Option<bool> {
        self.is_replica().then(|| self.is("master_link_status", "up"))
    }

    /// What keeps data from reaching the disk, one sentence.
    pub fn persistence_problem(&self) -> Option<&'static str> {
        let failed = |field| !matches!(self.text(field), "ok" | "");
        if failed("rdb_last_bgsave_status") {
            Some("the last snapshot could not be saved")
        } else if failed("aof_last_write_status") {
            Some("the append-only file could not be written")
        } else if failed("aof_last_bgrewrite_status") {
            Some("the append-only file could not be rewritten")
        } else {
            None
        }
    }

    /// Percent of maxmemory in use, where Redis may come to refuse writes: one that evicts any key lives at its limit.
    pub fn memory_percent(&self) -> Option<i64> {
        let limit = self.number("maxmemory").filter(|limit| *limit > 0)?;
        let used = self.number("used_memory").filter(|used| *used >= 0)?;
        let evicts = self.text("maxmemory_policy").starts_with("allkeys-");
        (!evicts).then(|| (used as f64 * 100.0 / limit as f64) as i64)
    }

    /// Databases and how many keys each has.
    pub fn keyspace(&self) -> Vec<(&str, i64)> {
        let is_database = |name: &str| name.strip_prefix("db").is_some_and(|number| number.parse::<u32>().is_ok());
        let databases = self.0.iter().filter(|(name, _)| is_database(name));
        databases.filter_map(|(name, value)| Some((name.as_str(), member(value, "keys")?.parse().ok()?))).collect()
    }

    pub fn replicas(&self) -> Vec<Replica> {
        let Some(end) = self.number("master_repl_offset") else { return Vec::new() };
        let is_replica = |name: &str| name.strip_prefix("slave").is_some_and(|number| number.parse::<u32>().is_ok());
        let entries = self.0.iter().filter(|(name, value)| is_replica(name) && member(value, "state") == Some("online"));
        entries
            .filter_map(|(_, value)| {
                let offset: i64 = member(value, "offset")?.parse().ok()?;
                let address = format!("{}:{}", member(value, "ip")?, member(value, "port")?);
                Some(Replica { address, lag: end.saturating_sub(offset).max(0) })
            })
            .collect()
    }
}

/// A value of `key=value,key=value`.
fn member<'a>(list: &'a str, key: &str) -> Option<&'a str> {
    list.split(',').filter_map(|part| part.split_once('=')).find(|(name, _)| *name == key).map(|(_, value)| value)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub const PRIMARY: &str = include_str!("../Tests/Recorded/primary.txt");
    pub const REPLICA: &str = include_str!("../Tests/Recorded/replica.txt");
    pub const LINK_DOWN: &str = include_str!("../Tests/Recorded/replica-link-down.txt");
    pub const SAVE_FAILED: &str = include_str!("../Tests/Recorded/save-failed.txt");

    #[test]
    fn a_primary_tells_version_databases_and_replicas() {
        let info = Info::parse(PRIMARY);
        assert_eq!((info.version(), info.link(), info.is_replica()), ("7.0.15", None, false));
        assert_eq!(info.keyspace(), [("db0", 1), ("db3", 1)]);
        assert_eq!(info.replicas(), [Replica { address: "127.0.0.1:17002".into(), lag: 130 }]);
        assert_eq!((info.persistence_problem(), info.memory_percent()), (None, None));
        assert_eq!(info.number("total_commands_processed"), Some(14));
    }

    #[test]
    fn a_replica_tells_its_link() {
        assert_eq!(Info::parse(REPLICA).link(), Some(true));
        assert_eq!(Info::parse(LINK_DOWN).link(), Some(false));
    }

    #[test]
    fn a_snapshot_that_failed_and_memory_near_its_limit_are_told() {
        let info = Info::parse(SAVE_FAILED);
        assert_eq!(info.persistence_problem(), Some("the last snapshot could not be saved"));
        assert_eq!(info.memory_percent().map(|percent| percent > 80), Some(true));
        let cache = Info::parse(&SAVE_FAILED.replace("maxmemory_policy:noeviction", "maxmemory_policy:allkeys-lru"));
        assert_eq!(cache.memory_percent(), None, "a cache lives at its limit");
    }

    #[test]
    fn valkey_has_a_version_of_its_own() {
        assert_eq!(Info::parse("redis_version:7.2.4\r\nvalkey_version:8.0.1\r\n").version(), "8.0.1");
    }

    #[test]
    fn what_is_cut_or_nonsense_is_not_known() {
        for length in (0..PRIMARY.len()).step_by(7) {
            let info = Info::parse(&PRIMARY[..length]);
            info.keyspace();
            info.replicas();
            info.memory_percent();
        }
        let info = Info::parse("db0:keys=x\ndbx:keys=1\nslave0:ip=1\nslave1:ip=::1,port=1,state=wait_bgsave,offset=0\nmaxmemory:-5\nused_memory:9\n:\n=");
        assert_eq!((info.keyspace(), info.replicas(), info.memory_percent()), (vec![], vec![], None));
        assert_eq!((info.text("nothing"), info.number("nothing")), ("", None));
    }

    #[test]
    fn the_number_of_fields_has_a_limit() {
        let many: String = (0..FIELD_LIMIT + 5).map(|index| format!("field{index}:1\n")).collect();
        assert_eq!(Info::parse(&many).0.len(), FIELD_LIMIT);
    }
}
