/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "ping-wire"

#include "config.h"

#include <string.h>

#include "call.h"
#include "ping-wire.h"
#include "push-request.h"
#include "worker.h"

#define VERBS "GET, HEAD, POST, PUT, OPTIONS"

/* --- answers --- */

static void
answer_in_text (TocsinCall *call, TocsinPingAnswer answer)
{
  char limit[24];

  g_snprintf (limit, sizeof limit, "%" G_GINT64_FORMAT, call->config->ping_body_most_bytes);
  tocsin_call_add_header (call, "Ping-Body-Limit", limit);
  if (answer.status == SOUP_STATUS_NO_CONTENT) {
    tocsin_call_reply_nothing (call);
    tocsin_call_add_header (call, "Access-Control-Allow-Methods", VERBS);
    return;
  }
  if (answer.status == SOUP_STATUS_METHOD_NOT_ALLOWED)
    tocsin_call_add_header (call, "Allow", VERBS);
  tocsin_call_reply_text (call, answer.status, "text/plain", answer.text);
}

/* As Uptime Kuma's clients know it. */
static void
answer_as_kuma (TocsinCall *call, TocsinPingAnswer answer)
{
  if (answer.status < 300)
    tocsin_call_reply_text (call, 200, "application/json", "{\"ok\":true}");
  else if (answer.status == 404)
    tocsin_call_reply_text (call, 404, "application/json",
                            "{\"ok\":false,\"msg\":\"Monitor not found or not active.\"}");
  else
    tocsin_call_reply_take (call, answer.status, "application/json",
                            tocsin_push_make_refusal (answer.text));
}

static void
answer_as_gatus (TocsinCall *call, TocsinPingAnswer answer)
{
  if (answer.status < 300)
    tocsin_call_reply_text (call, 200, "text/plain", "");
  else
    tocsin_call_reply_text (call, answer.status, "text/plain", answer.text);
}

typedef void (*Answer) (TocsinCall *call, TocsinPingAnswer answer);

static void
finish (TocsinCall *call, TocsinPingAnswer what, gint64 retry_after_us)
{
  Answer answer = call->room;
  char seconds[24];

  answer (call, what);
  if (what.status == SOUP_STATUS_SERVICE_UNAVAILABLE || retry_after_us > 0) {
    g_snprintf (seconds, sizeof seconds, "%" G_GINT64_FORMAT,
                retry_after_us > 0 ? retry_after_us / G_USEC_PER_SEC + 1 : 5);
    tocsin_call_add_header (call, "Retry-After", seconds);
  }
  tocsin_call_finish (call);
}

void
tocsin_ping_wire_answer (TocsinPingTicket *ticket)
{
  finish (ticket->call, ticket->answer, ticket->retry_after_us);
  tocsin_ping_ticket_free (ticket);
}

/* --- tickets --- */

/* At most so many characters, whatever bytes came. (transfer full) */
static char *
copy_user_agent (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  return g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), TOCSIN_PING_USER_AGENT_BYTES));
}

static void
fill_ping (TocsinPing *ping, const TocsinCall *call)
{
  const char *user_agent = tocsin_call_get_header (call, "User-Agent");

  ping->at_us = call->at_us;
  ping->scheme = g_strdup (call->scheme);
  ping->method = g_strdup (call->method);
  ping->remote_address = g_strdup (call->remote_address);
  ping->user_agent = user_agent != NULL ? copy_user_agent (user_agent) : NULL;
  if (call->body_bytes > 0) {
    ping->body = g_bytes_ref (call->body);
    ping->body_bytes = call->body_bytes;
  }
}

static TocsinPingTicket *
make_ticket (TocsinCall *call)
{
  TocsinPingTicket *ticket = tocsin_ping_ticket_new ();

  ticket->call = call;
  ticket->ping = tocsin_ping_new ();
  fill_ping (ticket->ping, call);
  return ticket;
}

static void
take (TocsinCall *call, TocsinPingTicket *ticket)
{
  if (ticket->request.ping_id != NULL)
    ticket->ping_id = g_strdup (ticket->request.ping_id);
  if (!tocsin_pings_take (call->worker->pings, ticket))
    tocsin_ping_wire_answer (ticket);
}

static void
take_ping (TocsinCall *call)
{
  TocsinPingTicket *ticket = make_ticket (call);
  TocsinPingAnswer refusal;

  call->room = answer_in_text;
  if (tocsin_ping_request_parse (&ticket->request, call->method, call->path, call->query,
                                 &refusal)) {
    take (call, ticket);
    return;
  }
  tocsin_ping_ticket_free (ticket);
  finish (call, refusal, 0);
}

/* A push says in its query what a ping says in its path and body. */
static void
take_push (TocsinCall *call, gboolean ok, TocsinPingTicket *ticket, const TocsinPush *push,
           TocsinPingAnswer refusal)
{
  if (!ok) {
    tocsin_ping_ticket_free (ticket);
    finish (call, refusal, 0);
    return;
  }
  if (push->text != NULL && *push->text != '\0') {
    g_clear_pointer (&ticket->ping->body, g_bytes_unref);
    ticket->ping->body = g_bytes_new (push->text, strlen (push->text));
    ticket->ping->body_bytes = (gint64) strlen (push->text);
  }
  ticket->duration_us = push->duration_us;
  take (call, ticket);
}

static void
take_kuma (TocsinCall *call)
{
  TocsinPingTicket *ticket = make_ticket (call);
  g_auto (TocsinPush) push = { 0 };
  TocsinPingAnswer refusal = { 0 };
  gboolean ok = tocsin_push_parse_kuma (&ticket->request, &push, call->method, call->params[0],
                                        call->query, &refusal);

  call->room = answer_as_kuma;
  take_push (call, ok, ticket, &push, refusal);
}

static void
take_gatus (TocsinCall *call)
{
  TocsinPingTicket *ticket = make_ticket (call);
  g_auto (TocsinPush) push = { 0 };
  TocsinPingAnswer refusal = { 0 };
  gboolean ok =
      tocsin_push_parse_gatus (&ticket->request, &push, call->method, call->params[0], call->query,
                               tocsin_call_get_header (call, "Authorization"), &refusal);

  call->room = answer_as_gatus;
  take_push (call, ok, ticket, &push, refusal);
}

#define FLAGS (TOCSIN_ROUTE_CUT | TOCSIN_ROUTE_CORS)

static const TocsinRoute routes[] = {
  { "*", "/ping/*", TOCSIN_ACCESS_ANYONE, TOCSIN_STYLE_TEXT, FLAGS, .direct = take_ping },
  { "*", "/api/push/{token}", TOCSIN_ACCESS_ANYONE, TOCSIN_STYLE_TEXT, FLAGS, .direct = take_kuma },
  { "*", "/api/v1/endpoints/{key}/external", TOCSIN_ACCESS_ANYONE, TOCSIN_STYLE_TEXT, FLAGS,
    .direct = take_gatus },
};

const TocsinRoutes tocsin_ping_routes = TOCSIN_ROUTES (routes);
