/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Chooses how GTK paints; to be called before it is initialised. Where there is no graphics card it
 * paints with cairo, as OpenGL done by the processor is slower and larger; and where it paints with
 * cairo, GDK does not load OpenGL, as it else would: half of the memory, and a fifth of the time to
 * the first frame. What the environment says already (GSK_RENDERER, GDK_DEBUG) is kept. */
void tocsin_renderer_choose (void);

/* To be called when GTK is initialised: programs that are started from here see GDK_DEBUG as it
 * was. */
void tocsin_renderer_chosen (void);

G_END_DECLS
