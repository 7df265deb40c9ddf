/* A part of the file system that the plugin does not get at, whatever its files' modes say. */
#ifndef HOST_HIDE_H
#define HOST_HIDE_H

#include <stdbool.h>

/* For the rest of the process's life, and for what it starts: no file of the folder can be opened, made, removed or run, and
 * no process outside gets a signal. True also where the kernel has no Landlock; false, after a sentence on standard error,
 * when it has and refuses. No new privileges must be set before. To be called while everything can be seen.
 *
 * Landlock knows what is allowed only: the folder's neighbours are, and those of the folders above it, as they are now. What is
 * made beside them later is seen by the next process. */
bool host_hide(const char *folder);

#endif
