/* What a plugin asks of the agent (services, files, storage): one frame out, one answer back, the asking thread waits. */
#ifndef HOST_REQUESTS_H
#define HOST_REQUESTS_H

#include <pthread.h>

#include "lane.h"
#include "martlet/error.h"
#include "martlet/sink.h"

/* Most requests that may wait at once. */
#define REQUESTS_LIMIT 64

struct request;

typedef struct requests {
    lane *lane;
    pthread_mutex_t mutex;
    pthread_cond_t answered;
    uint64_t last;
    size_t count;
    struct request *first;
} requests;

void requests_init(requests *requests, lane *lane);

/* Sends the writer's payload (and frees it) with the deadline added, and waits. What the answer carries as a document
 * goes to `sink`, which may be NULL. */
martlet_status requests_perform(requests *requests, uint16_t type, pl_writer *writer, int64_t deadline,
                                const martlet_sink *sink, martlet_error *error);

/* [reader] An answer has come. */
void requests_answer(requests *requests, uint64_t correlation, const uint8_t *payload, size_t length);

#endif
