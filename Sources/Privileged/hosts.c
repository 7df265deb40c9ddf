#define _GNU_SOURCE
#include "hosts.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pl_launch.h"
#include "pl_library.h"
#include "pl_privileged.h"
#include "process.h"

typedef struct host {
    uint64_t number;
    pid_t pid;
    int pidfd;
    char plugin[129];
    uid_t user;
    char group[1024];
} host;

/* number 0 is a free place. */
static host hosts[PP_MOST_HOSTS];
/* Groups whose last processes had not gone when their host was collected. */
static char left_groups[16][1024];

static host *find(uint64_t number) {
    for (int i = 0; i < PP_MOST_HOSTS; i++)
        if (hosts[i].number == number) return &hosts[i];
    return NULL;
}

static void mark_of(const orders *orders, const char *plugin, uint64_t number, char *mark, size_t size) {
    snprintf(mark, size, "MARTLET_HOST=%s:%d:%s:%llu", orders->data, (int)getpid(), plugin, (unsigned long long)number);
}

static void remove_groups(char *another) {
    for (int i = 0; i < 16; i++) {
        if (!*left_groups[i] && *another) {
            memcpy(left_groups[i], another, sizeof left_groups[i]);
            another = "";
        }
        if (*left_groups[i] && (!rmdir(left_groups[i]) || errno != EBUSY)) left_groups[i][0] = 0;
    }
}

void hosts_begin(const orders *orders) {
    char mark[4200];
    if (orders->control_group) process_sweep_groups(orders->control_group);
    if (snprintf(mark, sizeof mark, "MARTLET_HOST=%s:", orders->data) < (int)sizeof mark) process_end_marked(mark, true);
}

/* Who the process becomes, and which library it has. Of one to which the owner gave another user than a plugin's own, that is
 * never the library that the core sent, but the one that the owner installed. */
static int decide(const orders *orders, const host_request *request, uid_t *user, gid_t *group, int *library,
                  const char **words) {
    const grant *owners = orders_user(orders, request->plugin);
    if (owners) {
        uint64_t size;
        *user = owners->user;
        *group = owners->group;
        *library = pl_library_seal(owners->library, &size);
        *words = "the library that the host's owner installed cannot be used";
        return *library < 0 ? errno : 0;
    }
    *words = "the user is none of plugins'";
    if (request->user < PP_FIRST_USER || request->user >= PP_END_USER) return EPERM;
    /* Users follow from ids, which two could share: then each would have the other's files and processes. */
    *words = "another plugin has the same user, as users follow from ids: it needs another id";
    for (int i = 0; i < PP_MOST_HOSTS; i++)
        if (hosts[i].number && hosts[i].user == (uid_t)request->user && strcmp(hosts[i].plugin, request->plugin))
            return EEXIST;
    *user = *group = (uid_t)request->user;
    *library = request->descriptors[3];
    return 0;
}

static int launch(const orders *orders, const host_request *request, host *host, uid_t user, gid_t group, int library) {
    char mark[4400], numbers[6][24];
    mark_of(orders, request->plugin, request->number, mark, sizeof mark);
    uint64_t values[6] = {(uint64_t)getpid(), user, group, request->memory, request->files, request->processes};
    for (int i = 0; i < 6; i++) snprintf(numbers[i], sizeof numbers[i], "%llu", (unsigned long long)values[i]);
    const char *arguments[] = {
        orders->host, "--plugin", request->plugin, "--parent", numbers[0], "--user", numbers[1], "--group", numbers[2],
        "--memory", numbers[3], "--files", numbers[4], "--processes", numbers[5], "--hide", orders->data, NULL};
    /* Nothing is inherited. Without the third, a Swift plugin that crashes would first print pages of registers. */
    const char *environment[] = {
        "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "SWIFT_BACKTRACE=enable=no", mark, NULL};
    const int *given = request->descriptors;
    pl_launch start = {
        .executable = orders->host, .arguments = arguments, .environment = environment,
        .descriptors = {-1, given[0], given[0], given[1], given[2], library}, .descriptor_count = 6,
        .dies_with_parent = true};
    int joining = process_open_group(host->group);
    if (joining > 0) start.cgroup_procs = joining;
    pl_launched launched;
    int error = pl_launch_here(&start, &launched);
    if (joining >= 0) close(joining);
    if (error) return error;
    host->pid = launched.pid;
    host->pidfd = launched.pidfd;
    return 0;
}

int hosts_start(const orders *orders, const host_request *request, host_started *started, const char **words) {
    *words = "a plugin's id and a number are needed";
    if (!orders_is_plugin(request->plugin) || !request->number || find(request->number)) return EINVAL;
    host *host = find(0);
    *words = "too many processes of plugins";
    if (!host) return EAGAIN;
    uid_t user;
    gid_t group;
    int library;
    int error = decide(orders, request, &user, &group, &library, words);
    if (error) return error;
    *words = NULL;
    memset(host, 0, sizeof *host);
    if (orders->control_group)
        process_make_group(orders->control_group, request->plugin, request->number, host->group, sizeof host->group);
    error = launch(orders, request, host, user, group, library);
    if (library != request->descriptors[3]) close(library);
    if (error) {
        if (*host->group) rmdir(host->group);
        return error;
    }
    host->number = request->number;
    host->user = user;
    snprintf(host->plugin, sizeof host->plugin, "%s", request->plugin);
    *started = (host_started){.pid = host->pid, .pidfd = host->pidfd};
    return 0;
}

static void kill_host(host *host) {
    if (pl_pidfd_signal(host->pidfd, SIGKILL)) return;
    pl_kill_group(host->pid);
    process_end_group(host->group);
}

void hosts_kill(uint64_t number) {
    host *host = number ? find(number) : NULL;
    if (host) kill_host(host);
}

int hosts_end(const orders *orders, uint64_t number, pl_exit *end) {
    host *host = number ? find(number) : NULL;
    if (!host) return ESRCH;
    /* The group first: its number is the process's, which is not another's before it is collected. But not of one that runs. */
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)host->pid, &info, WEXITED | WNOHANG | WNOWAIT)) return errno;
    if (!info.si_pid) return EAGAIN;
    pl_kill_group(host->pid);
    process_end_group(host->group);
    char mark[4400];
    mark_of(orders, host->plugin, number, mark, sizeof mark);
    process_end_marked(mark, false);
    int error = pl_reap(host->pidfd, end);
    remove_groups(host->group);
    close(host->pidfd);
    host->number = 0;
    return error;
}

void hosts_end_all(const orders *orders) {
    char mark[4400];
    for (int i = 0; i < PP_MOST_HOSTS; i++)
        if (hosts[i].number) kill_host(&hosts[i]);
    if (snprintf(mark, sizeof mark, "MARTLET_HOST=%s:%d:", orders->data, (int)getpid()) < (int)sizeof mark)
        process_end_marked(mark, true);
    for (int i = 0; i < PP_MOST_HOSTS; i++) {
        if (!hosts[i].number) continue;
        siginfo_t info;
        waitid(P_PID, (id_t)hosts[i].pid, &info, WEXITED);
        process_end_group(hosts[i].group);
        for (int n = 0; *hosts[i].group && n < 100 && rmdir(hosts[i].group) && errno == EBUSY; n++) usleep(2000);
    }
    remove_groups("");
}
