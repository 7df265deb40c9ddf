#define _GNU_SOURCE
#include "requests.h"

#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "pl_frame.h"
#include "waiting.h"

/* On the stack of the thread that waits. */
struct request {
    struct request *next;
    uint64_t correlation;
    bool done;
    uint8_t *answer;
    size_t length;
};

void requests_init(requests *requests, lane *lane) {
    memset(requests, 0, sizeof *requests);
    requests->lane = lane;
    pthread_mutex_init(&requests->mutex, NULL);
    waiting_condition_init(&requests->answered);
}

static bool enter(requests *requests, struct request *request) {
    pthread_mutex_lock(&requests->mutex);
    bool room = requests->count < REQUESTS_LIMIT;
    if (room) {
        requests->count += 1;
        request->correlation = ++requests->last;
        request->next = requests->first;
        requests->first = request;
    }
    pthread_mutex_unlock(&requests->mutex);
    return room;
}

static void leave(requests *requests, struct request *request) {
    struct request **link = &requests->first;
    while (*link != request) link = &(*link)->next;
    *link = request->next;
    requests->count -= 1;
}

static martlet_status deliver(const struct request *request, const martlet_sink *sink, martlet_error *error) {
    const uint8_t *answer = request->answer;
    martlet_status status = (martlet_status)pl_find_number(answer, request->length, PL_STATUS, MARTLET_UNKNOWN);
    pl_field message = pl_find(answer, request->length, PL_MESSAGE);
    if (status) return failure(error, status, (const char *)message.value, message.length);
    pl_field document = pl_find(answer, request->length, PL_DOCUMENT);
    if (!sink || !document.value) return MARTLET_OK;
    martlet_bytes bytes = {document.value, document.length};
    return sink->write(sink, &bytes);
}

martlet_status requests_perform(requests *requests, uint16_t type, pl_writer *writer, int64_t deadline,
                                const martlet_sink *sink, martlet_error *error) {
    struct request request = {0};
    pl_put_number(writer, PL_DEADLINE, (uint64_t)deadline);
    if (!enter(requests, &request)) {
        pl_writer_free(writer);
        return failure_text(error, MARTLET_RESOURCE_EXHAUSTED, "too many requests wait for the agent");
    }
    bool sent = lane_send(requests->lane, type, request.correlation, writer, LANE_WAIT);
    pthread_mutex_lock(&requests->mutex);
    while (sent && !request.done && waiting_until(&requests->answered, &requests->mutex, deadline)) {}
    leave(requests, &request);
    pthread_mutex_unlock(&requests->mutex);
    if (!sent) return failure_text(error, MARTLET_RESOURCE_EXHAUSTED, "out of memory");
    if (!request.done) return failure_text(error, MARTLET_DEADLINE_EXCEEDED, "the agent has not answered in time");
    martlet_status status = deliver(&request, sink, error);
    /* It may be a secret. */
    explicit_bzero(request.answer, request.length);
    free(request.answer);
    return status;
}

void requests_answer(requests *requests, uint64_t correlation, const uint8_t *payload, size_t length) {
    pthread_mutex_lock(&requests->mutex);
    struct request *request = requests->first;
    while (request && request->correlation != correlation) request = request->next;
    if (request && !request->done) {
        request->answer = malloc(length ? length : 1);
        if (request->answer) {
            if (length) memcpy(request->answer, payload, length);
            request->length = length;
            request->done = true;
        }
        pthread_cond_broadcast(&requests->answered);
    }
    pthread_mutex_unlock(&requests->mutex);
}
