/* martlet.secret/1: values that operators keep out of settings, such as the application's password. */
#ifndef MARTLET_EXT_SECRET_H
#define MARTLET_EXT_SECRET_H

#include "../base.h"
#include "../error.h"
#include "../host.h"
#include "../sink.h"

MARTLET_BEGIN

#define MARTLET_EXT_SECRET "martlet.secret/1"
/* Longest value, in bytes. */
#define MARTLET_SECRET_LIMIT 16384u

/* Host's side. Settings name a secret; its value is got here when it is needed, and kept nowhere: not in a file, not in
 * a log line, not in a result. When an operator gives a secret another value, settings are applied again. */
typedef struct martlet_host_secret {
    uint32_t struct_size;
    uint32_t reserved;
    /* [thread-safe & initialised] Pushes the value. MARTLET_NOT_FOUND when this device has no such secret of this
     * plugin (yet). The memory that the sink is given is overwritten afterwards. */
    martlet_status (*get)(const martlet_host *host, int64_t deadline, const martlet_string *name,
                          const martlet_sink *sink, martlet_error *error);
} martlet_host_secret;

MARTLET_END

#endif
