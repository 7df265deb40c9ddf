/* The processes of plugins. */
#ifndef PRIVILEGED_HOSTS_H
#define PRIVILEGED_HOSTS_H

#include <stdint.h>
#include <sys/types.h>

#include "orders.h"
#include "pl_process.h"

typedef struct host_request {
    const char *plugin;
    uint64_t user;
    uint64_t memory;
    uint64_t files;
    uint64_t processes;
    /* Output, control lane, events lane, library. */
    const int *descriptors;
    /* By which it is spoken of from then on. */
    uint64_t number;
} host_request;

typedef struct host_started {
    pid_t pid;
    int pidfd;
} host_started;

/* What is left of a former agent with the same data is ended. */
void hosts_begin(const orders *orders);

/* 0, or an errno value; `words` says more when it is not NULL then. The pidfd stays the helper's. */
int hosts_start(const orders *orders, const host_request *request, host_started *started, const char **words);

void hosts_kill(uint64_t number);

/* Ends what a host that has exited left behind and collects it. 0, or an errno value: EAGAIN when it runs. */
int hosts_end(const orders *orders, uint64_t number, pl_exit *exit);

/* Everything is ended. */
void hosts_end_all(const orders *orders);

#endif
