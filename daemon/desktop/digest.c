/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "digest"

#include "config.h"

#include "digest-note.h"
#include "settings.h"
#include "timetext.h"

#define KEEP_US (10 * TOCSIN_US_PER_MIN) /* what is over can still be replaced */

/* A notification, and what it tells of. */
typedef struct {
  guint key;
  guint slot_class;   /* TocsinSlotClass */
  GPtrArray *notices; /* (owned) (element-type TocsinNotice) */
  gint64 first_us;    /* when it was first shown as what it is now */
  gboolean shown;     /* or about to be; not dismissed, not acknowledged */
  gboolean is_out;    /* somebody was given it */
  gboolean dirty;     /* it is to be shown again */
  gboolean quiet;     /* … without a sound */
  gboolean in_place;  /* … only where it is still to be seen */
} Slot;

struct _TocsinDigest {
  GPtrArray *waiting; /* (owned) (element-type TocsinNotice) gathered or silenced */
  GPtrArray *slots;   /* (owned) (element-type Slot) oldest first */
  GArray *closed;     /* (owned) (element-type guint) keys that are to be closed */
  guint last_key;
};

/* By kind of notice. A notice that ends something belongs where that is. */
static const struct {
  TocsinSlotClass slot_class;
  TocsinEvents event;
} kinds[] = {
  [TOCSIN_NOTICE_DOWN] = { TOCSIN_SLOT_PROBLEM, TOCSIN_EVENT_DOWN },
  [TOCSIN_NOTICE_DEGRADED] = { TOCSIN_SLOT_PROBLEM, TOCSIN_EVENT_DEGRADED },
  [TOCSIN_NOTICE_UP] = { TOCSIN_SLOT_PROBLEM, TOCSIN_EVENT_UP },
  [TOCSIN_NOTICE_FLAPPING] = { TOCSIN_SLOT_PROBLEM, TOCSIN_EVENT_DOWN },
  [TOCSIN_NOTICE_STEADY] = { TOCSIN_SLOT_PROBLEM, TOCSIN_EVENT_UP },
  [TOCSIN_NOTICE_CERTIFICATE] = { TOCSIN_SLOT_CERTIFICATE, TOCSIN_EVENT_CERTIFICATE },
  [TOCSIN_NOTICE_OFFLINE] = { TOCSIN_SLOT_OFFLINE, TOCSIN_EVENT_OFFLINE },
  [TOCSIN_NOTICE_ONLINE] = { TOCSIN_SLOT_OFFLINE, TOCSIN_EVENT_OFFLINE },
  [TOCSIN_NOTICE_INCIDENT] = { TOCSIN_SLOT_INCIDENT, TOCSIN_EVENT_INCIDENT },
};

static gboolean
ends_something (const TocsinNotice *notice)
{
  return notice->kind == TOCSIN_NOTICE_UP || notice->kind == TOCSIN_NOTICE_STEADY ||
         notice->kind == TOCSIN_NOTICE_ONLINE;
}

static guint
event_of (const TocsinNotice *notice)
{
  return tocsin_notice_is_missed (notice) ? TOCSIN_EVENT_MISSED : kinds[notice->kind].event;
}

static TocsinNotice *
copy (const TocsinNotice *notice)
{
  return tocsin_fields_copy (&tocsin_notice_fields, notice);
}

/* Of the same thing, so that the later one replaces the earlier one. */
static gboolean
are_of_the_same (const TocsinNotice *a, const TocsinNotice *b)
{
  return kinds[a->kind].slot_class == kinds[b->kind].slot_class &&
         g_strcmp0 (a->monitor_id, b->monitor_id) == 0;
}

/* --- slots --- */

static void
free_slot (gpointer data)
{
  Slot *slot = data;

  g_ptr_array_unref (slot->notices);
  g_free (slot);
}

static Slot *
add_slot (TocsinDigest *digest, const TocsinNotice *notice, gint64 now_us)
{
  Slot *slot = g_new0 (Slot, 1);

  slot->key = ++digest->last_key;
  slot->slot_class = kinds[notice->kind].slot_class;
  slot->notices = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_notice_free);
  slot->first_us = now_us;
  g_ptr_array_add (slot->notices, copy (notice));
  g_ptr_array_add (digest->slots, slot);
  return slot;
}

static void
close_slot (TocsinDigest *digest, Slot *slot)
{
  if (slot->shown && slot->is_out)
    g_array_append_val (digest->closed, slot->key);
  g_ptr_array_remove (digest->slots, slot);
}

/* The slot that tells of what `notice` is about; `index` is where. */
static Slot *
find_slot (TocsinDigest *digest, const TocsinNotice *notice, guint *index)
{
  for (guint i = 0; i < digest->slots->len; i++) {
    Slot *slot = digest->slots->pdata[i];

    for (*index = 0; *index < slot->notices->len; (*index)++)
      if (are_of_the_same (slot->notices->pdata[*index], notice))
        return slot;
  }
  return NULL;
}

static gboolean
is_over (const Slot *slot)
{
  for (guint i = 0; i < slot->notices->len; i++)
    if (!ends_something (slot->notices->pdata[i]))
      return FALSE;
  return TRUE;
}

static void
remove_notice (TocsinDigest *digest, Slot *slot, guint index)
{
  g_ptr_array_remove_index (slot->notices, index);
  slot->dirty = slot->quiet = slot->in_place = TRUE;
  if (slot->notices->len == 0 || (slot->slot_class == TOCSIN_SLOT_PROBLEM && is_over (slot)))
    close_slot (digest, slot);
}

/* --- what a notice does, once it is its time --- */

static void
replace_notice (Slot *slot, guint index, const TocsinNotice *notice)
{
  tocsin_notice_free (slot->notices->pdata[index]);
  slot->notices->pdata[index] = copy (notice);
  slot->dirty = TRUE;
}

static void
show (Slot *slot, gint64 now_us)
{
  slot->first_us = now_us;
  slot->shown = slot->dirty = TRUE;
  slot->quiet = slot->in_place = FALSE;
}

/* Something ended. Nobody is told of it who was not told that it began. */
static void
apply_end (TocsinDigest *digest, const TocsinNotice *notice, gboolean is_told, gint64 now_us)
{
  guint index;
  Slot *slot = find_slot (digest, notice, &index);

  if (slot == NULL || slot->slot_class == TOCSIN_SLOT_RECOVERY)
    return;
  replace_notice (slot, index, notice);
  slot->quiet = slot->in_place = TRUE;
  if (!is_over (slot))
    return;
  if (is_told && slot->slot_class == TOCSIN_SLOT_PROBLEM) {
    slot->slot_class = TOCSIN_SLOT_RECOVERY;
    show (slot, now_us);
  } else {
    close_slot (digest, slot);
  }
}

static void
apply_begin (TocsinDigest *digest, const TocsinNotice *notice, gint64 now_us)
{
  guint index;
  Slot *slot = find_slot (digest, notice, &index);

  if (slot != NULL && slot->notices->len > 1) {
    remove_notice (digest, slot, index); /* it is news again, by itself */
    slot = NULL;
  }
  if (slot != NULL)
    replace_notice (slot, 0, notice);
  else
    slot = add_slot (digest, notice, now_us);
  slot->slot_class = kinds[notice->kind].slot_class;
  show (slot, now_us);
}

/* --- many at once --- */

static gboolean
is_young (const Slot *slot, guint slot_class, gint64 now_us, gint64 span_us)
{
  return slot->slot_class == slot_class && slot->shown && slot->first_us > now_us - span_us;
}

static void
join (TocsinDigest *digest, Slot *target, Slot *slot)
{
  for (guint i = 0; i < slot->notices->len; i++)
    g_ptr_array_add (target->notices, copy (slot->notices->pdata[i]));
  close_slot (digest, slot);
}

static void
fold (TocsinDigest *digest, guint slot_class, gint64 now_us)
{
  Slot *first = NULL, *target = NULL;
  guint n_recent = 0, n_young = 0;

  for (guint i = 0; i < digest->slots->len; i++) {
    Slot *slot = digest->slots->pdata[i];

    if (!is_young (slot, slot_class, now_us, TOCSIN_DIGEST_JOIN_US))
      continue;
    n_young++;
    if (is_young (slot, slot_class, now_us, TOCSIN_DIGEST_BURST_US))
      n_recent += slot->notices->len;
    if (first == NULL)
      first = slot;
    if (target == NULL && slot->notices->len > 1)
      target = slot;
  }
  if (n_young < 2 || (target == NULL && n_recent <= TOCSIN_DIGEST_BURST))
    return;
  if (target == NULL) {
    target = first;
    target->quiet = FALSE;
  } else if (!target->dirty) {
    target->quiet = TRUE;
  }
  target->dirty = TRUE;
  target->in_place = FALSE;
  for (guint i = 0; i < digest->slots->len;) {
    Slot *slot = digest->slots->pdata[i];

    if (slot != target && is_young (slot, slot_class, now_us, TOCSIN_DIGEST_JOIN_US))
      join (digest, target, slot); /* which takes it out of the list */
    else
      i++;
  }
}

/* --- what is silenced --- */

/* Until when nobody is told of it; 0: now; G_MAXINT64: until something happens. */
static gint64
silent_until (const TocsinDigestRules *rules, const TocsinNotice *notice, gint64 now_us)
{
  gint64 until_us = rules->silent_until_us;

  if (rules->offline && kinds[notice->kind].slot_class != TOCSIN_SLOT_OFFLINE)
    return G_MAXINT64;
  if (rules->get_muted_until != NULL && notice->monitor_id != NULL)
    until_us = MAX (until_us, rules->get_muted_until (notice->monitor_id, rules->user_data));
  return until_us > now_us ? until_us : 0;
}

/* When the notices that may be told now have waited for others long enough, 0: there are none. A
 * clock that was put back makes nobody wait. */
static gint64
gathered_at (TocsinDigest *digest, const TocsinDigestRules *rules, gint64 now_us)
{
  gint64 at_us = 0;

  for (guint i = 0; i < digest->waiting->len; i++) {
    const TocsinNotice *notice = digest->waiting->pdata[i];
    gint64 due_us = MIN (notice->at_us, now_us) + TOCSIN_DIGEST_GATHER_US;

    if (notice->at_us > now_us)
      due_us = now_us;
    if (ends_something (notice) || silent_until (rules, notice, now_us) == 0)
      at_us = at_us == 0 ? due_us : MIN (at_us, due_us);
  }
  return at_us;
}

/* FALSE: it waits on. */
static gboolean
apply (TocsinDigest *digest, const TocsinDigestRules *rules, const TocsinNotice *notice,
       gint64 now_us)
{
  gboolean is_told = (rules->events & event_of (notice)) != 0;
  gboolean is_silent = silent_until (rules, notice, now_us) != 0;

  if (ends_something (notice))
    apply_end (digest, notice, is_told && !is_silent, now_us);
  else if (is_told && is_silent)
    return FALSE;
  else if (is_told)
    apply_begin (digest, notice, now_us);
  return TRUE;
}

/* Answers when to look again. */
static gint64
take_what_waits (TocsinDigest *digest, const TocsinDigestRules *rules, gint64 now_us)
{
  gint64 at_us = gathered_at (digest, rules, now_us), next_us = G_MAXINT64;

  if (at_us > now_us)
    return at_us;
  for (guint i = 0; i < digest->waiting->len;) {
    const TocsinNotice *notice = digest->waiting->pdata[i];

    if (apply (digest, rules, notice, now_us)) {
      g_ptr_array_remove_index (digest->waiting, i);
    } else {
      next_us = MIN (next_us, silent_until (rules, notice, now_us));
      i++;
    }
  }
  return next_us != G_MAXINT64 ? next_us : 0;
}

static void
drop_what_is_old (TocsinDigest *digest, gint64 now_us)
{
  for (guint i = digest->slots->len; i-- > 0;) {
    const Slot *slot = digest->slots->pdata[i];

    if (slot->slot_class != TOCSIN_SLOT_PROBLEM && slot->slot_class != TOCSIN_SLOT_OFFLINE &&
        slot->first_us + KEEP_US <= now_us)
      g_ptr_array_remove_index (digest->slots, i);
  }
}

/* The user wants no notifications. */
static void
drop_all (TocsinDigest *digest)
{
  g_ptr_array_set_size (digest->waiting, 0);
  while (digest->slots->len > 0)
    close_slot (digest, digest->slots->pdata[0]);
}

/* --- what is told to it --- */

void
tocsin_digest_take (TocsinDigest *digest, const TocsinNotice *notice)
{
  g_return_if_fail (digest != NULL);
  g_return_if_fail (notice != NULL && notice->kind < G_N_ELEMENTS (kinds));

  for (guint i = 0; i < digest->waiting->len; i++)
    if (are_of_the_same (digest->waiting->pdata[i], notice)) {
      g_ptr_array_remove_index (digest->waiting, i);
      break;
    }
  g_ptr_array_add (digest->waiting, copy (notice));
}

void
tocsin_digest_remember (TocsinDigest *digest, const TocsinNotice *notice)
{
  g_return_if_fail (digest != NULL);
  g_return_if_fail (notice != NULL && notice->kind < G_N_ELEMENTS (kinds));

  add_slot (digest, notice, notice->at_us);
}

gboolean
tocsin_digest_forget (TocsinDigest *digest, const char *monitor_id)
{
  gboolean was_there = FALSE;

  g_return_val_if_fail (digest != NULL, FALSE);
  g_return_val_if_fail (monitor_id != NULL, FALSE);

  for (guint i = digest->waiting->len; i-- > 0;)
    if (g_strcmp0 (((TocsinNotice *) digest->waiting->pdata[i])->monitor_id, monitor_id) == 0) {
      g_ptr_array_remove_index (digest->waiting, i);
      was_there = TRUE;
    }
  for (guint i = digest->slots->len; i-- > 0;) {
    Slot *slot = digest->slots->pdata[i];
    guint index = 0;

    while (index < slot->notices->len &&
           g_strcmp0 (((TocsinNotice *) slot->notices->pdata[index])->monitor_id, monitor_id) != 0)
      index++;
    if (index < slot->notices->len) {
      remove_notice (digest, slot, index);
      was_there = TRUE;
    }
  }
  return was_there;
}

void
tocsin_digest_acknowledge (TocsinDigest *digest, const char *incident_id)
{
  g_return_if_fail (digest != NULL);
  g_return_if_fail (incident_id != NULL);

  for (guint i = 0; i < digest->slots->len; i++) {
    Slot *slot = digest->slots->pdata[i];
    const TocsinNotice *only = slot->notices->pdata[0];

    if (slot->slot_class != TOCSIN_SLOT_PROBLEM || !slot->shown || slot->notices->len != 1 ||
        g_strcmp0 (only->incident_id, incident_id) != 0)
      continue;
    g_array_append_val (digest->closed, slot->key);
    slot->shown = slot->dirty = FALSE;
  }
}

void
tocsin_digest_dismiss (TocsinDigest *digest, guint key)
{
  g_return_if_fail (digest != NULL);

  for (guint i = 0; i < digest->slots->len; i++) {
    Slot *slot = digest->slots->pdata[i];

    if (slot->key == key)
      slot->shown = FALSE;
  }
}

GPtrArray *
tocsin_digest_step (TocsinDigest *digest, const TocsinDigestRules *rules, gint64 now_us,
                    gint64 *next_us)
{
  g_autoptr (GPtrArray) notes = NULL;

  g_return_val_if_fail (digest != NULL, NULL);
  g_return_val_if_fail (rules != NULL, NULL);
  g_return_val_if_fail (next_us != NULL, NULL);

  notes = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_note_free);
  if (rules->events == 0)
    drop_all (digest);
  *next_us = take_what_waits (digest, rules, now_us);
  for (guint slot_class = 0; slot_class < TOCSIN_N_SLOT_CLASSES; slot_class++)
    fold (digest, slot_class, now_us);
  for (guint i = 0; i < digest->closed->len; i++) {
    TocsinNote *note = g_new0 (TocsinNote, 1);

    note->key = g_array_index (digest->closed, guint, i);
    note->close = TRUE;
    g_ptr_array_add (notes, note);
  }
  g_array_set_size (digest->closed, 0);
  for (guint i = 0; i < digest->slots->len; i++) {
    Slot *slot = digest->slots->pdata[i];

    if (slot->dirty && slot->shown) {
      TocsinNote *note =
          tocsin_note_new (slot->key, slot->slot_class, slot->notices, rules->urgent, now_us);

      slot->is_out = TRUE;
      note->quiet = slot->quiet;
      note->in_place = slot->in_place;
      g_ptr_array_add (notes, note);
    }
    slot->dirty = FALSE;
  }
  drop_what_is_old (digest, now_us);
  return g_steal_pointer (&notes);
}

/* --- life --- */

TocsinDigest *
tocsin_digest_new (void)
{
  TocsinDigest *digest = g_new0 (TocsinDigest, 1);

  digest->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_notice_free);
  digest->slots = g_ptr_array_new_with_free_func (free_slot);
  digest->closed = g_array_new (FALSE, FALSE, sizeof (guint));
  return digest;
}

void
tocsin_digest_free (TocsinDigest *digest)
{
  if (digest == NULL)
    return;
  g_ptr_array_unref (digest->waiting);
  g_ptr_array_unref (digest->slots);
  g_array_unref (digest->closed);
  g_free (digest);
}
