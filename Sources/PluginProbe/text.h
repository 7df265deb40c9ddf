/* Whether strings are as the interface wants them. */
#ifndef PROBE_TEXT_H
#define PROBE_TEXT_H

#include "martlet/base.h"

/* Well-formed UTF-8. */
bool text_is_utf8(const char *text, size_t length);

/* Given, and UTF-8. */
bool text_is_good(const martlet_string *string);

/* 1 to 64 of [a-z0-9.-], not beginning with a dot: keys, and names of artifacts. */
bool text_is_key(const martlet_string *string);

#endif
