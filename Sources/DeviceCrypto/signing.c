/* Detached signatures: CMS (RFC 5652) in DER, with one signer. `openssl cms -verify -binary -inform DER` takes them, too. */
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "device_crypto.h"
#include "pem_key.h"

static BIO *content_bio(const dc_content *content) {
    if (content->path) return BIO_new_file(content->path, "rb");
    return BIO_new_mem_buf(content->data, (int)content->length);
}

/* Every certificate of a PEM text; NULL when there is none or one cannot be read. */
static STACK_OF(X509) * read_certificates(const char *pem, size_t length) {
    BIO *bio = BIO_new_mem_buf(pem, (int)length);
    STACK_OF(X509) *all = sk_X509_new_null();
    while (bio && all) {
        X509 *one = PEM_read_bio_X509(bio, NULL, NULL, NULL);
        if (!one) break;
        sk_X509_push(all, one);
    }
    unsigned long error = ERR_peek_last_error();
    int ended = ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    BIO_free(bio);
    if (ended && sk_X509_num(all) > 0) return all;
    sk_X509_pop_free(all, X509_free);
    return NULL;
}

int dc_certificates_count(const char *pem, size_t length) {
    STACK_OF(X509) *all = read_certificates(pem, length);
    int count = all ? sk_X509_num(all) : 0;
    sk_X509_pop_free(all, X509_free);
    return count;
}

int dc_cms_sign(const dc_content *content, const char *key_pem, size_t key_length, const char *certificates_pem,
                size_t certificates_length, uint8_t **out, size_t *written) {
    int result = -1;
    CMS_ContentInfo *cms = NULL;
    BIO *bio = content_bio(content);
    EVP_PKEY *key = dc_read_key(key_pem, key_length);
    STACK_OF(X509) *certificates = read_certificates(certificates_pem, certificates_length);
    X509 *signer = certificates ? sk_X509_shift(certificates) : NULL;
    *out = NULL;
    if (!bio || !key || !signer) goto done;
    cms = CMS_sign(NULL, NULL, certificates, NULL, CMS_BINARY | CMS_DETACHED | CMS_PARTIAL);
    if (!cms) goto done;
    if (!CMS_add1_signer(cms, signer, key, EVP_sha256(), CMS_BINARY | CMS_NOSMIMECAP)) goto done;
    if (!CMS_final(cms, bio, NULL, CMS_BINARY | CMS_DETACHED)) goto done;
    int length = i2d_CMS_ContentInfo(cms, out);
    if (length > 0) *written = (size_t)length;
    result = length > 0 ? 0 : -1;
done:
    ERR_clear_error();
    CMS_ContentInfo_free(cms);
    X509_free(signer);
    sk_X509_pop_free(certificates, X509_free);
    EVP_PKEY_free(key);
    BIO_free(bio);
    return result;
}

void dc_free(void *data) { OPENSSL_free(data); }

/* Whether the chain holds for one who signs programs. */
static const char *check_chain(X509 *signer, STACK_OF(X509) * given, STACK_OF(X509) * anchors, int64_t time) {
    const char *reason = "memory is out";
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (!store || !context) goto done;
    for (int i = 0; i < sk_X509_num(anchors); i++) X509_STORE_add_cert(store, sk_X509_value(anchors, i));
    if (!X509_STORE_CTX_init(context, store, signer, given)) goto done;
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_time(param, (time_t)time);
    /* What the operator trusts is trusted, whoever issued it. */
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_auth_level(param, 2);
    if (X509_verify_cert(context) != 1) {
        reason = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context));
        goto done;
    }
    /* No extended key usage at all means any: not enough to sign programs with. */
    if (!(X509_get_extension_flags(signer) & EXFLAG_XKUSAGE) || !(X509_get_extended_key_usage(signer) & XKU_CODE_SIGN)) {
        reason = "the certificate is not one for code signing (extended key usage codeSigning)";
        goto done;
    }
    reason = NULL;
done:
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    return reason;
}

static int is_one_of(X509 *signer, STACK_OF(X509) * anchors) {
    for (int i = 0; i < sk_X509_num(anchors); i++)
        if (X509_cmp(signer, sk_X509_value(anchors, i)) == 0) return 1;
    return 0;
}

static int is_strong(CMS_SignerInfo *info) {
    X509_ALGOR *digest = NULL;
    const ASN1_OBJECT *object = NULL;
    CMS_SignerInfo_get0_algs(info, NULL, NULL, &digest, NULL);
    X509_ALGOR_get0(&object, NULL, NULL, digest);
    int nid = OBJ_obj2nid(object);
    return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
}

static void describe(X509 *signer, dc_signer *out) {
    unsigned int length = 0;
    X509_digest(signer, EVP_sha256(), out->fingerprint, &length);
    BIO *bio = BIO_new(BIO_s_mem());
    if (!bio) return;
    X509_NAME_print_ex(bio, X509_get_subject_name(signer), 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    int count = BIO_read(bio, out->subject, sizeof out->subject - 1);
    out->subject[count > 0 ? count : 0] = 0;
    BIO_free(bio);
}

const char *dc_cms_verify(const dc_content *content, const uint8_t *signature, size_t length, const char *anchors_pem,
                          size_t anchors_length, int64_t time, int exact, dc_signer *signer_out) {
    const char *reason = "the signature cannot be read: expected CMS in DER";
    const uint8_t *next = signature;
    BIO *bio = NULL;
    STACK_OF(X509) *given = NULL, *anchors = NULL;
    CMS_ContentInfo *cms = length <= DC_SIGNATURE_LIMIT ? d2i_CMS_ContentInfo(NULL, &next, (long)length) : NULL;
    memset(signer_out, 0, sizeof *signer_out);
    if (!cms || next != signature + length) goto done;
    if (OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed) goto done;
    ASN1_OCTET_STRING **embedded = CMS_get0_content(cms);
    if (embedded && *embedded) {
        reason = "the signature has what it signs inside: expected a detached one";
        goto done;
    }
    STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
    if (!infos || sk_CMS_SignerInfo_num(infos) != 1) {
        reason = "the signature must have one signer";
        goto done;
    }
    reason = "the trusted certificates cannot be read";
    anchors = read_certificates(anchors_pem, anchors_length);
    if (!anchors) goto done;
    given = CMS_get1_certs(cms);
    reason = "the signature comes without its signer's certificate";
    if (CMS_set1_signers_certs(cms, anchors, 0) < 0) goto done;
    X509 *signer = NULL;
    CMS_SignerInfo_get0_algs(sk_CMS_SignerInfo_value(infos, 0), NULL, &signer, NULL, NULL);
    if (!signer) goto done;
    describe(signer, signer_out);
    reason = exact ? (is_one_of(signer, anchors) ? NULL : "the signer is none of those trusted")
                   : check_chain(signer, given, anchors, time);
    if (reason) goto done;
    reason = "the signature is made with a weak digest: expected SHA-256 or longer";
    if (!is_strong(sk_CMS_SignerInfo_value(infos, 0))) goto done;
    reason = "what is signed cannot be read";
    bio = content_bio(content);
    if (!bio) goto done;
    reason = "the signature is not of these bytes";
    if (CMS_verify(cms, anchors, NULL, bio, NULL, CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1) reason = NULL;
done:
    ERR_clear_error();
    BIO_free(bio);
    sk_X509_pop_free(given, X509_free);
    sk_X509_pop_free(anchors, X509_free);
    CMS_ContentInfo_free(cms);
    return reason;
}
