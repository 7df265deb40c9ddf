#include "pl_frame.h"

static void put(uint8_t *out, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++) out[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t get(const uint8_t *in, int bytes) {
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++) value |= (uint64_t)in[i] << (8 * i);
    return value;
}

void pl_header_encode(const pl_header *header, uint8_t out[PL_HEADER_SIZE]) {
    put(out, header->length, 4);
    put(out + 4, header->type, 2);
    put(out + 6, header->flags, 2);
    put(out + 8, header->correlation, 8);
}

void pl_header_decode(const uint8_t in[PL_HEADER_SIZE], pl_header *header) {
    header->length = (uint32_t)get(in, 4);
    header->type = (uint16_t)get(in + 4, 2);
    header->flags = (uint16_t)get(in + 6, 2);
    header->correlation = get(in + 8, 8);
}
