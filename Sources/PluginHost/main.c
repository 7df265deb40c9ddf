/* martlet-plugin-host: one process, one plugin. Started by the agent core with two sockets and a sealed library. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "arguments.h"
#include "confine.h"
#include "control.h"
#include "library.h"
#include "offered.h"
#include "pl_frame.h"
#include "reader.h"
#include "waiting.h"

/* Exit codes that the core knows. */
enum { EXIT_DONE = 0, EXIT_USAGE = 64, EXIT_REFUSED = 65, EXIT_SETUP = 71 };

/* Bytes that may wait for the core on the control lane. */
#define CONTROL_BACKLOG (256u * 1024u)

static host the_host;

static void say_hello(host *host, const host_arguments *arguments) {
    pl_writer writer = {0};
    pl_put_number(&writer, PL_PROTOCOL, PL_PROTOCOL_VERSION);
    pl_put_number(&writer, PL_ABI_MAJOR, MARTLET_ABI_MAJOR);
    pl_put_number(&writer, PL_ABI_MINOR, MARTLET_ABI_MINOR);
    pl_put_number(&writer, PL_PID, (uint64_t)getpid());
    pl_put(&writer, PL_PLUGIN, arguments->plugin, strlen(arguments->plugin));
    lane_send(&host->control, PL_HELLO, 0, &writer, LANE_WAIT);
}

static void say_loaded(host *host) {
    pl_writer writer = {0};
    const martlet_module *module = &host->module;
    pl_put(&writer, PL_PLUGIN, module->id.data, module->id.length);
    pl_put(&writer, PL_NAME, module->name.data, module->name.length);
    pl_put(&writer, PL_VERSION, module->version.data, module->version.length);
    pl_put_number(&writer, PL_ABI_MINOR, module->abi_minor);
    lane_send(&host->control, PL_LOADED, 0, &writer, LANE_WAIT);
}

static void say_refused(host *host, const library_refusal *refusal) {
    pl_writer writer = {0};
    pl_put_number(&writer, PL_STATUS, refusal->lacks_interface ? MARTLET_UNIMPLEMENTED : MARTLET_FAILED_PRECONDITION);
    pl_put(&writer, PL_MESSAGE, refusal->message, strlen(refusal->message));
    lane_send(&host->control, PL_REFUSED, 0, &writer, LANE_WAIT);
    lane_drain(&host->control, waiting_now() + 2000000000);
}

static bool set_up(host *host) {
    int wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (wake < 0) return false;
    if (!lane_init(&host->control, PL_CONTROL_FD, wake, CONTROL_BACKLOG)) return false;
    if (!lane_init(&host->events_lane, PL_EVENTS_FD, wake, PL_EVENT_BYTES_IN_FLIGHT)) return false;
    calls_init(&host->calls);
    calls_init(&host->cancels);
    events_init(&host->events, &host->events_lane);
    requests_init(&host->requests, &host->control);
    offered_init(host);
    pthread_t thread;
    return reader_start(host, wake) && pthread_create(&thread, NULL, control_cancel_tasks, host) == 0;
}

int main(int count, char **values) {
    host *host = &the_host;
    host_arguments arguments;
    if (!host_arguments_parse(count, values, &arguments)) return EXIT_USAGE;
    if (!host_confine(&arguments)) return EXIT_SETUP;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!set_up(host)) {
        perror("plugin host");
        return EXIT_SETUP;
    }
    say_hello(host, &arguments);
    library_refusal refusal = {0};
    if (!library_load(PL_LIBRARY_FD, arguments.plugin, &host->module, &host->ops, &refusal)) {
        say_refused(host, &refusal);
        _exit(EXIT_REFUSED);
    }
    close(PL_LIBRARY_FD);
    say_loaded(host);
    control_run(host);
    fflush(NULL);
    _exit(EXIT_DONE);
}
