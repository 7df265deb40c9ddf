/* A database as a file that pg_restore reads, made by pg_dump. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugin.h"

struct dump {
    struct pg_run *run;
    const struct pg_cluster *cluster;
    const char *database;
    char file[PATH_MAX], partial[PATH_MAX];
    int tables, dumped;
    /* The last line that was no progress. */
    char said[256];
};

/* The password is in the environment of one process of the plugin's own user, in no argument and in no file. */
static int spawn_dump(struct dump *dump, const char *password, int output, pid_t *child) {
    const char *program = pg_local(dump->run->plugin, "pgDump", "/usr/bin/pg_dump");
    char *secret = NULL;
    if (asprintf(&secret, "PGPASSWORD=%s", password) < 0) return ENOMEM;
    char *environment[] = {"PATH=/usr/bin:/bin", "LC_ALL=C", *password ? secret : NULL, NULL};
    char *arguments[] = {(char *)program, "--verbose", "--no-password", "--format=custom", "--host",
                         (char *)dump->cluster->host, "--port", (char *)dump->cluster->port, "--username",
                         (char *)dump->cluster->user, "--file", dump->partial, "--dbname", (char *)dump->database, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    posix_spawn_file_actions_adddup2(&actions, output, 2);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    int problem = posix_spawn(child, program, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    explicit_bzero(secret, strlen(secret));
    free(secret);
    return problem;
}

static void take_line(struct dump *dump, const char *line) {
    const char *table = strstr(line, "dumping contents of table ");
    if (!table) {
        if (strstr(line, "error") || !*dump->said) snprintf(dump->said, sizeof dump->said, "%.*s", (int)strcspn(line, "\n"), line);
        return;
    }
    char message[160];
    snprintf(message, sizeof message, "%.*s", (int)strcspn(table + 26, "\n"), table + 26);
    pg_progress(dump->run, dump->tables ? dump->dumped * 100 / dump->tables : 0, message);
    if (dump->dumped + 1 < dump->tables) dump->dumped++;
}

/* pg_dump's exit status; -1 with an error number in `said` when it could not be run. */
static int run_dump(struct dump *dump, const char *password) {
    int ends[2];
    pid_t child = 0;
    if (pipe2(ends, O_CLOEXEC)) return -1;
    int problem = spawn_dump(dump, password, ends[1], &child);
    close(ends[1]);
    if (problem) {
        close(ends[0]);
        snprintf(dump->said, sizeof dump->said, "pg_dump: %s", strerror(problem));
        return -1;
    }
    pg_run_child(dump->run, child);
    FILE *lines = fdopen(ends[0], "re");
    char *line = NULL;
    size_t capacity = 0;
    while (lines && getline(&line, &capacity, lines) > 0) take_line(dump, line);
    free(line);
    if (lines) fclose(lines);
    else close(ends[0]);
    int status = -1;
    siginfo_t ended;
    while (waitid(P_PID, (id_t)child, &ended, WEXITED | WNOWAIT) < 0 && errno == EINTR) {}
    /* Collected once nobody signals it any more: its number may then be another's. */
    pg_run_child(dump->run, 0);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    return status;
}

/* Durable, and under its name only when it is whole. False with the reason. */
static bool publish(struct dump *dump, json_int_t *size) {
    struct stat status;
    int file = open(dump->partial, O_RDONLY | O_CLOEXEC);
    bool good = file >= 0 && !fsync(file) && !fstat(file, &status) && !rename(dump->partial, dump->file);
    int failure = errno;
    if (file >= 0) close(file);
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", dump->file);
    *strrchr(folder, '/') = 0;
    int directory = good ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (directory >= 0) {
        good = !fsync(directory);
        close(directory);
    }
    if (!good) snprintf(dump->said, sizeof dump->said, "%.150s: %s", dump->file, strerror(failure));
    else *size = status.st_size;
    return good;
}

static int tables_of(PGconn *connection) {
    char problem[256];
    PGresult *row = pg_ask(connection,
                           "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE"
                           " c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')",
                           problem, sizeof problem);
    int count = row ? atoi(PQgetvalue(row, 0, 0)) : 0;
    PQclear(row);
    return count;
}

static void dump_to_file(struct dump *dump, struct pg_run *run) {
    json_int_t size = 0;
    struct pg_password *password = malloc(sizeof *password);
    if (!password || !pg_password(run->plugin, dump->cluster, password)) {
        pg_finish(run, MARTLET_UNAVAILABLE, password ? password->problem : "out of memory", NULL);
        free(password);
        return;
    }
    int status = run_dump(dump, password->value);
    explicit_bzero(password, sizeof *password);
    free(password);
    if (atomic_load(&run->cancelled)) {
        pg_finish(run, MARTLET_CANCELLED, "cancelled", NULL);
    } else if (status) {
        pg_finish(run, MARTLET_INTERNAL, *dump->said ? dump->said : "pg_dump failed and said nothing", NULL);
    } else if (publish(dump, &size)) {
        pg_finish(run, MARTLET_OK, "", json_pack("{s:s, s:I, s:i}", "file", dump->file, "bytes", size, "tables", dump->tables));
        return;
    } else {
        pg_finish(run, MARTLET_INTERNAL, dump->said, NULL);
    }
    unlink(dump->partial);
}

/* Whether the file still has this name: whoever held the lock before may have given it another. */
static bool is_there(int file, const char *path) {
    struct stat ours, there;
    return !fstat(file, &ours) && !lstat(path, &there) && ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

/* libpq takes a name with an equals sign, or one that begins as an address does, for a connection string: another server's, say. */
static bool is_name(const char *database) {
    return database && !strchr(database, '=') && strncmp(database, "postgres://", 11) && strncmp(database, "postgresql://", 13);
}

void pg_backup(struct pg_run *run) {
    json_t *settings;
    struct pg_cluster cluster;
    PGconn *connection = pg_run_connect(run, &settings, &cluster);
    if (connection) {
        struct dump dump = {.run = run, .cluster = &cluster, .tables = tables_of(connection)};
        PQfinish(connection);
        dump.database = json_string_value(json_object_get(run->parameters, "database"));
        const char *name = json_string_value(json_object_get(run->parameters, "file"));
        const char *folder = pg_local(run->plugin, "backupDirectory", "/var/backups/postgresql");
        snprintf(dump.file, sizeof dump.file, "%.3000s/%.200s", folder, name ? name : "");
        snprintf(dump.partial, sizeof dump.partial, "%.3300s.partial", dump.file);
        /* Made first, so that nobody else may read it. Locked by the run that writes it: one that is not belongs to one that died. */
        int file = open(dump.partial, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), failure = errno;
        bool ours = file >= 0 && !flock(file, LOCK_EX | LOCK_NB) && is_there(file, dump.partial);
        char message[400];
        if (file >= 0 && !ours) {
            snprintf(message, sizeof message, "another backup to %.300s is under way; name another file, or wait", dump.file);
            pg_finish(run, MARTLET_ALREADY_EXISTS, message, NULL);
        } else if (!access(dump.file, F_OK)) {
            snprintf(message, sizeof message, "%.300s is there already; name another file, or remove it", dump.file);
            pg_finish(run, MARTLET_ALREADY_EXISTS, message, NULL);
            if (ours) unlink(dump.partial);
        } else if (file < 0) {
            snprintf(message, sizeof message, "%.300s cannot be written: %s", dump.partial, strerror(failure));
            pg_finish(run, MARTLET_FAILED_PRECONDITION, message, NULL);
        } else if (!is_name(dump.database)) {
            pg_finish(run, MARTLET_INVALID_ARGUMENT, "pg_dump would take this database's name for a connection string", NULL);
            unlink(dump.partial);
        } else {
            dump_to_file(&dump, run);
        }
        if (file >= 0) close(file);
    }
    json_decref(settings);
}
