/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "http"

#include "config.h"

#include <string.h>

#include "http-private.h"

#define PLANS_BEFORE_SWEEP  10000
#define IDLE_RESPONSES_MOST 256

/* A secret of the longest kind may start within what evidence shows of a body. */
#define EVIDENCE_KEEP_BYTES (2 * TOCSIN_EVIDENCE_BODY_BYTES)

/* What HTTP checks share. */
typedef struct {
  TocsinTransfers *transfers; /* (owned) */
  GHashTable *plans;          /* of TocsinHttpPlan by its monitor's id */
  guint plans_before_sweep;
  GPtrArray *responses; /* idle, of TocsinHttpResponse */
} Shared;

static gpointer
http_open (TocsinProber *prober)
{
  Shared *shared = g_new0 (Shared, 1);

  shared->transfers = tocsin_transfers_new (prober->reactor);
  shared->plans_before_sweep = PLANS_BEFORE_SWEEP;
  shared->plans = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                         (GDestroyNotify) tocsin_http_plan_unref);
  shared->responses = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_http_response_free);
  return shared;
}

static void
http_close (gpointer data)
{
  Shared *shared = data;

  tocsin_transfers_free (shared->transfers);
  g_hash_table_unref (shared->plans);
  g_ptr_array_unref (shared->responses);
  g_free (shared);
}

static gboolean
is_idle (gpointer id, gpointer data, gpointer user_data)
{
  TocsinHttpPlan *plan = data;
  gboolean was_used = plan->was_used;

  plan->was_used = FALSE;
  return !was_used;
}

/* Monitors that were removed leave their plans behind. Once there are many plans, those go that no
 * check used since the last time. */
static void
make_room (Shared *shared)
{
  if (g_hash_table_size (shared->plans) < shared->plans_before_sweep)
    return;
  g_hash_table_foreach_remove (shared->plans, is_idle, NULL);
  shared->plans_before_sweep = MAX (PLANS_BEFORE_SWEEP, 2 * g_hash_table_size (shared->plans));
}

/* A monitor is immutable and its plan holds it, so that the same address is the same revision.
 * (transfer full) */
static TocsinHttpPlan *
get_plan (Shared *shared, TocsinMonitor *monitor)
{
  TocsinHttpPlan *plan;

  if (monitor->id == NULL)
    return tocsin_http_plan_new (monitor);
  plan = g_hash_table_lookup (shared->plans, monitor->id);
  if (plan == NULL || plan->monitor != monitor) {
    make_room (shared);
    plan = tocsin_http_plan_new (monitor);
    g_hash_table_replace (shared->plans, plan->monitor->id, plan);
  }
  plan->was_used = TRUE;
  return tocsin_http_plan_ref (plan);
}

static TocsinHttpResponse *
take_response (Shared *shared)
{
  if (shared->responses->len == 0)
    return tocsin_http_response_new ();
  return g_ptr_array_steal_index_fast (shared->responses, shared->responses->len - 1);
}

static void
put_response (Shared *shared, TocsinHttpResponse *response)
{
  if (shared->responses->len >= IDLE_RESPONSES_MOST) {
    tocsin_http_response_free (response);
    return;
  }
  tocsin_http_response_clear (response);
  g_ptr_array_add (shared->responses, response);
}

/* An error is libcurl's only way to hear that enough was read. */
static CURLcode
get_true_result (TocsinHttpRun *self, CURLcode result)
{
  return result == CURLE_WRITE_ERROR && self->response->is_body_full ? CURLE_OK : result;
}

static gboolean
check_version (TocsinHttpRun *self)
{
  long version = 0;

  if (self->run.monitor->http_version != TOCSIN_HTTP_2)
    return TRUE;
  curl_easy_getinfo (tocsin_transfer_get_easy (self->transfer), CURLINFO_HTTP_VERSION, &version);
  if (version == CURL_HTTP_VERSION_2_0)
    return TRUE;
  tocsin_sample_fail (self->run.sample, TOCSIN_CODE_HTTP_MALFORMED,
                      "HTTP/2 is wanted, and the server answered in HTTP/1");
  return FALSE;
}

static void
lookup_cb (int error, const struct addrinfo *addresses, gpointer user_data)
{
  TocsinHttpRun *self = user_data;
  g_autofree char *host = tocsin_http_get_host (self);

  self->lookup = NULL;
  if (error != 0)
    tocsin_lookup_fail (error, host, self->run.monitor->family, self->run.sample);
  else
    tocsin_http_fail (self, CURLE_COULDNT_RESOLVE_HOST);
  tocsin_http_collect (self, CURLE_COULDNT_RESOLVE_HOST);
  tocsin_run_finish (&self->run);
}

static void
done_cb (TocsinTransfer *transfer, CURLcode result, gpointer user_data)
{
  TocsinHttpRun *self = user_data;
  long status = 0;

  result = get_true_result (self, result);
  if (result == CURLE_COULDNT_RESOLVE_HOST) { /* libcurl does not say why */
    g_autofree char *host = tocsin_http_get_host (self);

    self->lookup = tocsin_lookup_start (self->run.prober->context, host, self->run.monitor->family,
                                        lookup_cb, self);
    return;
  }
  if (result != CURLE_OK) {
    tocsin_http_fail (self, result);
  } else if (check_version (self)) {
    curl_easy_getinfo (tocsin_transfer_get_easy (transfer), CURLINFO_RESPONSE_CODE, &status);
    tocsin_http_judge (self->plan, self->response, status, self->run.sample);
  }
  tocsin_http_collect (self, result);
  tocsin_run_finish (&self->run);
}

/* libcurl keeps only Authorization and Cookie from the host that a redirect leads to. */
static size_t
guarded_header_cb (char *bytes, size_t size, size_t n, void *user_data)
{
  TocsinHttpRun *self = user_data;
  const gsize name_length = strlen ("location:");

  if (n > name_length && g_ascii_strncasecmp (bytes, "location:", name_length) == 0) {
    g_autofree char *location = g_strstrip (g_strndup (bytes + name_length, n - name_length));

    if (tocsin_http_plan_is_left_by (self->plan, location))
      curl_easy_setopt (tocsin_transfer_get_easy (self->transfer), CURLOPT_HTTPHEADER,
                        self->plan->open_headers);
  }
  return tocsin_http_response_header_cb (bytes, size, n, self->response);
}

static void
watch_response (TocsinHttpRun *self, CURL *easy)
{
  const TocsinMonitor *monitor = self->run.monitor;
  gboolean is_guarded = monitor->secret_headers != NULL && monitor->redirects > 0;

  curl_easy_setopt (easy, CURLOPT_HEADERFUNCTION,
                    is_guarded ? guarded_header_cb : tocsin_http_response_header_cb);
  curl_easy_setopt (easy, CURLOPT_HEADERDATA, is_guarded ? (void *) self : self->response);
  curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, tocsin_http_response_body_cb);
  curl_easy_setopt (easy, CURLOPT_WRITEDATA, self->response);
}

static CURLcode
tls_cb (void *ssl_ctx, gpointer user_data)
{
  TocsinHttpRun *self = user_data;
  const TocsinMonitor *monitor = self->run.monitor;
  g_autoptr (GError) error = NULL;

  self->handshake.verify = monitor->tls_verify;
  self->handshake.has_own = monitor->client_cert != NULL;
  if (tocsin_tls_arm (self->run.prober->tls, ssl_ctx, monitor->tls_ca_file, &self->handshake,
                      &error))
    return CURLE_OK;
  g_free (self->tls_problem);
  self->tls_problem = g_strdup (error->message);
  return CURLE_SSL_CACERT_BADFILE;
}

/* Most checks are plain: theirs is a handle that is set up already. */
static void
take_transfer (TocsinHttpRun *self, Shared *shared)
{
  CURL *easy;

  if (self->plan->is_plain)
    self->transfer = tocsin_transfers_take_kept (shared->transfers, &tocsin_http_probe);
  if (self->transfer != NULL) {
    easy = tocsin_transfer_get_easy (self->transfer);
    tocsin_http_plan_apply_plain (self->plan, easy);
  } else {
    self->transfer = tocsin_transfers_take (shared->transfers);
    easy = tocsin_transfer_get_easy (self->transfer);
    tocsin_http_plan_apply (self->plan, easy);
  }
  watch_response (self, easy);
}

static void
put_transfer (TocsinHttpRun *self)
{
  CURL *easy = tocsin_transfer_get_easy (self->transfer);

  /* The jar outlives the check, and the next is somebody else's. */
  if (self->response->has_cookies)
    curl_easy_setopt (easy, CURLOPT_COOKIELIST, "ALL");
  if (self->plan->is_plain) {
    tocsin_transfer_keep (self->transfer, &tocsin_http_probe);
    return;
  }
  /* curl_easy_reset () forgets the list of cookie files without freeing it. */
  curl_easy_setopt (easy, CURLOPT_COOKIEFILE, NULL);
  tocsin_transfer_release (self->transfer);
}

static void
http_start (TocsinRun *run)
{
  TocsinHttpRun *self = (TocsinHttpRun *) run;
  Shared *shared = run->prober->shared[TOCSIN_MONITOR_HTTP];

  self->plan = get_plan (shared, run->monitor);
  if (self->plan->problem != NULL) {
    tocsin_sample_fail (run->sample, TOCSIN_CODE_CONFIGURATION,
                        "the check can't run as it is set up: %s", self->plan->problem);
    tocsin_run_finish (run);
    return;
  }
  self->response = take_response (shared);
  self->response->keep_bytes =
      self->plan->judges_body ? TOCSIN_MONITOR_BODY_BYTES : EVIDENCE_KEEP_BYTES;
  take_transfer (self, shared);
  tocsin_transfer_set_tls (self->transfer, tls_cb, self);
  tocsin_transfer_start (self->transfer, done_cb, self);
}

static void
http_time_out (TocsinRun *run)
{
  TocsinHttpRun *self = (TocsinHttpRun *) run;

  if (self->lookup != NULL) /* nothing was found, and why it took too long to find out */
    tocsin_http_fail (self, CURLE_COULDNT_RESOLVE_HOST);
  else
    tocsin_http_time_out (self);
  tocsin_http_collect (self, CURLE_OPERATION_TIMEDOUT);
}

static void
http_stop (TocsinRun *run)
{
  TocsinHttpRun *self = (TocsinHttpRun *) run;
  Shared *shared = run->prober->shared[TOCSIN_MONITOR_HTTP];

  g_clear_pointer (&self->lookup, tocsin_lookup_cancel);
  if (self->transfer != NULL)
    put_transfer (self);
  if (self->response != NULL)
    put_response (shared, self->response);
  tocsin_handshake_clear (&self->handshake);
  g_clear_pointer (&self->tls_problem, g_free);
  tocsin_http_plan_unref (self->plan);
}

const TocsinProbe tocsin_http_probe = {
  .run_size = sizeof (TocsinHttpRun),
  .open = http_open,
  .close = http_close,
  .start = http_start,
  .time_out = http_time_out,
  .stop = http_stop,
};
