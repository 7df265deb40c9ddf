/* The host of one plugin: everything that lives as long as the process. */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include <stdatomic.h>

#include "calls.h"
#include "events.h"
#include "lane.h"
#include "martlet/martlet.h"
#include "requests.h"

/* Where the plugin is in its life; see martlet/module.h. */
typedef enum plugin_stage {
    STAGE_LOADED,
    STAGE_CREATED,
    STAGE_INITIALISED,
    STAGE_ACTIVE,
    STAGE_DESTROYED
} plugin_stage;

typedef struct host {
    /* As the plugin sees it. */
    martlet_host face;
    lane control;
    lane events_lane;
    calls calls;
    calls cancels;
    events events;
    requests requests;
    atomic_int stage;

    martlet_module module;
    martlet_plugin_ops ops;
    martlet_plugin *plugin;
    martlet_plugin_state state;
    martlet_plugin_control control_extension;
    martlet_plugin_settings settings;
    martlet_plugin_tasks tasks;
    martlet_plugin_statistics statistics;
} host;

/* Whether a call of the plugin is legal now. */
bool host_is_initialised(const host *host);

#endif
