#include "failure.h"

#include <string.h>

martlet_status failure(martlet_error *error, martlet_status status, const char *message, size_t length) {
    if (!error || error->struct_size < sizeof *error) return status;
    if (length > MARTLET_ERROR_MESSAGE_CAPACITY) length = MARTLET_ERROR_MESSAGE_CAPACITY;
    error->code = status;
    error->pointer_length = 0;
    error->message_length = (uint32_t)length;
    if (length) memcpy(error->message, message, length);
    return status;
}

martlet_status failure_text(martlet_error *error, martlet_status status, const char *message) {
    return failure(error, status, message, strlen(message));
}
