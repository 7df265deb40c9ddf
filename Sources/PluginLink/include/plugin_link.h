/* The link between the agent core and a plugin host: what both sides must agree on. */
#ifndef PLUGIN_LINK_H
#define PLUGIN_LINK_H

#include "pl_decoder.h"
#include "pl_drop.h"
#include "pl_filter.h"
#include "pl_fields.h"
#include "pl_frame.h"
#include "pl_launch.h"
#include "pl_library.h"
#include "pl_message.h"
#include "pl_poller.h"
#include "pl_privileged.h"
#include "pl_process.h"

#endif
