/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "doctor"

#include "config.h"

#include <string.h>

#include "cli.h"
#include "doctor.h"
#include "errors.h"

/* "--mail-to ADDRESS" or "--mail-to=ADDRESS"; NULL: neither. */
static gboolean
read_args (char **args, const char **mail_to, GError **error)
{
  static const char option[] = "--mail-to";
  const char *text = args[0];

  *mail_to = NULL;
  if (text == NULL)
    return TRUE;
  if (strcmp (text, option) == 0)
    text = args[1];
  else if (g_str_has_prefix (text, option) && text[strlen (option)] == '=' && args[1] == NULL)
    text += strlen (option) + 1;
  else
    return tocsin_fail (error, TOCSIN_ERROR_INVALID, "“%s”: only --mail-to ADDRESS is known here",
                        text);
  if (text == NULL || strchr (text, '@') == NULL || strpbrk (text, "<>\r\n ") != NULL)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "--mail-to: an address like ops@example.org is wanted");
  *mail_to = text;
  return TRUE;
}

static gboolean
examine (TocsinAdmin *admin, char **args, GString *output, GError **error)
{
  g_autoptr (GPtrArray) findings = tocsin_findings_new ();
  const char *mail_to = NULL;
  guint n_failed;

  if (!read_args (args, &mail_to, error))
    return FALSE;
  tocsin_doctor_judge_settings (admin->config, findings);
  tocsin_doctor_look_at_database (admin->config, findings);
  tocsin_doctor_look_at_certificate_file (admin->config, admin->now_us, findings);
  tocsin_doctor_look_at_public_url (admin->config, admin->now_us, findings);
  tocsin_doctor_look_at_mail (admin->config, mail_to, admin->now_us, findings);
  tocsin_findings_write (findings, admin->json, output);
  n_failed = tocsin_findings_count (findings, TOCSIN_VERDICT_FAIL);
  if (n_failed == 0)
    return TRUE;
  return tocsin_fail (error, TOCSIN_ERROR_FAILED, "%u of %u are not as they should be", n_failed,
                      findings->len);
}

const TocsinAdminCommand tocsin_admin_doctor_commands[] = {
  { "doctor", "[--mail-to ADDRESS]",
    "Look whether database, disk, clock, mail, public URL and certificate are right",
    TOCSIN_ADMIN_CONFIG, 0, 2, examine,
    .more =
        "      A line each: ok, warn (it works, and may not one day) or fail, and what helps. The\n"
        "      exit status is 1 where anything failed. The public URL is asked through its own\n"
        "      name, as clients do; mail is tried as far as user and password, and a message is\n"
        "      sent only with --mail-to. With --json: an array of {part, verdict, text, advice}.\n" },
  { NULL },
};
