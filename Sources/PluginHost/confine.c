#define _GNU_SOURCE
#include "confine.h"

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static bool limit(int resource, uint64_t value, const char *name) {
    if (!value) return true;
    struct rlimit former;
    if (getrlimit((__rlimit_resource_t)resource, &former)) return false;
    struct rlimit wanted = {.rlim_cur = value, .rlim_max = value};
    if (former.rlim_max != RLIM_INFINITY && wanted.rlim_max > former.rlim_max)
        wanted.rlim_cur = wanted.rlim_max = former.rlim_max;
    if (!setrlimit((__rlimit_resource_t)resource, &wanted)) return true;
    perror(name);
    return false;
}

bool host_confine(const host_arguments *arguments) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) {
        perror("prctl");
        return false;
    }
    if (arguments->parent && getppid() != (pid_t)arguments->parent) {
        fprintf(stderr, "the agent that started this host is gone\n");
        return false;
    }
    signal(SIGPIPE, SIG_IGN);
    return limit(RLIMIT_CORE, 0, "core") && limit(RLIMIT_DATA, arguments->memory, "memory limit") &&
           limit(RLIMIT_NOFILE, arguments->files, "file limit") &&
           limit(RLIMIT_NPROC, arguments->processes, "process limit");
}
