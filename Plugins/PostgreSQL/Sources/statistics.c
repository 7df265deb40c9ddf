#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin.h"

/* Transactions count since somebody reset them, or since the cluster was started. */
static const char figures[] =
    "SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),"
    " current_setting('max_connections'), sum(xact_commit + xact_rollback),"
    " (extract(epoch FROM greatest(max(stats_reset), pg_postmaster_start_time())) * 1000000)::bigint,"
    " CASE WHEN NOT pg_is_in_recovery() THEN NULL"
    "      WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0"
    "      ELSE extract(epoch FROM now() - pg_last_xact_replay_timestamp()) END"
    " FROM pg_stat_database";

static const char sizes[] =
    "SELECT datname, pg_database_size(oid) FROM pg_database WHERE NOT datistemplate AND datallowconn"
    " AND has_database_privilege(oid, 'CONNECT') ORDER BY datname LIMIT 200";

/* Two standbys of one name are one series: the later of them. */
static const char standbys[] =
    "SELECT coalesce(nullif(application_name, ''), 'standby'),"
    " max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn))"
    " FROM pg_stat_replication WHERE NOT pg_is_in_recovery() GROUP BY 1 LIMIT 50";

static void add(json_t *values, const char *name, const char *number, json_int_t since) {
    if (!*number) return;
    json_t *value = json_pack("{s:s, s:f}", "name", name, "value", strtod(number, NULL));
    if (since) json_object_set_new(value, "startTime", json_integer(since));
    json_array_append_new(values, value);
}

/* A series for each row: its label and its value. */
static void add_rows(json_t *values, PGconn *connection, const char *question, const char *series) {
    char problem[256], name[160];
    PGresult *rows = pg_ask(connection, question, problem, sizeof problem);
    for (int row = 0; rows && row < PQntuples(rows); row++) {
        const char *label = PQgetvalue(rows, row, 0);
        if (strpbrk(label, "{}") || strlen(label) > PG_NAME_CAPACITY) continue;
        snprintf(name, sizeof name, "%s{%s}", series, label);
        add(values, name, PQgetvalue(rows, row, 1), 0);
    }
    PQclear(rows);
}

static json_t *of_connection(PGconn *connection) {
    char problem[256];
    json_t *values = json_array();
    PGresult *row = pg_ask(connection, figures, problem, sizeof problem);
    if (row) {
        add(values, "connections", PQgetvalue(row, 0, 0), 0);
        add(values, "connections.max", PQgetvalue(row, 0, 1), 0);
        add(values, "transactions", PQgetvalue(row, 0, 2), atoll(PQgetvalue(row, 0, 3)));
        add(values, "replication.delay", PQgetvalue(row, 0, 4), 0);
        PQclear(row);
    }
    add_rows(values, connection, sizes, "database.size");
    add_rows(values, connection, standbys, "replication.lag");
    return values;
}

static martlet_status read_statistics(martlet_plugin *plugin, const martlet_call *call, const martlet_sink *sink,
                                      martlet_error *error) {
    (void)error;
    json_t *settings = pg_settings(plugin), *instances = json_array();
    struct pg_cluster cluster;
    for (size_t i = 0; pg_cluster_at(settings, i, &cluster) && !call->is_cancelled(call); i++) {
        char problem[256];
        PGconn *connection;
        /* Why there is no connection is the state's to say. */
        if (pg_connect(plugin, &cluster, cluster.database, PG_QUESTION_OPTIONS, &connection, problem, sizeof problem))
            continue;
        json_array_append_new(
            instances, json_pack("{s:s, s:o}", "instance", cluster.name, "values", of_connection(connection)));
        PQfinish(connection);
    }
    json_decref(settings);
    return pg_push(sink, json_pack("{s:o}", "instances", instances));
}

const martlet_plugin_statistics pg_statistics_side = {
    .struct_size = sizeof pg_statistics_side, .read = read_statistics};
