#include "control.h"

#include <string.h>

#include "document.h"
#include "failure.h"
#include "library.h"
#include "pl_frame.h"
#include "waiting.h"

/* One call on its way: what it may say in its reply. */
struct exchange {
    host *host;
    queued_call *queued;
    martlet_error error;
    document *document;
};

static martlet_string string_field(const struct exchange *exchange, uint16_t tag) {
    pl_field field = pl_find(exchange->queued->payload, exchange->queued->length, tag);
    return (martlet_string){(const char *)field.value, field.length};
}

static martlet_bytes bytes_field(const struct exchange *exchange, uint16_t tag) {
    pl_field field = pl_find(exchange->queued->payload, exchange->queued->length, tag);
    return (martlet_bytes){field.value, field.length};
}

static martlet_status wrong_stage(struct exchange *exchange) {
    return failure_text(&exchange->error, MARTLET_FAILED_PRECONDITION, "not in this state of the plugin's life");
}

static martlet_status not_offered(struct exchange *exchange, const char *message) {
    return failure_text(&exchange->error, MARTLET_UNIMPLEMENTED, message);
}

static const void *ask_plugin(host *host, const char *id) {
    martlet_string name = {id, strlen(id)};
    return host->ops.get_extension(host->plugin, &name);
}

static martlet_status create(struct exchange *exchange) {
    host *host = exchange->host;
    if (atomic_load(&host->stage) != STAGE_LOADED) return wrong_stage(exchange);
    martlet_create_info info = {
        .struct_size = sizeof info, .plugin_id = host->module.id, .local = bytes_field(exchange, PL_DOCUMENT)};
    martlet_status status = host->module.create(&host->face, &info, &host->plugin, &exchange->error);
    if (status) return status;
    if (!host->plugin) return failure_text(&exchange->error, MARTLET_INTERNAL, "create made no plugin");
    atomic_store(&host->stage, STAGE_CREATED);
    return MARTLET_OK;
}

static martlet_status init(struct exchange *exchange) {
    host *host = exchange->host;
    if (atomic_load(&host->stage) != STAGE_CREATED) return wrong_stage(exchange);
    martlet_status status = host->ops.init(host->plugin, &exchange->queued->call, &exchange->error);
    if (status) return status;
    library_copy(&host->state, sizeof host->state, ask_plugin(host, MARTLET_EXT_STATE));
    library_copy(&host->control_extension, sizeof host->control_extension, ask_plugin(host, MARTLET_EXT_CONTROL));
    library_copy(&host->settings, sizeof host->settings, ask_plugin(host, MARTLET_EXT_SETTINGS));
    library_copy(&host->tasks, sizeof host->tasks, ask_plugin(host, MARTLET_EXT_TASKS));
    library_copy(&host->statistics, sizeof host->statistics, ask_plugin(host, MARTLET_EXT_STATISTICS));
    atomic_store(&host->stage, STAGE_INITIALISED);
    return MARTLET_OK;
}

static martlet_status activate(struct exchange *exchange) {
    host *host = exchange->host;
    if (atomic_load(&host->stage) != STAGE_INITIALISED) return wrong_stage(exchange);
    martlet_bytes settings = bytes_field(exchange, PL_DOCUMENT);
    martlet_status status = host->ops.activate(host->plugin, &exchange->queued->call, &settings, &exchange->error);
    if (!status) atomic_store(&host->stage, STAGE_ACTIVE);
    return status;
}

static martlet_status deactivate(struct exchange *exchange) {
    host *host = exchange->host;
    if (atomic_load(&host->stage) != STAGE_ACTIVE) return wrong_stage(exchange);
    martlet_status status = host->ops.deactivate(host->plugin, &exchange->queued->call, &exchange->error);
    if (!status) atomic_store(&host->stage, STAGE_INITIALISED);
    return status;
}

static martlet_status destroy(struct exchange *exchange) {
    host *host = exchange->host;
    int stage = atomic_load(&host->stage);
    if (stage != STAGE_CREATED && stage != STAGE_INITIALISED) return wrong_stage(exchange);
    host->ops.destroy(host->plugin);
    host->plugin = NULL;
    atomic_store(&host->stage, STAGE_DESTROYED);
    return MARTLET_OK;
}

static martlet_status read_state(struct exchange *exchange) {
    host *host = exchange->host;
    if (!host->state.read) return not_offered(exchange, "the plugin does not report state");
    return host->state.read(host->plugin, &exchange->queued->call, &exchange->document->sink, &exchange->error);
}

static martlet_status control(struct exchange *exchange) {
    host *host = exchange->host;
    if (!host->control_extension.perform) return not_offered(exchange, "the plugin does not control its application");
    martlet_string instance = string_field(exchange, PL_INSTANCE);
    int32_t action = (int32_t)pl_find_number(exchange->queued->payload, exchange->queued->length, PL_ACTION, 0);
    return host->control_extension.perform(host->plugin, &exchange->queued->call, action, &instance, &exchange->error);
}

static martlet_status validate(struct exchange *exchange) {
    host *host = exchange->host;
    if (!host->settings.validate) return MARTLET_OK;
    martlet_bytes settings = bytes_field(exchange, PL_DOCUMENT);
    return host->settings.validate(host->plugin, &exchange->queued->call, &settings, &exchange->error);
}

static martlet_status apply(struct exchange *exchange) {
    host *host = exchange->host;
    if (!host->settings.apply) return not_offered(exchange, "the plugin has no settings");
    martlet_bytes settings = bytes_field(exchange, PL_DOCUMENT);
    return host->settings.apply(host->plugin, &exchange->queued->call, &settings, &exchange->error);
}

static martlet_status read_settings(struct exchange *exchange) {
    host *host = exchange->host;
    if (!host->settings.read) return not_offered(exchange, "the plugin does not read its settings back");
    return host->settings.read(host->plugin, &exchange->queued->call, &exchange->document->sink, &exchange->error);
}

static martlet_status start_task(struct exchange *exchange) {
    host *host = exchange->host;
    if (!host->tasks.start) return not_offered(exchange, "the plugin has no tasks");
    martlet_bytes run = bytes_field(exchange, PL_RUN);
    if (run.length != MARTLET_ID_SIZE) return MARTLET_INVALID_ARGUMENT;
    martlet_string task = string_field(exchange, PL_TASK);
    martlet_bytes parameters = bytes_field(exchange, PL_DOCUMENT);
    return host->tasks.start(host->plugin, &exchange->queued->call, run.data, &task, &parameters, &exchange->error);
}

static martlet_status read_statistics(struct exchange *exchange) {
    host *host = exchange->host;
    if (!host->statistics.read) return not_offered(exchange, "the plugin has no statistics");
    return host->statistics.read(host->plugin, &exchange->queued->call, &exchange->document->sink, &exchange->error);
}

/* Calls that an active plugin takes. */
static martlet_status perform_active(struct exchange *exchange) {
    if (atomic_load(&exchange->host->stage) != STAGE_ACTIVE) return wrong_stage(exchange);
    switch (exchange->queued->type) {
    case PL_READ_STATE: return read_state(exchange);
    case PL_CONTROL: return control(exchange);
    case PL_VALIDATE: return validate(exchange);
    case PL_APPLY: return apply(exchange);
    case PL_READ_SETTINGS: return read_settings(exchange);
    case PL_START_TASK: return start_task(exchange);
    case PL_READ_STATISTICS: return read_statistics(exchange);
    default: return not_offered(exchange, "this host does not know the call");
    }
}

static martlet_status perform(struct exchange *exchange) {
    switch (exchange->queued->type) {
    case PL_CREATE: return create(exchange);
    case PL_INIT: return init(exchange);
    case PL_ACTIVATE: return activate(exchange);
    case PL_DEACTIVATE: return deactivate(exchange);
    case PL_DESTROY: return destroy(exchange);
    default: return perform_active(exchange);
    }
}

static size_t at_most(uint32_t length, size_t capacity) { return length < capacity ? length : capacity; }

static void reply(struct exchange *exchange, martlet_status status) {
    const martlet_error *error = &exchange->error;
    const document *document = exchange->document;
    pl_writer writer = {0};
    if (!status && document->overflowed) status = MARTLET_RESOURCE_EXHAUSTED;
    pl_put_number(&writer, PL_STATUS, (uint64_t)(int64_t)status);
    if (status) {
        pl_put(&writer, PL_MESSAGE, error->message, at_most(error->message_length, sizeof error->message));
        pl_put(&writer, PL_POINTER, error->pointer, at_most(error->pointer_length, sizeof error->pointer));
        pl_put_number(&writer, PL_ERROR_FLAGS, error->flags);
    } else if (document->length) {
        pl_put(&writer, PL_DOCUMENT, document->data, document->length);
    }
    lane_send(&exchange->host->control, PL_REPLY, exchange->queued->correlation, &writer, LANE_WAIT);
}

static void serve(host *host, queued_call *queued) {
    static document document;
    struct exchange exchange = {.host = host, .queued = queued, .document = &document};
    exchange.error.struct_size = sizeof exchange.error;
    document_open(&document);
    martlet_status status = queued->call.is_cancelled(&queued->call) ? MARTLET_CANCELLED : perform(&exchange);
    reply(&exchange, status);
    document_close(&document);
}

void control_run(host *host) {
    while (atomic_load(&host->stage) != STAGE_DESTROYED) {
        queued_call *queued = calls_next(&host->calls);
        serve(host, queued);
        calls_done(&host->calls, queued);
    }
    lane_drain(&host->control, waiting_now() + 2000000000);
}

void *control_cancel_tasks(void *context) {
    host *host = context;
    for (;;) {
        queued_call *queued = calls_next(&host->cancels);
        pl_field run = pl_find(queued->payload, queued->length, PL_RUN);
        if (run.length == MARTLET_ID_SIZE && atomic_load(&host->stage) == STAGE_ACTIVE && host->tasks.cancel)
            host->tasks.cancel(host->plugin, run.value);
        pl_writer writer = {0};
        pl_put_number(&writer, PL_STATUS, MARTLET_OK);
        lane_send(&host->control, PL_REPLY, queued->correlation, &writer, LANE_WAIT);
        calls_done(&host->cancels, queued);
    }
    return NULL;
}
