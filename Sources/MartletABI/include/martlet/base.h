/* Types and rules that every other header uses.
 *
 * Rules that hold for the whole interface:
 *   - Inputs are borrowed until the call returns; outputs are pushed into a sink of the caller. Nobody frees
 *     the other side's memory.
 *   - Strings are UTF-8 without a terminating zero. Documents are JSON (RFC 8259) of at most
 *     MARTLET_DOCUMENT_LIMIT bytes.
 *   - A structure that may grow begins with `struct_size`: offset plus size of the last field its author knew.
 *     The reader copies the smaller of that and its own size into zeroed memory; NULL means "not offered".
 *   - No C++ exception, longjmp or trap may cross the interface.
 *
 * Thread tags, on every function:
 *   [control]      called by the host on one thread, one call at a time per plugin
 *   [worker]       called by the plugin on a thread of its own
 *   [thread-safe]  from any thread, at the same time as any other call
 * A tag may name the states in which the call is legal:
 *   created -> (init) initialised <-> (activate, deactivate) active; destroy from any of them. */
#ifndef MARTLET_BASE_H
#define MARTLET_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MARTLET_ABI_MAJOR 1
#define MARTLET_ABI_MINOR 0

/* Largest document in either direction; larger things are not documents. */
#define MARTLET_DOCUMENT_LIMIT 1048576u
/* Largest event as encoded: type, text, instance and data together. */
#define MARTLET_EVENT_LIMIT 8192u
/* Length of the identifiers of events and of task runs. */
#define MARTLET_ID_SIZE 16u

#ifdef __cplusplus
#define MARTLET_BEGIN extern "C" {
#define MARTLET_END }
#else
#define MARTLET_BEGIN
#define MARTLET_END
#endif

#if defined(__GNUC__)
#define MARTLET_EXPORT __attribute__((visibility("default")))
#else
#define MARTLET_EXPORT
#endif

MARTLET_BEGIN

/* UTF-8, borrowed. `data` may be NULL when `length` is 0. */
typedef struct martlet_string {
    const char *data;
    size_t length;
} martlet_string;

/* Octets, borrowed. `data` may be NULL when `length` is 0. */
typedef struct martlet_bytes {
    const uint8_t *data;
    size_t length;
} martlet_bytes;

/* One of the constants below. A reader treats a value it does not know as MARTLET_UNKNOWN. */
typedef int32_t martlet_status;

enum {
    MARTLET_OK = 0,
    MARTLET_CANCELLED = 1,
    MARTLET_UNKNOWN = 2,
    MARTLET_INVALID_ARGUMENT = 3,
    MARTLET_DEADLINE_EXCEEDED = 4,
    MARTLET_NOT_FOUND = 5,
    MARTLET_ALREADY_EXISTS = 6,
    MARTLET_PERMISSION_DENIED = 7,
    MARTLET_RESOURCE_EXHAUSTED = 8,
    MARTLET_FAILED_PRECONDITION = 9,
    MARTLET_ABORTED = 10,
    MARTLET_OUT_OF_RANGE = 11,
    MARTLET_UNIMPLEMENTED = 12,
    MARTLET_INTERNAL = 13,
    MARTLET_UNAVAILABLE = 14,
    MARTLET_DATA_LOSS = 15,
    MARTLET_UNAUTHENTICATED = 16
};

MARTLET_END

#endif
