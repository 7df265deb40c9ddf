/* System calls that no plugin needs and that a hostile one would like. */
#ifndef PL_FILTER_H
#define PL_FILTER_H

#include <stdbool.h>

/* For the rest of the process's life, and for what it starts: those calls fail with EPERM. True also where the kernel has no
 * filters; false, after a sentence on standard error, when one could not be set. No new privileges must be set before. */
bool pl_filter_calls(void);

/* Of Landlock; 0 or less where the kernel has none. */
int pl_landlock_version(void);

#endif
