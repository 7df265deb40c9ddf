/* The few primitives that agent, server and tools share, over libcrypto (OpenSSL 3).
 * Why a C shim: linking swift-crypto costs the agent 4 MB resident for a second BoringSSL, and libcrypto's
 * own interface is partly macros that Swift cannot import. Every function is thread-safe; 0 is success. */
#ifndef DEVICE_CRYPTO_H
#define DEVICE_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DC_SHA256_SIZE 32
/* An uncompressed point of P-256. */
#define DC_P256_POINT_SIZE 65

/* Writes 32 bytes. */
int dc_sha256(const uint8_t *data, size_t length, uint8_t out[DC_SHA256_SIZE]);

/* Incremental SHA-256: create, add any number of times, finish once (which frees). NULL when memory is out. */
typedef struct dc_digest dc_digest;
dc_digest *dc_digest_create(void);
int dc_digest_add(dc_digest *digest, const uint8_t *data, size_t length);
int dc_digest_finish(dc_digest *digest, uint8_t out[DC_SHA256_SIZE]);

/* Writes 32 bytes. */
int dc_hmac_sha256(const uint8_t *key, size_t key_length, const uint8_t *data, size_t length,
                   uint8_t out[DC_SHA256_SIZE]);

/* Compares in time independent of the contents; 1 when equal. */
int dc_equal(const uint8_t *a, const uint8_t *b, size_t length);

/* Fills `out` from the system's generator. */
int dc_random(uint8_t *out, size_t length);

/* A new P-256 key as unencrypted PKCS#8 PEM. Writes at most `capacity` bytes; *written is the length. */
int dc_p256_generate(char *out, size_t capacity, size_t *written);

/* The public key of a PEM key, as an uncompressed point. */
int dc_p256_public(const char *key_pem, size_t key_length, uint8_t out[DC_P256_POINT_SIZE]);

/* Opens what was sealed to the PEM key: HPKE (RFC 9180) in base mode with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and
 * AES-256-GCM. `encapsulated` is the sender's part of the key, `info` what it is for, `bound` what it is bound to
 * (additional data). Fails, with nothing in `out`, unless all are the sender's. */
int dc_hpke_open(const char *key_pem, size_t key_length, const uint8_t encapsulated[DC_P256_POINT_SIZE],
                 const uint8_t *info, size_t info_length, const uint8_t *bound, size_t bound_length,
                 const uint8_t *sealed, size_t sealed_length, uint8_t *out, size_t capacity, size_t *written);

/* Overwrites in a way that no compiler leaves out. */
void dc_wipe(void *data, size_t length);

/* A PKCS#10 request (DER) signed with the PEM key: subject CN=`common_name`, one URI subject alternative name. */
int dc_certificate_request(const char *key_pem, size_t key_length, const char *common_name, const char *uri,
                           uint8_t *out, size_t capacity, size_t *written);

/* Validity of the first certificate in a PEM text, in seconds since 1970. */
int dc_certificate_validity(const char *certificate_pem, size_t length, int64_t *not_before, int64_t *not_after);
/* *matches is 1 when the certificate's public key belongs to the private key. */
int dc_certificate_matches_key(const char *certificate_pem, size_t certificate_length, const char *key_pem,
                               size_t key_length, int *matches);

/* Whether `chain` (DER, the peer's own certificate first) leads to a certificate in `roots_pem`, all valid at `time`
 * (seconds since 1970) and the first one meant for a TLS server. NULL when it does, else why not, in words (static).
 * *not_after is the end of the first one's life, when it can be read. */
const char *dc_verify_server_chain(const char *roots_pem, size_t roots_length, const uint8_t *const *chain,
                                   const size_t *lengths, size_t count, int64_t time, int64_t *not_after);

/* What is signed: a file, or bytes when `path` is NULL. */
typedef struct dc_content {
    const char *path;
    const uint8_t *data;
    size_t length;
} dc_content;

/* Bytes of a signature, at most. */
#define DC_SIGNATURE_LIMIT 65536

/* Who made a signature. */
typedef struct dc_signer {
    /* SHA-256 of the certificate. */
    uint8_t fingerprint[DC_SHA256_SIZE];
    /* Subject as RFC 2253 writes it; empty when nobody is known. */
    char subject[256];
} dc_signer;

/* Signs `content` with the PEM key for the first of the PEM certificates; further ones go with it. The signature (CMS,
 * DER, detached) is the caller's, to be given to dc_free. */
int dc_cms_sign(const dc_content *content, const char *key_pem, size_t key_length, const char *certificates_pem,
                size_t certificates_length, uint8_t **out, size_t *written);

/* Whether `signature` is one of `content` whose signer is trusted at `time` (seconds since 1970): with `exact`, one of the
 * PEM anchors itself; else one for code signing whose chain leads to an anchor. NULL when it is, else why not, in words
 * (static). *signer is filled as far as one is known. */
const char *dc_cms_verify(const dc_content *content, const uint8_t *signature, size_t length, const char *anchors_pem,
                          size_t anchors_length, int64_t time, int exact, dc_signer *signer);

/* How many certificates a PEM text has; 0 also when one of them cannot be read. */
int dc_certificates_count(const char *pem, size_t length);

void dc_free(void *data);

#ifdef __cplusplus
}
#endif
#endif
