#include <stdlib.h>
#include <string.h>

#include "plugin.h"

static const char question[] =
    "SELECT current_setting('server_version'), pg_is_in_recovery(),"
    " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),"
    " (SELECT count(*) FROM pg_stat_replication)";

static json_t *instance(const char *name, const char *state, const char *version, json_t *details) {
    return json_pack("{s:s, s:s, s:s, s:o}", "instance", name, "state", state, "version", version, "details", details);
}

static json_t *problem_of(const char *problem) { return json_pack("{s:s}", "problem", problem); }

static json_t *of_connection(const char *name, PGconn *connection) {
    char problem[256] = "";
    PGresult *row = pg_ask(connection, question, problem, sizeof problem);
    if (!row) return instance(name, "degraded", "", problem_of(problem));
    /* "15.18 (Debian 15.18-0+deb12u1)": the first word. */
    char version[32] = "";
    const char *told = PQgetvalue(row, 0, 0);
    size_t length = strcspn(told, " ");
    memcpy(version, told, length < sizeof version - 1 ? length : sizeof version - 1);
    json_t *details = json_pack("{s:s, s:I, s:I}", "role", *PQgetvalue(row, 0, 1) == 't' ? "standby" : "primary",
                                "connections", (json_int_t)atoll(PQgetvalue(row, 0, 2)), "standbys",
                                (json_int_t)atoll(PQgetvalue(row, 0, 3)));
    PQclear(row);
    return instance(name, "running", version, details);
}

static json_t *of_cluster(martlet_plugin *plugin, const struct pg_cluster *cluster) {
    char problem[256] = "";
    PGconn *connection;
    switch (pg_connect(plugin, cluster, cluster->database, PG_QUESTION_OPTIONS, &connection, problem, sizeof problem)) {
    case PG_STOPPED: return instance(cluster->name, "stopped", "", json_object());
    case PG_REFUSED: return instance(cluster->name, "degraded", "", problem_of(problem));
    default: break;
    }
    json_t *found = of_connection(cluster->name, connection);
    PQfinish(connection);
    return found;
}

static martlet_status read_state(martlet_plugin *plugin, const martlet_call *call, const martlet_sink *sink,
                                 martlet_error *error) {
    (void)error;
    json_t *settings = pg_settings(plugin), *instances = json_array();
    struct pg_cluster cluster;
    for (size_t i = 0; pg_cluster_at(settings, i, &cluster); i++) {
        if (call->is_cancelled(call)) break;
        json_array_append_new(instances, of_cluster(plugin, &cluster));
    }
    json_decref(settings);
    return pg_push(sink, json_pack("{s:o}", "instances", instances));
}

const martlet_plugin_state pg_state_side = {.struct_size = sizeof pg_state_side, .read = read_state};
