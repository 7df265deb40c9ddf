// The binding of the template. What else is unsafe is in `unix_socket`, and a loop of `password`.
#[path = "../../../Sources/PluginTemplates/Templates/rust/src/martlet/mod.rs"]
mod martlet;

mod backup;
mod configuration;
mod connection;
mod control;
mod info;
mod json;
mod look;
mod password;
mod plugin;
mod resp;
mod runs;
mod save;
mod settings;
mod snapshot;
mod state;
mod statistics;
mod unix_socket;
mod watch;

martlet::export!(plugin::RedisPlugin);
