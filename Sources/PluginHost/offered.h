/* What the host offers to the plugin. */
#ifndef HOST_OFFERED_H
#define HOST_OFFERED_H

#include "host.h"

/* Fills `host->face`. */
void offered_init(host *host);

#endif
