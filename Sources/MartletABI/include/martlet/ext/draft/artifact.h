/* martlet.artifact/1: a large result of a run, streamed up to the server. A draft: it may still change; include it by itself. */
#ifndef MARTLET_EXT_ARTIFACT_H
#define MARTLET_EXT_ARTIFACT_H

#include "../../base.h"
#include "../../error.h"
#include "../../host.h"

MARTLET_BEGIN

#define MARTLET_EXT_ARTIFACT "martlet.artifact/1"
/* Longest name: 1 to 64 of [a-z0-9.-], not beginning with a dot. */
#define MARTLET_ARTIFACT_NAME_LIMIT 64u

/* Host's side. The agent keeps what comes until the server has it, over its own death and that of the connection. */
typedef struct martlet_host_artifact {
    uint32_t struct_size;
    uint32_t reserved;
    /* [thread-safe & active] Adds a piece of at most MARTLET_DOCUMENT_LIMIT bytes to an artifact of a run that is under
     * way. `offset` is where the piece begins: what was added so far; 0 begins anew. Waits, at most until `deadline`
     * (CLOCK_MONOTONIC, nanoseconds), so that a plugin is not faster than the disk.
     * MARTLET_RESOURCE_EXHAUSTED names the quota that is used up. */
    martlet_status (*append)(const martlet_host *host, int64_t deadline, const uint8_t *run, const martlet_string *name,
                             uint64_t offset, const martlet_bytes *piece, martlet_error *error);
    /* [thread-safe & active] The artifact is whole: durable on the device when this returns, then brought to the server
     * when it can be reached. What was not finished when its run ends is dropped. */
    martlet_status (*finish)(const martlet_host *host, int64_t deadline, const uint8_t *run, const martlet_string *name,
                             martlet_error *error);
} martlet_host_artifact;

MARTLET_END

#endif
