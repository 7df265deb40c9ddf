/* Memory that is lent to the plugin. Each thing lies on pages of its own, up to their end: who reads past it, writes what is
 * only to be read, or uses it after it was taken back is caught, and the rule that was broken is told. */
#ifndef PROBE_GUARD_H
#define PROBE_GUARD_H

#include <stddef.h>
#include <stdint.h>

#include "martlet/base.h"

/* Catches what breaks the rules from here on. */
void guard_install(void);

/* A copy of `size` bytes, to be read only. `check` names the rule about it; it must live as long as the process. */
const void *guard_lend(const char *check, const void *data, size_t size);

/* Zeroed, to be written to. */
void *guard_lend_writable(const char *check, size_t size);

/* Takes back what was lent, of this check; nothing may touch it any more. */
void guard_take_back(const char *check);

/* Takes back everything but what is of the check named. */
void guard_take_back_all_but(const char *check);

/* Tells that the rules held about all that was taken back. */
void guard_tell(void);

#endif
