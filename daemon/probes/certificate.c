/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "certificate"

#include "config.h"

#include <arpa/inet.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "certificate.h"
#include "timetext.h"

#define NAMES_MOST    100 /* of a certificate that are kept */
#define NAMES_SHOWN   3   /* in a sentence */
#define SUBJECT_BYTES 1024

typedef char *(*Sentence) (const TocsinCertificate *certificate, const char *host, gint64 now_us);

/* "3 days", "5 h", "12 min": the greatest unit alone; nobody acts on the seconds. */
static char *
span_roughly (gint64 span_us)
{
  static const gint64 units[] = { TOCSIN_US_PER_DAY, TOCSIN_US_PER_HOUR, TOCSIN_US_PER_MIN,
                                  TOCSIN_US_PER_S };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (span_us >= units[i])
      return tocsin_span_to_words (span_us / units[i] * units[i]);
  return g_strdup ("a moment");
}

static char *
say_expired (const TocsinCertificate *certificate, const char *host, gint64 now_us)
{
  g_autofree char *ago = NULL;

  if (certificate == NULL || certificate->not_after > now_us)
    return g_strdup_printf ("an issuer of the certificate of %s has expired", host);
  ago = span_roughly (now_us - certificate->not_after);
  return g_strdup_printf ("certificate of %s expired %s ago", host, ago);
}

static char *
say_not_yet_valid (const TocsinCertificate *certificate, const char *host, gint64 now_us)
{
  g_autofree char *wait = NULL;

  if (certificate == NULL || certificate->not_before <= now_us)
    return g_strdup_printf ("an issuer of the certificate of %s is not valid yet", host);
  wait = span_roughly (certificate->not_before - now_us);
  return g_strdup_printf ("certificate of %s is not valid yet, only in %s (is the clock right?)",
                          host, wait);
}

static char *
say_wrong_name (const TocsinCertificate *certificate, const char *host, gint64 now_us)
{
  g_autoptr (GString) names = g_string_new (NULL);
  guint n =
      certificate != NULL && certificate->names != NULL ? g_strv_length (certificate->names) : 0;

  for (guint i = 0; i < MIN (n, NAMES_SHOWN); i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", certificate->names[i]);
  if (n > NAMES_SHOWN)
    g_string_append_printf (names, " and %u more", n - NAMES_SHOWN);
  if (n == 0)
    g_string_append (names, certificate != NULL && certificate->subject != NULL
                                ? certificate->subject
                                : "another name");
  return g_strdup_printf ("certificate is for %s, not for %s", names->str, host);
}

static char *
say_self_signed (const TocsinCertificate *certificate, const char *host, gint64 now_us)
{
  return g_strdup_printf ("certificate of %s is self-signed: trust it with a CA file, or have it "
                          "issued by an authority",
                          host);
}

static char *
say_untrusted (const TocsinCertificate *certificate, const char *host, gint64 now_us)
{
  return g_strdup_printf (
      "certificate of %s is issued by %s, whom this machine does not trust", host,
      certificate != NULL && certificate->issuer != NULL ? certificate->issuer : "an authority");
}

static char *
say_incomplete (const TocsinCertificate *certificate, const char *host, gint64 now_us)
{
  return g_strdup_printf (
      "the server of %s does not send the whole chain: the certificate of the issuer, %s, is "
      "missing, and is not trusted by itself",
      host,
      certificate != NULL && certificate->issuer != NULL ? certificate->issuer : "an authority");
}

static char *
say_revoked (const TocsinCertificate *certificate, const char *host, gint64 now_us)
{
  return g_strdup_printf ("certificate of %s was revoked by its issuer", host);
}

static const struct {
  int verify_error;
  TocsinCode code;
  Sentence say; /* NULL: OpenSSL's own words */
} verdicts[] = {
  { X509_V_ERR_CERT_HAS_EXPIRED, TOCSIN_CODE_TLS_EXPIRED, say_expired },
  { X509_V_ERR_CERT_NOT_YET_VALID, TOCSIN_CODE_TLS_NOT_YET_VALID, say_not_yet_valid },
  { X509_V_ERR_HOSTNAME_MISMATCH, TOCSIN_CODE_TLS_WRONG_NAME, say_wrong_name },
  { X509_V_ERR_IP_ADDRESS_MISMATCH, TOCSIN_CODE_TLS_WRONG_NAME, say_wrong_name },
  { X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, TOCSIN_CODE_TLS_SELF_SIGNED, say_self_signed },
  { X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, TOCSIN_CODE_TLS_UNTRUSTED, say_untrusted },
  { X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, TOCSIN_CODE_TLS_UNTRUSTED, say_untrusted },
  { X509_V_ERR_CERT_UNTRUSTED, TOCSIN_CODE_TLS_UNTRUSTED, say_untrusted },
  { X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, TOCSIN_CODE_TLS_INCOMPLETE_CHAIN,
    say_incomplete },
  { X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, TOCSIN_CODE_TLS_INCOMPLETE_CHAIN, say_incomplete },
  { X509_V_ERR_CERT_REVOKED, TOCSIN_CODE_TLS_REVOKED, say_revoked },
};

TocsinCode
tocsin_certificate_code (int verify_error)
{
  for (guint i = 0; i < G_N_ELEMENTS (verdicts); i++)
    if (verdicts[i].verify_error == verify_error)
      return verdicts[i].code;
  return verify_error == X509_V_OK ? TOCSIN_CODE_NONE : TOCSIN_CODE_TLS_UNTRUSTED;
}

char *
tocsin_certificate_sentence (int verify_error, const TocsinCertificate *certificate,
                             const char *host, gint64 now_us)
{
  for (guint i = 0; i < G_N_ELEMENTS (verdicts); i++)
    if (verdicts[i].verify_error == verify_error)
      return verdicts[i].say (certificate, host, now_us);
  return g_strdup_printf ("certificate of %s is not trusted: %s", host,
                          X509_verify_cert_error_string (verify_error));
}

static char *
name_to_text (X509_NAME *name)
{
  g_autofree char *text = NULL;
  BIO *out = BIO_new (BIO_s_mem ());
  char *data;
  long length;

  X509_NAME_print_ex (out, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  length = BIO_get_mem_data (out, &data);
  text = g_utf8_make_valid (data, MIN (length, SUBJECT_BYTES));
  BIO_free (out);
  return g_steal_pointer (&text);
}

static gint64
time_to_us (const ASN1_TIME *time)
{
  struct tm broken_down = { 0 };

  if (time == NULL || ASN1_TIME_to_tm (time, &broken_down) != 1)
    return 0;
  return (gint64) timegm (&broken_down) * TOCSIN_US_PER_S;
}

/* (nullable) */
static char *
general_name_to_text (const GENERAL_NAME *name)
{
  const ASN1_STRING *string;
  char address[INET6_ADDRSTRLEN];
  int length;

  if (name->type == GEN_DNS) {
    string = name->d.dNSName;
    return g_utf8_make_valid ((const char *) ASN1_STRING_get0_data (string),
                              ASN1_STRING_length (string));
  }
  if (name->type != GEN_IPADD)
    return NULL;
  string = name->d.iPAddress;
  length = ASN1_STRING_length (string);
  if ((length != 4 && length != 16) ||
      inet_ntop (length == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data (string), address,
                 sizeof address) == NULL)
    return NULL;
  return g_strdup (address);
}

static char **
get_names (X509 *x509)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GENERAL_NAMES *found = X509_get_ext_d2i (x509, NID_subject_alt_name, NULL, NULL);

  for (int i = 0; i < sk_GENERAL_NAME_num (found) && names->len < NAMES_MOST; i++) {
    char *name = general_name_to_text (sk_GENERAL_NAME_value (found, i));

    if (name != NULL)
      g_ptr_array_add (names, name);
  }
  GENERAL_NAMES_free (found);
  if (names->len == 0)
    return NULL;
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

static char *
get_fingerprint (X509 *x509)
{
  guint8 digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  g_autoptr (GString) text = g_string_sized_new (64);

  if (X509_digest (x509, EVP_sha256 (), digest, &length) != 1)
    return NULL;
  for (unsigned int i = 0; i < length; i++)
    g_string_append_printf (text, "%02x", digest[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

TocsinCertificate *
tocsin_certificate_from_x509 (X509 *x509)
{
  TocsinCertificate *certificate;

  g_return_val_if_fail (x509 != NULL, NULL);

  certificate = tocsin_certificate_new ();
  certificate->subject = name_to_text (X509_get_subject_name (x509));
  certificate->issuer = name_to_text (X509_get_issuer_name (x509));
  certificate->names = get_names (x509);
  certificate->not_before = time_to_us (X509_get0_notBefore (x509));
  certificate->not_after = time_to_us (X509_get0_notAfter (x509));
  certificate->fingerprint = get_fingerprint (x509);
  return certificate;
}
