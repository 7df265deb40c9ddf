#define _GNU_SOURCE
#include "pl_poller.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#define BATCH 64

int pl_poller_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int control(int poller, int operation, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = {.events = events, .data = {.u64 = token}};
    return epoll_ctl(poller, operation, descriptor, &event) ? errno : 0;
}

int pl_poller_add(int poller, int descriptor, uint64_t token) {
    /* One-shot with nothing asked for: only a hang-up may be reported before it is armed. */
    return control(poller, EPOLL_CTL_ADD, descriptor, EPOLLONESHOT, token);
}

int pl_poller_arm(int poller, int descriptor, uint64_t token, uint32_t events) {
    uint32_t wanted = EPOLLONESHOT;
    if (events & PL_READABLE) wanted |= EPOLLIN;
    if (events & PL_WRITABLE) wanted |= EPOLLOUT;
    return control(poller, EPOLL_CTL_MOD, descriptor, wanted, token);
}

int pl_poller_remove(int poller, int descriptor) { return control(poller, EPOLL_CTL_DEL, descriptor, 0, 0); }

int pl_poller_wait(int poller, pl_ready *ready, int capacity) {
    struct epoll_event events[BATCH];
    int count = epoll_wait(poller, events, capacity < BATCH ? capacity : BATCH, -1);
    for (int i = 0; i < count; i++) {
        ready[i].token = events[i].data.u64;
        ready[i].events = (events[i].events & EPOLLIN ? PL_READABLE : 0) |
                          (events[i].events & EPOLLOUT ? PL_WRITABLE : 0) |
                          (events[i].events & (EPOLLHUP | EPOLLERR) ? PL_GONE : 0);
    }
    return count < 0 ? 0 : count;
}

int pl_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) ? errno : 0; }

int pl_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }
