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
    return 0;
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
        bool is_folder = S_ISDIR(status.st_mode);
        if (!is_folder && (!S_ISREG(status.st_mode) || status.st_nlink != 1)) continue;
        int below = openat(folder, entry->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (is_folder ? O_DIRECTORY : 0));
        if (below < 0) error = errno;
        else if (status.st_uid == 0 && fchown(below, user, group)) error = errno;
        if (below < 0) continue;
        if (is_folder && !error) error = give_below(below, NULL, user, group);
        else close(below);
    }
    closedir(entries);
    return error;
}

int pl_give_away(const char *folder, const char *except, uid_t user, gid_t group) {
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return descriptor < 0 ? errno : give_below(descriptor, except, user, group);
}

int pl_wait(int pidfd) {
    siginfo_t info;
    while (waitid((idtype_t)P_PIDFD, (id_t)pidfd, &info, WEXITED))
        if (errno != EINTR) return -1;
    return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}
