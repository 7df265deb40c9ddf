#define _GNU_SOURCE
#include "pl_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

int pl_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int pl_pidfd_signal(int pidfd, int number) {
    return syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0) ? errno : 0;
}

int pl_reap(int pidfd, pl_exit *exit) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG)) return errno;
    if (info.si_pid == 0) return EAGAIN;
    exit->by_signal = info.si_code != CLD_EXITED;
    exit->value = info.si_status;
    return 0;
}

void pl_kill_group(pid_t pid) {
    if (pid > 1) kill(-pid, SIGKILL);
}

int64_t pl_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int pl_memory(pid_t pid, uint64_t *resident, uint64_t *dirty) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(path, "re");
    if (!file) return errno;
    char line[256];
    unsigned long long value;
    *resident = *dirty = 0;
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "Rss: %llu", &value) == 1) *resident = value;
        if (sscanf(line, "Private_Dirty: %llu", &value) == 1) *dirty = value;
    }
    fclose(file);
    return 0;
}
