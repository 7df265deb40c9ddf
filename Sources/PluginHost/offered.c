#include "offered.h"

#include <string.h>

#include "failure.h"
#include "martlet/ext/draft/artifact.h"
#include "pl_frame.h"

#define LOG_LIMIT 4096u

static host *of(const martlet_host *face) { return face->host_data; }

bool host_is_initialised(const host *host) {
    int stage = atomic_load(&host->stage);
    return stage >= STAGE_CREATED && stage < STAGE_DESTROYED;
}

static martlet_status too_early(martlet_error *error) {
    return failure_text(error, MARTLET_FAILED_PRECONDITION, "the host was called outside of the plugin's life");
}

static bool bad(const martlet_string *string) { return !string || (!string->data && string->length); }

/* martlet.state/1 */

static void state_changed(const martlet_host *face) {
    pl_writer writer = {0};
    if (host_is_initialised(of(face))) lane_send(&of(face)->control, PL_STATE_CHANGED, 0, &writer, LANE_DROP);
}

/* martlet.tasks/1 */

static void progress(const martlet_host *face, const uint8_t *run, uint32_t percent, const martlet_string *message) {
    if (!host_is_initialised(of(face)) || !run || bad(message)) return;
    pl_writer writer = {0};
    pl_put(&writer, PL_RUN, run, MARTLET_ID_SIZE);
    pl_put_number(&writer, PL_PERCENT, percent > 100 ? 100 : percent);
    pl_put(&writer, PL_MESSAGE, message->data, message->length < LOG_LIMIT ? message->length : LOG_LIMIT);
    lane_send(&of(face)->control, PL_PROGRESS, 0, &writer, LANE_DROP);
}

static martlet_status finished(const martlet_host *face, const uint8_t *run, martlet_status status,
                               const martlet_string *message, const martlet_bytes *result) {
    if (!host_is_initialised(of(face))) return MARTLET_FAILED_PRECONDITION;
    if (!run || bad(message) || !result || (!result->data && result->length)) return MARTLET_INVALID_ARGUMENT;
    if (result->length > MARTLET_DOCUMENT_LIMIT) return MARTLET_OUT_OF_RANGE;
    pl_writer writer = {0};
    pl_put(&writer, PL_RUN, run, MARTLET_ID_SIZE);
    pl_put_number(&writer, PL_STATUS, (uint64_t)(int64_t)status);
    pl_put(&writer, PL_MESSAGE, message->data, message->length < LOG_LIMIT ? message->length : LOG_LIMIT);
    pl_put(&writer, PL_DOCUMENT, result->data, result->length);
    return lane_send(&of(face)->control, PL_FINISHED, 0, &writer, LANE_WAIT) ? MARTLET_OK : MARTLET_RESOURCE_EXHAUSTED;
}

/* martlet.events/1 */

static martlet_status emit(const martlet_host *face, const martlet_event *event, martlet_error *error) {
    if (!host_is_initialised(of(face))) return too_early(error);
    return events_emit(&of(face)->events, event, error);
}

static martlet_status flush(const martlet_host *face, int64_t deadline, martlet_error *error) {
    if (!host_is_initialised(of(face))) return too_early(error);
    return events_flush(&of(face)->events, deadline, error);
}

/* martlet.service/1, martlet.file/1, martlet.storage/1, martlet.secret/1 */

static martlet_status ask(const martlet_host *face, uint16_t type, pl_writer *writer, int64_t deadline,
                          const martlet_sink *sink, martlet_error *error) {
    if (host_is_initialised(of(face)))
        return requests_perform(&of(face)->requests, type, writer, deadline, sink, error);
    pl_writer_free(writer);
    return too_early(error);
}

static martlet_status service(const martlet_host *face, int64_t deadline, int32_t action, const martlet_string *unit,
                              martlet_error *error) {
    if (bad(unit)) return MARTLET_INVALID_ARGUMENT;
    pl_writer writer = {0};
    pl_put_number(&writer, PL_ACTION, (uint64_t)(int64_t)action);
    pl_put(&writer, PL_NAME, unit->data, unit->length);
    return ask(face, PL_SERVICE, &writer, deadline, NULL, error);
}

static martlet_status service_state(const martlet_host *face, int64_t deadline, const martlet_string *unit,
                                    const martlet_sink *sink, martlet_error *error) {
    if (bad(unit) || !sink || !sink->write) return MARTLET_INVALID_ARGUMENT;
    pl_writer writer = {0};
    pl_put(&writer, PL_NAME, unit->data, unit->length);
    return ask(face, PL_SERVICE_STATE, &writer, deadline, sink, error);
}

static martlet_status file_write(const martlet_host *face, int64_t deadline, const martlet_string *path, uint32_t mode,
                                 const martlet_bytes *content, martlet_error *error) {
    if (bad(path) || !content || (!content->data && content->length)) return MARTLET_INVALID_ARGUMENT;
    if (content->length > MARTLET_DOCUMENT_LIMIT) return MARTLET_OUT_OF_RANGE;
    pl_writer writer = {0};
    pl_put(&writer, PL_NAME, path->data, path->length);
    pl_put_number(&writer, PL_MODE, mode);
    pl_put(&writer, PL_DOCUMENT, content->data, content->length);
    return ask(face, PL_FILE_WRITE, &writer, deadline, NULL, error);
}

static martlet_status storage_get(const martlet_host *face, int64_t deadline, const martlet_string *key,
                                  const martlet_sink *sink, martlet_error *error) {
    if (bad(key) || !sink || !sink->write) return MARTLET_INVALID_ARGUMENT;
    pl_writer writer = {0};
    pl_put(&writer, PL_NAME, key->data, key->length);
    return ask(face, PL_STORAGE_GET, &writer, deadline, sink, error);
}

static martlet_status storage_put(const martlet_host *face, int64_t deadline, const martlet_string *key,
                                  const martlet_bytes *value, martlet_error *error) {
    if (bad(key) || !value || (!value->data && value->length)) return MARTLET_INVALID_ARGUMENT;
    if (value->length > MARTLET_STORAGE_VALUE_LIMIT) return MARTLET_OUT_OF_RANGE;
    pl_writer writer = {0};
    pl_put(&writer, PL_NAME, key->data, key->length);
    pl_put(&writer, PL_DOCUMENT, value->data, value->length);
    return ask(face, PL_STORAGE_PUT, &writer, deadline, NULL, error);
}

static martlet_status secret_get(const martlet_host *face, int64_t deadline, const martlet_string *name,
                                 const martlet_sink *sink, martlet_error *error) {
    if (bad(name) || !sink || !sink->write) return MARTLET_INVALID_ARGUMENT;
    pl_writer writer = {0};
    pl_put(&writer, PL_NAME, name->data, name->length);
    return ask(face, PL_SECRET_GET, &writer, deadline, sink, error);
}

/* martlet.artifact/1 */

static martlet_status artifact_append(const martlet_host *face, int64_t deadline, const uint8_t *run,
                                      const martlet_string *name, uint64_t offset, const martlet_bytes *piece,
                                      martlet_error *error) {
    if (!run || bad(name) || !piece || (!piece->data && piece->length)) return MARTLET_INVALID_ARGUMENT;
    if (piece->length > MARTLET_DOCUMENT_LIMIT) return MARTLET_OUT_OF_RANGE;
    pl_writer writer = {0};
    pl_put(&writer, PL_RUN, run, MARTLET_ID_SIZE);
    pl_put(&writer, PL_NAME, name->data, name->length);
    pl_put_number(&writer, PL_OFFSET, offset);
    pl_put(&writer, PL_DOCUMENT, piece->data, piece->length);
    return ask(face, PL_ARTIFACT_APPEND, &writer, deadline, NULL, error);
}

static martlet_status artifact_finish(const martlet_host *face, int64_t deadline, const uint8_t *run,
                                      const martlet_string *name, martlet_error *error) {
    if (!run || bad(name)) return MARTLET_INVALID_ARGUMENT;
    pl_writer writer = {0};
    pl_put(&writer, PL_RUN, run, MARTLET_ID_SIZE);
    pl_put(&writer, PL_NAME, name->data, name->length);
    return ask(face, PL_ARTIFACT_FINISH, &writer, deadline, NULL, error);
}

/* martlet.log/1 */

static void log_write(const martlet_host *face, int32_t level, const martlet_string *message) {
    if (bad(message)) return;
    pl_writer writer = {0};
    pl_put_number(&writer, PL_LEVEL, (uint64_t)(int64_t)level);
    pl_put(&writer, PL_MESSAGE, message->data, message->length < LOG_LIMIT ? message->length : LOG_LIMIT);
    lane_send(&of(face)->control, PL_LOG, 0, &writer, LANE_DROP);
}

static const martlet_host_state state_side = {.struct_size = sizeof state_side, .state_changed = state_changed};
static const martlet_host_tasks tasks_side = {
    .struct_size = sizeof tasks_side, .progress = progress, .finished = finished};
static const martlet_host_events events_side = {.struct_size = sizeof events_side, .emit = emit, .flush = flush};
static const martlet_host_service service_side = {.struct_size = sizeof service_side, .perform = service, .state = service_state};
static const martlet_host_file file_side = {.struct_size = sizeof file_side, .write = file_write};
static const martlet_host_storage storage_side = {
    .struct_size = sizeof storage_side, .get = storage_get, .put = storage_put};
static const martlet_host_secret secret_side = {.struct_size = sizeof secret_side, .get = secret_get};
static const martlet_host_artifact artifact_side = {
    .struct_size = sizeof artifact_side, .append = artifact_append, .finish = artifact_finish};
static const martlet_host_log log_side = {.struct_size = sizeof log_side, .write = log_write};

static const struct {
    const char *id;
    const void *side;
} offered[] = {
    {MARTLET_EXT_STATE, &state_side},     {MARTLET_EXT_TASKS, &tasks_side}, {MARTLET_EXT_EVENTS, &events_side},
    {MARTLET_EXT_SERVICE, &service_side}, {MARTLET_EXT_FILE, &file_side},   {MARTLET_EXT_STORAGE, &storage_side},
    {MARTLET_EXT_SECRET, &secret_side},   {MARTLET_EXT_LOG, &log_side},     {MARTLET_EXT_ARTIFACT, &artifact_side},
};

static const void *get_extension(const martlet_host *face, const martlet_string *id) {
    (void)face;
    if (bad(id)) return NULL;
    for (size_t i = 0; i < sizeof offered / sizeof offered[0]; i++)
        if (strlen(offered[i].id) == id->length && !memcmp(offered[i].id, id->data, id->length)) return offered[i].side;
    return NULL;
}

void offered_init(host *host) {
    host->face = (martlet_host){
        .struct_size = sizeof(martlet_host),
        .abi_major = MARTLET_ABI_MAJOR,
        .abi_minor = MARTLET_ABI_MINOR,
        .host_data = host,
        .get_extension = get_extension,
    };
}
