#include <stdio.h>
#include <stdlib.h>

#include "plugin.h"

static const char tables[] =
    "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
    " AND n.nspname NOT LIKE 'pg\\_toast%' AND c.relpersistence <> 't' ORDER BY 1";

static json_int_t size_of(PGconn *connection) {
    char problem[256];
    PGresult *row = pg_ask(connection, "SELECT pg_database_size(current_database())", problem, sizeof problem);
    json_int_t size = row ? atoll(PQgetvalue(row, 0, 0)) : 0;
    PQclear(row);
    return size;
}

/* Each table by itself, so that there is progress and a cancelled run leaves whole tables. True when all were done. */
static bool each(struct pg_run *run, PGconn *connection, PGresult *rows, char *problem, size_t capacity) {
    char command[512];
    int count = PQntuples(rows);
    for (int row = 0; row < count; row++) {
        const char *table = PQgetvalue(rows, row, 0);
        pg_progress(run, row * 100 / count, table);
        int length = snprintf(command, sizeof command, "VACUUM (ANALYZE) %s", table);
        if (length >= (int)sizeof command) continue;
        if (atomic_load(&run->cancelled)) return false;
        PGresult *done = pg_ask(connection, command, problem, capacity);
        if (!done) return false;
        PQclear(done);
    }
    return true;
}

void pg_vacuum(struct pg_run *run) {
    char problem[256] = "";
    json_t *settings;
    struct pg_cluster cluster;
    PGconn *connection = pg_run_connect(run, &settings, &cluster);
    if (connection) {
        pg_run_asks(run, connection);
        json_int_t before = size_of(connection);
        PGresult *rows = pg_ask(connection, tables, problem, sizeof problem);
        bool done = rows && each(run, connection, rows, problem, sizeof problem);
        pg_run_asks(run, NULL);
        if (done)
            pg_finish(run, MARTLET_OK, "",
                      json_pack("{s:i, s:I, s:I}", "tables", PQntuples(rows), "bytesBefore", before, "bytesAfter",
                                size_of(connection)));
        else if (atomic_load(&run->cancelled))
            pg_finish(run, MARTLET_CANCELLED, "cancelled", NULL);
        else
            pg_finish(run, MARTLET_INTERNAL, problem, NULL);
        PQclear(rows);
        PQfinish(connection);
    }
    json_decref(settings);
}
