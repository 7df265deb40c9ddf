#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plugin.h"

static const void *host_side(martlet_plugin *plugin, const char *id) {
    martlet_string name = pg_text(id);
    return plugin->host->get_extension(plugin->host, &name);
}

static martlet_status init(martlet_plugin *plugin, const martlet_call *call, martlet_error *error) {
    (void)call;
    plugin->tasks = host_side(plugin, MARTLET_EXT_TASKS);
    plugin->events = host_side(plugin, MARTLET_EXT_EVENTS);
    plugin->state = host_side(plugin, MARTLET_EXT_STATE);
    plugin->service = host_side(plugin, MARTLET_EXT_SERVICE);
    plugin->secrets = host_side(plugin, MARTLET_EXT_SECRET);
    plugin->log = host_side(plugin, MARTLET_EXT_LOG);
    if (plugin->tasks && plugin->events && plugin->state && plugin->service) return MARTLET_OK;
    return pg_fail(error, MARTLET_FAILED_PRECONDITION, "", "the host lacks an extension; update the agent");
}

static martlet_status activate(martlet_plugin *plugin, const martlet_call *call, const martlet_bytes *settings,
                               martlet_error *error) {
    (void)call;
    plugin->settings = pg_parse(settings);
    martlet_status status = pg_check_settings(plugin->settings, error);
    if (status) return status;
    if (pg_watch_begin(plugin)) return MARTLET_OK;
    return pg_fail(error, MARTLET_RESOURCE_EXHAUSTED, "", "no thread can be started");
}

static martlet_status deactivate(martlet_plugin *plugin, const martlet_call *call, martlet_error *error) {
    (void)call;
    (void)error;
    pg_end_runs(plugin);
    pg_watch_end(plugin);
    json_decref(plugin->settings);
    plugin->settings = NULL;
    return MARTLET_OK;
}

static void destroy(martlet_plugin *plugin) {
    pg_end_runs(plugin);
    pg_watch_end(plugin);
    json_decref(plugin->settings);
    json_decref(plugin->local);
    pthread_cond_destroy(&plugin->watch_wake);
    pthread_mutex_destroy(&plugin->look);
    pthread_mutex_destroy(&plugin->mutex);
    free(plugin);
}

static const void *get_extension(martlet_plugin *plugin, const martlet_string *id) {
    static const struct {
        const char *id;
        const void *side;
    } offered[] = {
        {MARTLET_EXT_STATE, &pg_state_side},           {MARTLET_EXT_CONTROL, &pg_control_side},
        {MARTLET_EXT_SETTINGS, &pg_settings_side},     {MARTLET_EXT_TASKS, &pg_tasks_side},
        {MARTLET_EXT_STATISTICS, &pg_statistics_side},
    };
    (void)plugin;
    for (size_t i = 0; i < sizeof offered / sizeof offered[0]; i++)
        if (strlen(offered[i].id) == id->length && !memcmp(offered[i].id, id->data, id->length)) return offered[i].side;
    return NULL;
}

static martlet_status create(const martlet_host *host, const martlet_create_info *info, martlet_plugin **plugin,
                             martlet_error *error) {
    martlet_plugin *made = calloc(1, sizeof *made);
    if (!made) return pg_fail(error, MARTLET_RESOURCE_EXHAUSTED, "", "out of memory");
    made->host = host;
    made->local = pg_parse(&info->local);
    pthread_mutex_init(&made->mutex, NULL);
    pthread_mutex_init(&made->look, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&made->watch_wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    *plugin = made;
    return MARTLET_OK;
}

static const martlet_plugin_ops ops = {
    .struct_size = sizeof ops,
    .init = init,
    .activate = activate,
    .deactivate = deactivate,
    .destroy = destroy,
    .get_extension = get_extension,
};

static const martlet_module module = {
    .magic = MARTLET_MODULE_MAGIC,
    .struct_size = sizeof module,
    .abi_major = MARTLET_ABI_MAJOR,
    .abi_minor = MARTLET_ABI_MINOR,
    .min_host_minor = 0,
    .id = {"martlet.postgresql", sizeof "martlet.postgresql" - 1},
    .name = {"PostgreSQL", sizeof "PostgreSQL" - 1},
    .version = {"1.0.0", 5},
    .ops = &ops,
    .create = create,
};

MARTLET_EXPORT const martlet_module *martlet_module_v1(void) { return &module; }
