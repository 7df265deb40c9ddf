/* Runs as the plugin tells of them. */
#ifndef PROBE_FACE_RUNS_H
#define PROBE_FACE_RUNS_H

#include "martlet/ext/tasks.h"

/* Any thread. */
void face_run_progress(const uint8_t *run, uint32_t percent, const martlet_string *message);
void face_run_finished(const uint8_t *run, martlet_status status, const martlet_string *message,
                       const martlet_bytes *result);

/* Whether the run is under way. */
bool face_run_is_known(const uint8_t *run);

#endif
