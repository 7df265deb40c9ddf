/* The reader thread: moves both lanes, answers heartbeats, hands calls on. It never runs code of the plugin, so that
 * it is always there. */
#ifndef HOST_READER_H
#define HOST_READER_H

#include "host.h"

/* Starts it; `wake` is the event descriptor of the lanes. The process ends when the core goes away. */
bool reader_start(host *host, int wake);

#endif
