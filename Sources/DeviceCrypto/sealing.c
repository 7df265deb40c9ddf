/* Opening what was sealed to a key of ours: HPKE (RFC 9180), base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256,
 * AES-256-GCM, one message. Every key and nonce here is one block of HKDF at most. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <string.h>

#include "device_crypto.h"
#include "pem_key.h"

#define SECRET_SIZE DC_SHA256_SIZE
#define NONCE_SIZE 12
#define TAG_SIZE 16

static const uint8_t kem_suite[] = {'K', 'E', 'M', 0x00, 0x10};
static const uint8_t hpke_suite[] = {'H', 'P', 'K', 'E', 0x00, 0x10, 0x00, 0x01, 0x00, 0x02};

/* A piece of what is hashed. */
typedef struct piece {
    const void *data;
    size_t length;
} piece;

/* HMAC-SHA256 under `key` of the pieces in their order; what it gathers is wiped. */
static int mac(const uint8_t *key, size_t key_length, const piece *pieces, size_t count, uint8_t out[SECRET_SIZE]) {
    size_t length = 0, used = 0;
    for (size_t i = 0; i < count; i++) length += pieces[i].length;
    uint8_t *all = OPENSSL_malloc(length + 1);
    if (!all) return -1;
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].length) memcpy(all + used, pieces[i].data, pieces[i].length);
        used += pieces[i].length;
    }
    int result = dc_hmac_sha256(key, key_length, all, length, out);
    OPENSSL_clear_free(all, length + 1);
    return result;
}

/* LabeledExtract of section 4. */
static int extract(piece suite, const uint8_t *salt, size_t salt_length, const char *label, piece input,
                   uint8_t out[SECRET_SIZE]) {
    static const uint8_t none[1];
    const piece pieces[] = {{"HPKE-v1", 7}, suite, {label, strlen(label)}, input};
    return mac(salt_length ? salt : none, salt_length, pieces, 4, out);
}

/* LabeledExpand of section 4, to at most one block. */
static int expand(piece suite, const uint8_t secret[SECRET_SIZE], const char *label, piece info, uint8_t length,
                  uint8_t *out) {
    const uint8_t size[] = {0, length}, first = 1;
    const piece pieces[] = {{size, 2}, {"HPKE-v1", 7}, suite, {label, strlen(label)}, info, {&first, 1}};
    uint8_t block[SECRET_SIZE];
    int result = mac(secret, SECRET_SIZE, pieces, 6, block);
    memcpy(out, block, length);
    OPENSSL_cleanse(block, sizeof block);
    return result;
}

/* The x coordinate that both sides compute. */
static int agree(EVP_PKEY *key, const uint8_t *theirs, uint8_t out[SECRET_SIZE]) {
    EVP_PKEY *peer = EVP_PKEY_new();
    EVP_PKEY_CTX *context = NULL;
    size_t length = SECRET_SIZE;
    int result = -1;
    /* A point that is not on the curve is refused here. */
    if (peer && EVP_PKEY_copy_parameters(peer, key) == 1 &&
        EVP_PKEY_set1_encoded_public_key(peer, theirs, DC_P256_POINT_SIZE) == 1 &&
        (context = EVP_PKEY_CTX_new(key, NULL)) && EVP_PKEY_derive_init(context) == 1 &&
        EVP_PKEY_derive_set_peer(context, peer) == 1 && EVP_PKEY_derive(context, out, &length) == 1 &&
        length == SECRET_SIZE)
        result = 0;
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(peer);
    return result;
}

static int public_point(EVP_PKEY *key, uint8_t out[DC_P256_POINT_SIZE]) {
    unsigned char *encoded = NULL;
    size_t length = EVP_PKEY_get1_encoded_public_key(key, &encoded);
    int result = length == DC_P256_POINT_SIZE ? 0 : -1;
    if (result == 0) memcpy(out, encoded, length);
    OPENSSL_free(encoded);
    return result;
}

int dc_p256_public(const char *key_pem, size_t key_length, uint8_t out[DC_P256_POINT_SIZE]) {
    EVP_PKEY *key = dc_read_key(key_pem, key_length);
    int result = key ? public_point(key, out) : -1;
    EVP_PKEY_free(key);
    return result;
}

/* Decap of section 4.1. */
static int decapsulate(EVP_PKEY *key, const uint8_t *encapsulated, uint8_t shared[SECRET_SIZE]) {
    const piece suite = {kem_suite, sizeof kem_suite};
    uint8_t context[2 * DC_P256_POINT_SIZE], agreed[SECRET_SIZE], secret[SECRET_SIZE];
    memcpy(context, encapsulated, DC_P256_POINT_SIZE);
    int result = -1;
    if (public_point(key, context + DC_P256_POINT_SIZE) == 0 && agree(key, encapsulated, agreed) == 0 &&
        extract(suite, NULL, 0, "eae_prk", (piece){agreed, sizeof agreed}, secret) == 0)
        result = expand(suite, secret, "shared_secret", (piece){context, sizeof context}, SECRET_SIZE, shared);
    OPENSSL_cleanse(agreed, sizeof agreed);
    OPENSSL_cleanse(secret, sizeof secret);
    return result;
}

/* KeySchedule of section 5.1 in base mode. */
static int schedule(const uint8_t shared[SECRET_SIZE], piece info, uint8_t key[SECRET_SIZE], uint8_t nonce[NONCE_SIZE]) {
    const piece suite = {hpke_suite, sizeof hpke_suite}, nothing = {NULL, 0};
    uint8_t context[1 + 2 * SECRET_SIZE] = {0}, secret[SECRET_SIZE];
    int result = -1;
    if (extract(suite, NULL, 0, "psk_id_hash", nothing, context + 1) == 0 &&
        extract(suite, NULL, 0, "info_hash", info, context + 1 + SECRET_SIZE) == 0 &&
        extract(suite, shared, SECRET_SIZE, "secret", nothing, secret) == 0 &&
        expand(suite, secret, "key", (piece){context, sizeof context}, SECRET_SIZE, key) == 0)
        result = expand(suite, secret, "base_nonce", (piece){context, sizeof context}, NONCE_SIZE, nonce);
    OPENSSL_cleanse(secret, sizeof secret);
    return result;
}

static int decrypt(const uint8_t *key, const uint8_t *nonce, piece bound, piece sealed, uint8_t *out) {
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int written = 0, rest = 0;
    size_t length = sealed.length - TAG_SIZE;
    const uint8_t *bytes = sealed.data;
    bool opened = context && EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
                  EVP_DecryptUpdate(context, NULL, &written, bound.data, (int)bound.length) == 1 &&
                  EVP_DecryptUpdate(context, out, &written, bytes, (int)length) == 1 &&
                  EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, (void *)(bytes + length)) == 1 &&
                  EVP_DecryptFinal_ex(context, out + written, &rest) == 1 && (size_t)(written + rest) == length;
    EVP_CIPHER_CTX_free(context);
    if (!opened) OPENSSL_cleanse(out, length);
    return opened ? 0 : -1;
}

int dc_hpke_open(const char *key_pem, size_t key_length, const uint8_t encapsulated[DC_P256_POINT_SIZE],
                 const uint8_t *info, size_t info_length, const uint8_t *bound, size_t bound_length,
                 const uint8_t *sealed, size_t sealed_length, uint8_t *out, size_t capacity, size_t *written) {
    if (sealed_length < TAG_SIZE || sealed_length - TAG_SIZE > capacity || sealed_length > INT32_MAX) return -1;
    EVP_PKEY *own = dc_read_key(key_pem, key_length);
    uint8_t shared[SECRET_SIZE], key[SECRET_SIZE], nonce[NONCE_SIZE];
    int result = -1;
    if (own && decapsulate(own, encapsulated, shared) == 0 &&
        schedule(shared, (piece){info, info_length}, key, nonce) == 0)
        result = decrypt(key, nonce, (piece){bound, bound_length}, (piece){sealed, sealed_length}, out);
    if (result == 0) *written = sealed_length - TAG_SIZE;
    OPENSSL_cleanse(shared, sizeof shared);
    OPENSSL_cleanse(key, sizeof key);
    EVP_PKEY_free(own);
    return result;
}

void dc_wipe(void *data, size_t length) { OPENSSL_cleanse(data, length); }
