#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin.h"

void pg_progress(struct pg_run *run, int percent, const char *message) {
    martlet_string line = pg_text(message);
    run->plugin->tasks->progress(run->plugin->host, run->id, (uint32_t)percent, &line);
}

void pg_finish(struct pg_run *run, martlet_status status, const char *message, json_t *result) {
    char *text = result ? json_dumps(result, JSON_COMPACT) : NULL;
    martlet_string line = pg_text(message);
    martlet_bytes document = {(const uint8_t *)text, text ? strlen(text) : 0};
    run->plugin->tasks->finished(run->plugin->host, run->id, status, &line, &document);
    free(text);
    json_decref(result);
}

PGconn *pg_run_connect(struct pg_run *run, json_t **settings, struct pg_cluster *cluster) {
    const char *name = json_string_value(json_object_get(run->parameters, "cluster"));
    const char *database = json_string_value(json_object_get(run->parameters, "database"));
    char message[400], problem[256] = "";
    *settings = pg_settings(run->plugin);
    if (!name || !pg_cluster_named(*settings, name, strlen(name), cluster)) {
        snprintf(message, sizeof message, "the settings have no cluster %.64s", name ? name : "");
        pg_finish(run, MARTLET_NOT_FOUND, message, NULL);
        return NULL;
    }
    PGconn *connection;
    if (pg_connect(run->plugin, cluster, database ? database : "", "", &connection, problem, sizeof problem)) {
        snprintf(message, sizeof message, "cluster %.64s: %s", name, problem);
        pg_finish(run, MARTLET_UNAVAILABLE, message, NULL);
    }
    return connection;
}

void pg_run_asks(struct pg_run *run, PGconn *connection) {
    pthread_mutex_lock(&run->plugin->mutex);
    PQfreeCancel(run->question);
    run->question = connection ? PQgetCancel(connection) : NULL;
    pthread_mutex_unlock(&run->plugin->mutex);
}

void pg_run_child(struct pg_run *run, pid_t child) {
    pthread_mutex_lock(&run->plugin->mutex);
    run->child = child;
    if (child && atomic_load(&run->cancelled)) kill(child, SIGTERM);
    pthread_mutex_unlock(&run->plugin->mutex);
}

/* [thread-safe] */
static void end_run(struct pg_run *run) {
    char problem[256];
    atomic_store(&run->cancelled, true);
    pthread_mutex_lock(&run->plugin->mutex);
    PGcancel *question = run->question;
    run->question = NULL;
    if (run->child) kill(run->child, SIGTERM);
    pthread_mutex_unlock(&run->plugin->mutex);
    /* It connects, which may take minutes: others have the lock meanwhile. */
    if (question) PQcancel(question, problem, sizeof problem);
    PQfreeCancel(question);
}

static void *work(void *argument) {
    struct pg_run *run = argument;
    run->work(run);
    atomic_store(&run->over, true);
    return NULL;
}

static void clear(struct pg_run *run) {
    pthread_join(run->thread, NULL);
    json_decref(run->parameters);
    run->parameters = NULL;
    run->used = false;
}

static struct pg_run *free_run(martlet_plugin *plugin) {
    for (size_t i = 0; i < PG_RUNS; i++) {
        struct pg_run *run = &plugin->runs[i];
        if (run->used && atomic_load(&run->over)) clear(run);
        if (!run->used) return run;
    }
    return NULL;
}

static martlet_status start(martlet_plugin *plugin, const martlet_call *call, const uint8_t *id,
                            const martlet_string *task, const martlet_bytes *parameters, martlet_error *error) {
    (void)call;
    static const struct {
        const char *name;
        void (*work)(struct pg_run *);
    } known[] = {{"vacuum", pg_vacuum}, {"backup", pg_backup}};
    struct pg_run *run = free_run(plugin);
    if (!run) return pg_fail(error, MARTLET_RESOURCE_EXHAUSTED, "", "%d runs are under way; wait for one", PG_RUNS);
    run->work = NULL;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strlen(known[i].name) == task->length && !memcmp(known[i].name, task->data, task->length))
            run->work = known[i].work;
    if (!run->work) return pg_fail(error, MARTLET_UNIMPLEMENTED, "", "no such task");
    run->plugin = plugin;
    run->parameters = pg_parse(parameters);
    memcpy(run->id, id, MARTLET_ID_SIZE);
    atomic_store(&run->over, false);
    atomic_store(&run->cancelled, false);
    run->used = !pthread_create(&run->thread, NULL, work, run);
    if (run->used) return MARTLET_OK;
    json_decref(run->parameters);
    return pg_fail(error, MARTLET_RESOURCE_EXHAUSTED, "", "no thread can be started");
}

static void cancel(martlet_plugin *plugin, const uint8_t *id) {
    for (size_t i = 0; i < PG_RUNS; i++) {
        struct pg_run *run = &plugin->runs[i];
        if (run->used && !atomic_load(&run->over) && !memcmp(run->id, id, MARTLET_ID_SIZE)) end_run(run);
    }
}

void pg_end_runs(martlet_plugin *plugin) {
    for (size_t i = 0; i < PG_RUNS; i++)
        if (plugin->runs[i].used) end_run(&plugin->runs[i]);
    for (size_t i = 0; i < PG_RUNS; i++)
        if (plugin->runs[i].used) clear(&plugin->runs[i]);
}

const martlet_plugin_tasks pg_tasks_side = {.struct_size = sizeof pg_tasks_side, .start = start, .cancel = cancel};
