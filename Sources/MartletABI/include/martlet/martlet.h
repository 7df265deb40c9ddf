/* Martlet's plugin interface: the core and every stable extension. */
#ifndef MARTLET_MARTLET_H
#define MARTLET_MARTLET_H

#include "base.h"
#include "call.h"
#include "error.h"
#include "host.h"
#include "module.h"
#include "sink.h"

#include "ext/control.h"
#include "ext/events.h"
#include "ext/file.h"
#include "ext/log.h"
#include "ext/secret.h"
#include "ext/service.h"
#include "ext/settings.h"
#include "ext/state.h"
#include "ext/statistics.h"
#include "ext/storage.h"
#include "ext/tasks.h"

#endif
