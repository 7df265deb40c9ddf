/* One call of the plugin: what is lent for it, what came of it, what it kept of the rules. */
#ifndef PROBE_CALL_H
#define PROBE_CALL_H

#include "martlet/martlet.h"

/* Divides the limits; more than 1 only for plugins of which it is known that they are late. Short ones are halved at most, since the
 * machine has other things to do, too. */
extern int64_t call_haste;
#define HASTE_OF_SHORT (call_haste > 2 ? 2 : call_haste)

/* Limits in nanoseconds, as an agent has them. */
#define LIMIT_CALL (10000000000 / call_haste)
#define LIMIT_VALIDATE (2000000000 / HASTE_OF_SHORT)
#define LIMIT_STOP (5000000000 / call_haste)
#define LIMIT_START (1000000000 / HASTE_OF_SHORT)
#define LIMIT_EXTENSION (2000000000 / HASTE_OF_SHORT)
#define LIMIT_LOAD (30000000000 / call_haste)
/* For a run that was started. */
#define LIMIT_RUN (60000000000 / call_haste)

typedef struct probe_call {
    const char *name;
    const martlet_call *call;
    martlet_error *error;
    const martlet_sink *sink;
} probe_call;

/* When true, every call is asked to stop before it begins. */
extern bool call_cancelled;

/* Lends the call, its error record and a sink. One at a time, on one thread. */
probe_call call_begin(const char *name, int64_t limit);

/* Judges the answer, tells it with what was pushed, and takes back all that was lent for the call. */
martlet_status call_end(const probe_call *call, martlet_status status);

/* Lent until the call that is under way ends. */
const martlet_bytes *call_bytes(const char *check, const char *text);
const martlet_string *call_string(const char *check, const char *text);

#endif
