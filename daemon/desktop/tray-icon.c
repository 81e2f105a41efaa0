/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "tray-icon"

#include "config.h"

#include <math.h>

#include "tray-icon.h"

/* Shapes are distances to their edge, in units of the icon’s side: negative is inside. A pixel is
 * the mean of SUB × SUB looks. */
#define SUB        4
#define STROKES    5
#define STROKE_W   0.062 /* half a stroke's width */
#define COUNT_MOST 9

typedef struct {
  double x, y;
} Spot;

typedef enum { SHAPE_DISC, SHAPE_TRIANGLE, SHAPE_OCTAGON } Shape;

typedef struct {
  Shape shape;
  guint32 rgb, symbol_rgb;
  const char *name;
  struct {
    Spot from, to;
  } strokes[STROKES]; /* those with from.x 0 are none */
} Look;

static const Look looks[TOCSIN_TRAY_N_LOOKS] = {
  [TOCSIN_TRAY_UP] = { SHAPE_DISC,
                       0x26a269,
                       0xffffff,
                       "org.tocsin.Tocsin-up-symbolic",
                       { { { 0.29, 0.53 }, { 0.44, 0.67 } }, { { 0.44, 0.67 }, { 0.71, 0.36 } } } },
  [TOCSIN_TRAY_DEGRADED] = { SHAPE_TRIANGLE,
                             0xe5a50a,
                             0x241f31,
                             "org.tocsin.Tocsin-degraded-symbolic",
                             { { { 0.5, 0.4 }, { 0.5, 0.62 } },
                               { { 0.5, 0.79 }, { 0.5, 0.79 } } } },
  [TOCSIN_TRAY_DOWN] = { SHAPE_OCTAGON,
                         0xe01b24,
                         0xffffff,
                         "org.tocsin.Tocsin-down-symbolic",
                         { { { 0.33, 0.33 }, { 0.67, 0.67 } },
                           { { 0.67, 0.33 }, { 0.33, 0.67 } } } },
  [TOCSIN_TRAY_UNKNOWN] = { SHAPE_DISC,
                            0x77767b,
                            0xffffff,
                            "org.tocsin.Tocsin-unknown-symbolic",
                            { { { 0.37, 0.37 }, { 0.5, 0.27 } },
                              { { 0.5, 0.27 }, { 0.63, 0.37 } },
                              { { 0.63, 0.37 }, { 0.5, 0.52 } },
                              { { 0.5, 0.52 }, { 0.5, 0.58 } },
                              { { 0.5, 0.75 }, { 0.5, 0.75 } } } },
  [TOCSIN_TRAY_OFFLINE] = { SHAPE_DISC,
                            0x77767b,
                            0xffffff,
                            "org.tocsin.Tocsin-offline-symbolic",
                            { { { 0.3, 0.7 }, { 0.7, 0.3 } } } },
  [TOCSIN_TRAY_PAUSED] = { SHAPE_DISC,
                           0x77767b,
                           0xffffff,
                           "org.tocsin.Tocsin-paused-symbolic",
                           { { { 0.4, 0.33 }, { 0.4, 0.67 } }, { { 0.6, 0.33 }, { 0.6, 0.67 } } } },
};

/* Digits of 3 × 5 pixels, a row three bits, from the top. The last is "+". */
static const guint8 digits[][5] = {
  { 7, 5, 5, 5, 7 }, { 2, 6, 2, 2, 7 }, { 7, 1, 7, 4, 7 }, { 7, 1, 7, 1, 7 },
  { 5, 5, 7, 1, 1 }, { 7, 4, 7, 1, 7 }, { 7, 4, 7, 5, 7 }, { 7, 1, 2, 2, 2 },
  { 7, 5, 7, 5, 7 }, { 7, 5, 7, 1, 7 }, { 0, 2, 7, 2, 0 },
};
#define DIGIT_PLUS 10

static double
to_stroke (Spot at, Spot from, Spot to)
{
  double dx = to.x - from.x, dy = to.y - from.y;
  double length2 = dx * dx + dy * dy;
  double t = length2 > 0 ? ((at.x - from.x) * dx + (at.y - from.y) * dy) / length2 : 0;

  t = CLAMP (t, 0, 1);
  return hypot (at.x - from.x - t * dx, at.y - from.y - t * dy) - STROKE_W;
}

static double
to_shape (Shape shape, Spot at)
{
  double x = at.x - 0.5, y = at.y - 0.5;
  double ax, ay;

  switch (shape) {
  case SHAPE_DISC:
    return hypot (x, y) - 0.46;
  case SHAPE_OCTAGON:
    ax = MAX (fabs (x), fabs (y)) - 0.45;
    ay = (fabs (x) + fabs (y)) / sqrt (2) - 0.45;
    return MAX (ax, ay);
  case SHAPE_TRIANGLE: /* its sides, moved out and cut by a disc, so that corners are blunt */
    ax = MAX (at.y - 0.94, (fabs (x) * 2 - (at.y - 0.04)) / sqrt (5));
    return MAX (ax, hypot (x, at.y - 0.6) - 0.55);
  }
  g_assert_not_reached ();
}

static gboolean
is_in_symbol (const Look *look, Spot at)
{
  for (guint i = 0; i < STROKES; i++)
    if (look->strokes[i].from.x > 0 &&
        to_stroke (at, look->strokes[i].from, look->strokes[i].to) < 0)
      return TRUE;
  return FALSE;
}

static void
put (guint8 *pixel, double alpha, guint32 rgb)
{
  pixel[0] = (guint8) lround (alpha * 255);
  pixel[1] = (guint8) (rgb >> 16);
  pixel[2] = (guint8) (rgb >> 8 & 0xff);
  pixel[3] = (guint8) (rgb & 0xff);
}

static guint32
mix (guint32 a, guint32 b, double share_of_b)
{
  guint32 mixed = 0;

  for (guint shift = 0; shift <= 16; shift += 8) {
    double from = a >> shift & 0xff, to = b >> shift & 0xff;

    mixed |= (guint32) lround (from + (to - from) * share_of_b) << shift;
  }
  return mixed;
}

static void
draw_pixel (const Look *look, guint8 *pixel, guint column, guint row, guint size)
{
  guint n_shape = 0, n_symbol = 0;

  for (guint i = 0; i < SUB * SUB; i++) {
    guint across = i % SUB, down = i / SUB;
    Spot at = { (column + (across + 0.5) / SUB) / size, (row + (down + 0.5) / SUB) / size };

    if (to_shape (look->shape, at) >= 0)
      continue;
    n_shape++;
    n_symbol += is_in_symbol (look, at);
  }
  put (pixel, n_shape / (double) (SUB * SUB),
       n_shape > 0 ? mix (look->rgb, look->symbol_rgb, n_symbol / (double) n_shape) : 0);
}

/* --- the count --- */

static void
fill (guint8 *pixels, guint size, guint left, guint top, guint width, guint height, guint32 rgb)
{
  for (guint row = top; row < top + height; row++)
    for (guint column = left; column < left + width; column++)
      put (pixels + (row * size + column) * 4, 1, rgb);
}

static void
draw_digit (guint8 *pixels, guint size, guint digit, guint left, guint top, guint scale)
{
  for (guint row = 0; row < 5; row++)
    for (guint column = 0; column < 3; column++)
      if ((digits[digit][row] >> (2 - column) & 1) != 0)
        fill (pixels, size, left + column * scale, top + row * scale, scale, scale, 0xffffff);
}

/* In the lower right corner, on a dark ground, so that it reads on any panel. */
static void
draw_count (guint8 *pixels, guint size, guint count)
{
  guint scale = MAX (size / 16, 1);
  gboolean is_more = count > COUNT_MOST;
  guint width = (is_more ? 9 : 5) * scale, height = 7 * scale;
  guint left = size - width, top = size - height;

  fill (pixels, size, left, top, width, height, 0x241f31);
  draw_digit (pixels, size, MIN (count, COUNT_MOST), left + scale, top + scale, scale);
  if (is_more)
    draw_digit (pixels, size, DIGIT_PLUS, left + 5 * scale, top + scale, scale);
}

GBytes *
tocsin_tray_icon_draw (TocsinTrayLook look, guint count, guint size)
{
  g_autofree guint8 *pixels = NULL;

  g_return_val_if_fail (look < TOCSIN_TRAY_N_LOOKS, NULL);
  g_return_val_if_fail (size >= 16 && size <= 512, NULL);

  pixels = g_malloc0_n (size * size, 4);
  for (guint row = 0; row < size; row++)
    for (guint column = 0; column < size; column++)
      draw_pixel (&looks[look], pixels + (row * size + column) * 4, column, row, size);
  if (count > 0)
    draw_count (pixels, size, count);
  return g_bytes_new_take (g_steal_pointer (&pixels), (gsize) size * size * 4);
}

GBytes *
tocsin_tray_icon_to_rgba (GBytes *argb)
{
  gsize size;
  const guint8 *from = g_bytes_get_data (argb, &size);
  guint8 *to = g_malloc (size);

  for (gsize i = 0; i + 3 < size; i += 4) {
    to[i] = from[i + 1];
    to[i + 1] = from[i + 2];
    to[i + 2] = from[i + 3];
    to[i + 3] = from[i];
  }
  return g_bytes_new_take (to, size);
}

const char *
tocsin_tray_icon_get_name (TocsinTrayLook look)
{
  g_return_val_if_fail (look < TOCSIN_TRAY_N_LOOKS, NULL);

  return looks[look].name;
}
