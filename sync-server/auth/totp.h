/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Time-based one-time passwords (RFC 6238): SHA-1, 30 s, six digits, as every app has them. */

#define TOCSIN_TOTP_BYTES          20 /* of a secret (RFC 4226, section 4) */
#define TOCSIN_TOTP_STEP_S         30
#define TOCSIN_RECOVERY_CODES      10
#define TOCSIN_RECOVERY_CODE_BYTES 10

void tocsin_totp_new_secret (guint8 secret[TOCSIN_TOTP_BYTES]);

/* In base 32, for those who type it. (transfer full) */
char *tocsin_totp_to_text (const guint8 secret[TOCSIN_TOTP_BYTES]);

/* otpauth://totp/… for an app. (transfer full) */
char *tocsin_totp_make_uri (const guint8 secret[TOCSIN_TOTP_BYTES], const char *issuer,
                            const char *account);

/* Its picture: SVG with a white ground, so that it can be read in the dark too. (transfer full) */
char *tocsin_totp_make_qr (const char *uri);

/* Whether the code is right at `now_us`, the step before or the one after, and newer than
 * `last_step`, since each counts once; `step` is which. Blanks in it do not matter. */
gboolean tocsin_totp_verify (const guint8 secret[TOCSIN_TOTP_BYTES], const char *code,
                             gint64 now_us, gint64 last_step, gint64 *step);

/* A code for the day when the phone is lost: "abcde-fghij". (transfer full) */
char *tocsin_recovery_code_new (void);
/* Lower case without what people add; for hashing. (transfer full) */
char *tocsin_recovery_code_normalize (const char *text);

G_END_DECLS
