/* Replacing one file, with root's rights, in folders that others may write. */
#ifndef PRIVILEGED_FILE_H
#define PRIVILEGED_FILE_H

#include <stddef.h>
#include <sys/types.h>

/* Replaces the file at once and durably by the content: a reader sees the old or the new one, also after a crash. Owner,
 * group and permissions of a file that is there are kept; a new one is root's with `mode`. No part of the path may be a
 * symbolic link, the last one no less. Returns 0, or an errno value, and what failed in `what`. */
int file_replace(const char *path, const void *content, size_t length, mode_t mode, const char **what);

#endif
