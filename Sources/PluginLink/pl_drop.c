#define _GNU_SOURCE
#include "pl_drop.h"

#include <dirent.h>
#include <stdbool.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

static int no_capabilities(void) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct none[2];
    memset(none, 0, sizeof none);
    if (syscall(SYS_capset, &header, none)) return errno;
    memset(none, 0xFF, sizeof none);
    if (syscall(SYS_capget, &header, none)) return errno;
    for (int i = 0; i < 2; i++)
        if (none[i].effective | none[i].permitted | none[i].inheritable) return EPERM;
    return 0;
}

int pl_drop(uid_t user, gid_t group) {
    if (user == 0 || group == 0) return EINVAL;
    /* The kernel forgets it with the user. */
    int with_parent = 0;
    pid_t parent = getppid();
    if (prctl(PR_GET_PDEATHSIG, &with_parent)) return errno;
    for (int capability = 0; capability < 64; capability++)
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) && errno != EINVAL) return errno;
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (setgroups(1, &group) || setresgid(group, group, group) || setresuid(user, user, user)) return errno;
    int error = no_capabilities();
    if (error) return error;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)) return errno;
    uid_t real, effective, saved;
    if (getresuid(&real, &effective, &saved)) return errno;
    if (real != user || effective != user || saved != user) return EPERM;
    if (!setresuid(0, 0, 0) || !setuid(0) || !seteuid(0) || !setgid(0)) return EPERM;
    if (with_parent && prctl(PR_SET_PDEATHSIG, with_parent)) return errno;
    return with_parent && getppid() != parent ? ESRCH : 0;
}

void pl_close_memory(void) { prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

static int give_below(int folder, const char *except, uid_t user, gid_t group);

/* What was opened counts, not what its name led to before. Closes it. */
static int give_one(int file, uid_t user, gid_t group) {
    struct stat status;
    int error = fstat(file, &status) ? errno : 0;
    bool is_folder = !error && S_ISDIR(status.st_mode);
    bool is_given = is_folder || (!error && S_ISREG(status.st_mode) && status.st_nlink == 1);
    if (is_given && (status.st_uid != user || status.st_gid != group) && fchown(file, user, group)) error = errno;
    if (is_folder && !error) return give_below(file, NULL, user, group);
    close(file);
    return error;
}

static int give_below(int folder, const char *except, uid_t user, gid_t group) {
    DIR *entries = fdopendir(folder);
    if (!entries) {
        int error = errno;
        close(folder);
        return error;
    }
    int error = 0;
    struct dirent *entry;
    while (!error && (entry = readdir(entries))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (except && !strcmp(entry->d_name, except)) continue;
        struct stat status;
        if (fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW)) {
            if (errno != ENOENT) error = errno;
            continue;
        }
        /* Not opened: a device or a pipe may do something then. */
        if (!S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode)) continue;
        int below = openat(folder, entry->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        error = below < 0 ? errno : give_one(below, user, group);
    }
    closedir(entries);
    return error;
}

int pl_give_away(const char *folder, const char *except, uid_t user, gid_t group) {
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return descriptor < 0 ? errno : give_below(descriptor, except, user, group);
}

int pl_give_socket(const char *path, uid_t user, gid_t group) {
    int place = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (place < 0) return errno;
    struct stat status;
    int error = fstat(place, &status) ? errno : !S_ISSOCK(status.st_mode) || status.st_uid != geteuid() ? EPERM : 0;
    if (!error && fchownat(place, "", user, group, AT_EMPTY_PATH)) error = errno;
    close(place);
    return error;
}

int pl_wait(int pidfd) {
    siginfo_t info;
    while (waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED))
        if (errno != EINTR) return -1;
    return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}
