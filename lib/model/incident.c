/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "incident"

#include "config.h"

#include "incident.h"

static const char *const update_kinds[] = { "opened",     "state",      "note",  "acknowledged",
                                            "root_cause", "resolution", "closed" };
const TocsinWords tocsin_update_kind_words = TOCSIN_WORDS ("kind of update", update_kinds);

#define NAMED(name_, member, k, ...)                                                               \
  {                                                                                                \
    .name = name_, .kind = TOCSIN_FIELD_##k, .offset = G_STRUCT_OFFSET (TYPE, member), __VA_ARGS__ \
  }
#define FIELD(member, k, ...) NAMED (#member, member, k, __VA_ARGS__)

#define TYPE TocsinUpdate
static const TocsinField update_rows[] = {
  NAMED ("at", at_us, TIME, .flags = TOCSIN_FIELD_REQUIRED),
  FIELD (kind, WORD, .words = &tocsin_update_kind_words),
  FIELD (text, STRING, .most = TOCSIN_INCIDENT_TEXT_BYTES),
  FIELD (author, STRING, .most = 400),
  FIELD (sample, OBJECT, .table = &tocsin_sample_fields),
};
#undef TYPE

const TocsinFields tocsin_update_fields = {
  .what = "update",
  .size = sizeof (TocsinUpdate),
  .rows = update_rows,
  .n_rows = G_N_ELEMENTS (update_rows),
  .selector_offset = TOCSIN_FIELDS_NO_SELECTOR,
  .unknown_offset = TOCSIN_FIELDS_NO_UNKNOWN,
};

#define TYPE TocsinIncident
static const TocsinField incident_rows[] = {
  FIELD (id, STRING, .flags = TOCSIN_FIELD_FIXED | TOCSIN_FIELD_REQUIRED),
  FIELD (monitor_id, STRING, .flags = TOCSIN_FIELD_FIXED),
  FIELD (monitor_name, STRING, .flags = TOCSIN_FIELD_FIXED),
  FIELD (began_at, TIME, .flags = TOCSIN_FIELD_FIXED),
  FIELD (confirmed_at, TIME, .flags = TOCSIN_FIELD_FIXED),
  FIELD (ended_at, TIME, .flags = TOCSIN_FIELD_FIXED | TOCSIN_FIELD_NULLABLE),
  FIELD (code, WORD, .words = &tocsin_code_words, .flags = TOCSIN_FIELD_FIXED),
  FIELD (reason, STRING, .flags = TOCSIN_FIELD_FIXED),
  FIELD (acknowledged_at, TIME, .flags = TOCSIN_FIELD_NULLABLE),
  FIELD (root_cause, STRING, .flags = TOCSIN_FIELD_NULLABLE, .most = TOCSIN_INCIDENT_TEXT_BYTES),
  FIELD (resolution, STRING, .flags = TOCSIN_FIELD_NULLABLE, .most = TOCSIN_INCIDENT_TEXT_BYTES),
  FIELD (updates, OBJECTS, .table = &tocsin_update_fields, .flags = TOCSIN_FIELD_FIXED,
         .most = TOCSIN_INCIDENT_UPDATES),
};
#undef TYPE

const TocsinFields tocsin_incident_fields = {
  .what = "incident",
  .size = sizeof (TocsinIncident),
  .rows = incident_rows,
  .n_rows = G_N_ELEMENTS (incident_rows),
  .selector_offset = TOCSIN_FIELDS_NO_SELECTOR,
  .unknown_offset = TOCSIN_FIELDS_NO_UNKNOWN,
};

TocsinIncident *
tocsin_incident_new (void)
{
  return tocsin_fields_new (&tocsin_incident_fields);
}

TocsinIncident *
tocsin_incident_copy (const TocsinIncident *incident)
{
  return tocsin_fields_copy (&tocsin_incident_fields, incident);
}

void
tocsin_incident_free (TocsinIncident *incident)
{
  tocsin_fields_free (&tocsin_incident_fields, incident);
}

void
tocsin_incident_add_update (TocsinIncident *incident, gint64 at_us, TocsinUpdateKind kind,
                            const char *text, const char *author, const TocsinSample *sample)
{
  TocsinUpdate *update;

  g_return_if_fail (incident != NULL);

  if (incident->updates == NULL)
    incident->updates = g_ptr_array_new ();
  if (incident->updates->len >= TOCSIN_INCIDENT_UPDATES)
    tocsin_fields_free (&tocsin_update_fields, g_ptr_array_steal_index (incident->updates, 1));
  update = tocsin_fields_new (&tocsin_update_fields);
  update->at_us = at_us;
  update->kind = kind;
  update->text = g_strdup (text);
  update->author = g_strdup (author);
  update->sample = sample != NULL ? tocsin_sample_copy (sample) : NULL;
  g_ptr_array_add (incident->updates, update);
}

gint64
tocsin_incident_get_duration_us (const TocsinIncident *incident, gint64 now_us)
{
  g_return_val_if_fail (incident != NULL, 0);

  return MAX (0, (incident->ended_at != 0 ? incident->ended_at : now_us) - incident->began_at);
}
