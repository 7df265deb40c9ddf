/* A plugin whose every move is driven by settings and task parameters; for tests. */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <pthread.h>
#include <stdatomic.h>

#include "martlet/ext/draft/artifact.h"
#include "martlet/martlet.h"

#define FIXTURE_RUNS 16

struct fixture_run {
    struct martlet_plugin *plugin;
    bool used;
    pthread_t thread;
    atomic_bool cancelled;
    atomic_bool over;
    uint8_t id[MARTLET_ID_SIZE];
    char task[64];
    char *parameters;
    size_t parameters_length;
};

struct martlet_plugin {
    const martlet_host *host;
    const martlet_host_tasks *tasks;
    const martlet_host_events *events;
    const martlet_host_state *state;
    const martlet_host_service *service;
    const martlet_host_file *file;
    const martlet_host_storage *storage;
    const martlet_host_secret *secret;
    const martlet_host_log *log;
    const martlet_host_artifact *artifact;
    pthread_mutex_t mutex;
    /* JSON text in force, ended by a zero. */
    char *settings;
    /* The manifest's `local` part: how to misbehave in calls that come before any settings. */
    char *local;
    atomic_bool running;
    atomic_ullong emitted;
    pthread_t journal;
    bool journal_runs;
    atomic_bool journal_stops;
    struct fixture_run runs[FIXTURE_RUNS];
};

/* Does what the settings want in the named call: nothing, or crash, exit, hang, endless output. True when the call should
 * fail ("fail") or say something that is no JSON ("badJSON", told apart by `bad_json`). */
bool fixture_misbehave(martlet_plugin *plugin, const char *settings, const char *call, bool *bad_json);

/* The value of a string member, or `otherwise`; cut to the buffer. Flat JSON objects only. */
void fixture_text(const char *json, const char *key, const char *otherwise, char *out, size_t capacity);

/* The value of a number member, or `otherwise`. */
long long fixture_number(const char *json, const char *key, long long otherwise);

/* Writes the settings to the file that they name; true also when they name none. */
bool fixture_write_settings(const char *settings);

/* What is in the file that the settings name now; false when there is none. */
bool fixture_read_settings(const char *settings, char *out, size_t capacity);

/* What may be told of a secret. */
struct fixture_fingerprint {
    uint64_t hash;
    uint64_t length;
};

martlet_status fixture_secret(martlet_plugin *plugin, const char *name, struct fixture_fingerprint *print,
                              martlet_error *error);

/* Gets the secret that the settings name and writes its fingerprint to the file that they name, as an application's own
 * configuration would have its password; nothing when they name none. */
martlet_status fixture_apply_secret(martlet_plugin *plugin, const char *settings, martlet_error *error);

/* Tries what the parameters say; the error number, 0 when it was done. */
int fixture_attempt(const char *parameters);

/* Fills an error record and returns the status. */
martlet_status fixture_fail(martlet_error *error, martlet_status status, const char *pointer, const char *message);

/* CLOCK_MONOTONIC plus so many seconds. */
int64_t fixture_deadline(int seconds);

extern const martlet_plugin_tasks fixture_tasks;

/* Makes an artifact as the run's parameters say; the error says why not. */
martlet_status fixture_make_artifact(struct fixture_run *run, martlet_error *error);

/* Leaves a child behind: "fork"; "daemon" (forked twice, in a session of its own); "forget" (that, with nothing in its
 * environment). Its number is added to the file. */
bool fixture_leave_child(const char *how, const char *path);

/* Takes memory until there is none, then aborts. */
void fixture_grow(void);

/* Writes to a call's sink from another thread: while the call runs, or after it. */
void fixture_misuse_sink(const martlet_sink *sink, bool late);

/* Goes on to call the host, whatever happens. */
void fixture_call_after_destroy(const martlet_host *host);

/* Emits numbered events when the settings name a journal, from where the journal ends; see fixture_journal.c. */
void fixture_journal_begin(martlet_plugin *plugin);
void fixture_journal_end(martlet_plugin *plugin);

/* Cancels every run and waits for its thread. */
void fixture_end_runs(martlet_plugin *plugin);

#endif
