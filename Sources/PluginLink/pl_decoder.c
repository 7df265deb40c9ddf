#include "pl_decoder.h"

#include <stdlib.h>
#include <string.h>

void pl_decoder_init(pl_decoder *decoder, uint32_t limit) {
    memset(decoder, 0, sizeof *decoder);
    decoder->limit = limit;
}

void pl_decoder_free(pl_decoder *decoder) {
    free(decoder->data);
    memset(decoder, 0, sizeof *decoder);
}

int pl_decoder_add(pl_decoder *decoder, const uint8_t *bytes, size_t length) {
    if (decoder->start) {
        memmove(decoder->data, decoder->data + decoder->start, decoder->end - decoder->start);
        decoder->end -= decoder->start;
        decoder->start = 0;
    }
    size_t needed = decoder->end + length;
    if (needed > decoder->capacity) {
        size_t capacity = decoder->capacity ? decoder->capacity : 4096;
        while (capacity < needed) capacity *= 2;
        uint8_t *data = realloc(decoder->data, capacity);
        if (!data) return -1;
        decoder->data = data;
        decoder->capacity = capacity;
    }
    if (length) memcpy(decoder->data + decoder->end, bytes, length);
    decoder->end += length;
    return 0;
}

int pl_decoder_next(pl_decoder *decoder, pl_header *header, const uint8_t **payload) {
    size_t available = decoder->end - decoder->start;
    if (available < PL_HEADER_SIZE) return 0;
    pl_header_decode(decoder->data + decoder->start, header);
    if (header->length > decoder->limit) return -1;
    if (available < PL_HEADER_SIZE + (size_t)header->length) return 0;
    *payload = decoder->data + decoder->start + PL_HEADER_SIZE;
    decoder->start += PL_HEADER_SIZE + (size_t)header->length;
    return 1;
}
