#define _GNU_SOURCE
#include "pl_filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, value)
#define DENIED (SECCOMP_RET_ERRNO | EPERM)
/* The call with this number gets the answer; any other goes on. */
#define CALL(number, value) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), ANSWER(value)
#define DENY(number) CALL(number, DENIED)

#define NAMESPACES (CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)

static struct sock_filter program[] = {
    /* Numbers mean something else on another architecture. */
    LOAD(arch),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
    ANSWER(SECCOMP_RET_KILL_PROCESS),
    LOAD(nr),
#if defined(__x86_64__)
    /* The calls of x32, which have other numbers. */
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
    ANSWER(DENIED),
#endif
    /* Into other processes. */
    DENY(SYS_ptrace), DENY(SYS_process_vm_readv), DENY(SYS_process_vm_writev), DENY(SYS_pidfd_getfd), DENY(SYS_kcmp),
    /* Into the kernel. */
    DENY(SYS_bpf), DENY(SYS_perf_event_open), DENY(SYS_userfaultfd), DENY(SYS_io_uring_setup), DENY(SYS_io_uring_enter),
    DENY(SYS_io_uring_register), DENY(SYS_kexec_load), DENY(SYS_kexec_file_load), DENY(SYS_init_module),
    DENY(SYS_finit_module), DENY(SYS_delete_module), DENY(SYS_add_key), DENY(SYS_request_key), DENY(SYS_keyctl),
    /* Another view of the machine. */
    DENY(SYS_mount), DENY(SYS_umount2), DENY(SYS_pivot_root), DENY(SYS_chroot), DENY(SYS_move_mount), DENY(SYS_open_tree),
    DENY(SYS_fsopen), DENY(SYS_fsmount), DENY(SYS_fsconfig), DENY(SYS_fspick), DENY(SYS_mount_setattr), DENY(SYS_setns),
    DENY(SYS_unshare), DENY(SYS_open_by_handle_at),
    /* The machine itself. */
    DENY(SYS_reboot), DENY(SYS_swapon), DENY(SYS_swapoff), DENY(SYS_acct), DENY(SYS_settimeofday), DENY(SYS_clock_settime),
    DENY(SYS_adjtimex), DENY(SYS_clock_adjtime), DENY(SYS_sethostname), DENY(SYS_setdomainname), DENY(SYS_quotactl),
#if defined(__x86_64__)
    DENY(SYS_iopl), DENY(SYS_ioperm),
#endif
    /* Into a terminal, as if its user had typed it. */
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 6),
    LOAD(args[1]),
    DENY(TIOCSTI), DENY(TIOCLINUX),
    ANSWER(SECCOMP_RET_ALLOW),
    /* A filter cannot read what clone3 points to; the C library does with clone when there is no clone3. */
    CALL(SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 1, 0),
    ANSWER(SECCOMP_RET_ALLOW),
    LOAD(args[0]),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NAMESPACES, 0, 1),
    ANSWER(DENIED),
    ANSWER(SECCOMP_RET_ALLOW),
};

bool pl_filter_calls(void) {
    struct sock_fprog all = {.len = sizeof program / sizeof program[0], .filter = program};
    if (!prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all)) return true;
    if (errno == EINVAL || errno == ENOSYS) return true;
    perror("system call filter");
    return false;
}

#else

bool pl_filter_calls(void) { return true; }

#endif

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#endif

int pl_landlock_version(void) { return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, 1); }
