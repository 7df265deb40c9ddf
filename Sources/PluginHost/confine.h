/* Giving up what a plugin does not need, before its library is loaded. */
#ifndef HOST_CONFINE_H
#define HOST_CONFINE_H

#include "arguments.h"

/* False, after a sentence on standard error, when a limit could not be set or the parent is gone. */
bool host_confine(const host_arguments *arguments);

#endif
