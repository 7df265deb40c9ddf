/* martlet.service/1: the system's service manager, by way of the agent. */
#ifndef MARTLET_EXT_SERVICE_H
#define MARTLET_EXT_SERVICE_H

#include "../base.h"
#include "../error.h"
#include "../host.h"
#include "../sink.h"

MARTLET_BEGIN

#define MARTLET_EXT_SERVICE "martlet.service/1"

enum {
    MARTLET_SERVICE_START = 1,
    MARTLET_SERVICE_STOP = 2,
    MARTLET_SERVICE_RESTART = 3,
    MARTLET_SERVICE_RELOAD = 4
};

/* Host's side. The agent carries it out, so that a plugin needs no privilege and the service is not its child. */
typedef struct martlet_host_service {
    uint32_t struct_size;
    uint32_t reserved;
    /* [thread-safe & initialised] Waits until it is done, at most until `deadline` (CLOCK_MONOTONIC, nanoseconds).
     * MARTLET_PERMISSION_DENIED for a unit that the manifest does not name or the host's owner does not grant. */
    martlet_status (*perform)(const martlet_host *host, int64_t deadline, int32_t action, const martlet_string *unit,
                              martlet_error *error);
    /* [thread-safe & initialised] Pushes how the unit is as a JSON document: {"state": one of running, stopped, failed,
     * changing, not-found, unknown (more may come); "detail": words of the service manager}. Permitted as `perform` is.
     * NULL: not offered. */
    martlet_status (*state)(const martlet_host *host, int64_t deadline, const martlet_string *unit,
                            const martlet_sink *sink, martlet_error *error);
} martlet_host_service;

MARTLET_END

#endif
