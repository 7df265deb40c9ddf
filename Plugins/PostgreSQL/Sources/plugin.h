/* PostgreSQL's clusters as instances; see ../README.md. */
#ifndef POSTGRESQL_PLUGIN_H
#define POSTGRESQL_PLUGIN_H

#include <jansson.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdatomic.h>

#include "martlet/martlet.h"

/* Clusters of one device, and runs at a time. */
#define PG_CLUSTERS 32
#define PG_RUNS 8
#define PG_NAME_CAPACITY 64
/* Seconds that a cluster may take for a connection, and milliseconds for a question about its figures. */
#define PG_CONNECT_SECONDS "2"
#define PG_QUESTION_OPTIONS "-c statement_timeout=4000"

/* One entry of the settings; what it points to belongs to the settings it was read from. */
struct pg_cluster {
    const char *name, *host, *user, *database, *secret, *unit;
    char port[8];
};

/* What was seen of a cluster last. */
struct pg_seen {
    char name[PG_NAME_CAPACITY];
    bool runs, lags;
};

struct pg_run {
    struct martlet_plugin *plugin;
    pthread_t thread;
    bool used;
    atomic_bool over, cancelled;
    uint8_t id[MARTLET_ID_SIZE];
    json_t *parameters;
    void (*work)(struct pg_run *);
    /* Guarded by the plugin's mutex: how what the run waits for is ended. */
    PGcancel *question;
    pid_t child;
};

struct martlet_plugin {
    const martlet_host *host;
    const martlet_host_tasks *tasks;
    const martlet_host_events *events;
    const martlet_host_state *state;
    const martlet_host_service *service;
    const martlet_host_secret *secrets;
    const martlet_host_log *log;
    json_t *local;
    pthread_mutex_t mutex;
    /* Guarded by the mutex. */
    json_t *settings;
    /* Looks at the clusters, one at a time. */
    pthread_mutex_t look;
    struct pg_seen seen[PG_CLUSTERS];
    size_t seen_count;
    /* Starts and stops that were asked for and are under way. */
    atomic_int requests;
    pthread_t watch;
    pthread_cond_t watch_wake;
    bool watch_runs, watch_stops;
    struct pg_run runs[PG_RUNS];
};

/* Fills an error record and returns the status. */
martlet_status pg_fail(martlet_error *error, martlet_status status, const char *pointer, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Pushes a document and frees it. */
martlet_status pg_push(const martlet_sink *sink, json_t *document);
martlet_string pg_text(const char *string);
/* CLOCK_MONOTONIC plus so many seconds, in nanoseconds. */
int64_t pg_deadline(int seconds);
/* Waits a little for what has no descriptor to wait for. */
void pg_pause(void);
/* A value of the manifest's `local` part. */
const char *pg_local(martlet_plugin *plugin, const char *name, const char *otherwise);

/* A copy of the settings in force; the caller frees it. */
json_t *pg_settings(martlet_plugin *plugin);
json_t *pg_parse(const martlet_bytes *document);
/* The cluster at an index of the settings. */
bool pg_cluster_at(json_t *settings, size_t index, struct pg_cluster *cluster);
bool pg_cluster_named(json_t *settings, const char *name, size_t length, struct pg_cluster *cluster);
/* What the schema cannot say: every name once, and no more clusters than PG_CLUSTERS. */
martlet_status pg_check_settings(json_t *settings, martlet_error *error);

/* The value of the cluster's secret, ended by a zero; empty when it names none. False with the reason. */
struct pg_password {
    char value[MARTLET_SECRET_LIMIT + 1];
    size_t length;
    char problem[256];
};
bool pg_password(martlet_plugin *plugin, const struct pg_cluster *cluster, struct pg_password *password);

enum pg_reach { PG_CONNECTED, PG_STOPPED, PG_REFUSED };
/* A connection, or why there is none: nothing listens, or what listens refuses. */
enum pg_reach pg_connect(martlet_plugin *plugin, const struct pg_cluster *cluster, const char *database,
                         const char *options, PGconn **connection, char *problem, size_t capacity);
/* The rows, or NULL with the server's reason. */
PGresult *pg_ask(PGconn *connection, const char *question, char *problem, size_t capacity);

extern const martlet_plugin_state pg_state_side;
extern const martlet_plugin_control pg_control_side;
extern const martlet_plugin_settings pg_settings_side;
extern const martlet_plugin_statistics pg_statistics_side;
extern const martlet_plugin_tasks pg_tasks_side;

/* Looks at every cluster and says what changed. */
void pg_look(martlet_plugin *plugin);
/* Looks every `checkSeconds`, from a thread of its own. False when there is none. */
bool pg_watch_begin(martlet_plugin *plugin);
void pg_watch_end(martlet_plugin *plugin);

/* Cancels every run and waits for it. */
void pg_end_runs(martlet_plugin *plugin);
void pg_progress(struct pg_run *run, int percent, const char *message);
/* Ends a run; `result` is freed and may be NULL. */
void pg_finish(struct pg_run *run, martlet_status status, const char *message, json_t *result);
/* The cluster and database of the run's parameters, connected; otherwise the run is finished. `settings` is the caller's
 * to free after the cluster. */
PGconn *pg_run_connect(struct pg_run *run, json_t **settings, struct pg_cluster *cluster);
/* From here on a cancelled run cancels what it asks of the connection; with NULL not any more. */
void pg_run_asks(struct pg_run *run, PGconn *connection);
void pg_run_child(struct pg_run *run, pid_t child);

void pg_vacuum(struct pg_run *run);
void pg_backup(struct pg_run *run);

#endif
