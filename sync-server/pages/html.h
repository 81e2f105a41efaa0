/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include "call.h"

G_BEGIN_DECLS

/* Pages that the server makes itself: they work without scripts, and have none. What comes from
 * people is escaped here, by the writer. */
typedef struct {
  TocsinCall *call;
  GString *text;
} TocsinPage;

/* The head of a page and the card that all our forms lie on. `lead` (nullable) is a sentence under
 * the title. */
void tocsin_page_begin (TocsinPage *page, TocsinCall *call, const char *title, const char *lead);
/* A page that is wider, with navigation for who is signed in. */
void tocsin_page_begin_wide (TocsinPage *page, TocsinCall *call, const char *title);
/* Ends it and makes it the reply. */
void tocsin_page_send (TocsinPage *page, guint status);
void tocsin_page_clear (TocsinPage *page);

/* Markup of our own, as it is. */
void tocsin_page_markup (TocsinPage *page, const char *markup);
/* Text, escaped. */
void tocsin_page_text (TocsinPage *page, const char *text);
/* Our own markup with escaped arguments, each a string. */
void tocsin_page_printf (TocsinPage *page, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* What went wrong, read out at once; nothing for NULL. */
void tocsin_page_alert (TocsinPage *page, const char *text);
/* What went well. */
void tocsin_page_note (TocsinPage *page, const char *text);

/* A form that is sent to `action`, with the session's token where there is one. */
void tocsin_page_begin_form (TocsinPage *page, const char *action);
void tocsin_page_end_form (TocsinPage *page, const char *button, const char *button_class);
void tocsin_page_hidden (TocsinPage *page, const char *name, const char *value);
/* Tells a password manager whose password the form is about, where no field asks for it. */
void tocsin_page_username (TocsinPage *page, const char *email);

typedef struct {
  const char *name;
  const char *label;
  const char *type;         /* NULL: text */
  const char *value;        /* (nullable) */
  const char *autocomplete; /* (nullable) */
  const char *hint;         /* (nullable) a sentence below */
  const char *inputmode;    /* (nullable) */
  gboolean is_optional;
  gboolean is_wrong; /* what the alert is about */
  gboolean is_focused;
} TocsinInput;

void tocsin_page_input (TocsinPage *page, const TocsinInput *input);

/* "23 November 2026, 04:18 UTC"; "never" for 0. */
void tocsin_page_time (TocsinPage *page, gint64 at_us);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TocsinPage, tocsin_page_clear)

G_END_DECLS
