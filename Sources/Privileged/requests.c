#define _GNU_SOURCE
#include "requests.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hosts.h"
#include "martlet/base.h"
#include "pl_fields.h"
#include "pl_frame.h"
#include "pl_poller.h"
#include "pl_privileged.h"
#include "pl_process.h"

typedef struct request {
    uint64_t correlation;
    const uint8_t *fields;
    size_t length;
    const pl_message *message;
} request;

static bool answer(int link, uint64_t correlation, pl_writer *fields, int descriptor) {
    uint8_t bytes[PL_MESSAGE_LIMIT];
    pl_header header = {.length = (uint32_t)fields->length, .type = PP_ANSWER, .correlation = correlation};
    bool good = !fields->failed && fields->length <= sizeof bytes - PL_HEADER_SIZE;
    if (good) {
        pl_header_encode(&header, bytes);
        memcpy(bytes + PL_HEADER_SIZE, fields->data, fields->length);
        good = !pl_message_send(link, bytes, PL_HEADER_SIZE + fields->length, &descriptor, descriptor >= 0);
    }
    pl_writer_free(fields);
    return good;
}

bool requests_refuse(int link, uint64_t correlation, int64_t status, const char *words) {
    pl_writer fields = {0};
    pl_put_number(&fields, PP_STATUS, (uint64_t)status);
    pl_put_number(&fields, PP_ERRNO, status == MARTLET_RESOURCE_EXHAUSTED ? EAGAIN : EPERM);
    pl_put(&fields, PP_MESSAGE, words, strlen(words));
    return answer(link, correlation, &fields, -1);
}

/* Whether every field is whole. */
static bool is_whole(const request *request) {
    size_t offset = 0;
    pl_field field;
    int result;
    while ((result = pl_next_field(request->fields, request->length, &offset, &field)) == 1) {}
    return result == 0;
}

/* A text without a zero in it; empty when there is none, or it does not fit. */
static const char *text(const request *request, uint16_t tag, char *into, size_t size) {
    pl_field field = pl_find(request->fields, request->length, tag);
    into[0] = 0;
    if (!field.value || field.length >= size || memchr(field.value, 0, field.length)) return into;
    memcpy(into, field.value, field.length);
    into[field.length] = 0;
    return into;
}

static uint64_t number(const request *request, uint16_t tag) {
    return pl_find_number(request->fields, request->length, tag, 0);
}

static bool start_host(const orders *orders, int link, const request *request) {
    char plugin[256];
    if (request->message->descriptor_count != 4)
        return requests_refuse(link, request->correlation, MARTLET_INVALID_ARGUMENT, "four descriptors are needed");
    host_request wanted = {
        .plugin = text(request, PP_PLUGIN, plugin, sizeof plugin), .user = number(request, PP_USER),
        .memory = number(request, PP_MEMORY), .files = number(request, PP_FILES),
        .processes = number(request, PP_PROCESSES), .descriptors = request->message->descriptors,
        .number = request->correlation};
    host_started started;
    const char *words = NULL;
    int error = hosts_start(orders, &wanted, &started, &words);
    pl_writer fields = {0};
    pl_put_number(&fields, PP_ERRNO, (uint64_t)error);
    if (error && words) pl_put(&fields, PP_MESSAGE, words, strlen(words));
    if (!error) pl_put_number(&fields, PP_PID, (uint64_t)started.pid);
    return answer(link, request->correlation, &fields, error ? -1 : started.pidfd);
}

static bool end_host(const orders *orders, int link, const request *request) {
    pl_exit exit = {0};
    int error = hosts_end(orders, number(request, PP_HOST), &exit);
    pl_writer fields = {0};
    pl_put_number(&fields, PP_ERRNO, (uint64_t)error);
    pl_put_number(&fields, PP_SIGNALLED, exit.by_signal);
    pl_put_number(&fields, PP_VALUE, (uint64_t)exit.value);
    return answer(link, request->correlation, &fields, -1);
}

static bool began(int link, const request *request, int error) {
    if (!error) return true;
    char words[128];
    snprintf(words, sizeof words, "the privileged helper cannot begin it: %s", strerror(error));
    return requests_refuse(link, request->correlation, MARTLET_RESOURCE_EXHAUSTED, words);
}

static bool service(const orders *orders, int link, const request *request) {
    static const char *const actions[] = {"state", "start", "stop", "restart", "reload"};
    char plugin[256], unit[256], deadline[24];
    uint64_t action = number(request, PP_ACTION);
    text(request, PP_PLUGIN, plugin, sizeof plugin);
    text(request, PP_NAME, unit, sizeof unit);
    if (action >= sizeof actions / sizeof actions[0])
        return requests_refuse(link, request->correlation, MARTLET_INVALID_ARGUMENT, "an unknown action on a unit");
    if (!*unit || !orders_grant_unit(orders, plugin, unit))
        return requests_refuse(link, request->correlation, MARTLET_PERMISSION_DENIED,
                               "the unit is not granted to the plugin on this device");
    snprintf(deadline, sizeof deadline, "%llu", (unsigned long long)number(request, PP_DEADLINE));
    const char *words[4] = {"service", actions[action], unit, deadline};
    return began(link, request, jobs_run(orders, request->correlation, words, -1,
                                         (int64_t)number(request, PP_DEADLINE), false));
}

/* Memory, which is read in no time, by who may read it: not a path (O_PATH), a device or a file of another file system. */
static bool is_memory(int descriptor) { return fcntl(descriptor, F_GET_SEALS) >= 0; }

static bool file(const orders *orders, int link, const request *request) {
    char plugin[256], path[4096];
    uint64_t mode = number(request, PP_MODE);
    text(request, PP_PLUGIN, plugin, sizeof plugin);
    text(request, PP_NAME, path, sizeof path);
    if (request->message->descriptor_count != 1 || mode & ~(uint64_t)0777 || !is_memory(request->message->descriptors[0]))
        return requests_refuse(link, request->correlation, MARTLET_INVALID_ARGUMENT, "a file needs content and mode");
    if (!orders_grant_path(orders, plugin, path))
        return requests_refuse(link, request->correlation, MARTLET_PERMISSION_DENIED,
                               "the path is not granted to the plugin on this device");
    return began(link, request,
                 jobs_replace(request->correlation, path, (mode_t)mode, request->message->descriptors[0]));
}

/* A memory file with what is in the core's; -EINVAL when that is none, too large or not to be read, else what the helper lacks, which may pass. */
static int statement(int from) {
    if (!is_memory(from)) return -EINVAL;
    size_t length;
    char *text = orders_content(from, PP_FILE_LIMIT, &length);
    /* One that is not open for reading stays so. */
    if (!text) return errno == EBADF ? -EINVAL : -errno;
    int copy = pl_memory_file("martlet-statement");
    if (copy < 0) {
        copy = -errno;
    } else {
        ssize_t written = write(copy, text, length);
        if (written != (ssize_t)length) {
            int error = written < 0 ? errno : ENOSPC;
            close(copy);
            copy = -error;
        }
    }
    free(text);
    return copy;
}

static bool trust(const orders *orders, int link, const request *request) {
    /* A copy: who reads it opens it anew, as root, and must not open something else for the core. */
    int copy = request->message->descriptor_count == 1 ? statement(request->message->descriptors[0]) : -EINVAL;
    if (copy == -EINVAL)
        return requests_refuse(link, request->correlation, MARTLET_INVALID_ARGUMENT, "a statement in memory is needed");
    if (copy < 0) return began(link, request, -copy);
    const char *words[4] = {"trust"};
    int error = jobs_run(orders, request->correlation, words, copy, pl_now() + 30000000000, true);
    close(copy);
    return began(link, request, error);
}

bool requests_take(orders *orders, int link, const pl_message *message) {
    pl_header header = {0};
    if (message->length < PL_HEADER_SIZE)
        return requests_refuse(link, 0, MARTLET_INVALID_ARGUMENT, "a message that is too short");
    pl_header_decode(message->bytes, &header);
    request request = {.correlation = header.correlation, .fields = message->bytes + PL_HEADER_SIZE,
                       .length = message->length - PL_HEADER_SIZE, .message = message};
    if (header.length != request.length || !header.correlation || !is_whole(&request))
        return requests_refuse(link, header.correlation, MARTLET_INVALID_ARGUMENT, "a message that is not whole");
    switch (header.type) {
    case PP_START_HOST: return start_host(orders, link, &request);
    case PP_KILL_HOST: hosts_kill(number(&request, PP_HOST)); return true;
    case PP_END_HOST: return end_host(orders, link, &request);
    case PP_SERVICE: return service(orders, link, &request);
    case PP_FILE: return file(orders, link, &request);
    case PP_TRUST: return trust(orders, link, &request);
    default: return requests_refuse(link, header.correlation, MARTLET_UNIMPLEMENTED, "an unknown request");
    }
}

bool requests_ended(orders *orders, int link, job *job) {
    uint64_t correlation = job->correlation;
    bool is_trust = job->is_trust;
    job_end end;
    jobs_collect(job, &end);
    pl_writer fields = {0};
    if (is_trust && end.status == MARTLET_OK) {
        if (end.words && orders_take_signed(orders, end.words)) end.words = NULL;
        else end.status = MARTLET_INTERNAL;
        end.length = 0;
    }
    pl_put_number(&fields, PP_STATUS, (uint64_t)end.status);
    if (end.length > PP_WORDS_LIMIT) end.length = PP_WORDS_LIMIT;
    if (end.words && end.length) pl_put(&fields, end.status ? PP_MESSAGE : PP_DOCUMENT, end.words, end.length);
    free(end.words);
    return answer(link, correlation, &fields, -1);
}
