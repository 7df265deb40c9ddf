#include "text.h"

/* Length of the sequence that begins with `byte`; 0 when none does. */
static int sequence_length(uint8_t byte) {
    if (byte < 0x80) return 1;
    if (byte >= 0xC2 && byte <= 0xDF) return 2;
    if (byte >= 0xE0 && byte <= 0xEF) return 3;
    return byte >= 0xF0 && byte <= 0xF4 ? 4 : 0;
}

/* The second byte has bounds of its own: no surrogates, nothing overlong, nothing beyond U+10FFFF. */
static bool second_is_good(uint8_t first, uint8_t second) {
    switch (first) {
    case 0xE0: return second >= 0xA0 && second <= 0xBF;
    case 0xED: return second >= 0x80 && second <= 0x9F;
    case 0xF0: return second >= 0x90 && second <= 0xBF;
    case 0xF4: return second >= 0x80 && second <= 0x8F;
    default: return second >= 0x80 && second <= 0xBF;
    }
}

bool text_is_utf8(const char *text, size_t length) {
    const uint8_t *bytes = (const uint8_t *)text;
    for (size_t i = 0; i < length;) {
        int size = sequence_length(bytes[i]);
        if (!size || length - i < (size_t)size) return false;
        if (size > 1 && !second_is_good(bytes[i], bytes[i + 1])) return false;
        for (int k = 2; k < size; k++)
            if (bytes[i + (size_t)k] < 0x80 || bytes[i + (size_t)k] > 0xBF) return false;
        i += (size_t)size;
    }
    return true;
}

bool text_is_good(const martlet_string *string) {
    return string && (string->data || !string->length) && text_is_utf8(string->data, string->length);
}

bool text_is_key(const martlet_string *string) {
    if (!string || !string->data || !string->length || string->length > 64 || string->data[0] == '.') return false;
    for (size_t i = 0; i < string->length; i++) {
        char c = string->data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-')) return false;
    }
    return true;
}
