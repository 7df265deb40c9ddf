#include "device_crypto.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <string.h>

#include "pem_key.h"

static pthread_once_t sha256_once = PTHREAD_ONCE_INIT;
static EVP_MD *sha256;

static void fetch_sha256(void) { sha256 = EVP_MD_fetch(NULL, "SHA2-256", NULL); }

/// Fetched once for all of the process: EVP_sha256() alone is looked up anew in each digest, which takes longer than the digest
/// of a short text. Never freed.
static const EVP_MD *sha256_method(void) {
    pthread_once(&sha256_once, fetch_sha256);
    return sha256 ? sha256 : EVP_sha256();
}

int dc_sha256(const uint8_t *data, size_t length, uint8_t out[DC_SHA256_SIZE]) {
    unsigned int written = 0;
    return EVP_Digest(data, length, out, &written, sha256_method(), NULL) == 1 && written == DC_SHA256_SIZE ? 0 : -1;
}

struct dc_digest {
    EVP_MD_CTX *context;
};

dc_digest *dc_digest_create(void) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!context) return NULL;
    dc_digest *digest = OPENSSL_malloc(sizeof *digest);
    if (!digest || EVP_DigestInit_ex(context, sha256_method(), NULL) != 1) {
        OPENSSL_free(digest);
        EVP_MD_CTX_free(context);
        return NULL;
    }
    digest->context = context;
    return digest;
}

int dc_digest_add(dc_digest *digest, const uint8_t *data, size_t length) {
    return EVP_DigestUpdate(digest->context, data, length) == 1 ? 0 : -1;
}

int dc_digest_finish(dc_digest *digest, uint8_t out[DC_SHA256_SIZE]) {
    unsigned int written = 0;
    int ok = EVP_DigestFinal_ex(digest->context, out, &written) == 1 && written == DC_SHA256_SIZE;
    EVP_MD_CTX_free(digest->context);
    OPENSSL_free(digest);
    return ok ? 0 : -1;
}

int dc_hmac_sha256(const uint8_t *key, size_t key_length, const uint8_t *data, size_t length,
                   uint8_t out[DC_SHA256_SIZE]) {
    unsigned int written = 0;
    return HMAC(EVP_sha256(), key, (int)key_length, data, length, out, &written) && written == DC_SHA256_SIZE ? 0 : -1;
}

int dc_equal(const uint8_t *a, const uint8_t *b, size_t length) { return CRYPTO_memcmp(a, b, length) == 0; }

int dc_random(uint8_t *out, size_t length) { return RAND_bytes(out, (int)length) == 1 ? 0 : -1; }

static int drain(BIO *bio, void *out, size_t capacity, size_t *written) {
    char *data = NULL;
    long length = BIO_get_mem_data(bio, &data);
    if (length <= 0 || (size_t)length > capacity) return -1;
    memcpy(out, data, (size_t)length);
    *written = (size_t)length;
    return 0;
}

int dc_p256_generate(char *out, size_t capacity, size_t *written) {
    EVP_PKEY *key = EVP_EC_gen("P-256");
    BIO *bio = BIO_new(BIO_s_mem());
    int result = -1;
    if (key && bio && PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1)
        result = drain(bio, out, capacity, written);
    BIO_free(bio);
    EVP_PKEY_free(key);
    return result;
}

EVP_PKEY *dc_read_key(const char *pem, size_t length) {
    BIO *bio = BIO_new_mem_buf(pem, (int)length);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    return key;
}

static X509 *read_certificate(const char *pem, size_t length) {
    BIO *bio = BIO_new_mem_buf(pem, (int)length);
    X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    return certificate;
}

static int add_uri(X509_REQ *request, const char *uri) {
    char value[512];
    if (snprintf(value, sizeof value, "URI:%s", uri) >= (int)sizeof value) return -1;
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, value);
    STACK_OF(X509_EXTENSION) *extensions = sk_X509_EXTENSION_new_null();
    int result = -1;
    if (extension && extensions && sk_X509_EXTENSION_push(extensions, extension) > 0) {
        result = X509_REQ_add_extensions(request, extensions) == 1 ? 0 : -1;
        extension = NULL; /* owned by the stack now */
    }
    X509_EXTENSION_free(extension);
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    return result;
}

int dc_certificate_request(const char *key_pem, size_t key_length, const char *common_name, const char *uri,
                           uint8_t *out, size_t capacity, size_t *written) {
    EVP_PKEY *key = dc_read_key(key_pem, key_length);
    X509_REQ *request = X509_REQ_new();
    BIO *bio = BIO_new(BIO_s_mem());
    int result = -1;
    if (key && request && bio && X509_REQ_set_version(request, 0) == 1 &&
        X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request), "CN", MBSTRING_UTF8,
                                   (const unsigned char *)common_name, -1, -1, 0) == 1 &&
        X509_REQ_set_pubkey(request, key) == 1 && add_uri(request, uri) == 0 &&
        X509_REQ_sign(request, key, EVP_sha256()) > 0 && i2d_X509_REQ_bio(bio, request) == 1)
        result = drain(bio, out, capacity, written);
    BIO_free(bio);
    X509_REQ_free(request);
    EVP_PKEY_free(key);
    return result;
}

static int seconds_of(const ASN1_TIME *time, int64_t *seconds) {
    int days = 0, rest = 0;
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    int ok = epoch && ASN1_TIME_diff(&days, &rest, epoch, time) == 1;
    ASN1_TIME_free(epoch);
    *seconds = (int64_t)days * 86400 + rest;
    return ok ? 0 : -1;
}

int dc_certificate_validity(const char *certificate_pem, size_t length, int64_t *not_before, int64_t *not_after) {
    X509 *certificate = read_certificate(certificate_pem, length);
    if (!certificate) return -1;
    int result = seconds_of(X509_get0_notBefore(certificate), not_before);
    if (result == 0) result = seconds_of(X509_get0_notAfter(certificate), not_after);
    X509_free(certificate);
    return result;
}

int dc_certificate_matches_key(const char *certificate_pem, size_t certificate_length, const char *key_pem,
                               size_t key_length, int *matches) {
    X509 *certificate = read_certificate(certificate_pem, certificate_length);
    EVP_PKEY *key = dc_read_key(key_pem, key_length);
    int result = -1;
    if (certificate && key) {
        *matches = X509_check_private_key(certificate, key) == 1;
        result = 0;
    }
    X509_free(certificate);
    EVP_PKEY_free(key);
    return result;
}

static STACK_OF(X509) *read_chain(const uint8_t *const *chain, const size_t *lengths, size_t count) {
    STACK_OF(X509) *certificates = sk_X509_new_null();
    for (size_t i = 0; certificates && i < count; i++) {
        const unsigned char *der = chain[i];
        X509 *certificate = d2i_X509(NULL, &der, (long)lengths[i]);
        if (certificate && sk_X509_push(certificates, certificate) > 0) continue;
        X509_free(certificate);
        sk_X509_pop_free(certificates, X509_free);
        certificates = NULL;
    }
    return certificates;
}

/* Whether the chain leads to this root; NULL when it does. */
static const char *verify_chain(X509 *root, STACK_OF(X509) * chain, int64_t time) {
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    const char *problem = "the certificates cannot be read";
    if (store && context && X509_STORE_add_cert(store, root) == 1 &&
        X509_STORE_CTX_init(context, store, sk_X509_value(chain, 0), chain) == 1) {
        X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(context);
        X509_VERIFY_PARAM_set_time(parameters, (time_t)time);
        X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
        problem = X509_verify_cert(context) == 1 ? NULL
                                                 : X509_verify_cert_error_string(X509_STORE_CTX_get_error(context));
    }
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    return problem;
}

const char *dc_verify_server_chain(const char *roots_pem, size_t roots_length, const uint8_t *const *chain,
                                   const size_t *lengths, size_t count, int64_t time, int64_t *not_after) {
    STACK_OF(X509) *certificates = count ? read_chain(chain, lengths, count) : NULL;
    BIO *bio = BIO_new_mem_buf(roots_pem, (int)roots_length);
    const char *problem = "the certificates cannot be read";
    *not_after = 0;
    if (certificates) seconds_of(X509_get0_notAfter(sk_X509_value(certificates, 0)), not_after);
    /* One after the other: authorities may have the same name, and the first of them would be taken for the issuer. */
    for (X509 *root; problem && certificates && bio && (root = PEM_read_bio_X509(bio, NULL, NULL, NULL)); X509_free(root))
        problem = verify_chain(root, certificates, time);
    ERR_clear_error(); /* the end of the text is an error to PEM_read */
    BIO_free(bio);
    sk_X509_pop_free(certificates, X509_free);
    return problem;
}
