/* Waiting for many descriptors: what Swift's Glibc module does not have (epoll, pipe2, memfd_create). */
#ifndef PL_POLLER_H
#define PL_POLLER_H

#include <stdint.h>

#define PL_READABLE 1u
#define PL_WRITABLE 2u
/* Reported unasked: the other side is gone. */
#define PL_GONE 4u

typedef struct pl_ready {
    uint64_t token;
    uint32_t events;
    uint32_t reserved;
} pl_ready;

/* A poller's descriptor, or -1 with errno. */
int pl_poller_create(void);

/* Registers a descriptor under a token, reporting nothing yet. 0, or an errno value. */
int pl_poller_add(int poller, int descriptor, uint64_t token);

/* Reports the descriptor once for any of `events`. */
int pl_poller_arm(int poller, int descriptor, uint64_t token, uint32_t events);
int pl_poller_remove(int poller, int descriptor);

/* Waits; the number of entries filled, at least 0. */
int pl_poller_wait(int poller, pl_ready *ready, int capacity);

/* A pipe whose ends close at an exec. 0, or an errno value. */
int pl_pipe(int ends[2]);

/* An empty file in memory that closes at an exec, or -1 with errno. */
int pl_memory_file(const char *name);

#endif
