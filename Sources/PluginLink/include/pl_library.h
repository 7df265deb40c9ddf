/* A plugin library as one unchangeable thing: what was checked is what is loaded. */
#ifndef PL_LIBRARY_H
#define PL_LIBRARY_H

#include <stdint.h>
#include <sys/types.h>

/* Largest library that is loaded. */
#define PL_LIBRARY_LIMIT (256u * 1024u * 1024u)

/* Copies the file into a sealed memory file: its descriptor, or -1 with errno. EPERM when the file is not a regular one
 * owned by root or by the caller, or when others may write to it; EFBIG when it is larger than PL_LIBRARY_LIMIT. */
int pl_library_seal(const char *path, uint64_t *size);

#endif
