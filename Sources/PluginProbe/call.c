#define _GNU_SOURCE
#include "call.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guard.h"
#include "pl_process.h"
#include "record.h"
#include "text.h"

bool call_cancelled;
int64_t call_haste = 1;

/* What the call that is under way has pushed. */
static struct {
    pid_t thread;
    uint8_t *data;
    size_t length;
    bool overflowed;
} pushed;

static martlet_status sink_write(const martlet_sink *sink, const martlet_bytes *bytes) {
    (void)sink;
    record_fact("sink.thread", gettid() == pushed.thread, "a sink was written to on another thread than its call's");
    if (gettid() != pushed.thread) return MARTLET_FAILED_PRECONDITION;
    bool good = bytes && (bytes->data || !bytes->length);
    record_fact("sink.arguments", good, "a sink was given NULL, or a length without data");
    if (!good) return MARTLET_INVALID_ARGUMENT;
    pushed.overflowed = pushed.overflowed || bytes->length > MARTLET_DOCUMENT_LIMIT - pushed.length;
    record_fact("sink.size", !pushed.overflowed, "a document of more than 1 MiB");
    if (pushed.overflowed) return MARTLET_RESOURCE_EXHAUSTED;
    if (bytes->length) memcpy(pushed.data + pushed.length, bytes->data, bytes->length);
    pushed.length += bytes->length;
    return MARTLET_OK;
}

static bool is_cancelled(const martlet_call *call) { return call_cancelled || pl_now() >= call->deadline; }

probe_call call_begin(const char *name, int64_t limit) {
    static uint64_t last_id;
    if (!pushed.data) pushed.data = malloc(MARTLET_DOCUMENT_LIMIT);
    if (!pushed.data) _exit(71);
    pushed.thread = gettid();
    pushed.length = 0;
    pushed.overflowed = false;
    martlet_call call = {.struct_size = sizeof call, .id = ++last_id, .deadline = pl_now() + limit, .is_cancelled = is_cancelled};
    martlet_sink sink = {.struct_size = sizeof sink, .write = sink_write};
    martlet_error *error = guard_lend_writable("lent.error", sizeof *error);
    error->struct_size = sizeof *error;
    probe_call begun = {.name = name,
                        .call = guard_lend("lent.call", &call, sizeof call),
                        .error = error,
                        .sink = guard_lend("lent.sink", &sink, sizeof sink)};
    /* Who was asked to stop must do so soon. */
    record_begin(name, call_cancelled && limit > LIMIT_VALIDATE ? LIMIT_VALIDATE : limit);
    return begun;
}

static void judge_error(const martlet_error *error, martlet_status status) {
    bool fits = error->pointer_length <= sizeof error->pointer && error->message_length <= sizeof error->message;
    record_fact("errors.capacity", fits, "an error record with %u bytes of pointer and %u of message", error->pointer_length,
                error->message_length);
    record_fact("errors.struct-size", error->struct_size == sizeof *error, "the struct_size of an error record was changed");
    if (status == MARTLET_OK || !fits) return;
    record_fact("errors.code", error->code == MARTLET_OK || error->code == status,
                "a call returned status %d and filled in code %d", (int)status, (int)error->code);
    record_fact("errors.text", text_is_utf8(error->message, error->message_length), "a message that is no UTF-8");
    record_fact("errors.message", error->message_length > 0, "status %d without a message", (int)status);
    record_fact("errors.pointer", !error->pointer_length || error->pointer[0] == '/', "a JSON pointer begins with /: %.*s",
                (int)error->pointer_length, error->pointer);
    record_fact("errors.flags", !(error->flags & ~MARTLET_ERROR_RETRYABLE), "flags %u; only RETRYABLE is defined", error->flags);
}

martlet_status call_end(const probe_call *call, martlet_status status) {
    record_fact("calls.status", status >= MARTLET_OK && status <= MARTLET_UNAUTHENTICATED,
                "%s returned status %d; statuses are 0 to 16", call->name, (int)status);
    if (call->error) judge_error(call->error, status);
    if (pushed.overflowed && !status) status = MARTLET_RESOURCE_EXHAUSTED;
    record_end(call->name, status, call->error, pushed.data, status ? 0 : pushed.length);
    pushed.thread = 0;
    guard_take_back_all_but("host.after-destroy");
    return status;
}

const martlet_bytes *call_bytes(const char *check, const char *text) {
    martlet_bytes bytes = {guard_lend(check, text, strlen(text)), strlen(text)};
    return guard_lend(check, &bytes, sizeof bytes);
}

const martlet_string *call_string(const char *check, const char *text) {
    martlet_string string = {guard_lend(check, text, strlen(text)), strlen(text)};
    return guard_lend(check, &string, sizeof string);
}
