/* martlet-plugin-probe: loads one plugin and puts it through one scenario. `martlet plugin check` starts one for each, so
 * that a plugin which crashes or hangs costs that scenario alone. */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include "martlet/martlet.h"

#define PROBE_TASKS 32

typedef struct probe_task {
    const char *name;
    const char *parameters;
} probe_task;

typedef struct probe {
    const char *library;
    const char *scenario;
    /* As the manifest says. */
    const char *id;
    const char *version;
    const char *local;
    const char *settings;
    /* Those that are run. */
    probe_task tasks[PROBE_TASKS];
    int task_count;

    martlet_module module;
    martlet_plugin_ops ops;
    const martlet_host *host;
    martlet_plugin *plugin;
    martlet_plugin_state state;
    martlet_plugin_control control;
    martlet_plugin_settings settings_side;
    martlet_plugin_tasks tasks_side;
    martlet_plugin_statistics statistics;
} probe;

/* Loads the library and judges its module; false when there is nothing to go on with. */
bool probe_load(probe *probe);

/* The named scenario, to its end; false when there is none of that name. */
bool probe_run(probe *probe);

/* Looks at what the plugin offers; fills in the sides. After init. */
void probe_look_at_extensions(probe *probe);

#endif
