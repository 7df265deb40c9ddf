/* The library's one symbol is martlet_module_v1. */
#include "martlet/module.h"
