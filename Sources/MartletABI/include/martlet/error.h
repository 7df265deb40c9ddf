/* What a failed call says besides its status. */
#ifndef MARTLET_ERROR_H
#define MARTLET_ERROR_H

#include "base.h"

MARTLET_BEGIN

#define MARTLET_ERROR_POINTER_CAPACITY 256
#define MARTLET_ERROR_MESSAGE_CAPACITY 1024

/* Set in `flags` when the same call may succeed later without any change. */
#define MARTLET_ERROR_RETRYABLE 1u

/* Owned by the caller, which sets `struct_size` and zeroes the rest. The callee may fill it before it returns
 * a status other than MARTLET_OK, and never keeps it. A caller may pass NULL. */
typedef struct martlet_error {
    uint32_t struct_size;
    uint32_t flags;
    martlet_status code;
    /* Bytes used in `pointer` and in `message`; never more than their capacities. */
    uint32_t pointer_length;
    uint32_t message_length;
    uint32_t reserved;
    /* JSON pointer (RFC 6901) to the part of the document that is wrong; empty when none is. */
    char pointer[MARTLET_ERROR_POINTER_CAPACITY];
    /* English, one sentence, for an operator. */
    char message[MARTLET_ERROR_MESSAGE_CAPACITY];
} martlet_error;

MARTLET_END

#endif
