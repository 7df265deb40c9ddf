#include "pl_fields.h"

#include <stdlib.h>
#include <string.h>

static bool reserve(pl_writer *writer, size_t more) {
    if (writer->failed) return false;
    size_t needed = writer->length + more;
    if (needed <= writer->capacity) return true;
    size_t capacity = writer->capacity ? writer->capacity : 256;
    while (capacity < needed) capacity *= 2;
    uint8_t *data = realloc(writer->data, capacity);
    if (!data) {
        writer->failed = true;
        return false;
    }
    writer->data = data;
    writer->capacity = capacity;
    return true;
}

void pl_put(pl_writer *writer, uint16_t tag, const void *value, size_t length) {
    if (length > UINT32_MAX) {
        writer->failed = true;
        return;
    }
    if (!reserve(writer, PL_FIELD_HEADER_SIZE + length)) return;
    uint8_t *out = writer->data + writer->length;
    out[0] = (uint8_t)tag;
    out[1] = (uint8_t)(tag >> 8);
    out[2] = out[3] = 0;
    for (int i = 0; i < 4; i++) out[4 + i] = (uint8_t)(length >> (8 * i));
    if (length) memcpy(out + PL_FIELD_HEADER_SIZE, value, length);
    writer->length += PL_FIELD_HEADER_SIZE + length;
}

void pl_put_number(pl_writer *writer, uint16_t tag, uint64_t value) {
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)(value >> (8 * i));
    pl_put(writer, tag, bytes, sizeof bytes);
}

void pl_writer_free(pl_writer *writer) {
    free(writer->data);
    memset(writer, 0, sizeof *writer);
}

int pl_next_field(const uint8_t *payload, size_t length, size_t *offset, pl_field *field) {
    if (*offset == length) return 0;
    if (*offset > length || length - *offset < PL_FIELD_HEADER_SIZE) return -1;
    const uint8_t *in = payload + *offset;
    size_t size = (size_t)in[4] | (size_t)in[5] << 8 | (size_t)in[6] << 16 | (size_t)in[7] << 24;
    if (size > length - *offset - PL_FIELD_HEADER_SIZE) return -1;
    field->tag = (uint16_t)(in[0] | in[1] << 8);
    field->value = in + PL_FIELD_HEADER_SIZE;
    field->length = size;
    *offset += PL_FIELD_HEADER_SIZE + size;
    return 1;
}

pl_field pl_find(const uint8_t *payload, size_t length, uint16_t tag) {
    size_t offset = 0;
    pl_field field;
    while (pl_next_field(payload, length, &offset, &field) == 1)
        if (field.tag == tag) return field;
    return (pl_field){.tag = tag, .value = NULL, .length = 0};
}

uint64_t pl_find_number(const uint8_t *payload, size_t length, uint16_t tag, uint64_t otherwise) {
    pl_field field = pl_find(payload, length, tag);
    if (field.length != 8) return otherwise;
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) value |= (uint64_t)field.value[i] << (8 * i);
    return value;
}
