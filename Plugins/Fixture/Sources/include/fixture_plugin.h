/* The fixture plugin exports only martlet_module_v1; see martlet/module.h. */
#ifndef FIXTURE_PLUGIN_H
#define FIXTURE_PLUGIN_H

#include "martlet/martlet.h"

#endif
