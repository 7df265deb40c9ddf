#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

static martlet_string text(const char *string) { return (martlet_string){string, strlen(string)}; }

static void progress(struct fixture_run *run, long long done, long long all) {
    char message[64];
    snprintf(message, sizeof message, "%lld of %lld", done, all);
    martlet_string line = text(message);
    run->plugin->tasks->progress(run->plugin->host, run->id, (uint32_t)(all ? done * 100 / all : 100), &line);
}

static martlet_status finish(struct fixture_run *run, martlet_status status, const char *message, const char *result) {
    martlet_string line = text(message);
    martlet_bytes document = {(const uint8_t *)result, strlen(result)};
    atomic_store(&run->over, true);
    return run->plugin->tasks->finished(run->plugin->host, run->id, status, &line, &document);
}

/* Ids are the run's with the number at the end: a run that is repeated repeats its events. */
static martlet_status emit_number(struct fixture_run *run, long long number, const char *type, int32_t severity,
                                  size_t size) {
    char line[64], data[8192];
    snprintf(line, sizeof line, "number %lld", number);
    int used = snprintf(data, sizeof data, "{\"number\":%lld,\"padding\":\"", number);
    while ((size_t)used < size && (size_t)used + 3 < sizeof data) data[used++] = 'x';
    data[used++] = '"';
    data[used++] = '}';
    martlet_event event = {.struct_size = sizeof event, .severity = severity};
    memcpy(event.id, run->id, MARTLET_ID_SIZE);
    for (int i = 0; i < 8; i++) event.id[15 - i] = (uint8_t)((unsigned long long)number >> (8 * i));
    event.type = text(type);
    event.text = text(line);
    event.data = (martlet_bytes){(const uint8_t *)data, (size_t)used};
    martlet_error error = {.struct_size = sizeof error};
    const martlet_host_events *events = run->plugin->events;
    for (;;) {
        martlet_status status = events->emit(run->plugin->host, &event, &error);
        if (status != MARTLET_RESOURCE_EXHAUSTED) return status;
        status = events->flush(run->plugin->host, fixture_deadline(30), &error);
        if (status) return status;
    }
}

/* emit: `count` events of a type, numbered from `first`. */
static void emit(struct fixture_run *run) {
    long long count = fixture_number(run->parameters, "count", 1), first = fixture_number(run->parameters, "first", 1);
    int32_t severity = (int32_t)fixture_number(run->parameters, "severity", MARTLET_SEVERITY_INFO);
    size_t size = (size_t)fixture_number(run->parameters, "size", 0);
    char type[64];
    fixture_text(run->parameters, "type", "fixture.number", type, sizeof type);
    martlet_status status = MARTLET_OK;
    long long done = 0;
    for (; done < count && !status && !atomic_load(&run->cancelled); done++) {
        status = emit_number(run, first + done, type, severity, size);
        if (!status) atomic_fetch_add(&run->plugin->emitted, 1);
        if (done % 1000 == 0) progress(run, done, count);
    }
    martlet_error error = {.struct_size = sizeof error};
    if (!status) status = run->plugin->events->flush(run->plugin->host, fixture_deadline(60), &error);
    char result[64], message[256];
    snprintf(result, sizeof result, "{\"emitted\":%lld}", done);
    snprintf(message, sizeof message, "%.*s", (int)(error.message_length < 255 ? error.message_length : 255), error.message);
    if (!status && done < count) status = MARTLET_CANCELLED;
    finish(run, status, message, result);
}

/* attempt: something that a plugin must not be able to do. */
static void attempt(struct fixture_run *run) {
    char result[64];
    snprintf(result, sizeof result, "{\"errno\":%d}", fixture_attempt(run->parameters));
    finish(run, MARTLET_OK, "", result);
}

/* count: `steps` steps of `milliseconds` each. */
static void count(struct fixture_run *run) {
    long long steps = fixture_number(run->parameters, "steps", 3);
    struct timespec pause = {.tv_nsec = (long)fixture_number(run->parameters, "milliseconds", 10) * 1000000};
    for (long long step = 1; step <= steps; step++) {
        if (atomic_load(&run->cancelled)) {
            finish(run, MARTLET_CANCELLED, "cancelled", "");
            return;
        }
        nanosleep(&pause, NULL);
        progress(run, step, steps);
    }
    char result[64];
    snprintf(result, sizeof result, "{\"steps\":%lld}", steps);
    finish(run, MARTLET_OK, "", result);
}

/* mark: adds the run's id to a file the moment it starts, then lingers. What ran twice is there twice. */
static void mark(struct fixture_run *run) {
    char path[512], line[2 * MARTLET_ID_SIZE + 2];
    fixture_text(run->parameters, "path", "", path, sizeof path);
    for (int i = 0; i < (int)MARTLET_ID_SIZE; i++) snprintf(line + 2 * i, 3, "%02x", run->id[i]);
    line[2 * MARTLET_ID_SIZE] = '\n';
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    bool marked = file >= 0 && write(file, line, 2 * MARTLET_ID_SIZE + 1) > 0 && fsync(file) == 0;
    if (file >= 0) close(file);
    struct timespec pause = {.tv_nsec = 10000000};
    long long left = fixture_number(run->parameters, "milliseconds", 0);
    for (; left > 0 && !atomic_load(&run->cancelled); left -= 10) nanosleep(&pause, NULL);
    finish(run, marked ? MARTLET_OK : MARTLET_INTERNAL, marked ? "" : "the file cannot be written", "");
}

/* store: puts a value under a key and gets it back. */
static martlet_status gather(const martlet_sink *sink, const martlet_bytes *bytes) {
    char *out = sink->caller_data;
    size_t used = strlen(out), room = 255 - used;
    memcpy(out + used, bytes->data, bytes->length < room ? bytes->length : room);
    return MARTLET_OK;
}

static void store(struct fixture_run *run) {
    char key[80], value[128], got[256] = "", result[400];
    fixture_text(run->parameters, "key", "key", key, sizeof key);
    fixture_text(run->parameters, "value", "", value, sizeof value);
    martlet_string name = text(key);
    martlet_bytes bytes = {(const uint8_t *)value, strlen(value)};
    martlet_error error = {.struct_size = sizeof error};
    martlet_sink sink = {.struct_size = sizeof sink, .caller_data = got, .write = gather};
    const martlet_host_storage *storage = run->plugin->storage;
    martlet_status status = MARTLET_OK;
    if (bytes.length) status = storage->put(run->plugin->host, fixture_deadline(5), &name, &bytes, &error);
    if (!status) status = storage->get(run->plugin->host, fixture_deadline(5), &name, &sink, &error);
    snprintf(result, sizeof result, "{\"value\":\"%s\"}", got);
    error.message[error.message_length < MARTLET_ERROR_MESSAGE_CAPACITY ? error.message_length : 0] = 0;
    finish(run, status, error.message, status ? "" : result);
}

/* secret: gets one, and tells its fingerprint. */
static void get_secret(struct fixture_run *run) {
    char name[256], result[100];
    fixture_text(run->parameters, "name", "", name, sizeof name);
    struct fixture_fingerprint print;
    martlet_error error = {.struct_size = sizeof error};
    martlet_status status = fixture_secret(run->plugin, name, &print, &error);
    snprintf(result, sizeof result, "{\"length\":%llu,\"fingerprint\":\"%016llx\"}", (unsigned long long)print.length,
             (unsigned long long)print.hash);
    error.message[error.message_length < MARTLET_ERROR_MESSAGE_CAPACITY ? error.message_length : 0] = 0;
    finish(run, status, error.message, status ? "" : result);
}

/* write: a file, by way of the agent. */
static void write_file(struct fixture_run *run) {
    char path[512], content[512];
    fixture_text(run->parameters, "path", "", path, sizeof path);
    fixture_text(run->parameters, "content", "", content, sizeof content);
    martlet_string name = text(path);
    martlet_bytes bytes = {(const uint8_t *)content, strlen(content)};
    martlet_error error = {.struct_size = sizeof error};
    martlet_status status =
        run->plugin->file->write(run->plugin->host, fixture_deadline(5), &name, 0640, &bytes, &error);
    error.message[error.message_length < MARTLET_ERROR_MESSAGE_CAPACITY ? error.message_length : 0] = 0;
    finish(run, status, error.message, "");
}

static void lie(struct fixture_run *run) { finish(run, MARTLET_OK, "", "{this is no JSON"); }

static void crash(struct fixture_run *run) {
    fprintf(stderr, "fixture: crashing as asked\n");
    fflush(stderr);
    (void)run;
    abort();
}

/* child: leaves one behind. */
static void child(struct fixture_run *run) {
    char how[16], path[512];
    fixture_text(run->parameters, "how", "fork", how, sizeof how);
    fixture_text(run->parameters, "path", "", path, sizeof path);
    bool left = fixture_leave_child(how, path);
    finish(run, left ? MARTLET_OK : MARTLET_INTERNAL, left ? "" : "no child", "");
}

static void grow(struct fixture_run *run) {
    (void)run;
    fixture_grow();
}

/* artifact: something large for the server. */
static void artifact(struct fixture_run *run) {
    martlet_error error = {.struct_size = sizeof error};
    martlet_status status = fixture_make_artifact(run, &error);
    error.message[error.message_length < MARTLET_ERROR_MESSAGE_CAPACITY ? error.message_length : 0] = 0;
    finish(run, status, error.message, "");
}

static const struct {
    const char *name;
    void (*body)(struct fixture_run *);
} bodies[] = {{"attempt", attempt}, {"emit", emit},        {"count", count}, {"count-resumable", count}, {"store", store},
              {"secret", get_secret},
              {"write", write_file}, {"lie", lie},     {"crash", crash}, {"mark", mark},
              {"child", child},      {"grow", grow},   {"artifact", artifact}};

static void *perform(void *context) {
    struct fixture_run *run = context;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        if (!strcmp(bodies[i].name, run->task)) {
            bodies[i].body(run);
            return NULL;
        }
    finish(run, MARTLET_NOT_FOUND, "no such task", "");
    return NULL;
}

static void release(struct fixture_run *run) {
    pthread_join(run->thread, NULL);
    free(run->parameters);
    memset(run, 0, sizeof *run);
}

static struct fixture_run *free_run(martlet_plugin *plugin) {
    for (int i = 0; i < FIXTURE_RUNS; i++) {
        struct fixture_run *run = &plugin->runs[i];
        if (run->used && atomic_load(&run->over)) release(run);
        if (!run->used) return run;
    }
    return NULL;
}

static martlet_status start(martlet_plugin *plugin, const martlet_call *call, const uint8_t *id,
                            const martlet_string *task, const martlet_bytes *parameters, martlet_error *error) {
    (void)call;
    if (fixture_misbehave(plugin, plugin->settings, "startTask", NULL))
        return fixture_fail(error, MARTLET_INTERNAL, "", "failing as the settings want");
    pthread_mutex_lock(&plugin->mutex);
    struct fixture_run *run = free_run(plugin);
    martlet_status status = MARTLET_RESOURCE_EXHAUSTED;
    if (run && task->length < sizeof run->task) {
        run->plugin = plugin;
        memcpy(run->id, id, MARTLET_ID_SIZE);
        memcpy(run->task, task->data, task->length);
        run->parameters = strndup((const char *)parameters->data, parameters->length);
        run->used = run->parameters && pthread_create(&run->thread, NULL, perform, run) == 0;
        if (run->used) status = MARTLET_OK;
    }
    pthread_mutex_unlock(&plugin->mutex);
    return status ? fixture_fail(error, status, "", "too many runs at once") : MARTLET_OK;
}

static void cancel(martlet_plugin *plugin, const uint8_t *id) {
    if (fixture_misbehave(plugin, plugin->settings, "cancelTask", NULL)) return;
    pthread_mutex_lock(&plugin->mutex);
    for (int i = 0; i < FIXTURE_RUNS; i++)
        if (plugin->runs[i].used && !memcmp(plugin->runs[i].id, id, MARTLET_ID_SIZE))
            atomic_store(&plugin->runs[i].cancelled, true);
    pthread_mutex_unlock(&plugin->mutex);
}

void fixture_end_runs(martlet_plugin *plugin) {
    for (int i = 0; i < FIXTURE_RUNS; i++) atomic_store(&plugin->runs[i].cancelled, true);
    for (int i = 0; i < FIXTURE_RUNS; i++)
        if (plugin->runs[i].used) release(&plugin->runs[i]);
}

const martlet_plugin_tasks fixture_tasks = {.struct_size = sizeof fixture_tasks, .start = start, .cancel = cancel};
