/* martlet-privileged: what the agent's core, which has no privilege, may have done as root, and nothing else. Started by
 * martlet-agent while that is root, with a link and its orders; ends with it, and all plugins' processes with both. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hosts.h"
#include "jobs.h"
#include "martlet/base.h"
#include "pl_filter.h"
#include "pl_privileged.h"
#include "pl_process.h"
#include "requests.h"

enum { EXIT_USAGE = 64, EXIT_SETUP = 71 };

static orders the_orders;
static pl_message message;

/* No signal that is meant for the agent ends it: it ends when the agent is gone. */
static bool confine(void) {
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_DUMPABLE, 0) || chdir("/"))
        return false;
    /* What is started inherits it: services do, where no manager starts them, and they may need what is filtered. */
    return !the_orders.asks_manager || pl_filter_calls();
}

/* False at the end of the link. */
static bool receive(int link) {
    int got = pl_message_receive(link, &message, 0);
    if (got < 0 && errno == EMSGSIZE)
        return requests_refuse(link, 0, MARTLET_INVALID_ARGUMENT, "a message that is too long");
    if (got < 0) return errno == EAGAIN;
    if (got == 0) return false;
    bool goes_on = requests_take(&the_orders, link, &message);
    pl_message_close(&message);
    return goes_on;
}

/* Until the link ends, or the agent does: a core that was taken over may have left its end of the link to another process. */
static void serve(int link, int agent) {
    struct pollfd entries[2 + PP_MOST_JOBS];
    job *of[PP_MOST_JOBS];
    for (;;) {
        int patience;
        int count = jobs_poll(entries + 2, of, &patience);
        entries[0] = (struct pollfd){.fd = link, .events = POLLIN};
        entries[1] = (struct pollfd){.fd = agent, .events = POLLIN};
        if (poll(entries, 2 + (nfds_t)count, patience) < 0 && errno != EINTR) return;
        if (entries[1].revents) return;
        jobs_look();
        for (int i = 0; i < count; i++)
            if (entries[2 + i].revents && !requests_ended(&the_orders, link, of[i])) return;
        if (entries[0].revents && !receive(link)) return;
    }
}

/* The agent's socket, which it cannot remove itself; not one that another agent has bound there since. */
static void remove_socket(const struct stat *bound) {
    struct stat status;
    if (!the_orders.socket || lstat(the_orders.socket, &status) || !S_ISSOCK(status.st_mode)) return;
    bool is_same = status.st_dev == bound->st_dev && status.st_ino == bound->st_ino;
    /* Numbers are used again. */
    is_same = is_same && status.st_ctim.tv_sec == bound->st_ctim.tv_sec && status.st_ctim.tv_nsec == bound->st_ctim.tv_nsec;
    if (is_same) unlink(the_orders.socket);
}

int main(void) {
    /* First of all, as it is our parent now. One that starts anew stays the same process. */
    int agent = pl_pidfd_open(getppid());
    /* Nothing that is started has it, also where the kernel does not know how to close a range at the exec. */
    fcntl(PP_LINK_FD, F_SETFD, FD_CLOEXEC);
    if (!orders_read(PP_ORDERS_FD, &the_orders)) return EXIT_USAGE;
    close(PP_ORDERS_FD);
    if (!confine()) {
        perror("martlet-privileged");
        return EXIT_SETUP;
    }
    struct stat bound = {0};
    if (the_orders.socket && lstat(the_orders.socket, &bound)) the_orders.socket = NULL;
    hosts_begin(&the_orders);
    serve(PP_LINK_FD, agent);
    remove_socket(&bound);
    hosts_end_all(&the_orders);
    jobs_end_all();
    return 0;
}
