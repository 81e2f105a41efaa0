/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "dns"

#include "config.h"

#include <string.h>

#include "dns-answer.h"
#include "names.h"
#include "probe-private.h"
#include "resolver.h"
#include "timetext.h"

#define RESOLVERS_MOST 256
#define RCODE_SERVFAIL 2
#define RCODE_NOTIMP   4
#define RCODE_REFUSED  5

/* What DNS checks share. */
typedef struct {
  TocsinNames *names;    /* (owned) knows the system's name servers */
  GHashTable *resolvers; /* of TocsinResolver by "IP:PORT" */
} Shared;

/* A check in flight. */
typedef struct {
  TocsinRun run;
  char *name;               /* (owned) (nullable) as it is asked for */
  char **servers;           /* (owned) (nullable) */
  guint server;             /* whom we ask */
  TocsinQuestion *question; /* (nullable) in flight */
  TocsinTimer *patience;    /* (nullable) until the next server is asked */
  GPtrArray *tried;         /* (owned) (nullable) what became of those before */
} DnsRun;

static gpointer
dns_open (TocsinProber *prober)
{
  Shared *shared = g_new0 (Shared, 1);

  shared->names = tocsin_names_new (prober->reactor);
  shared->resolvers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                             (GDestroyNotify) tocsin_resolver_free);
  return shared;
}

static void
dns_close (gpointer data)
{
  Shared *shared = data;

  g_hash_table_unref (shared->resolvers);
  tocsin_names_free (shared->names);
  g_free (shared);
}

static Shared *
get_shared (DnsRun *self)
{
  return self->run.prober->shared[TOCSIN_MONITOR_DNS];
}

static gboolean
is_idle (gpointer key, gpointer value, gpointer user_data)
{
  return tocsin_resolver_is_idle (value);
}

/* (transfer none) */
static TocsinResolver *
get_resolver (Shared *shared, TocsinReactor *reactor, const char *server, GError **error)
{
  TocsinResolver *resolver = g_hash_table_lookup (shared->resolvers, server);

  if (resolver != NULL)
    return resolver;
  if (g_hash_table_size (shared->resolvers) >= RESOLVERS_MOST)
    g_hash_table_foreach_remove (shared->resolvers, is_idle, NULL);
  resolver = tocsin_resolver_new (reactor, server, error);
  if (resolver != NULL)
    g_hash_table_insert (shared->resolvers, g_strdup (server), resolver);
  return resolver;
}

static const char *
get_server (const DnsRun *self)
{
  return self->servers[self->server];
}

static void ask (DnsRun *self);

static void
note (DnsRun *self, const char *words)
{
  if (self->tried == NULL)
    self->tried = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->tried, g_strdup_printf ("%s: %s", get_server (self), words));
}

/* Goes on with the next name server, where there is one. */
static gboolean
ask_next (DnsRun *self, const char *words)
{
  note (self, words);
  if (self->servers[self->server + 1] == NULL)
    return FALSE;
  g_clear_pointer (&self->patience, tocsin_timer_remove);
  g_clear_pointer (&self->question, tocsin_question_cancel);
  self->server++;
  ask (self);
  return TRUE;
}

static void
collect (DnsRun *self)
{
  TocsinEvidence *evidence = self->run.sample->evidence;

  if (self->tried == NULL || self->run.sample->outcome != TOCSIN_OUTCOME_FAILED)
    return;
  g_ptr_array_add (self->tried, NULL);
  evidence->addresses_tried = (char **) g_ptr_array_free (g_steal_pointer (&self->tried), FALSE);
}

static void
end (DnsRun *self)
{
  collect (self);
  tocsin_run_finish (&self->run);
}

/* No message came from the last server. */
static void
fail_without_answer (DnsRun *self, int status)
{
  TocsinSample *sample = self->run.sample;
  const char *server = get_server (self);
  g_autofree char *took = NULL;

  switch (status) {
  case ARES_ETIMEOUT:
    took = tocsin_span_to_words (tocsin_run_get_elapsed_us (&self->run) / TOCSIN_US_PER_MS *
                                 TOCSIN_US_PER_MS);
    tocsin_sample_fail (sample, TOCSIN_CODE_DNS_TIMEOUT, "no answer from %s within %s for %s",
                        server, took, self->name);
    break;
  case ARES_ECONNREFUSED:
    tocsin_sample_fail (sample, TOCSIN_CODE_CONNECT_REFUSED,
                        "%s can't be asked for %s: nothing answers there", server, self->name);
    break;
  case ARES_EBADNAME:
    tocsin_sample_fail (sample, TOCSIN_CODE_CONFIGURATION, "“%s” is no name that can be looked up",
                        self->name);
    break;
  default:
    tocsin_sample_fail (sample, TOCSIN_CODE_DNS_FAILED, "%s could not be asked for %s: %s", server,
                        self->name, ares_strerror (status));
  }
}

static char **
keep_answers (const TocsinDnsAnswer *answer)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < MIN (answer->n_records, TOCSIN_EVIDENCE_HEADERS); i++) {
    g_autofree char *kept =
        g_utf8_make_valid (answer->records[i], (gssize) MIN (strlen (answer->records[i]),
                                                             TOCSIN_EVIDENCE_HEADER_BYTES));

    g_strv_builder_add (builder, kept);
  }
  return g_strv_builder_end (builder);
}

static void
judge (DnsRun *self, const TocsinDnsAnswer *answer)
{
  TocsinSample *sample = self->run.sample;
  TocsinEvidence *evidence = sample->evidence;

  evidence->resolver = g_strdup (get_server (self));
  evidence->dns_status = tocsin_dns_rcode_to_text (answer->rcode);
  if (answer->n_records > 0)
    evidence->answers = keep_answers (answer);
  sample->latency_us = tocsin_run_get_elapsed_us (&self->run);
  sample->phase_us[TOCSIN_PHASE_LOOKUP] = sample->latency_us;
  tocsin_dns_judge (self->run.monitor, self->name, get_server (self), answer, sample);
}

static void
answer_cb (int status, const guint8 *message, gsize length, gpointer user_data)
{
  DnsRun *self = user_data;
  g_autoptr (TocsinDnsAnswer) answer = NULL;
  g_autofree char *rcode = NULL;
  g_autoptr (GError) error = NULL;

  self->question = NULL;
  if (message == NULL) {
    if (status != ARES_EBADNAME && ask_next (self, ares_strerror (status)))
      return;
    fail_without_answer (self, status);
    end (self);
    return;
  }
  answer = tocsin_dns_answer_parse (message, length, self->run.monitor->record_type, &error);
  if (answer == NULL) {
    tocsin_sample_fail (self->run.sample, TOCSIN_CODE_DNS_MALFORMED,
                        "the answer of %s for %s can't be understood: %s", get_server (self),
                        self->name, error->message);
    self->run.sample->evidence->resolver = g_strdup (get_server (self));
    end (self);
    return;
  }
  rcode = tocsin_dns_rcode_to_text (answer->rcode);
  if ((answer->rcode == RCODE_SERVFAIL || answer->rcode == RCODE_NOTIMP ||
       answer->rcode == RCODE_REFUSED) &&
      ask_next (self, rcode))
    return;
  judge (self, answer);
  end (self);
}

static void
patience_cb (gpointer user_data)
{
  DnsRun *self = user_data;

  self->patience = NULL;
  ask_next (self, "no answer in time");
}

/* Each of the servers gets its share of the time. */
static void
ask (DnsRun *self)
{
  TocsinReactor *reactor = self->run.prober->reactor;
  guint n_left = g_strv_length (self->servers) - self->server;
  gint64 left_us = self->run.monitor->timeout_us - tocsin_run_get_elapsed_us (&self->run);
  g_autoptr (GError) error = NULL;
  TocsinResolver *resolver = get_resolver (get_shared (self), reactor, get_server (self), &error);

  if (resolver == NULL) {
    tocsin_sample_fail (self->run.sample, TOCSIN_CODE_CONFIGURATION, "%s", error->message);
    end (self);
    return;
  }
  self->question = tocsin_resolver_query (
      resolver, self->name, tocsin_dns_type_get_number (self->run.monitor->record_type), answer_cb,
      self);
  if (n_left > 1)
    self->patience = tocsin_reactor_timer (
        reactor, g_get_monotonic_time () + MAX (left_us, 0) / n_left, patience_cb, self);
}

/* (nullable) where it is no address. (transfer full) */
static char *
read_resolver (const char *text)
{
  g_autofree char *host = NULL;
  guint16 port;

  if (!tocsin_host_port_parse (text, 53, &host, &port, NULL) || !g_hostname_is_ip_address (host))
    return NULL;
  return g_strdup_printf (strchr (host, ':') != NULL ? "[%s]:%u" : "%s:%u", host, port);
}

/* What to ask for; FALSE with the sample failed where that can't be. */
static gboolean
prepare (DnsRun *self)
{
  const TocsinMonitor *monitor = self->run.monitor;
  TocsinSample *sample = self->run.sample;
  char *server;

  if (monitor->record_type == TOCSIN_DNS_PTR)
    self->name = tocsin_dns_reverse_name (monitor->target);
  if (self->name == NULL)
    self->name = g_hostname_to_ascii (monitor->target);
  if (self->name == NULL) {
    tocsin_sample_fail (sample, TOCSIN_CODE_CONFIGURATION, "“%s” is no name that can be looked up",
                        monitor->target);
    return FALSE;
  }
  if (monitor->resolver == NULL) {
    self->servers = tocsin_names_list_servers (get_shared (self)->names);
    if (self->servers[0] == NULL)
      tocsin_sample_fail (sample, TOCSIN_CODE_DNS_FAILED,
                          "this machine has no name server to ask for %s", self->name);
    return self->servers[0] != NULL;
  }
  server = read_resolver (monitor->resolver);
  if (server == NULL) {
    tocsin_sample_fail (sample, TOCSIN_CODE_CONFIGURATION,
                        "resolver “%s” is no address: IP or IP:PORT is wanted", monitor->resolver);
    return FALSE;
  }
  self->servers = g_new0 (char *, 2);
  self->servers[0] = server;
  return TRUE;
}

static void
dns_start (TocsinRun *run)
{
  DnsRun *self = (DnsRun *) run;

  if (prepare (self))
    ask (self);
  else
    tocsin_run_finish (run);
}

static void
dns_time_out (TocsinRun *run)
{
  DnsRun *self = (DnsRun *) run;
  g_autofree char *within = tocsin_span_to_words (run->monitor->timeout_us);

  tocsin_sample_fail (run->sample, TOCSIN_CODE_DNS_TIMEOUT, "no answer from %s within %s for %s",
                      get_server (self), within, self->name);
  note (self, "no answer in time");
  collect (self);
}

static void
dns_stop (TocsinRun *run)
{
  DnsRun *self = (DnsRun *) run;

  g_clear_pointer (&self->question, tocsin_question_cancel);
  g_clear_pointer (&self->patience, tocsin_timer_remove);
  g_clear_pointer (&self->tried, g_ptr_array_unref);
  g_clear_pointer (&self->servers, g_strfreev);
  g_clear_pointer (&self->name, g_free);
}

const TocsinProbe tocsin_dns_probe = {
  .run_size = sizeof (DnsRun),
  .open = dns_open,
  .close = dns_close,
  .start = dns_start,
  .time_out = dns_time_out,
  .stop = dns_stop,
};
