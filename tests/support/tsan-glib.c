/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

/* For the build with ThreadSanitizer alone. The system's glib is not built with it, so the
 * sanitizer does not see that one thread's work comes before another's where glib's locks, queues
 * and counts put it there. The linker sends our calls of them here (--wrap), and here that is told.
 * Each is told of the very object that was used, so that what is not ordered by it is still
 * found. */

#define G_LOG_DOMAIN "tsan-glib"

#include "config.h"

#include <gio/gio.h>

void __tsan_acquire (void *object);
void __tsan_release (void *object);

/* What the linker names so; the names can't be ours. */
#define DECLARE(type, name, ...)    \
  type __real_##name (__VA_ARGS__); \
  type __wrap_##name (__VA_ARGS__)

DECLARE (void, g_mutex_lock, GMutex *mutex);
DECLARE (void, g_mutex_unlock, GMutex *mutex);
DECLARE (void, g_async_queue_push, GAsyncQueue *queue, gpointer data);
DECLARE (gpointer, g_async_queue_pop, GAsyncQueue *queue);
DECLARE (gpointer, g_async_queue_try_pop, GAsyncQueue *queue);
DECLARE (gpointer, g_async_queue_timeout_pop, GAsyncQueue *queue, guint64 timeout);
DECLARE (void, g_async_queue_unref, GAsyncQueue *queue);
DECLARE (gboolean, g_atomic_ref_count_dec, gatomicrefcount *count);
DECLARE (void, g_bytes_unref, GBytes *bytes);
DECLARE (void, g_ptr_array_unref, GPtrArray *array);
DECLARE (guint, g_source_attach, GSource *source, GMainContext *context);
DECLARE (GSource *, g_idle_source_new, void);
DECLARE (void, g_task_return_boolean, GTask *task, gboolean result);
DECLARE (void, g_task_return_int, GTask *task, gssize result);
DECLARE (void, g_task_return_error, GTask *task, GError *error);
DECLARE (void, g_task_return_pointer, GTask *task, gpointer result, GDestroyNotify destroy);
DECLARE (gboolean, g_task_propagate_boolean, GTask *task, GError **error);
DECLARE (gssize, g_task_propagate_int, GTask *task, GError **error);
DECLARE (gpointer, g_task_propagate_pointer, GTask *task, GError **error);

void
__wrap_g_mutex_lock (GMutex *mutex)
{
  __real_g_mutex_lock (mutex);
  __tsan_acquire (mutex);
}

void
__wrap_g_mutex_unlock (GMutex *mutex)
{
  __tsan_release (mutex);
  __real_g_mutex_unlock (mutex);
}

void
__wrap_g_async_queue_push (GAsyncQueue *queue, gpointer data)
{
  __tsan_release (queue);
  __real_g_async_queue_push (queue, data);
}

gpointer
__wrap_g_async_queue_pop (GAsyncQueue *queue)
{
  gpointer data = __real_g_async_queue_pop (queue);

  __tsan_acquire (queue);
  return data;
}

gpointer
__wrap_g_async_queue_try_pop (GAsyncQueue *queue)
{
  gpointer data = __real_g_async_queue_try_pop (queue);

  if (data != NULL)
    __tsan_acquire (queue);
  return data;
}

gpointer
__wrap_g_async_queue_timeout_pop (GAsyncQueue *queue, guint64 timeout)
{
  gpointer data = __real_g_async_queue_timeout_pop (queue, timeout);

  if (data != NULL)
    __tsan_acquire (queue);
  return data;
}

/* Who drops the last reference comes after all who dropped one before. */
#define WRAP_UNREF(name, type)      \
  void __wrap_##name (type *object) \
  {                                 \
    __tsan_release (object);        \
    __tsan_acquire (object);        \
    __real_##name (object);         \
  }

WRAP_UNREF (g_async_queue_unref, GAsyncQueue)
WRAP_UNREF (g_bytes_unref, GBytes)
WRAP_UNREF (g_ptr_array_unref, GPtrArray)

gboolean
__wrap_g_atomic_ref_count_dec (gatomicrefcount *count)
{
  __tsan_release ((gpointer) count);
  if (!__real_g_atomic_ref_count_dec (count))
    return FALSE;
  __tsan_acquire ((gpointer) count);
  return TRUE;
}

guint
__wrap_g_source_attach (GSource *source, GMainContext *context)
{
  __tsan_release (source);
  return __real_g_source_attach (source, context);
}

static gboolean
dispatch_idle (GSource *source, GSourceFunc callback, gpointer user_data)
{
  __tsan_acquire (source);
  return callback (user_data);
}

/* An idle source that another thread attaches hands something over: it is one of ours. */
GSource *
__wrap_g_idle_source_new (void)
{
  static GSourceFuncs funcs = { .dispatch = dispatch_idle };
  GSource *source = g_source_new (&funcs, sizeof (GSource));

  g_source_set_priority (source, G_PRIORITY_DEFAULT_IDLE);
  g_source_set_ready_time (source, 0);
  return source;
}

void
__wrap_g_task_return_boolean (GTask *task, gboolean result)
{
  __tsan_release (task);
  __real_g_task_return_boolean (task, result);
}

void
__wrap_g_task_return_int (GTask *task, gssize result)
{
  __tsan_release (task);
  __real_g_task_return_int (task, result);
}

void
__wrap_g_task_return_error (GTask *task, GError *error)
{
  __tsan_release (task);
  __real_g_task_return_error (task, error);
}

void
__wrap_g_task_return_pointer (GTask *task, gpointer result, GDestroyNotify destroy)
{
  __tsan_release (task);
  __real_g_task_return_pointer (task, result, destroy);
}

gboolean
__wrap_g_task_propagate_boolean (GTask *task, GError **error)
{
  __tsan_acquire (task);
  return __real_g_task_propagate_boolean (task, error);
}

gssize
__wrap_g_task_propagate_int (GTask *task, GError **error)
{
  __tsan_acquire (task);
  return __real_g_task_propagate_int (task, error);
}

gpointer
__wrap_g_task_propagate_pointer (GTask *task, GError **error)
{
  __tsan_acquire (task);
  return __real_g_task_propagate_pointer (task, error);
}
