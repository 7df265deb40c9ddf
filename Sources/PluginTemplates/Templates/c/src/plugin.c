/* A whole plugin: settings, state, statistics, one task that can be cancelled, one event.
 *
 * Calls marked [control] come one at a time. Only the task works beside them, on a thread of its own; what both touch is
 * under `mutex`. */
#define _GNU_SOURCE
#include <martlet/martlet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define STEPS 3u
#define STEP_NANOSECONDS 20000000

struct martlet_plugin {
    const martlet_host *host;
    const martlet_host_tasks *tasks;
    const martlet_host_events *events;
    /* Touched by [control] calls only: the settings in force, since when is counted, the thread to be joined. */
    char *settings;
    int64_t since;
    pthread_t worker;
    bool has_worker;
    pthread_mutex_t mutex;
    pthread_cond_t stop_asked;
    /* Under the mutex. */
    bool busy, stops;
    uint8_t run[MARTLET_ID_SIZE];
    unsigned long long greetings;
};

static martlet_string text(const char *s) { return (martlet_string){s, strlen(s)}; }

static martlet_status fail(martlet_error *error, martlet_status code, const char *message) {
    if (error && error->struct_size >= sizeof *error) {
        error->code = code;
        error->message_length = (uint32_t)strlen(message);
        memcpy(error->message, message, error->message_length);
    }
    return code;
}

static martlet_status push(const martlet_sink *sink, const char *s) {
    martlet_bytes bytes = {(const uint8_t *)s, strlen(s)};
    return sink->write(sink, &bytes);
}

static martlet_status keep(martlet_plugin *p, const martlet_bytes *settings, martlet_error *error) {
    char *copy = strndup((const char *)settings->data, settings->length);
    if (!copy) return fail(error, MARTLET_RESOURCE_EXHAUSTED, "out of memory");
    free(p->settings);
    p->settings = copy;
    return MARTLET_OK;
}

/* martlet.settings/1 */

static martlet_status validate(martlet_plugin *p, const martlet_call *c, const martlet_bytes *s, martlet_error *e) {
    (void)p, (void)c, (void)s, (void)e; /* the manifest's schema has been checked; add what only this device knows */
    return MARTLET_OK;
}

static martlet_status apply(martlet_plugin *p, const martlet_call *c, const martlet_bytes *s, martlet_error *e) {
    (void)c;
    return keep(p, s, e);
}

static martlet_status read_settings(martlet_plugin *p, const martlet_call *c, const martlet_sink *k, martlet_error *e) {
    (void)c, (void)e;
    return push(k, p->settings);
}

static const martlet_plugin_settings settings_side = {
    .struct_size = sizeof settings_side, .validate = validate, .apply = apply, .read = read_settings};

/* martlet.state/1 and martlet.statistics/1 */

static martlet_status read_state(martlet_plugin *p, const martlet_call *c, const martlet_sink *k, martlet_error *e) {
    (void)c, (void)e;
    martlet_status s = push(k, "{\"instances\":[{\"instance\":\"\",\"state\":\"running\",\"version\":\"1.0.0\",\"details\":");
    if (!s) s = push(k, p->settings);
    return s ? s : push(k, "}]}");
}

static const martlet_plugin_state state_side = {.struct_size = sizeof state_side, .read = read_state};

static martlet_status read_statistics(martlet_plugin *p, const martlet_call *c, const martlet_sink *k, martlet_error *e) {
    (void)c, (void)e;
    char document[200];
    pthread_mutex_lock(&p->mutex);
    snprintf(document, sizeof document,
             "{\"instances\":[{\"instance\":\"\",\"values\":[{\"name\":\"greetings\",\"value\":%llu,\"startTime\":%lld}]}]}",
             p->greetings, (long long)p->since);
    pthread_mutex_unlock(&p->mutex);
    return push(k, document);
}

static const martlet_plugin_statistics statistics_side = {.struct_size = sizeof statistics_side, .read = read_statistics};

/* martlet.tasks/1 */

/* Waits a step; false when the run was asked to end. */
static bool pause_a_step(martlet_plugin *p) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += STEP_NANOSECONDS;
    if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
    pthread_mutex_lock(&p->mutex);
    while (!p->stops && !pthread_cond_timedwait(&p->stop_asked, &p->mutex, &until)) {}
    bool goes_on = !p->stops;
    pthread_mutex_unlock(&p->mutex);
    return goes_on;
}

static martlet_status emit_greeting(martlet_plugin *p, martlet_error *error) {
    martlet_event event = {.struct_size = sizeof event, .severity = MARTLET_SEVERITY_INFO,
                           .type = text("greeted"), .text = text("somebody was greeted")};
    if (getrandom(event.id, sizeof event.id, 0) != (ssize_t)sizeof event.id)
        return fail(error, MARTLET_INTERNAL, "no random numbers for the event's id");
    return p->events->emit(p->host, &event, error);
}

static void *greet(void *argument) {
    martlet_plugin *p = argument;
    martlet_error error = {.struct_size = sizeof error};
    martlet_status status = MARTLET_OK;
    uint8_t run[MARTLET_ID_SIZE];
    pthread_mutex_lock(&p->mutex);
    memcpy(run, p->run, sizeof run);
    pthread_mutex_unlock(&p->mutex);
    for (unsigned step = 1; step <= STEPS && !status; step++) {
        martlet_string message = text("clearing the throat");
        p->tasks->progress(p->host, run, 100 * step / (STEPS + 1), &message);
        if (!pause_a_step(p)) status = fail(&error, MARTLET_CANCELLED, "cancelled");
    }
    if (!status) status = emit_greeting(p, &error);
    /* Before `finished`: once the host knows of the end, it may start the next run at once. */
    pthread_mutex_lock(&p->mutex);
    p->busy = false;
    if (!status) p->greetings++;
    pthread_mutex_unlock(&p->mutex);
    martlet_string message = {error.message, error.message_length};
    martlet_bytes none = {NULL, 0};
    p->tasks->finished(p->host, run, status, &message, &none);
    return NULL;
}

static void join(martlet_plugin *p) {
    if (p->has_worker) pthread_join(p->worker, NULL);
    p->has_worker = false;
}

/* False while another run is under way. */
static bool take_turn(martlet_plugin *p, const uint8_t *run) {
    pthread_mutex_lock(&p->mutex);
    bool free_now = !p->busy;
    if (free_now) {
        p->busy = true;
        p->stops = false;
        memcpy(p->run, run, sizeof p->run);
    }
    pthread_mutex_unlock(&p->mutex);
    return free_now;
}

static martlet_status start(martlet_plugin *p, const martlet_call *c, const uint8_t *run, const martlet_string *task,
                            const martlet_bytes *parameters, martlet_error *e) {
    (void)c, (void)parameters;
    if (task->length != 5 || memcmp(task->data, "greet", 5)) return fail(e, MARTLET_NOT_FOUND, "no such task");
    if (!take_turn(p, run)) return fail(e, MARTLET_UNAVAILABLE, "another run has not ended yet");
    join(p); /* the former worker is on its last line */
    p->has_worker = !pthread_create(&p->worker, NULL, greet, p);
    if (p->has_worker) return MARTLET_OK;
    pthread_mutex_lock(&p->mutex);
    p->busy = false;
    pthread_mutex_unlock(&p->mutex);
    return fail(e, MARTLET_RESOURCE_EXHAUSTED, "no thread for the task");
}

/* The run that is named, or any when `run` is NULL. */
static void ask_to_stop(martlet_plugin *p, const uint8_t *run) {
    pthread_mutex_lock(&p->mutex);
    if (!run || (p->busy && !memcmp(p->run, run, sizeof p->run))) p->stops = true;
    pthread_cond_signal(&p->stop_asked);
    pthread_mutex_unlock(&p->mutex);
}

static void cancel(martlet_plugin *p, const uint8_t *run) { ask_to_stop(p, run); }

static const martlet_plugin_tasks tasks_side = {.struct_size = sizeof tasks_side, .start = start, .cancel = cancel};

/* A plugin's life */

static const void *host_side(const martlet_host *host, const char *id) {
    martlet_string name = text(id);
    return host->get_extension(host, &name);
}

static martlet_status init(martlet_plugin *p, const martlet_call *c, martlet_error *e) {
    (void)c;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    p->since = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
    p->tasks = host_side(p->host, MARTLET_EXT_TASKS);
    p->events = host_side(p->host, MARTLET_EXT_EVENTS);
    return p->tasks && p->events ? MARTLET_OK : fail(e, MARTLET_FAILED_PRECONDITION, "the host lacks tasks or events");
}

static martlet_status activate(martlet_plugin *p, const martlet_call *c, const martlet_bytes *s, martlet_error *e) {
    (void)c;
    return keep(p, s, e);
}

static martlet_status deactivate(martlet_plugin *p, const martlet_call *c, martlet_error *e) {
    (void)c, (void)e;
    ask_to_stop(p, NULL);
    join(p);
    return MARTLET_OK;
}

static void destroy(martlet_plugin *p) {
    ask_to_stop(p, NULL);
    join(p);
    pthread_cond_destroy(&p->stop_asked);
    pthread_mutex_destroy(&p->mutex);
    free(p->settings);
    free(p);
}

static const void *get_extension(martlet_plugin *p, const martlet_string *id) {
    static const struct {
        const char *id;
        const void *side;
    } offered[] = {{MARTLET_EXT_SETTINGS, &settings_side},
                   {MARTLET_EXT_STATE, &state_side},
                   {MARTLET_EXT_STATISTICS, &statistics_side},
                   {MARTLET_EXT_TASKS, &tasks_side}};
    (void)p;
    for (size_t i = 0; i < sizeof offered / sizeof *offered; i++)
        if (strlen(offered[i].id) == id->length && !memcmp(offered[i].id, id->data, id->length)) return offered[i].side;
    return NULL;
}

static martlet_status create(const martlet_host *host, const martlet_create_info *i, martlet_plugin **out,
                             martlet_error *e) {
    (void)i;
    martlet_plugin *p = calloc(1, sizeof *p);
    if (!p) return fail(e, MARTLET_RESOURCE_EXHAUSTED, "out of memory");
    p->host = host;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&p->stop_asked, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&p->mutex, NULL);
    *out = p;
    return MARTLET_OK;
}

static const martlet_plugin_ops ops = {.struct_size = sizeof ops,
                                       .init = init,
                                       .activate = activate,
                                       .deactivate = deactivate,
                                       .destroy = destroy,
                                       .get_extension = get_extension};

#define TEXT(s) {s, sizeof s - 1}
static const martlet_module module = {.magic = MARTLET_MODULE_MAGIC,
                                      .struct_size = sizeof module,
                                      .abi_major = MARTLET_ABI_MAJOR,
                                      .abi_minor = MARTLET_ABI_MINOR,
                                      .id = TEXT("com.example.greeter"),
                                      .name = TEXT("Greeter"),
                                      .version = TEXT("1.0.0"),
                                      .ops = &ops,
                                      .create = create};

MARTLET_EXPORT const martlet_module *martlet_module_v1(void) { return &module; }
