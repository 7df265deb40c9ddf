/* What a released layout must never become: included by whoever wants the compiler to prove it (64-bit Linux). */
#ifndef MARTLET_LAYOUT_H
#define MARTLET_LAYOUT_H

#include "martlet.h"

#include "ext/draft/artifact.h"

#ifdef __cplusplus
#define MARTLET_ASSERT(what) static_assert(what, #what)
#else
#define MARTLET_ASSERT(what) _Static_assert(what, #what)
#endif

MARTLET_ASSERT(sizeof(void *) == 8);
MARTLET_ASSERT(sizeof(martlet_string) == 16);
MARTLET_ASSERT(sizeof(martlet_bytes) == 16);
MARTLET_ASSERT(offsetof(martlet_string, length) == 8);
MARTLET_ASSERT(offsetof(martlet_bytes, length) == 8);

MARTLET_ASSERT(offsetof(martlet_module, magic) == 0);
MARTLET_ASSERT(offsetof(martlet_module, struct_size) == 4);
MARTLET_ASSERT(offsetof(martlet_module, abi_major) == 8);
MARTLET_ASSERT(offsetof(martlet_module, abi_minor) == 10);
MARTLET_ASSERT(offsetof(martlet_module, min_host_minor) == 12);
MARTLET_ASSERT(offsetof(martlet_module, id) == 16);
MARTLET_ASSERT(offsetof(martlet_module, name) == 32);
MARTLET_ASSERT(offsetof(martlet_module, version) == 48);
MARTLET_ASSERT(offsetof(martlet_module, ops) == 64);
MARTLET_ASSERT(offsetof(martlet_module, create) == 72);
MARTLET_ASSERT(sizeof(martlet_module) == 80);

MARTLET_ASSERT(offsetof(martlet_plugin_ops, init) == 8);
MARTLET_ASSERT(offsetof(martlet_plugin_ops, activate) == 16);
MARTLET_ASSERT(offsetof(martlet_plugin_ops, deactivate) == 24);
MARTLET_ASSERT(offsetof(martlet_plugin_ops, destroy) == 32);
MARTLET_ASSERT(offsetof(martlet_plugin_ops, get_extension) == 40);
MARTLET_ASSERT(sizeof(martlet_plugin_ops) == 48);

MARTLET_ASSERT(offsetof(martlet_create_info, plugin_id) == 8);
MARTLET_ASSERT(offsetof(martlet_create_info, local) == 24);
MARTLET_ASSERT(sizeof(martlet_create_info) == 40);

MARTLET_ASSERT(offsetof(martlet_host, abi_major) == 4);
MARTLET_ASSERT(offsetof(martlet_host, host_data) == 8);
MARTLET_ASSERT(offsetof(martlet_host, get_extension) == 16);
MARTLET_ASSERT(sizeof(martlet_host) == 24);

MARTLET_ASSERT(offsetof(martlet_call, id) == 8);
MARTLET_ASSERT(offsetof(martlet_call, deadline) == 16);
MARTLET_ASSERT(offsetof(martlet_call, host_data) == 24);
MARTLET_ASSERT(offsetof(martlet_call, is_cancelled) == 32);
MARTLET_ASSERT(sizeof(martlet_call) == 40);

MARTLET_ASSERT(offsetof(martlet_sink, caller_data) == 8);
MARTLET_ASSERT(offsetof(martlet_sink, write) == 16);
MARTLET_ASSERT(sizeof(martlet_sink) == 24);

MARTLET_ASSERT(offsetof(martlet_error, code) == 8);
MARTLET_ASSERT(offsetof(martlet_error, pointer_length) == 12);
MARTLET_ASSERT(offsetof(martlet_error, message_length) == 16);
MARTLET_ASSERT(offsetof(martlet_error, pointer) == 24);
MARTLET_ASSERT(offsetof(martlet_error, message) == 280);
MARTLET_ASSERT(sizeof(martlet_error) == 1304);

MARTLET_ASSERT(offsetof(martlet_event, severity) == 4);
MARTLET_ASSERT(offsetof(martlet_event, id) == 8);
MARTLET_ASSERT(offsetof(martlet_event, time) == 24);
MARTLET_ASSERT(offsetof(martlet_event, instance) == 32);
MARTLET_ASSERT(offsetof(martlet_event, type) == 48);
MARTLET_ASSERT(offsetof(martlet_event, text) == 64);
MARTLET_ASSERT(offsetof(martlet_event, data) == 80);
MARTLET_ASSERT(sizeof(martlet_event) == 96);

MARTLET_ASSERT(offsetof(martlet_plugin_state, read) == 8);
MARTLET_ASSERT(sizeof(martlet_plugin_state) == 16);
MARTLET_ASSERT(offsetof(martlet_host_state, state_changed) == 8);
MARTLET_ASSERT(sizeof(martlet_host_state) == 16);
MARTLET_ASSERT(offsetof(martlet_plugin_control, perform) == 8);
MARTLET_ASSERT(sizeof(martlet_plugin_control) == 16);
MARTLET_ASSERT(offsetof(martlet_plugin_settings, validate) == 8);
MARTLET_ASSERT(offsetof(martlet_plugin_settings, apply) == 16);
MARTLET_ASSERT(offsetof(martlet_plugin_settings, read) == 24);
MARTLET_ASSERT(sizeof(martlet_plugin_settings) == 32);
MARTLET_ASSERT(offsetof(martlet_plugin_tasks, start) == 8);
MARTLET_ASSERT(offsetof(martlet_plugin_tasks, cancel) == 16);
MARTLET_ASSERT(sizeof(martlet_plugin_tasks) == 24);
MARTLET_ASSERT(offsetof(martlet_host_tasks, progress) == 8);
MARTLET_ASSERT(offsetof(martlet_host_tasks, finished) == 16);
MARTLET_ASSERT(sizeof(martlet_host_tasks) == 24);
MARTLET_ASSERT(offsetof(martlet_plugin_statistics, read) == 8);
MARTLET_ASSERT(sizeof(martlet_plugin_statistics) == 16);
MARTLET_ASSERT(offsetof(martlet_host_events, emit) == 8);
MARTLET_ASSERT(offsetof(martlet_host_events, flush) == 16);
MARTLET_ASSERT(sizeof(martlet_host_events) == 24);
MARTLET_ASSERT(offsetof(martlet_host_service, perform) == 8);
MARTLET_ASSERT(offsetof(martlet_host_service, state) == 16);
MARTLET_ASSERT(sizeof(martlet_host_service) == 24);
MARTLET_ASSERT(offsetof(martlet_host_file, write) == 8);
MARTLET_ASSERT(sizeof(martlet_host_file) == 16);
MARTLET_ASSERT(offsetof(martlet_host_log, write) == 8);
MARTLET_ASSERT(sizeof(martlet_host_log) == 16);
MARTLET_ASSERT(offsetof(martlet_host_artifact, append) == 8);
MARTLET_ASSERT(offsetof(martlet_host_artifact, finish) == 16);
MARTLET_ASSERT(sizeof(martlet_host_artifact) == 24);
MARTLET_ASSERT(offsetof(martlet_host_storage, get) == 8);
MARTLET_ASSERT(offsetof(martlet_host_storage, put) == 16);
MARTLET_ASSERT(sizeof(martlet_host_storage) == 24);
MARTLET_ASSERT(offsetof(martlet_host_secret, get) == 8);
MARTLET_ASSERT(sizeof(martlet_host_secret) == 16);

#endif
