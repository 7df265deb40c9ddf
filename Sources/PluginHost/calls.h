/* Calls of the core, in the order they came, each with its deadline. */
#ifndef HOST_CALLS_H
#define HOST_CALLS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "martlet/call.h"

typedef struct queued_call {
    struct queued_call *next;
    uint16_t type;
    uint64_t correlation;
    atomic_bool cancelled;
    /* As the plugin sees it. */
    martlet_call call;
    size_t length;
    uint8_t payload[];
} queued_call;

typedef struct calls {
    pthread_mutex_t mutex;
    pthread_cond_t arrived;
    queued_call *first;
    queued_call *last;
    /* The one the consumer is at. */
    queued_call *current;
} calls;

void calls_init(calls *calls);

/* [reader] Queues a copy; false when memory is out. */
bool calls_put(calls *calls, uint16_t type, uint64_t correlation, const uint8_t *payload, size_t length);

/* [reader] Marks the call, queued or current, as cancelled. */
void calls_cancel(calls *calls, uint64_t correlation);

/* Waits for the next call. It is current until calls_done, which frees it. */
queued_call *calls_next(calls *calls);
void calls_done(calls *calls, queued_call *call);

#endif
