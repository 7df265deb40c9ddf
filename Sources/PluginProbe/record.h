/* What the probe saw, as frames on descriptor 3; Swift judges it (PluginWorkshop/Conformance). */
#ifndef PROBE_RECORD_H
#define PROBE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "martlet/error.h"
#include "pl_fields.h"

#define RECORD_FD 3

/* Frame types of the probe; those of the plugin's news are PluginLink's. */
enum { RECORD_BEGIN = 200, RECORD_END = 201, RECORD_FACT = 202, RECORD_DONE = 203 };

/* A rule was kept or broken, by the id of its check. Told once for each way; any thread. */
void record_fact(const char *check, bool kept, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same from a signal handler: `what` is a whole sentence. */
void record_fact_in_signal(const char *check, const char *what);

/* A call of the plugin begins; it is overdue after `limit` nanoseconds. */
void record_begin(const char *call, int64_t limit);

/* It has returned; `document` is what it pushed. */
void record_end(const char *call, martlet_status status, const martlet_error *error, const uint8_t *document,
                size_t length);

/* Sends one frame and frees the writer. */
void record_frame(uint16_t type, pl_writer *writer);

/* The scenario is at its end. */
void record_done(void);

#endif
