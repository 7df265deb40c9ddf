/* What SQLite takes at most: events of our size, durable in batches, by its C interface alone. Prints rows a second. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sqlite3 *database;

static void check(int code, const char *what) {
    if (code == SQLITE_OK || code == SQLITE_DONE) return;
    fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(database));
    exit(1);
}

static void run(const char *sql) { check(sqlite3_exec(database, sql, NULL, NULL, NULL), sql); }

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
    if (count != 5) {
        fprintf(stderr, "usage: %s FILE ROWS ROWS-PER-COMMIT BYTES\n", arguments[0]);
        return 2;
    }
    int rows = atoi(arguments[2]), batch = atoi(arguments[3]), bytes = atoi(arguments[4]);
    if (rows < 1 || batch < 1 || bytes < 1 || bytes > 8192) {
        fprintf(stderr, "expected positive numbers, and 8192 bytes at most\n");
        return 2;
    }
    check(sqlite3_open(arguments[1], &database), arguments[1]);
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=FULL");
    run("CREATE TABLE event (id INTEGER PRIMARY KEY, device BLOB NOT NULL, stream BLOB NOT NULL, number INTEGER NOT NULL,"
        " severity INTEGER NOT NULL, time INTEGER NOT NULL, type TEXT NOT NULL, text TEXT NOT NULL, data BLOB NOT NULL)");
    run("CREATE INDEX event_device ON event (device, id)");
    run("CREATE UNIQUE INDEX event_stream ON event (stream, number)");
    sqlite3_stmt *insert;
    check(sqlite3_prepare_v2(
        database, "INSERT INTO event (device, stream, number, severity, time, type, text, data)"
        " VALUES (?1, ?2, ?3, 1, ?4, 'fleet.event', 'a fleet''s event', ?5)", -1, &insert, NULL), "insert");
    unsigned char data[8192], device[16] = {0}, stream[16] = {0};
    memset(data, 'x', sizeof data);
    double begun = now();
    for (int row = 0; row < rows; row++) {
        if (row % batch == 0) run("BEGIN IMMEDIATE");
        device[0] = stream[0] = (unsigned char)(row / batch % 200);
        sqlite3_bind_blob(insert, 1, device, sizeof device, SQLITE_STATIC);
        sqlite3_bind_blob(insert, 2, stream, sizeof stream, SQLITE_STATIC);
        sqlite3_bind_int64(insert, 3, row);
        sqlite3_bind_int64(insert, 4, 1700000000000000 + row);
        sqlite3_bind_blob(insert, 5, data, bytes, SQLITE_STATIC);
        check(sqlite3_step(insert), "step");
        check(sqlite3_reset(insert), "reset");
        if (row % batch == batch - 1 || row == rows - 1) run("COMMIT");
    }
    printf("%.0f\n", rows / (now() - begun));
    sqlite3_finalize(insert);
    sqlite3_close(database);
    return 0;
}
