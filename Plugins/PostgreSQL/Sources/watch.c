#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "plugin.h"

static void say(martlet_plugin *plugin, const char *cluster, const char *type, int32_t severity, const char *text,
                json_t *arguments) {
    char *data = json_dumps(arguments, JSON_COMPACT);
    martlet_event event = {.struct_size = sizeof event, .severity = severity};
    if (data && getrandom(event.id, sizeof event.id, 0) == sizeof event.id) {
        event.instance = pg_text(cluster);
        event.type = pg_text(type);
        event.text = pg_text(text);
        event.data = (martlet_bytes){(const uint8_t *)data, strlen(data)};
        martlet_error error = {.struct_size = sizeof error};
        martlet_string line = pg_text("an event could not be queued");
        if (plugin->events->emit(plugin->host, &event, &error) && plugin->log)
            plugin->log->write(plugin->host, MARTLET_LOG_ERROR, &line);
    }
    free(data);
    json_decref(arguments);
}

/* Seconds that a standby is behind; negative when it is none. */
static double delay_of(PGconn *connection) {
    char problem[256];
    PGresult *row = pg_ask(connection,
                           "SELECT extract(epoch FROM now() - pg_last_xact_replay_timestamp())"
                           " WHERE pg_is_in_recovery() AND pg_last_wal_receive_lsn() <> pg_last_wal_replay_lsn()",
                           problem, sizeof problem);
    double delay = row && PQntuples(row) ? strtod(PQgetvalue(row, 0, 0), NULL) : -1;
    PQclear(row);
    return delay;
}

static void judge(martlet_plugin *plugin, const struct pg_cluster *cluster, struct pg_seen *seen, bool is_first, bool runs,
                  double delay, double limit) {
    char text[200];
    bool requested = atomic_load(&plugin->requests) > 0, lags = limit > 0 && delay > limit;
    if (!is_first && seen->runs != runs) {
        snprintf(text, sizeof text, runs ? "cluster %s runs" : requested ? "cluster %s was stopped" : "cluster %s has stopped",
                 cluster->name);
        say(plugin, cluster->name, runs ? "cluster.started" : "cluster.stopped",
            runs || requested ? MARTLET_SEVERITY_INFO : MARTLET_SEVERITY_FAILURE, text,
            json_pack("{s:s, s:b}", "cluster", cluster->name, "requested", requested));
        plugin->state->state_changed(plugin->host);
    }
    if (lags && !seen->lags) {
        snprintf(text, sizeof text, "cluster %s is %.0f s behind its primary", cluster->name, delay);
        say(plugin, cluster->name, "replication.behind", MARTLET_SEVERITY_WARNING, text,
            json_pack("{s:s, s:f}", "cluster", cluster->name, "seconds", delay));
    }
    snprintf(seen->name, sizeof seen->name, "%s", cluster->name);
    seen->runs = runs;
    seen->lags = lags;
}

static struct pg_seen *former_of(martlet_plugin *plugin, const char *name) {
    for (size_t i = 0; i < plugin->seen_count; i++)
        if (!strcmp(plugin->seen[i].name, name)) return &plugin->seen[i];
    return NULL;
}

void pg_look(martlet_plugin *plugin) {
    pthread_mutex_lock(&plugin->look);
    json_t *settings = pg_settings(plugin);
    double limit = json_number_value(json_object_get(settings, "maxDelaySeconds"));
    struct pg_seen seen[PG_CLUSTERS] = {0};
    struct pg_cluster cluster;
    size_t count = 0;
    for (; count < PG_CLUSTERS && pg_cluster_at(settings, count, &cluster); count++) {
        char problem[256];
        PGconn *connection;
        enum pg_reach reach =
            pg_connect(plugin, &cluster, cluster.database, PG_QUESTION_OPTIONS, &connection, problem, sizeof problem);
        double delay = connection ? delay_of(connection) : -1;
        PQfinish(connection);
        const struct pg_seen *former = former_of(plugin, cluster.name);
        if (former) seen[count] = *former;
        judge(plugin, &cluster, &seen[count], !former, reach != PG_STOPPED, delay, limit);
    }
    json_decref(settings);
    memcpy(plugin->seen, seen, sizeof seen);
    plugin->seen_count = count;
    pthread_mutex_unlock(&plugin->look);
}

/* Waits; true when it is time to look, false when the watch is to end. */
static bool wait_for_turn(martlet_plugin *plugin) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    pthread_mutex_lock(&plugin->mutex);
    json_int_t seconds = json_integer_value(json_object_get(plugin->settings, "checkSeconds"));
    until.tv_sec += seconds > 0 ? seconds : 15;
    int result = 0;
    while (!plugin->watch_stops && !result) result = pthread_cond_timedwait(&plugin->watch_wake, &plugin->mutex, &until);
    bool stops = plugin->watch_stops;
    pthread_mutex_unlock(&plugin->mutex);
    return !stops;
}

static void *watch(void *argument) {
    do pg_look(argument);
    while (wait_for_turn(argument));
    return NULL;
}

bool pg_watch_begin(martlet_plugin *plugin) {
    plugin->watch_stops = false;
    plugin->watch_runs = !pthread_create(&plugin->watch, NULL, watch, plugin);
    return plugin->watch_runs;
}

void pg_watch_end(martlet_plugin *plugin) {
    if (!plugin->watch_runs) return;
    pthread_mutex_lock(&plugin->mutex);
    plugin->watch_stops = true;
    pthread_cond_signal(&plugin->watch_wake);
    pthread_mutex_unlock(&plugin->mutex);
    pthread_join(plugin->watch, NULL);
    plugin->watch_runs = false;
}
