#include <string.h>

#include "plugin.h"

/* Whether the cluster answers at all: also one that refuses the plugin's user runs. */
static bool runs(martlet_plugin *plugin, const struct pg_cluster *cluster) {
    char problem[256];
    PGconn *connection;
    enum pg_reach reach =
        pg_connect(plugin, cluster, cluster->database, PG_QUESTION_OPTIONS, &connection, problem, sizeof problem);
    PQfinish(connection);
    return reach != PG_STOPPED;
}

static martlet_status perform_one(martlet_plugin *plugin, const martlet_call *call, int32_t action,
                                  const struct pg_cluster *cluster, martlet_error *error) {
    if (!*cluster->unit)
        return pg_fail(error, MARTLET_FAILED_PRECONDITION, "", "cluster %s has no `unit` in its settings, by which it "
                       "could be started and stopped", cluster->name);
    martlet_string unit = pg_text(cluster->unit);
    martlet_status status = plugin->service->perform(plugin->host, call->deadline, action, &unit, error);
    if (status) return status;
    bool wanted = action != MARTLET_SERVICE_STOP;
    while (runs(plugin, cluster) != wanted) {
        if (call->is_cancelled(call) || pg_deadline(1) > call->deadline)
            return pg_fail(error, MARTLET_DEADLINE_EXCEEDED, "", "cluster %s is not %s in time", cluster->name,
                           wanted ? "reachable" : "stopped");
        pg_pause();
    }
    return MARTLET_OK;
}

static int32_t service_action(int32_t action) {
    switch (action) {
    case MARTLET_CONTROL_START: return MARTLET_SERVICE_START;
    case MARTLET_CONTROL_STOP: return MARTLET_SERVICE_STOP;
    case MARTLET_CONTROL_RESTART: return MARTLET_SERVICE_RESTART;
    default: return 0;
    }
}

static martlet_status control(martlet_plugin *plugin, const martlet_call *call, int32_t action,
                              const martlet_string *instance, martlet_error *error) {
    int32_t wanted = service_action(action);
    if (!wanted) return pg_fail(error, MARTLET_UNIMPLEMENTED, "", "a cluster can be started, stopped and restarted only");
    json_t *settings = pg_settings(plugin);
    struct pg_cluster cluster;
    martlet_status status = MARTLET_OK;
    atomic_fetch_add(&plugin->requests, 1);
    if (!instance->length) {
        for (size_t i = 0; !status && pg_cluster_at(settings, i, &cluster); i++)
            status = perform_one(plugin, call, wanted, &cluster, error);
    } else if (pg_cluster_named(settings, instance->data, instance->length, &cluster)) {
        status = perform_one(plugin, call, wanted, &cluster, error);
    } else {
        status = pg_fail(error, MARTLET_NOT_FOUND, "", "the settings have no cluster %.*s",
                         (int)(instance->length < 64 ? instance->length : 64), instance->data);
    }
    json_decref(settings);
    pg_look(plugin);
    atomic_fetch_sub(&plugin->requests, 1);
    return status;
}

const martlet_plugin_control pg_control_side = {.struct_size = sizeof pg_control_side, .perform = control};
