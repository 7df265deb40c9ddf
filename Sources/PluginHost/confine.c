#define _GNU_SOURCE
#include "confine.h"
#include "pl_filter.h"
#include "hide.h"

#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static bool limit(int resource, uint64_t value, const char *name) {
    if (!value && resource != RLIMIT_CORE) return true;
    struct rlimit former;
    if (getrlimit((__rlimit_resource_t)resource, &former)) return false;
    struct rlimit wanted = {.rlim_cur = value, .rlim_max = value};
    if (former.rlim_max != RLIM_INFINITY && wanted.rlim_max > former.rlim_max)
        wanted.rlim_cur = wanted.rlim_max = former.rlim_max;
    if (!setrlimit((__rlimit_resource_t)resource, &wanted)) return true;
    perror(name);
    return false;
}

/* A user of the plugin's own: no file of the agent's or of another plugin is its, nor is any of their processes. */
static bool become(uint64_t user, uint64_t given) {
    if (!user) return true;
    gid_t group = (gid_t)(given ? given : user);
    /* The last one, as the loader opens the library by way of /proc, which belongs to root otherwise. */
    if (!setgroups(0, NULL) && !setresgid(group, group, group) && !setresuid((uid_t)user, (uid_t)user, (uid_t)user) &&
        !prctl(PR_SET_DUMPABLE, 1))
        return true;
    perror("a user of the plugin's own");
    return false;
}

bool host_confine(const host_arguments *arguments) {
    if (arguments->hide && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || !host_hide(arguments->hide))) return false;
    /* Before the parent's death is asked for: another user forgets that. */
    if (!become(arguments->user, arguments->group)) return false;
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
           limit(RLIMIT_NPROC, arguments->processes, "process limit") && pl_filter_calls();
}
