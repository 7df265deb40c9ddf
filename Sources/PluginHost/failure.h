/* Filling a plugin's error record. */
#ifndef HOST_FAILURE_H
#define HOST_FAILURE_H

#include "martlet/error.h"

/* Fills `error`, which may be NULL or smaller than ours, and returns `status`. */
martlet_status failure(martlet_error *error, martlet_status status, const char *message, size_t length);

/* The same with a C string. */
martlet_status failure_text(martlet_error *error, martlet_status status, const char *message);

#endif
