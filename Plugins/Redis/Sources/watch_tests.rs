use super::*;
use crate::info::tests::{LINK_DOWN, PRIMARY, REPLICA, SAVE_FAILED};
use crate::settings::Settings;

/// Looks at one server again and again.
struct Story {
    server: Server,
    seen: Option<Seen>,
    now: Instant,
    is_requested: bool,
    was_started: bool,
    is_other: bool,
}

impl Story {
    fn new() -> Story {
        let settings = Settings::parse(r#"{"servers": [{"name": "a"}]}"#).unwrap();
        Story { server: settings.servers[0].clone(), seen: None, now: Instant::now(), is_requested: false, was_started: false, is_other: false }
    }

    fn look(&mut self, look: &Look) -> Vec<String> {
        let change = judge(&self.server, self.seen.as_ref(), look, self.is_requested, 90, self.now);
        self.seen = Some(change.seen);
        self.was_started = change.was_started;
        self.is_other = change.is_other;
        change.events.iter().map(|event| format!("{} {:?}", event.kind, event.severity)).collect()
    }

    fn hear(&mut self, info: &str) -> Vec<String> {
        self.look(&Look::Answers(Info::parse(info)))
    }
}

const NOTHING: [&str; 0] = [];

#[test]
fn what_is_found_first_is_no_change() {
    assert_eq!(Story::new().hear(PRIMARY), NOTHING);
    assert_eq!(Story::new().look(&Look::Stopped), NOTHING);
    assert_eq!(Story::new().look(&Look::Refused("no".into())), NOTHING);
}

#[test]
fn a_stop_and_a_start_are_told_once() {
    let mut story = Story::new();
    story.hear(PRIMARY);
    assert_eq!(story.look(&Look::Stopped), ["server.stopped Failure"]);
    assert!(story.is_other);
    assert_eq!(story.look(&Look::Stopped), NOTHING);
    assert!(!story.is_other);
    assert_eq!(story.hear(PRIMARY), ["server.started Info"]);
    assert!(story.was_started);
    assert_eq!(story.hear(PRIMARY), NOTHING);
    assert!(!story.was_started);
}

#[test]
fn a_stop_that_was_asked_for_is_no_failure() {
    let mut story = Story::new();
    story.hear(PRIMARY);
    story.is_requested = true;
    assert_eq!(story.look(&Look::Stopped), ["server.stopped Info"]);
}

#[test]
fn another_process_in_its_place_is_a_stop_and_a_start() {
    let mut story = Story::new();
    story.hear(PRIMARY);
    let other = PRIMARY.replace("run_id:c7", "run_id:d8");
    assert_eq!(story.hear(&other), ["server.stopped Failure", "server.started Info"]);
    assert!(story.was_started);
    assert_eq!(story.hear(&other), NOTHING);
}

#[test]
fn a_server_at_another_address_is_another_one() {
    let mut story = Story::new();
    story.hear(PRIMARY);
    story.server.address = Address::Socket("/run/redis.sock".into());
    assert_eq!(story.hear(&PRIMARY.replace("run_id:c7", "run_id:d8")), NOTHING);
    story.server.address = Address::Socket("/run/other.sock".into());
    assert_eq!(story.look(&Look::Stopped), NOTHING);
}

#[test]
fn a_server_that_does_not_answer_has_neither_stopped_nor_started() {
    let mut story = Story::new();
    story.hear(PRIMARY);
    assert_eq!(story.look(&Look::Refused("it does not answer in time".into())), NOTHING);
    assert_eq!(story.hear(PRIMARY), NOTHING);
    story.look(&Look::Refused("no".into()));
    assert_eq!(story.look(&Look::Stopped), ["server.stopped Failure"]);
}

#[test]
fn a_link_that_is_lost_and_restored_is_told_once_each() {
    let mut story = Story::new();
    story.hear(REPLICA);
    assert_eq!(story.hear(LINK_DOWN), ["replication.lost Warning"]);
    assert_eq!(story.hear(LINK_DOWN), NOTHING);
    assert_eq!(story.hear(REPLICA), ["replication.restored Info"]);
    assert_eq!(story.hear(REPLICA), NOTHING);
}

#[test]
fn a_replica_that_was_just_started_has_time_to_find_its_primary() {
    let mut story = Story::new();
    story.look(&Look::Stopped);
    assert_eq!(story.hear(LINK_DOWN), ["server.started Info"]);
    story.now += LINK_PATIENCE - Duration::from_secs(1);
    assert_eq!(story.hear(LINK_DOWN), NOTHING);
    assert_eq!(story.hear(REPLICA), NOTHING, "it has found it");
    let mut story = Story::new();
    story.hear(LINK_DOWN);
    story.now += LINK_PATIENCE;
    let synchronises = LINK_DOWN.replace("master_sync_in_progress:0", "master_sync_in_progress:1");
    assert_eq!(story.hear(&synchronises), NOTHING, "however long that takes");
    assert_eq!(story.hear(LINK_DOWN), ["replication.lost Warning"]);
    assert_eq!(story.hear(LINK_DOWN), NOTHING);
}

#[test]
fn a_replica_that_becomes_a_primary_has_lost_nothing() {
    let mut story = Story::new();
    story.hear(LINK_DOWN);
    assert_eq!(story.hear(&LINK_DOWN.replace("role:slave", "role:master")), NOTHING);
}

#[test]
fn trouble_is_told_once_until_it_is_over() {
    let mut story = Story::new();
    assert_eq!(story.hear(SAVE_FAILED), ["persistence.failed Failure", "memory.short Warning"], "also what was there before");
    assert_eq!(story.hear(SAVE_FAILED), NOTHING);
    assert_eq!(story.hear(&SAVE_FAILED.replace("used_memory:1186432", "used_memory:1070000")), NOTHING);
    assert_eq!(story.hear(SAVE_FAILED), NOTHING, "it wavers");
    let well = SAVE_FAILED.replace("rdb_last_bgsave_status:err", "rdb_last_bgsave_status:ok");
    assert_eq!(story.hear(&well.replace("used_memory:1186432", "used_memory:600000")), NOTHING);
    assert_eq!(story.hear(SAVE_FAILED), ["persistence.failed Failure", "memory.short Warning"]);
}
