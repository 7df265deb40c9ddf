/* The host that the plugin sees: it does nothing to the machine, remembers what was asked, and looks whether it may be. */
#ifndef PROBE_FACE_H
#define PROBE_FACE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "martlet/martlet.h"

typedef enum face_kind {
    /* Offers everything; what is asked works. */
    FACE_FULL,
    /* Offers everything; nothing that is asked works. */
    FACE_REFUSING,
    /* Offers nothing. */
    FACE_BARE
} face_kind;

/* Where the plugin is in its life; calls of the host are held against it. */
typedef enum life_stage { LIFE_NONE, LIFE_CREATED, LIFE_INITIALISED, LIFE_ACTIVE, LIFE_DESTROYED } life_stage;

extern atomic_int face_stage;

/* The host to hand to `create`; lent, to be taken back after `destroy`. Once. */
const martlet_host *face_make(face_kind kind);

/* A run that was started: waited for and judged from here on. */
void face_expect_run(const uint8_t run[MARTLET_ID_SIZE]);

/* The start was refused after all: nobody may speak of it. */
void face_forget_run(const uint8_t run[MARTLET_ID_SIZE]);

/* Whether the run ended before `deadline` (CLOCK_MONOTONIC, nanoseconds); 0 only looks. */
bool face_run_ended(const uint8_t run[MARTLET_ID_SIZE], int64_t deadline);

#endif
