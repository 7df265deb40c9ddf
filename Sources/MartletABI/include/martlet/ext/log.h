/* martlet.log/1: lines for the agent's log. */
#ifndef MARTLET_EXT_LOG_H
#define MARTLET_EXT_LOG_H

#include "../base.h"
#include "../host.h"

MARTLET_BEGIN

#define MARTLET_EXT_LOG "martlet.log/1"

enum { MARTLET_LOG_DEBUG = 1, MARTLET_LOG_INFO = 2, MARTLET_LOG_WARNING = 3, MARTLET_LOG_ERROR = 4 };

/* Host's side. */
typedef struct martlet_host_log {
    uint32_t struct_size;
    uint32_t reserved;
    /* [thread-safe] One line; longer than 4 KiB is cut. Lines are dropped when the agent does not keep up. */
    void (*write)(const martlet_host *host, int32_t level, const martlet_string *message);
} martlet_host_log;

MARTLET_END

#endif
