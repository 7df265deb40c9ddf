/* One of the two sockets to the core, as seen by those who send: a bounded queue in front of a descriptor that never
 * blocks. The reader thread moves the queue; see reader.h. */
#ifndef HOST_LANE_H
#define HOST_LANE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pl_fields.h"

typedef struct lane {
    int fd;
    /* Event descriptor that wakes the reader. */
    int wake;
    size_t limit;
    pthread_mutex_t mutex;
    pthread_cond_t moved;
    uint8_t *data;
    size_t start;
    size_t end;
    size_t capacity;
} lane;

typedef enum lane_policy {
    /* Wait for room: for the plugin's threads. */
    LANE_WAIT,
    /* Give up when there is no room: for log lines. */
    LANE_DROP,
    /* Never wait: for the reader itself. */
    LANE_FORCE
} lane_policy;

/* Makes `fd` non-blocking. */
bool lane_init(lane *lane, int fd, int wake, size_t limit);

/* Queues one frame with the writer's payload, and frees the writer. False when it was dropped or memory is out. */
bool lane_send(lane *lane, uint16_t type, uint64_t correlation, pl_writer *writer, lane_policy policy);

/* [reader] Writes what the socket takes now. False when the socket is of no use any more. */
bool lane_move(lane *lane);

/* [reader] Whether something is waiting to be written. */
bool lane_waiting(lane *lane);

/* Waits until the queue is empty, at most until `deadline`. */
void lane_drain(lane *lane, int64_t deadline);

#endif
