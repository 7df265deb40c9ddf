/* Of this module alone. */
#ifndef PEM_KEY_H
#define PEM_KEY_H

#include <openssl/evp.h>
#include <stddef.h>

/* A private key in PEM; NULL when it cannot be read. */
EVP_PKEY *dc_read_key(const char *pem, size_t length);

#endif
