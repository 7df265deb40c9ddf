#define _GNU_SOURCE
#include "pl_launch.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pl_process.h"

/* One order at a time for the launching thread. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int thread_error;
static const pl_launch *order;
static pl_launched *outcome;
static int outcome_error;
static bool done;

/* In the child, between fork and exec: only async-signal-safe calls. */
static void fail(int report) {
    int error = errno;
    ssize_t ignored = write(report, &error, sizeof error);
    (void)ignored;
    _exit(127);
}

/* Moves the descriptors to their numbers: first out of the way, then down. Returns where `report` went. */
static int place_descriptors(const pl_launch *launch, int report) {
    int moved[PL_LAUNCH_DESCRIPTORS];
    int above = fcntl(report, F_DUPFD_CLOEXEC, 2 * PL_LAUNCH_DESCRIPTORS);
    if (above < 0) fail(report);
    for (int i = 0; i < launch->descriptor_count; i++) {
        int from = launch->descriptors[i];
        bool opened = from < 0 && i < 3;
        if (opened) from = open("/dev/null", O_RDWR | O_CLOEXEC);
        moved[i] = from < 0 ? -1 : fcntl(from, F_DUPFD_CLOEXEC, 2 * PL_LAUNCH_DESCRIPTORS);
        if (from >= 0 && moved[i] < 0) fail(above);
    }
    for (int i = 0; i < launch->descriptor_count; i++) {
        if (moved[i] < 0) close(i);
        else if (dup2(moved[i], i) < 0) fail(above);
    }
    return above;
}

static void reset_signals(void) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int number = 1; number < 65; number++) sigaction(number, &standard, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void become(const pl_launch *launch, int report, pid_t parent) {
    /* 0 is the writer itself. */
    if (launch->cgroup_procs > 0 && write(launch->cgroup_procs, "0", 1) < 0) errno = 0;
    int above = place_descriptors(launch, report);
    /* Everything that is not wanted closes at the exec, also what a library opened without the flag. */
    syscall(SYS_close_range, (unsigned)launch->descriptor_count, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */);
    reset_signals();
    /* Also away from the terminal of whoever started the agent: who has it may type into it. */
    setsid();
    if (launch->dies_with_parent) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(127);
    }
    execve(launch->executable, (char *const *)launch->arguments, (char *const *)launch->environment);
    fail(above);
}

/* Forks again so that init, not we, is the parent; tells the grandchild's number through `numbers`. */
static void become_detached(const pl_launch *launch, int report, int numbers) {
    pid_t pid = fork();
    if (pid < 0) fail(report);
    if (pid == 0) become(launch, report, 0);
    ssize_t ignored = write(numbers, &pid, sizeof pid);
    (void)ignored;
    _exit(0);
}

static ssize_t read_all(int fd, void *into, size_t length) {
    size_t got = 0;
    while (got < length) {
        ssize_t n = read(fd, (char *)into + got, length - got);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        got += (size_t)n;
    }
    return (ssize_t)got;
}

static void collect(pid_t pid) {
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
}

/* After the fork, in the parent: learns the process, then whether its exec worked (the pipe closes). */
static int settle(const pl_launch *launch, pid_t child, int report, int numbers, pl_launched *launched) {
    pid_t pid = child;
    if (launch->detached) {
        bool known = read_all(numbers, &pid, sizeof pid) == sizeof pid;
        if (!known) pid = -1;
        collect(child);
    }
    int pidfd = pid > 0 ? pl_pidfd_open(pid) : -1;
    int pidfd_error = pidfd < 0 ? errno : 0;
    int error = 0;
    bool failed = read_all(report, &error, sizeof error) == sizeof error;
    if (!failed && pidfd >= 0) {
        launched->pid = pid;
        launched->pidfd = pidfd;
        return 0;
    }
    if (pidfd >= 0) close(pidfd);
    if (!launch->detached) {
        if (!failed) kill(pid, SIGKILL);
        collect(pid);
    }
    /* A detached program may have exec'd and ended before we could look: that is a start, without a descriptor. */
    if (!failed && launch->detached && pid > 0) {
        launched->pid = pid;
        launched->pidfd = -1;
        return 0;
    }
    return failed ? error : pidfd_error ? pidfd_error : ECHILD;
}

static int perform(const pl_launch *launch, pl_launched *launched) {
    int report[2], numbers[2];
    if (pipe2(report, O_CLOEXEC)) return errno;
    if (pipe2(numbers, O_CLOEXEC)) {
        int error = errno;
        close(report[0]);
        close(report[1]);
        return error;
    }
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        if (launch->detached) become_detached(launch, report[1], numbers[1]);
        become(launch, report[1], parent);
    }
    int fork_error = child < 0 ? errno : 0;
    close(report[1]);
    close(numbers[1]);
    int error = fork_error ? fork_error : settle(launch, child, report[0], numbers[0], launched);
    close(report[0]);
    close(numbers[0]);
    return error;
}

int pl_launch_here(const pl_launch *launch, pl_launched *launched) {
    if (launch->descriptor_count < 0 || launch->descriptor_count > PL_LAUNCH_DESCRIPTORS) return EINVAL;
    return perform(launch, launched);
}

static void *serve(void *unused) {
    (void)unused;
    pthread_mutex_lock(&mutex);
    for (;;) {
        while (!order) pthread_cond_wait(&changed, &mutex);
        outcome_error = perform(order, outcome);
        order = NULL;
        done = true;
        pthread_cond_broadcast(&changed);
    }
    return NULL;
}

static void start_thread(void) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_error = pthread_create(&thread, &attributes, serve, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
}

int pl_launch_run(const pl_launch *launch, pl_launched *launched) {
    if (launch->descriptor_count < 0 || launch->descriptor_count > PL_LAUNCH_DESCRIPTORS) return EINVAL;
    pthread_once(&once, start_thread);
    if (thread_error) return thread_error;
    pthread_mutex_lock(&turn);
    pthread_mutex_lock(&mutex);
    order = launch;
    outcome = launched;
    done = false;
    pthread_cond_broadcast(&changed);
    while (!done) pthread_cond_wait(&changed, &mutex);
    int error = outcome_error;
    pthread_mutex_unlock(&mutex);
    pthread_mutex_unlock(&turn);
    return error;
}
