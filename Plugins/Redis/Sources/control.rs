use crate::connection::{Connection, Unreachable};
use crate::martlet::{failure, Call, Failure, ServiceAction, DEADLINE_EXCEEDED, FAILED_PRECONDITION, NOT_FOUND, UNIMPLEMENTED};
use crate::plugin::{lock, RedisPlugin};
use crate::settings::Server;
use std::time::{Duration, Instant};

/// Between two attempts: nothing can be waited for that says when a server listens.
const PAUSE: Duration = Duration::from_millis(25);
/// What is left of a call's time for its answer.
const RESERVE: Duration = Duration::from_secs(3);

/// Starts, stops, restarts a server by its unit, and waits until it answers, or does not any more.
pub fn perform(plugin: &RedisPlugin, call: &Call, action: i32, instance: &str) -> Result<(), Failure> {
    let action = match action {
        1 => ServiceAction::Start,
        2 => ServiceAction::Stop,
        3 => ServiceAction::Restart,
        _ => return Err(failure(UNIMPLEMENTED, "a server can be started, stopped and restarted only")),
    };
    let settings = plugin.settings();
    let servers: Vec<&Server> = match instance {
        "" => settings.servers.iter().collect(),
        name => {
            let missing = || failure(NOT_FOUND, format!("the settings have no server {name}"));
            vec![settings.server(name).ok_or_else(missing)?]
        }
    };
    lock(&plugin.requests).extend(servers.iter().map(|server| server.name.clone()));
    let done = servers.iter().try_for_each(|server| perform_one(plugin, call, action, server));
    // Calls come one at a time: nobody else has asked meanwhile.
    plugin.look();
    lock(&plugin.requests).clear();
    done
}

fn perform_one(plugin: &RedisPlugin, call: &Call, action: ServiceAction, server: &Server) -> Result<(), Failure> {
    if server.unit.is_empty() {
        let message = format!("server {} has no `unit` in its settings, by which it could be started and stopped", server.name);
        return Err(failure(FAILED_PRECONDITION, message));
    }
    let deadline = call.deadline_before(RESERVE);
    plugin.host.perform(action, &server.unit, deadline)?;
    let wanted = action != ServiceAction::Stop;
    while runs(plugin, server, deadline) != wanted {
        if call.is_cancelled() || Instant::now() >= deadline {
            let what = if wanted { "reachable" } else { "stopped" };
            return Err(failure(DEADLINE_EXCEEDED, format!("server {} is not {what} in time", server.name)));
        }
        std::thread::sleep(PAUSE);
    }
    Ok(())
}

/// Also one that refuses the plugin runs.
fn runs(plugin: &RedisPlugin, server: &Server, limit: Instant) -> bool {
    !matches!(Connection::open(&plugin.host, server, Some(limit)), Err(Unreachable::Stopped))
}
