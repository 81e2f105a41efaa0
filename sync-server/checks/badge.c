/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "badge"

#include "config.h"

#include <string.h>

#include "badge.h"
#include "json-writer.h"

#define PADDING     600 /* beside a text, in hundredths of a pixel */
#define OTHER_WIDTH 700
#define WIDE_WIDTH  1100
#define SVG_BYTES   1400

/* Widths of the printable ASCII characters at 11 pixels, in hundredths of a pixel, as the fonts of
 * the Verdana family have them. The picture says how long each text is, so that with another font
 * it fits too. */
static const guint16 widths[] = {
  350, 441,  506, 922, 700, 1045, 858, 302, 429, 429, 550, 922, 350, 397,  350, 371, 700, 700,  700,
  700, 700,  700, 700, 700, 700,  700, 371, 371, 922, 922, 922, 584, 1100, 752, 755, 768, 847,  695,
  633, 852,  827, 324, 324, 721,  613, 949, 823, 866, 663, 866, 764, 698,  672, 805, 752, 1088, 754,
  672, 754,  429, 371, 429, 922,  550, 550, 674, 698, 605, 698, 677, 387,  698, 697, 306, 306,  637,
  306, 1072, 697, 673, 698, 698,  452, 573, 431, 697, 651, 900, 651, 651,  577, 700, 371, 700,  922,
};

static const struct {
  const char *word;
  const char *color; /* in the picture */
  const char *shields;
} states[TOCSIN_N_BADGE_STATES] = {
  [TOCSIN_BADGE_UP] = { "up", "#2b9348", "success" },
  [TOCSIN_BADGE_LATE] = { "late", "#c96a00", "important" },
  [TOCSIN_BADGE_DOWN] = { "down", "#cf3a3a", "critical" },
};

static const struct {
  const char *suffix, *type;
} forms[TOCSIN_N_BADGE_FORMS] = {
  [TOCSIN_BADGE_SVG] = { "svg", "image/svg+xml" },
  [TOCSIN_BADGE_JSON] = { "json", "application/json" },
  [TOCSIN_BADGE_SHIELDS] = { "shields", "application/json" },
};

/* --- the picture --- */

static guint
measure (const char *text)
{
  guint width = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text)) {
    gunichar c = g_utf8_get_char (text);

    if (c >= ' ' && c - ' ' < G_N_ELEMENTS (widths))
      width += widths[c - ' '];
    else if (!g_unichar_iszerowidth (c))
      width += g_unichar_iswide (c) ? WIDE_WIDTH : OTHER_WIDTH;
  }
  return width;
}

/* What XML can't have is left out, what is too long ends in an ellipsis. (transfer full) */
static char *
make_label (const char *label)
{
  g_autofree char *valid = g_utf8_make_valid (label, -1);
  GString *text = g_string_new (NULL);
  guint n = 0;

  for (const char *at = valid; *at != '\0' && n < TOCSIN_BADGE_LABEL_MOST;
       at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);

    if (g_unichar_iscntrl (c) || c == 0xfffe || c == 0xffff)
      continue;
    n++;
    if (n == TOCSIN_BADGE_LABEL_MOST && *g_utf8_next_char (at) != '\0')
      c = 0x2026;
    g_string_append_unichar (text, c);
  }
  return g_string_free (text, FALSE);
}

/* A text with its shadow; places and lengths in tenths of a pixel, since the group is scaled. */
static void
write_text (GString *svg, const char *text, guint middle, guint length)
{
  g_string_append_printf (svg,
                          "<text x=\"%u\" y=\"150\" textLength=\"%u\" fill=\"#010101\" "
                          "fill-opacity=\".3\" aria-hidden=\"true\">%s</text>"
                          "<text x=\"%u\" y=\"140\" textLength=\"%u\">%s</text>",
                          middle, length, text, middle, length, text);
}

static GString *
write_svg (const TocsinBadge *badge, TocsinBadgeState state)
{
  g_autofree char *plain = make_label (badge->label), *label = g_markup_escape_text (plain, -1);
  const char *word = states[state].word;
  guint label_width = (measure (plain) + 2 * PADDING + 99) / 100;
  guint word_width = (measure (word) + 2 * PADDING + 99) / 100;
  guint width = label_width + word_width;
  GString *svg = g_string_sized_new (SVG_BYTES);

  g_string_append_printf (svg,
                          "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"20\" "
                          "role=\"img\" aria-label=\"%s: %s\"><title>%s: %s</title>",
                          width, label, word, label, word);
  g_string_append_printf (
      svg,
      "<defs><linearGradient id=\"s\" x2=\"0\" y2=\"1\">"
      "<stop offset=\"0\" stop-color=\"#fff\" stop-opacity=\".12\"/>"
      "<stop offset=\"1\" stop-opacity=\".1\"/></linearGradient>"
      "<clipPath id=\"r\"><rect width=\"%u\" height=\"20\" rx=\"3\"/></clipPath></defs>"
      "<g clip-path=\"url(#r)\"><rect width=\"%u\" height=\"20\" fill=\"#4a4d52\"/>"
      "<rect x=\"%u\" width=\"%u\" height=\"20\" fill=\"%s\"/>"
      "<rect width=\"%u\" height=\"20\" fill=\"url(#s)\"/></g>",
      width, label_width, label_width, word_width, states[state].color, width);
  g_string_append (svg, "<g fill=\"#fff\" text-anchor=\"middle\" font-family=\"Verdana,Geneva,"
                        "DejaVu Sans,sans-serif\" font-size=\"110\" transform=\"scale(.1)\">");
  write_text (svg, label, label_width * 5, label_width * 10 - 2 * PADDING / 10);
  write_text (svg, word, label_width * 10 + word_width * 5, word_width * 10 - 2 * PADDING / 10);
  g_string_append (svg, "</g></svg>\n");
  return svg;
}

/* --- JSON --- */

static GString *
write_json (const TocsinBadge *badge, TocsinBadgeState state)
{
  TocsinJsonWriter writer;

  tocsin_json_writer_init (&writer, 96);
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_string (&writer, "status", states[state].word);
  tocsin_json_writer_int (&writer, "total", badge->total);
  tocsin_json_writer_int (&writer, "grace", badge->grace);
  tocsin_json_writer_int (&writer, "down", badge->down);
  tocsin_json_writer_end_object (&writer);
  return tocsin_json_writer_take (&writer);
}

static GString *
write_shields (const TocsinBadge *badge, TocsinBadgeState state)
{
  TocsinJsonWriter writer;

  tocsin_json_writer_init (&writer, 96);
  tocsin_json_writer_begin_object (&writer, NULL);
  tocsin_json_writer_int (&writer, "schemaVersion", 1);
  tocsin_json_writer_string (&writer, "label", badge->label);
  tocsin_json_writer_string (&writer, "message", states[state].word);
  tocsin_json_writer_string (&writer, "color", states[state].shields);
  tocsin_json_writer_end_object (&writer);
  return tocsin_json_writer_take (&writer);
}

TocsinBadgeState
tocsin_badge_get_state (const TocsinBadge *badge, gboolean three_states)
{
  g_return_val_if_fail (badge != NULL, TOCSIN_BADGE_UP);

  if (badge->down > 0)
    return TOCSIN_BADGE_DOWN;
  return badge->grace > 0 && three_states ? TOCSIN_BADGE_LATE : TOCSIN_BADGE_UP;
}

GString *
tocsin_badge_write (const TocsinBadge *badge, TocsinBadgeForm form, gboolean three_states)
{
  static GString *(*const writers[TOCSIN_N_BADGE_FORMS]) (const TocsinBadge *, TocsinBadgeState) = {
    [TOCSIN_BADGE_SVG] = write_svg,
    [TOCSIN_BADGE_JSON] = write_json,
    [TOCSIN_BADGE_SHIELDS] = write_shields,
  };

  g_return_val_if_fail (badge != NULL && badge->label != NULL, NULL);
  g_return_val_if_fail (form < TOCSIN_N_BADGE_FORMS, NULL);

  return writers[form](badge, tocsin_badge_get_state (badge, three_states));
}

/* --- addresses --- */

const char *
tocsin_badge_form_get_type (TocsinBadgeForm form)
{
  g_return_val_if_fail (form < TOCSIN_N_BADGE_FORMS, NULL);

  return forms[form].type;
}

const char *
tocsin_badge_form_get_suffix (TocsinBadgeForm form)
{
  g_return_val_if_fail (form < TOCSIN_N_BADGE_FORMS, NULL);

  return forms[form].suffix;
}

gboolean
tocsin_badge_split (const char *file, TocsinBadgeForm *form, gsize *name_bytes)
{
  const char *dot;

  g_return_val_if_fail (file != NULL && form != NULL && name_bytes != NULL, FALSE);

  dot = strrchr (file, '.');
  for (guint i = 0; dot != NULL && dot > file && i < TOCSIN_N_BADGE_FORMS; i++)
    if (strcmp (dot + 1, forms[i].suffix) == 0) {
      *form = i;
      *name_bytes = (gsize) (dot - file);
      return TRUE;
    }
  return FALSE;
}

char *
tocsin_badge_sign (const guint8 *secret, gsize n_bytes, const char *tag)
{
  g_autoptr (GHmac) hmac = NULL;
  g_autofree char *text = NULL;
  guint8 digest[32];
  gsize size = sizeof digest;

  g_return_val_if_fail (secret != NULL && n_bytes > 0 && tag != NULL, NULL);

  hmac = g_hmac_new (G_CHECKSUM_SHA256, secret, n_bytes);
  g_hmac_update (hmac, (const guchar *) tag, -1);
  g_hmac_get_digest (hmac, digest, &size);
  text = g_base64_encode (digest, size);
  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  return g_strndup (text, TOCSIN_BADGE_SIGNATURE_LENGTH);
}
