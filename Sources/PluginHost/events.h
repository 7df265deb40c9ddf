/* The events lane: what was emitted and what the device has stored. */
#ifndef HOST_EVENTS_H
#define HOST_EVENTS_H

#include <pthread.h>

#include "lane.h"
#include "martlet/ext/events.h"
#include "pl_frame.h"

typedef struct events {
    lane *lane;
    pthread_mutex_t mutex;
    pthread_cond_t stored_more;
    /* Numbers of the last event queued and of the last one settled by the core. */
    uint64_t queued;
    uint64_t settled;
    size_t bytes;
    /* Encoded sizes of the events in flight, by number. */
    uint32_t sizes[PL_EVENTS_IN_FLIGHT];
    /* First refusal since the last flush. */
    martlet_status refusal;
    char reason[256];
    size_t reason_length;
} events;

void events_init(events *events, lane *lane);
martlet_status events_emit(events *events, const martlet_event *event, martlet_error *error);
martlet_status events_flush(events *events, int64_t deadline, martlet_error *error);

/* [reader] The core settled every event through `number`. */
void events_settled(events *events, uint64_t number, martlet_status refusal, const uint8_t *reason, size_t length);

#endif
