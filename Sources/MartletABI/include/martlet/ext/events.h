/* martlet.events/1: something happened. */
#ifndef MARTLET_EXT_EVENTS_H
#define MARTLET_EXT_EVENTS_H

#include "../base.h"
#include "../error.h"
#include "../host.h"

MARTLET_BEGIN

#define MARTLET_EXT_EVENTS "martlet.events/1"

enum {
    MARTLET_SEVERITY_INFO = 1,
    MARTLET_SEVERITY_WARNING = 2,
    MARTLET_SEVERITY_FAILURE = 3,
    MARTLET_SEVERITY_CRITICAL = 4
};

typedef struct martlet_event {
    uint32_t struct_size;
    int32_t severity;
    /* Names this occurrence. An event repeated with the same id, also by a later process of this plugin, is stored
     * once as long as the device remembers it (4,096 events). */
    uint8_t id[MARTLET_ID_SIZE];
    /* When it happened, UTC microseconds; 0 for now. */
    int64_t time;
    /* Empty for an application that is one. */
    martlet_string instance;
    /* One of the manifest's event types. */
    martlet_string type;
    /* English. */
    martlet_string text;
    /* JSON object of arguments, or empty. */
    martlet_bytes data;
} martlet_event;

/* Host's side. */
typedef struct martlet_host_events {
    uint32_t struct_size;
    uint32_t reserved;
    /* [thread-safe & initialised] Queues a copy and returns at once. MARTLET_RESOURCE_EXHAUSTED when too many wait
     * to be stored (nothing was queued: try again after `flush`); MARTLET_INVALID_ARGUMENT when it is malformed or
     * larger than MARTLET_EVENT_LIMIT. */
    martlet_status (*emit)(const martlet_host *host, const martlet_event *event, martlet_error *error);
    /* [thread-safe & initialised] Waits until every event queued before is stored on the device.
     * MARTLET_DEADLINE_EXCEEDED when `deadline` (CLOCK_MONOTONIC, nanoseconds) comes first; MARTLET_INVALID_ARGUMENT or
     * MARTLET_RESOURCE_EXHAUSTED when the device refused some since the last flush, with the first reason. */
    martlet_status (*flush)(const martlet_host *host, int64_t deadline, martlet_error *error);
} martlet_host_events;

MARTLET_END

#endif
