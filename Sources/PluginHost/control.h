/* The control thread: makes the core's calls on the plugin, one at a time. */
#ifndef HOST_CONTROL_H
#define HOST_CONTROL_H

#include "host.h"

/* Serves until the plugin was destroyed and the core knows it. */
void control_run(host *host);

/* Body of the thread that hands cancellations of tasks to the plugin while the control thread is in a call. */
void *control_cancel_tasks(void *host);

#endif
