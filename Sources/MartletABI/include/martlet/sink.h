/* Where a callee pushes its output. */
#ifndef MARTLET_SINK_H
#define MARTLET_SINK_H

#include "base.h"

MARTLET_BEGIN

/* Owned by the caller, valid until the call it was passed to returns. */
typedef struct martlet_sink {
    uint32_t struct_size;
    uint32_t reserved;
    void *caller_data;
    /* Appends `bytes`; any number of times, on the thread of the call. MARTLET_RESOURCE_EXHAUSTED when the whole
     * would exceed MARTLET_DOCUMENT_LIMIT; what was written before then is discarded. */
    martlet_status (*write)(const struct martlet_sink *sink, const martlet_bytes *bytes);
} martlet_sink;

MARTLET_END

#endif
