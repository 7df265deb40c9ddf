/* martlet.state/1: what the application is doing now. */
#ifndef MARTLET_EXT_STATE_H
#define MARTLET_EXT_STATE_H

#include "../base.h"
#include "../call.h"
#include "../error.h"
#include "../host.h"
#include "../module.h"
#include "../sink.h"

MARTLET_BEGIN

#define MARTLET_EXT_STATE "martlet.state/1"

/* Plugin's side. */
typedef struct martlet_plugin_state {
    uint32_t struct_size;
    uint32_t reserved;
    /* [control & active] Pushes {"instances": [{"instance", "state", "version", "details"}]}. `state` is one of
     * running, stopped, degraded, failed, notInstalled; `instance` is empty for an application that is one;
     * `details` is an object. */
    martlet_status (*read)(martlet_plugin *plugin, const martlet_call *call, const martlet_sink *sink,
                           martlet_error *error);
} martlet_plugin_state;

/* Host's side. */
typedef struct martlet_host_state {
    uint32_t struct_size;
    uint32_t reserved;
    /* [thread-safe & active] Something changed: the host reads the state soon, at most once a second. */
    void (*state_changed)(const martlet_host *host);
} martlet_host_state;

MARTLET_END

#endif
