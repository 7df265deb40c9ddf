#define _GNU_SOURCE
#include "events.h"

#include <string.h>
#include <time.h>

#include "failure.h"
#include "waiting.h"

void events_init(events *events, lane *lane) {
    memset(events, 0, sizeof *events);
    events->lane = lane;
    pthread_mutex_init(&events->mutex, NULL);
    waiting_condition_init(&events->stored_more);
}

static int64_t wall_time(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static bool well_formed(const martlet_event *event) {
    return event && event->struct_size >= sizeof *event && event->severity >= MARTLET_SEVERITY_INFO &&
           event->severity <= MARTLET_SEVERITY_CRITICAL && event->type.length && event->type.data &&
           (event->text.data || !event->text.length) && (event->instance.data || !event->instance.length) &&
           (event->data.data || !event->data.length);
}

static void encode(const martlet_event *event, pl_writer *writer) {
    pl_put(writer, PL_EVENT_ID, event->id, MARTLET_ID_SIZE);
    pl_put_number(writer, PL_SEVERITY, (uint64_t)event->severity);
    pl_put_number(writer, PL_TIME, (uint64_t)(event->time ? event->time : wall_time()));
    pl_put(writer, PL_INSTANCE, event->instance.data, event->instance.length);
    pl_put(writer, PL_EVENT_TYPE, event->type.data, event->type.length);
    pl_put(writer, PL_MESSAGE, event->text.data, event->text.length);
    pl_put(writer, PL_DOCUMENT, event->data.data, event->data.length);
}

/* Takes the next number, unless too much is in flight. The lane is entered under the same lock, so that numbers and
 * the order on the socket agree. */
static bool queue(events *events, pl_writer *writer) {
    size_t size = writer->length;
    pthread_mutex_lock(&events->mutex);
    bool room = events->queued - events->settled < PL_EVENTS_IN_FLIGHT &&
                events->bytes + size <= PL_EVENT_BYTES_IN_FLIGHT;
    bool sent = false;
    if (room) {
        sent = lane_send(events->lane, PL_EVENT, events->queued + 1, writer, LANE_FORCE);
        if (sent) {
            events->queued += 1;
            events->sizes[events->queued % PL_EVENTS_IN_FLIGHT] = (uint32_t)size;
            events->bytes += size;
        }
    }
    pthread_mutex_unlock(&events->mutex);
    return sent;
}

martlet_status events_emit(events *events, const martlet_event *event, martlet_error *error) {
    if (!well_formed(event)) return failure_text(error, MARTLET_INVALID_ARGUMENT, "the event is malformed");
    if (event->type.length + event->text.length + event->instance.length + event->data.length > MARTLET_EVENT_LIMIT)
        return failure_text(error, MARTLET_INVALID_ARGUMENT, "the event is larger than 8 KiB");
    pl_writer writer = {0};
    encode(event, &writer);
    bool queued = queue(events, &writer);
    pl_writer_free(&writer);
    if (queued) return MARTLET_OK;
    return failure_text(error, MARTLET_RESOURCE_EXHAUSTED, "too many events wait to be stored");
}

/* Hands over and forgets the first refusal; the caller holds the lock. */
static martlet_status take_refusal(events *events, martlet_error *error) {
    martlet_status status = events->refusal;
    events->refusal = MARTLET_OK;
    return status ? failure(error, status, events->reason, events->reason_length) : MARTLET_OK;
}

martlet_status events_flush(events *events, int64_t deadline, martlet_error *error) {
    pthread_mutex_lock(&events->mutex);
    uint64_t target = events->queued;
    while (events->settled < target && waiting_until(&events->stored_more, &events->mutex, deadline)) {}
    martlet_status status = events->settled < target
        ? failure_text(error, MARTLET_DEADLINE_EXCEEDED, "the events are not stored yet")
        : take_refusal(events, error);
    pthread_mutex_unlock(&events->mutex);
    return status;
}

void events_settled(events *events, uint64_t number, martlet_status refusal, const uint8_t *reason, size_t length) {
    pthread_mutex_lock(&events->mutex);
    if (number > events->queued) number = events->queued;
    while (events->settled < number) {
        events->settled += 1;
        events->bytes -= events->sizes[events->settled % PL_EVENTS_IN_FLIGHT];
    }
    if (refusal && !events->refusal) {
        events->refusal = refusal;
        events->reason_length = length < sizeof events->reason ? length : sizeof events->reason;
        if (events->reason_length) memcpy(events->reason, reason, events->reason_length);
    }
    pthread_cond_broadcast(&events->stored_more);
    pthread_mutex_unlock(&events->mutex);
}
