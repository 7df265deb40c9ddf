/* Cuts a byte stream into frames. Not thread-safe. */
#ifndef PL_DECODER_H
#define PL_DECODER_H

#include "pl_frame.h"

typedef struct pl_decoder {
    uint8_t *data;
    size_t start;
    size_t end;
    size_t capacity;
    uint32_t limit;
} pl_decoder;

/* `limit` is the longest payload that is taken. */
void pl_decoder_init(pl_decoder *decoder, uint32_t limit);
void pl_decoder_free(pl_decoder *decoder);

/* Takes what was read from the stream; 0, or -1 when memory is out. Invalidates payloads handed out before. */
int pl_decoder_add(pl_decoder *decoder, const uint8_t *bytes, size_t length);

/* 1 with a frame, whose payload is valid until the next pl_decoder_add; 0 when more bytes are needed; -1 when a payload
 * exceeds the limit, after which the stream is of no use. */
int pl_decoder_next(pl_decoder *decoder, pl_header *header, const uint8_t **payload);

#endif
