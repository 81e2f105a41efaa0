/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "evidence-text"

#include "config.h"

#include <glib/gi18n-lib.h>

#include "evidence-text.h"
#include "texts.h"
#include "timetext.h"

static const char *
outcome_word (guint outcome)
{
  static const char *const words[] = {
    [TOCSIN_OUTCOME_OK] = N_ ("OK"),
    [TOCSIN_OUTCOME_SLOW] = N_ ("Slow"),
    [TOCSIN_OUTCOME_FAILED] = N_ ("Failed"),
    [TOCSIN_OUTCOME_INCONCLUSIVE] = N_ ("Inconclusive"),
  };

  return outcome < G_N_ELEMENTS (words) ? _ (words[outcome]) : "";
}

char *
tocsin_evidence_text_outcome (const TocsinSample *sample)
{
  const char *word;
  g_autofree char *latency = NULL;

  g_return_val_if_fail (sample != NULL, NULL);

  word = outcome_word (sample->outcome);
  if (sample->latency_us < 0)
    return g_strdup (word);
  latency = tocsin_text_latency ((double) sample->latency_us);
  if (tocsin_outcome_is_good (sample->outcome))
    /* Translators: an outcome and how long it took: “OK in 42 ms”. */
    return g_strdup_printf (_ ("%s in %s"), word, latency);
  /* Translators: an outcome and how long it took: “Failed after 10 s”. */
  return g_strdup_printf (_ ("%s after %s"), word, latency);
}

const char *
tocsin_evidence_get_phase_label (TocsinPhase phase)
{
  static const char *const labels[TOCSIN_N_PHASES] = {
    [TOCSIN_PHASE_LOOKUP] = N_ ("Name lookup"), [TOCSIN_PHASE_CONNECT] = N_ ("Connect"),
    [TOCSIN_PHASE_TLS] = N_ ("TLS handshake"),  [TOCSIN_PHASE_WAIT] = N_ ("Wait for the answer"),
    [TOCSIN_PHASE_TRANSFER] = N_ ("Transfer"),
  };

  g_return_val_if_fail (phase < TOCSIN_N_PHASES, NULL);

  return _ (labels[phase]);
}

char *
tocsin_evidence_text_phase (const TocsinSample *sample, TocsinPhase phase)
{
  g_return_val_if_fail (sample != NULL && phase < TOCSIN_N_PHASES, NULL);

  return sample->phase_us[phase] >= 0 ? tocsin_text_latency ((double) sample->phase_us[phase])
                                      : NULL;
}

/* --- facts of the response --- */

static char *
lines (char **strings)
{
  return strings != NULL && strings[0] != NULL ? g_strjoinv ("\n", strings) : NULL;
}

static char *
write_status (const TocsinSample *sample, gint64 now_us)
{
  const TocsinEvidence *evidence = sample->evidence;

  if (evidence == NULL || evidence->status == 0)
    return NULL;
  if (evidence->http_version == NULL)
    return g_strdup_printf ("%d", (int) evidence->status);
  return g_strdup_printf ("%d, HTTP/%s", (int) evidence->status, evidence->http_version);
}

static char *
write_final_url (const TocsinSample *sample, gint64 now_us)
{
  const TocsinEvidence *evidence = sample->evidence;

  if (evidence == NULL || evidence->final_url == NULL || evidence->redirects == 0)
    return NULL;
  return g_strdup_printf (
      ngettext ("%s, after %d redirect", "%s, after %d redirects", evidence->redirects),
      evidence->final_url, (int) evidence->redirects);
}

static char *
write_size (const TocsinSample *sample, gint64 now_us)
{
  const TocsinEvidence *evidence = sample->evidence;

  return evidence != NULL && evidence->body_bytes > 0
             ? g_format_size ((guint64) evidence->body_bytes)
             : NULL;
}

static char *
write_headers (const TocsinSample *sample, gint64 now_us)
{
  return sample->evidence != NULL ? lines (sample->evidence->response_headers) : NULL;
}

static char *
write_body (const TocsinSample *sample, gint64 now_us)
{
  const char *data;
  gsize size;

  if (sample->evidence == NULL || sample->evidence->body == NULL)
    return NULL;
  data = g_bytes_get_data (sample->evidence->body, &size);
  return size > 0 ? g_utf8_make_valid (data, (gssize) size) : NULL;
}

/* --- of the certificate --- */

static const TocsinCertificate *
certificate_of (const TocsinSample *sample)
{
  return sample->evidence != NULL ? sample->evidence->certificate : NULL;
}

static char *
write_chain_problem (const TocsinSample *sample, gint64 now_us)
{
  const TocsinCertificate *certificate = certificate_of (sample);

  return certificate != NULL ? g_strdup (certificate->chain_problem) : NULL;
}

static char *
write_certificate_end (const TocsinSample *sample, gint64 now_us)
{
  const TocsinCertificate *certificate = certificate_of (sample);
  g_autofree char *day = NULL;
  gint64 days;

  if (certificate == NULL || certificate->not_after == 0)
    return NULL;
  day = tocsin_text_time (certificate->not_after, now_us, NULL);
  days = (certificate->not_after - now_us) / TOCSIN_US_PER_DAY;
  if (certificate->not_after < now_us)
    return g_strdup_printf (ngettext ("%s, %d day ago", "%s, %d days ago", -days), day,
                            (int) -days);
  return g_strdup_printf (ngettext ("%s, in %d day", "%s, in %d days", days), day, (int) days);
}

static char *
write_issuer (const TocsinSample *sample, gint64 now_us)
{
  const TocsinCertificate *certificate = certificate_of (sample);

  return certificate != NULL ? g_strdup (certificate->issuer) : NULL;
}

static char *
write_subject (const TocsinSample *sample, gint64 now_us)
{
  const TocsinCertificate *certificate = certificate_of (sample);

  return certificate != NULL ? g_strdup (certificate->subject) : NULL;
}

static char *
write_names (const TocsinSample *sample, gint64 now_us)
{
  const TocsinCertificate *certificate = certificate_of (sample);

  return certificate != NULL && certificate->names != NULL ? g_strjoinv (", ", certificate->names)
                                                           : NULL;
}

static char *
write_tls_version (const TocsinSample *sample, gint64 now_us)
{
  const TocsinCertificate *certificate = certificate_of (sample);

  return certificate != NULL ? g_strdup (certificate->tls_version) : NULL;
}

static char *
write_fingerprint (const TocsinSample *sample, gint64 now_us)
{
  const TocsinCertificate *certificate = certificate_of (sample);

  return certificate != NULL ? g_strdup (certificate->fingerprint) : NULL;
}

/* --- of ways, packets, answers and jobs --- */

static char *
write_remote_address (const TocsinSample *sample, gint64 now_us)
{
  return sample->evidence != NULL ? g_strdup (sample->evidence->remote_address) : NULL;
}

static char *
write_addresses_tried (const TocsinSample *sample, gint64 now_us)
{
  return sample->evidence != NULL ? lines (sample->evidence->addresses_tried) : NULL;
}

static char *
write_packets (const TocsinSample *sample, gint64 now_us)
{
  const TocsinEvidence *evidence = sample->evidence;

  if (evidence == NULL || evidence->packets_sent == 0)
    return NULL;
  /* Translators: packets of a ping: “2 of 3 came back”. */
  return g_strdup_printf (_ ("%d of %d came back"), (int) evidence->packets_received,
                          (int) evidence->packets_sent);
}

static char *
write_round_trips (const TocsinSample *sample, gint64 now_us)
{
  const TocsinEvidence *evidence = sample->evidence;
  g_autofree char *least = NULL, *mean = NULL, *most = NULL;

  if (evidence == NULL || evidence->rtt_mean_us < 0)
    return NULL;
  least = tocsin_text_latency ((double) evidence->rtt_least_us);
  mean = tocsin_text_latency ((double) evidence->rtt_mean_us);
  most = tocsin_text_latency ((double) evidence->rtt_most_us);
  /* Translators: least, mean and most time of packets. */
  return g_strdup_printf (_ ("%s least, %s mean, %s most"), least, mean, most);
}

static char *
write_jitter (const TocsinSample *sample, gint64 now_us)
{
  const TocsinEvidence *evidence = sample->evidence;

  return evidence != NULL && evidence->jitter_us >= 0
             ? tocsin_text_latency ((double) evidence->jitter_us)
             : NULL;
}

static char *
write_resolver (const TocsinSample *sample, gint64 now_us)
{
  return sample->evidence != NULL ? g_strdup (sample->evidence->resolver) : NULL;
}

static char *
write_dns_status (const TocsinSample *sample, gint64 now_us)
{
  return sample->evidence != NULL ? g_strdup (sample->evidence->dns_status) : NULL;
}

static char *
write_answers (const TocsinSample *sample, gint64 now_us)
{
  return sample->evidence != NULL ? lines (sample->evidence->answers) : NULL;
}

static char *
write_ping_number (const TocsinSample *sample, gint64 now_us)
{
  const TocsinEvidence *evidence = sample->evidence;

  return evidence != NULL && evidence->ping_number > 0
             ? g_strdup_printf ("%" G_GINT64_FORMAT, evidence->ping_number)
             : NULL;
}

static char *
write_exit_status (const TocsinSample *sample, gint64 now_us)
{
  const TocsinEvidence *evidence = sample->evidence;

  return evidence != NULL && evidence->exit_status >= 0
             ? g_strdup_printf ("%" G_GINT64_FORMAT, evidence->exit_status)
             : NULL;
}

#define RESPONSE    N_ ("Response")
#define CERTIFICATE N_ ("Certificate")
#define NETWORK     N_ ("Network")
#define JOB         N_ ("Job")

const TocsinEvidenceFact tocsin_evidence_facts[] = {
  { RESPONSE, N_ ("Status"), write_status, FALSE, FALSE },
  { RESPONSE, N_ ("Final address"), write_final_url, FALSE, FALSE },
  { RESPONSE, N_ ("DNS status"), write_dns_status, FALSE, FALSE },
  { RESPONSE, N_ ("Answers"), write_answers, TRUE, FALSE },
  { RESPONSE, N_ ("Size of the body"), write_size, FALSE, FALSE },
  { RESPONSE, N_ ("Headers"), write_headers, TRUE, TRUE },
  { RESPONSE, N_ ("Beginning of the body"), write_body, TRUE, TRUE },
  { CERTIFICATE, N_ ("Not trusted"), write_chain_problem, FALSE, FALSE },
  { CERTIFICATE, N_ ("Ends"), write_certificate_end, FALSE, FALSE },
  { CERTIFICATE, N_ ("Issuer"), write_issuer, FALSE, FALSE },
  { CERTIFICATE, N_ ("Subject"), write_subject, FALSE, FALSE },
  { CERTIFICATE, N_ ("Names"), write_names, FALSE, FALSE },
  { CERTIFICATE, N_ ("TLS version"), write_tls_version, FALSE, FALSE },
  { CERTIFICATE, N_ ("SHA-256 fingerprint"), write_fingerprint, TRUE, FALSE },
  { NETWORK, N_ ("Address"), write_remote_address, TRUE, FALSE },
  { NETWORK, N_ ("Addresses tried"), write_addresses_tried, TRUE, FALSE },
  { NETWORK, N_ ("Name server"), write_resolver, TRUE, FALSE },
  { NETWORK, N_ ("Packets"), write_packets, FALSE, FALSE },
  { NETWORK, N_ ("Round trips"), write_round_trips, FALSE, FALSE },
  { NETWORK, N_ ("Jitter"), write_jitter, FALSE, FALSE },
  { JOB, N_ ("Ping"), write_ping_number, FALSE, FALSE },
  { JOB, N_ ("Exit status"), write_exit_status, FALSE, FALSE },
};
const guint tocsin_n_evidence_facts = G_N_ELEMENTS (tocsin_evidence_facts);
