#include "martlet/layout.h"
