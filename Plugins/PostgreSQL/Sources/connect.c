#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin.h"

static martlet_status take(const martlet_sink *sink, const martlet_bytes *bytes) {
    struct pg_password *password = sink->caller_data;
    if (bytes->length > MARTLET_SECRET_LIMIT - password->length) return MARTLET_RESOURCE_EXHAUSTED;
    memcpy(password->value + password->length, bytes->data, bytes->length);
    password->length += bytes->length;
    return MARTLET_OK;
}

bool pg_password(martlet_plugin *plugin, const struct pg_cluster *cluster, struct pg_password *password) {
    memset(password, 0, sizeof *password);
    if (!*cluster->secret) return true;
    martlet_string name = pg_text(cluster->secret);
    martlet_sink sink = {.struct_size = sizeof sink, .caller_data = password, .write = take};
    martlet_error error = {.struct_size = sizeof error};
    if (!plugin->secrets) {
        snprintf(password->problem, sizeof password->problem, "this agent hands out no secrets");
        return false;
    }
    if (!plugin->secrets->get(plugin->host, pg_deadline(3), &name, &sink, &error)) return true;
    snprintf(password->problem, sizeof password->problem, "secret %.64s: %.*s", cluster->secret,
             (int)(error.message_length < 160 ? error.message_length : 160), error.message);
    explicit_bzero(password->value, sizeof password->value);
    return false;
}

/* The first line of what libpq says. */
static void keep(char *problem, size_t capacity, const char *message) {
    snprintf(problem, capacity, "%.*s", (int)strcspn(message, "\n"), message);
}

/* Whether anything listens there; asked only when a connection failed. */
static bool listens(const char *const *keywords, const char *const *values) {
    PGPing ping = PQpingParams(keywords, values, 0);
    return ping == PQPING_OK || ping == PQPING_REJECT;
}

enum pg_reach pg_connect(martlet_plugin *plugin, const struct pg_cluster *cluster, const char *database,
                         const char *options, PGconn **connection, char *problem, size_t capacity) {
    struct pg_password *password = malloc(sizeof *password);
    *connection = NULL;
    if (!password) return PG_REFUSED;
    bool has_password = pg_password(plugin, cluster, password);
    const char *keywords[] = {"host",    "port",             "user",    "dbname", "connect_timeout", "application_name",
                              "options", "client_encoding", "password", NULL};
    const char *values[] = {cluster->host, cluster->port, cluster->user,    database, PG_CONNECT_SECONDS, "martlet",
                            options,       "UTF8",        password->value, NULL};
    /* An empty value is one that was not given. */
    PGconn *made = has_password ? PQconnectdbParams(keywords, values, 0) : NULL;
    enum pg_reach reach = PG_CONNECTED;
    if (PQstatus(made) != CONNECTION_OK) {
        keep(problem, capacity, has_password ? PQerrorMessage(made) : password->problem);
        reach = listens(keywords, values) ? PG_REFUSED : PG_STOPPED;
        PQfinish(made);
    } else {
        *connection = made;
    }
    explicit_bzero(password, sizeof *password);
    free(password);
    return reach;
}

PGresult *pg_ask(PGconn *connection, const char *question, char *problem, size_t capacity) {
    PGresult *result = PQexec(connection, question);
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return result;
    keep(problem, capacity, PQerrorMessage(connection));
    PQclear(result);
    return NULL;
}
