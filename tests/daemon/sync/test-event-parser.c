/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-event-parser"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "event-parser.h"
#include "server-client.h"
#include "support.h"

static void
note_cb (const char *kind, const char *id, const char *data, gpointer user_data)
{
  g_string_append_printf (user_data, "[%s|%s|%s]", kind, id != NULL ? id : "", data);
}

/* The rules of the HTML standard, section 9.2.6. */
static const struct {
  const char *stream, *events;
} streams[] = {
  { "data: a\n\n", "[message||a]" },
  { "event: record\nid: e.7\ndata: {}\n\n", "[record|e.7|{}]" },
  { "data: a\ndata: b\n\n", "[message||a\nb]" },
  { "data:a\r\n\r\ndata: b\r\r", "[message||a][message||b]" },
  { ": a comment\n\n: another\n\ndata: a\n\n", "[message||a]" },
  { "id: 1\ndata: a\n\ndata: b\n\n", "[message|1|a][message|1|b]" }, /* the id stays */
  { "event: x\n\ndata: a\n\n", "[message||a]" },                     /* without data it is none */
  { "data\n\n", "[message||]" },
  { "data:  two\n\n", "[message|| two]" }, /* one blank goes */
  { "retry: 10\nfoo: bar\ndata: a\n\n", "[message||a]" },
  { "data: never ended", "" },
};

static void
test_streams_are_read_as_the_standard_says (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (streams); i++) {
    gsize size = strlen (streams[i].stream);

    for (gsize step = 1; step <= size; step++) { /* however the bytes come */
      g_autoptr (GString) events = g_string_new (NULL);
      g_autoptr (TocsinEventParser) parser = tocsin_event_parser_new (note_cb, events);

      for (gsize at = 0; at < size; at += step)
        tocsin_event_parser_feed (parser, streams[i].stream + at, MIN (step, size - at));
      g_assert_cmpstr (events->str, ==, streams[i].events);
    }
  }
}

static void
test_event_that_is_too_long_is_dropped_alone (void)
{
  g_autoptr (GString) events = g_string_new (NULL);
  g_autoptr (TocsinEventParser) parser = tocsin_event_parser_new (note_cb, events);
  g_autofree char *filler = g_strnfill (65536, 'x');

  tocsin_event_parser_feed (parser, "data: ", 6);
  for (guint i = 0; i < 2 * TOCSIN_EVENT_LINE_BYTES / 65536; i++)
    tocsin_event_parser_feed (parser, filler, 65536);
  tocsin_event_parser_feed (parser, "\n\ndata: b\n\n", 11);
  g_assert_cmpstr (events->str, ==, "[message||b]");
}

static void
test_any_bytes_are_a_stream (void)
{
  g_autoptr (GRand) rand = tocsin_test_rand ();
  g_autoptr (GString) events = g_string_new (NULL);
  g_autoptr (TocsinEventParser) parser = tocsin_event_parser_new (note_cb, events);
  static const char alphabet[] = "data:event id\n\r\0\xff";

  for (guint i = 0; i < 200000; i++) {
    char c = alphabet[g_rand_int_range (rand, 0, sizeof alphabet)];

    tocsin_event_parser_feed (parser, &c, 1);
    g_string_truncate (events, 0);
  }
}

static const struct {
  const char *text, *address; /* NULL: refused */
} addresses[] = {
  { "https://tocsin.example.org", "https://tocsin.example.org" },
  { "https://tocsin.example.org/", "https://tocsin.example.org" },
  { "https://example.org/tocsin/", "https://example.org/tocsin" },
  { "https://tocsin.example.org:8443", "https://tocsin.example.org:8443" },
  { "tocsin.example.org", "https://tocsin.example.org" },
  { "http://localhost:7880", "http://localhost:7880" },
  { "http://127.0.0.1:7880", "http://127.0.0.1:7880" },
  { "http://tocsin.example.org", NULL }, /* the token would go over it in plain */
  { "ftp://tocsin.example.org", NULL },
  { "https://user:secret@tocsin.example.org", NULL },
  { "https://tocsin.example.org/?a=b", NULL },
  { "https://", NULL },
  { "", NULL },
};

static void
test_addresses_of_servers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *address = tocsin_server_address_parse (addresses[i].text, &error);

    g_assert_cmpstr (address, ==, addresses[i].address);
    if (address == NULL)
      g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
  }
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);

  g_test_add_func ("/event-parser/streams-are-read-as-the-standard-says",
                   test_streams_are_read_as_the_standard_says);
  g_test_add_func ("/event-parser/event-that-is-too-long-is-dropped-alone",
                   test_event_that_is_too_long_is_dropped_alone);
  g_test_add_func ("/event-parser/any-bytes-are-a-stream", test_any_bytes_are_a_stream);
  g_test_add_func ("/event-parser/addresses-of-servers", test_addresses_of_servers);
  return g_test_run ();
}
