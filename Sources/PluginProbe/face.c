#define _GNU_SOURCE
#include "face.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "face_runs.h"
#include "guard.h"
#include "martlet/ext/draft/artifact.h"
#include "pl_frame.h"
#include "pl_process.h"
#include "record.h"
#include "text.h"

#define DAY 86400000000000
#define EVENTS 1024

atomic_int face_stage;
static face_kind kind;

/* Whether the call may be made now; `least` is the stage from which on it may. */
static bool is_legal(const char *call, life_stage least) {
    int stage = atomic_load(&face_stage);
    record_fact("host.after-destroy", stage != LIFE_DESTROYED, "%s was called after `destroy` had returned", call);
    record_fact("host.before-init", stage >= LIFE_CREATED, "%s was called before `init`", call);
    if (stage == LIFE_DESTROYED || stage < LIFE_CREATED) return false;
    if (least == LIFE_ACTIVE)
        record_fact("host.only-active", stage == LIFE_ACTIVE, "%s was called by a plugin that is not active", call);
    return stage >= (int)least;
}

static bool arguments(const char *call, bool good) {
    record_fact("host.arguments", good, "%s was given NULL, or a string or bytes with a length and no data", call);
    return good;
}

static bool given(const martlet_string *string) { return string && (string->data || !string->length); }
static bool bytes_given(const martlet_bytes *bytes) { return bytes && (bytes->data || !bytes->length); }

static void deadline(const char *call, int64_t deadline) {
    int64_t left = deadline - pl_now();
    record_fact("host.deadline", deadline == INT64_MAX || (left < DAY && left > -DAY),
                "%s was given the deadline %lld; expected nanoseconds of CLOCK_MONOTONIC", call, (long long)deadline);
}

static martlet_status answer(martlet_error *error, martlet_status status, const char *message) {
    if (error && error->struct_size >= sizeof *error) {
        error->code = status;
        error->message_length = (uint32_t)strlen(message);
        memcpy(error->message, message, error->message_length);
    }
    return status;
}

static martlet_status unavailable(martlet_error *error) {
    return answer(error, MARTLET_UNAVAILABLE, "this host refuses everything, to see what the plugin does");
}

/* martlet.state/1, martlet.log/1 */

static void state_changed(const martlet_host *host) {
    (void)host;
    is_legal("state_changed", LIFE_ACTIVE);
}

static void log_write(const martlet_host *host, int32_t level, const martlet_string *message) {
    (void)host;
    int stage = atomic_load(&face_stage);
    record_fact("host.after-destroy", stage != LIFE_DESTROYED, "log was called after `destroy` had returned");
    if (!arguments("log", given(message))) return;
    record_fact("log.level", level >= MARTLET_LOG_DEBUG && level <= MARTLET_LOG_ERROR, "level %d", (int)level);
    record_fact("log.text", text_is_good(message), "a line that is no UTF-8");
    record_fact("log.size", message->length <= 4096, "a line of %zu bytes; 4,096 are kept", message->length);
}

/* martlet.tasks/1 */

static void progress(const martlet_host *host, const uint8_t *run, uint32_t percent, const martlet_string *message) {
    (void)host;
    if (!is_legal("progress", LIFE_ACTIVE) || !arguments("progress", run && given(message))) return;
    face_run_progress(run, percent, message);
}

static martlet_status finished(const martlet_host *host, const uint8_t *run, martlet_status status,
                               const martlet_string *message, const martlet_bytes *result) {
    (void)host;
    if (!is_legal("finished", LIFE_ACTIVE)) return MARTLET_FAILED_PRECONDITION;
    if (!arguments("finished", run && given(message) && bytes_given(result))) return MARTLET_INVALID_ARGUMENT;
    face_run_finished(run, status, message, result);
    return MARTLET_OK;
}

/* martlet.events/1 */

static void look_at_event(const martlet_event *event) {
    static uint8_t seen[EVENTS][MARTLET_ID_SIZE], none[MARTLET_ID_SIZE];
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static int count;
    bool again = false;
    pthread_mutex_lock(&mutex);
    for (int i = 0; i < count; i++) again = again || !memcmp(seen[i], event->id, MARTLET_ID_SIZE);
    if (!again && count < EVENTS) memcpy(seen[count++], event->id, MARTLET_ID_SIZE);
    pthread_mutex_unlock(&mutex);
    size_t size = event->type.length + event->text.length + event->instance.length + event->data.length;
    record_fact("events.id", memcmp(event->id, none, sizeof none) != 0, "an event whose id is all zero");
    record_fact("events.id-unique", !again, "two events with one id: only the first is stored");
    record_fact("events.severity", event->severity >= MARTLET_SEVERITY_INFO && event->severity <= MARTLET_SEVERITY_CRITICAL,
                "severity %d; severities are 1 to 4", (int)event->severity);
    record_fact("events.size", size <= MARTLET_EVENT_LIMIT, "an event of %zu bytes; at most 8,192 are taken", size);
    record_fact("events.time", event->time >= 0 && (event->time == 0 || event->time > 1000000000000000),
                "time %lld; expected UTC microseconds, or 0 for now", (long long)event->time);
    record_fact("events.instance", event->instance.length <= 128, "an instance name of more than 128 bytes");
}

static void tell_event(const martlet_event *event) {
    pl_writer writer = {0};
    pl_put(&writer, PL_EVENT_ID, event->id, MARTLET_ID_SIZE);
    pl_put_number(&writer, PL_SEVERITY, (uint64_t)(int64_t)event->severity);
    pl_put_number(&writer, PL_TIME, (uint64_t)(event->time ? event->time : 1));
    pl_put(&writer, PL_INSTANCE, event->instance.data, event->instance.length);
    pl_put(&writer, PL_EVENT_TYPE, event->type.data, event->type.length);
    pl_put(&writer, PL_MESSAGE, event->text.data, event->text.length);
    pl_put(&writer, PL_DOCUMENT, event->data.data, event->data.length);
    record_frame(PL_EVENT, &writer);
}

static martlet_status emit(const martlet_host *host, const martlet_event *event, martlet_error *error) {
    (void)host;
    static atomic_int told;
    if (!is_legal("emit", LIFE_CREATED)) return answer(error, MARTLET_FAILED_PRECONDITION, "not now");
    if (!arguments("emit", event != NULL)) return MARTLET_INVALID_ARGUMENT;
    record_fact("events.struct-size", event->struct_size >= sizeof *event,
                "an event's struct_size is %u, version 1.0 has %zu", event->struct_size, sizeof *event);
    if (event->struct_size < sizeof *event) return answer(error, MARTLET_INVALID_ARGUMENT, "the event is malformed");
    if (!arguments("emit", given(&event->type) && given(&event->text) && given(&event->instance) && bytes_given(&event->data)))
        return MARTLET_INVALID_ARGUMENT;
    look_at_event(event);
    if (event->type.length + event->text.length + event->instance.length + event->data.length > MARTLET_EVENT_LIMIT)
        return answer(error, MARTLET_INVALID_ARGUMENT, "the event is larger than 8 KiB");
    if (atomic_fetch_add(&told, 1) < EVENTS) tell_event(event);
    return kind == FACE_REFUSING ? answer(error, MARTLET_RESOURCE_EXHAUSTED, "too many events wait to be stored") : MARTLET_OK;
}

static martlet_status flush(const martlet_host *host, int64_t until, martlet_error *error) {
    (void)host;
    if (!is_legal("flush", LIFE_CREATED)) return answer(error, MARTLET_FAILED_PRECONDITION, "not now");
    deadline("flush", until);
    return kind == FACE_REFUSING ? answer(error, MARTLET_DEADLINE_EXCEEDED, "the events are not stored yet") : MARTLET_OK;
}

/* martlet.service/1, martlet.file/1 */

static void tell_request(uint16_t type, const martlet_string *name) {
    pl_writer writer = {0};
    pl_put(&writer, PL_NAME, name->data, name->length);
    record_frame(type, &writer);
}

static martlet_status perform(const martlet_host *host, int64_t until, int32_t action, const martlet_string *unit,
                              martlet_error *error) {
    (void)host;
    if (!is_legal("service", LIFE_CREATED) || !arguments("service", given(unit))) return MARTLET_INVALID_ARGUMENT;
    deadline("service", until);
    record_fact("service.action", action >= MARTLET_SERVICE_START && action <= MARTLET_SERVICE_RELOAD, "action %d", (int)action);
    tell_request(PL_SERVICE, unit);
    return kind == FACE_REFUSING ? unavailable(error) : MARTLET_OK;
}

static martlet_status push(const martlet_sink *sink, const char *text) {
    martlet_bytes bytes = {(const uint8_t *)text, strlen(text)};
    return sink->write(sink, &bytes);
}

static martlet_status unit_state(const martlet_host *host, int64_t until, const martlet_string *unit,
                                 const martlet_sink *sink, martlet_error *error) {
    (void)host;
    if (!is_legal("service state", LIFE_CREATED)) return MARTLET_FAILED_PRECONDITION;
    if (!arguments("service state", given(unit) && sink && sink->write)) return MARTLET_INVALID_ARGUMENT;
    deadline("service state", until);
    tell_request(PL_SERVICE_STATE, unit);
    if (kind == FACE_REFUSING) return unavailable(error);
    return push(sink, "{\"state\":\"running\",\"detail\":\"as the probe says\"}");
}

static martlet_status file_write(const martlet_host *host, int64_t until, const martlet_string *path, uint32_t mode,
                                 const martlet_bytes *content, martlet_error *error) {
    (void)host;
    if (!is_legal("file", LIFE_CREATED)) return MARTLET_FAILED_PRECONDITION;
    if (!arguments("file", given(path) && bytes_given(content))) return MARTLET_INVALID_ARGUMENT;
    deadline("file", until);
    record_fact("file.absolute", path->length && path->data[0] == '/', "a path that is not absolute");
    record_fact("file.mode", !(mode & ~0777u), "mode %o; only permissions may be given", mode);
    record_fact("file.size", content->length <= MARTLET_DOCUMENT_LIMIT, "a file of more than 1 MiB");
    tell_request(PL_FILE_WRITE, path);
    return kind == FACE_REFUSING ? unavailable(error) : MARTLET_OK;
}

/* martlet.storage/1, martlet.secret/1: nothing is stored, no secret is known. */

static martlet_status storage_get(const martlet_host *host, int64_t until, const martlet_string *key,
                                  const martlet_sink *sink, martlet_error *error) {
    (void)host;
    if (!is_legal("storage get", LIFE_CREATED)) return MARTLET_FAILED_PRECONDITION;
    if (!arguments("storage get", given(key) && sink && sink->write)) return MARTLET_INVALID_ARGUMENT;
    deadline("storage get", until);
    record_fact("storage.key", text_is_key(key), "a key that is not 1 to 64 of [a-z0-9.-]");
    return kind == FACE_REFUSING ? unavailable(error) : answer(error, MARTLET_NOT_FOUND, "no value is stored");
}

static martlet_status storage_put(const martlet_host *host, int64_t until, const martlet_string *key,
                                  const martlet_bytes *value, martlet_error *error) {
    (void)host;
    if (!is_legal("storage put", LIFE_CREATED)) return MARTLET_FAILED_PRECONDITION;
    if (!arguments("storage put", given(key) && bytes_given(value))) return MARTLET_INVALID_ARGUMENT;
    deadline("storage put", until);
    record_fact("storage.key", text_is_key(key), "a key that is not 1 to 64 of [a-z0-9.-]");
    record_fact("storage.value", value->length <= MARTLET_STORAGE_VALUE_LIMIT, "a value of %zu bytes; at most 65,536", value->length);
    return kind == FACE_REFUSING ? unavailable(error) : MARTLET_OK;
}

static martlet_status secret_get(const martlet_host *host, int64_t until, const martlet_string *name,
                                 const martlet_sink *sink, martlet_error *error) {
    (void)host;
    if (!is_legal("secret", LIFE_CREATED)) return MARTLET_FAILED_PRECONDITION;
    if (!arguments("secret", given(name) && sink && sink->write)) return MARTLET_INVALID_ARGUMENT;
    deadline("secret", until);
    record_fact("secret.name", name->length && name->length <= 255, "a secret's name of %zu bytes; 1 to 255", name->length);
    return answer(error, MARTLET_NOT_FOUND, "the probe holds no secrets");
}

/* martlet.artifact/1 */

static martlet_status artifact(const char *call, int64_t until, const uint8_t *run, const martlet_string *name,
                               martlet_error *error) {
    if (!is_legal(call, LIFE_ACTIVE)) return MARTLET_FAILED_PRECONDITION;
    if (!arguments(call, run && given(name))) return MARTLET_INVALID_ARGUMENT;
    deadline(call, until);
    record_fact("artifact.name", text_is_key(name), "a name that is not 1 to 64 of [a-z0-9.-]");
    record_fact("artifact.run", face_run_is_known(run), "an artifact of a run that is not under way");
    return kind == FACE_REFUSING ? unavailable(error) : MARTLET_OK;
}

static martlet_status artifact_append(const martlet_host *host, int64_t until, const uint8_t *run,
                                      const martlet_string *name, uint64_t offset, const martlet_bytes *piece,
                                      martlet_error *error) {
    (void)host, (void)offset;
    if (!arguments("artifact append", bytes_given(piece))) return MARTLET_INVALID_ARGUMENT;
    record_fact("artifact.size", piece->length <= MARTLET_DOCUMENT_LIMIT, "a piece of more than 1 MiB");
    return artifact("artifact append", until, run, name, error);
}

static martlet_status artifact_finish(const martlet_host *host, int64_t until, const uint8_t *run,
                                      const martlet_string *name, martlet_error *error) {
    (void)host;
    return artifact("artifact finish", until, run, name, error);
}

static const martlet_host_state state_side = {.struct_size = sizeof state_side, .state_changed = state_changed};
static const martlet_host_tasks tasks_side = {.struct_size = sizeof tasks_side, .progress = progress, .finished = finished};
static const martlet_host_events events_side = {.struct_size = sizeof events_side, .emit = emit, .flush = flush};
static const martlet_host_service service_side = {.struct_size = sizeof service_side, .perform = perform, .state = unit_state};
static const martlet_host_file file_side = {.struct_size = sizeof file_side, .write = file_write};
static const martlet_host_storage storage_side = {.struct_size = sizeof storage_side, .get = storage_get, .put = storage_put};
static const martlet_host_secret secret_side = {.struct_size = sizeof secret_side, .get = secret_get};
static const martlet_host_log log_side = {.struct_size = sizeof log_side, .write = log_write};
static const martlet_host_artifact artifact_side = {
    .struct_size = sizeof artifact_side, .append = artifact_append, .finish = artifact_finish};

static const void *get_extension(const martlet_host *host, const martlet_string *id) {
    static const struct {
        const char *id;
        const void *side;
    } offered[] = {
        {MARTLET_EXT_STATE, &state_side},     {MARTLET_EXT_TASKS, &tasks_side},       {MARTLET_EXT_EVENTS, &events_side},
        {MARTLET_EXT_SERVICE, &service_side}, {MARTLET_EXT_FILE, &file_side},         {MARTLET_EXT_STORAGE, &storage_side},
        {MARTLET_EXT_SECRET, &secret_side},   {MARTLET_EXT_ARTIFACT, &artifact_side}, {MARTLET_EXT_LOG, &log_side},
    };
    (void)host;
    record_fact("host.after-destroy", atomic_load(&face_stage) != LIFE_DESTROYED,
                "get_extension was called after `destroy` had returned");
    if (!arguments("get_extension", given(id)) || kind == FACE_BARE) return NULL;
    for (size_t i = 0; i < sizeof offered / sizeof offered[0]; i++)
        if (strlen(offered[i].id) == id->length && !memcmp(offered[i].id, id->data, id->length)) return offered[i].side;
    return NULL;
}

const martlet_host *face_make(face_kind wanted) {
    kind = wanted;
    martlet_host face = {.struct_size = sizeof face, .abi_major = MARTLET_ABI_MAJOR, .abi_minor = MARTLET_ABI_MINOR,
                         .get_extension = get_extension};
    return guard_lend("host.after-destroy", &face, sizeof face);
}
