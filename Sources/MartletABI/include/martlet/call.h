/* What every call of the host carries. */
#ifndef MARTLET_CALL_H
#define MARTLET_CALL_H

#include "base.h"

MARTLET_BEGIN

/* Owned by the host, valid until the call it was passed to returns. */
typedef struct martlet_call {
    uint32_t struct_size;
    uint32_t reserved;
    /* Unique in the life of the process; for logs. */
    uint64_t id;
    /* CLOCK_MONOTONIC in nanoseconds. A call that is still running then ends the host process. */
    int64_t deadline;
    void *host_data;
    /* [thread-safe] True once the answer is of no use any more: asked to stop, or past the deadline. The callee
     * should return MARTLET_CANCELLED soon. */
    bool (*is_cancelled)(const struct martlet_call *call);
} martlet_call;

MARTLET_END

#endif
