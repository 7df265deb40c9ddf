/* What a hostile plugin would try first, one thing a run: the error number tells how it went. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "fixture.h"

static int open_it(const char *target, int flags) {
    int descriptor = open(target, flags | O_CLOEXEC, 0600);
    if (descriptor < 0) return errno;
    close(descriptor);
    return 0;
}

static int connect_to(const char *target) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(target);
    if (length >= sizeof address.sun_path) return ENAMETOOLONG;
    memcpy(address.sun_path, target, length);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return errno;
    int error = connect(descriptor, (struct sockaddr *)&address, sizeof address) ? errno : 0;
    close(descriptor);
    return error;
}

static int read_memory(pid_t pid) {
    char byte;
    struct iovec here = {&byte, 1}, there = {(void *)0x400000, 1};
    return process_vm_readv(pid, &here, 1, &there, 1, 0) < 0 ? errno : 0;
}

static int error_of(long result) { return result < 0 ? errno : 0; }

static int attempt(const char *what, const char *target, long long number) {
    pid_t pid = (pid_t)number;
    if (!strcmp(what, "read")) return open_it(target, O_RDONLY);
    if (!strcmp(what, "write")) return open_it(target, O_WRONLY | O_CREAT);
    if (!strcmp(what, "connect")) return connect_to(target);
    if (!strcmp(what, "ptrace")) return error_of(ptrace(PTRACE_SEIZE, pid, 0, 0));
    if (!strcmp(what, "memory")) return read_memory(pid);
    if (!strcmp(what, "kill")) return error_of(kill(pid, 0));
    if (!strcmp(what, "descriptor")) return error_of(syscall(SYS_pidfd_getfd, syscall(SYS_pidfd_open, pid, 0), 0, 0));
    if (!strcmp(what, "root")) return error_of(setuid(0));
    if (!strcmp(what, "namespace")) return error_of(unshare(CLONE_NEWUSER | CLONE_NEWNS));
    if (!strcmp(what, "mount")) return error_of(mount("none", target, "tmpfs", 0, ""));
    if (!strcmp(what, "program")) return error_of(syscall(SYS_bpf, 0, 0, 0));
    if (!strcmp(what, "terminal")) return error_of(ioctl(0, TIOCSTI, "x"));
    return EINVAL;
}

int fixture_attempt(const char *parameters) {
    char what[32], target[512];
    fixture_text(parameters, "what", "", what, sizeof what);
    fixture_text(parameters, "target", "", target, sizeof target);
    return attempt(what, target, fixture_number(parameters, "pid", 0));
}
