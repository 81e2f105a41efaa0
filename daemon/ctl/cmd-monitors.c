/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "cmd-monitors"

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "command.h"
#include "errors.h"
#include "monitor.h"
#include "show.h"
#include "timetext.h"
#include "uptime.h"

static const TocsinOption json_option[] = {
  { "json", '\0', NULL, N_ ("Print JSON") },
  { NULL },
};

/* --- add, try --- */

static GVariant *
encode_monitor (const TocsinMonitor *monitor)
{
  return tocsin_monitor_to_variant (monitor, TOCSIN_FIELDS_WITH_SECRETS);
}

static gboolean
find_kind (const TocsinCall *call, guint *kind, GError **error)
{
  return tocsin_words_find (&tocsin_monitor_kind_words, strchr (call->command->name, ' ') + 1, kind,
                            error);
}

static TocsinStatus *
fetch_status (TocsinCall *call, const char *id, GError **error)
{
  g_autoptr (GVariant) variant = NULL;

  if (!tocsin_dbus_tocsin1_call_status_sync (call->daemon, id, &variant, NULL, error))
    return NULL;
  return tocsin_ctl_decode (&tocsin_status_fields, variant, error);
}

static int
run_add (TocsinCall *call, GError **error)
{
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autoptr (TocsinStatus) status = NULL;
  g_autofree char *id = NULL;
  guint kind;

  if (!find_kind (call, &kind, error))
    return TOCSIN_EXIT_USAGE;
  monitor = tocsin_ctl_read_monitor (call, kind, error);
  if (monitor == NULL ||
      !tocsin_dbus_tocsin1_call_add_sync (call->daemon, encode_monitor (monitor), &id, NULL, error))
    return TOCSIN_EXIT_USAGE;
  if (kind != TOCSIN_MONITOR_HEARTBEAT && !call->json) {
    g_print ("%s\n", id);
    return TOCSIN_EXIT_FINE;
  }
  status = fetch_status (call, id, error);
  if (status == NULL)
    return TOCSIN_EXIT_DOWN;
  if (call->json)
    tocsin_show_json (&tocsin_status_fields, status);
  else
    g_print ("%s\n%s\n", id, status->ping_url != NULL ? status->ping_url : "");
  if (status->ping_url == NULL)
    g_printerr ("tocsinctl: %s\n", _ ("Pings are not taken: the service could not listen."));
  return TOCSIN_EXIT_FINE;
}

static void
print_phases (const TocsinSample *sample)
{
  for (guint i = 0; i < TOCSIN_N_PHASES; i++) {
    g_autofree char *span = tocsin_show_latency (sample->phase_us[i]);

    if (sample->phase_us[i] >= 0)
      g_print ("  %-10s %s\n", tocsin_words_get (&tocsin_phase_words, i), span);
  }
}

static void
print_fact (const char *name, const char *value)
{
  if (value != NULL)
    g_print ("  %-10s %s\n", name, value);
}

static void
print_certificate (const TocsinCertificate *certificate)
{
  g_autofree char *ends = NULL, *left = NULL;
  gint64 now_us = g_get_real_time ();

  print_fact (_ ("subject"), certificate->subject);
  print_fact (_ ("issuer"), certificate->issuer);
  ends = tocsin_time_to_text (certificate->not_after);
  left = tocsin_span_to_words (ABS (certificate->not_after - now_us) / TOCSIN_US_PER_HOUR *
                               TOCSIN_US_PER_HOUR);
  g_print ("  %-10s %s (%s %s)\n", _ ("ends"), ends,
           certificate->not_after > now_us ? _ ("in") : _ ("ended"), left);
  print_fact (_ ("problem"), certificate->chain_problem);
}

static void
print_strings (const char *name, char *const *strings)
{
  for (guint i = 0; strings != NULL && strings[i] != NULL; i++)
    g_print ("  %-10s %s\n", i == 0 ? name : "", strings[i]);
}

static void
print_evidence (const TocsinEvidence *evidence)
{
  print_fact (_ ("address"), evidence->remote_address);
  print_strings (_ ("tried"), evidence->addresses_tried);
  if (evidence->status != 0)
    g_print ("  %-10s %" G_GINT64_FORMAT " (HTTP/%s)\n", _ ("status"), evidence->status,
             evidence->http_version != NULL ? evidence->http_version : "?");
  print_fact (_ ("led to"), evidence->final_url);
  if (evidence->packets_sent > 0)
    g_print (_ ("  %-10s %d of %d came back\n"), _ ("packets"), (int) evidence->packets_received,
             (int) evidence->packets_sent);
  print_fact (_ ("resolver"), evidence->resolver);
  print_strings (_ ("answers"), evidence->answers);
  if (evidence->certificate != NULL)
    print_certificate (evidence->certificate);
  print_strings (_ ("headers"), evidence->response_headers);
  if (evidence->body != NULL)
    g_print ("  %-10s %.*s\n", _ ("body"), (int) MIN (g_bytes_get_size (evidence->body), 400),
             (const char *) g_bytes_get_data (evidence->body, NULL));
}

static int
show_sample (const TocsinCall *call, const TocsinSample *sample)
{
  static const TocsinColor colors[] = { TOCSIN_COLOR_GOOD, TOCSIN_COLOR_WARN, TOCSIN_COLOR_BAD,
                                        TOCSIN_COLOR_DIM };
  g_autofree char *latency = tocsin_show_latency (sample->latency_us);

  if (call->json) {
    tocsin_show_json (&tocsin_sample_fields, sample);
  } else {
    g_print ("%s%s%s  %s%s%s\n", tocsin_show_begin (colors[sample->outcome]),
             tocsin_words_get (&tocsin_outcome_words, sample->outcome), tocsin_show_end (), latency,
             sample->reason != NULL ? "  " : "", sample->reason != NULL ? sample->reason : "");
    print_phases (sample);
    if (sample->evidence != NULL)
      print_evidence (sample->evidence);
  }
  return tocsin_outcome_is_good (sample->outcome) ? TOCSIN_EXIT_FINE : TOCSIN_EXIT_DOWN;
}

static int
run_try (TocsinCall *call, GError **error)
{
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autoptr (TocsinSample) sample = NULL;
  g_autoptr (GVariant) variant = NULL;
  guint kind;

  if (!find_kind (call, &kind, error))
    return TOCSIN_EXIT_USAGE;
  monitor = tocsin_ctl_read_monitor (call, kind, error);
  if (monitor == NULL || !tocsin_dbus_tocsin1_call_try_sync (call->daemon, encode_monitor (monitor),
                                                             &variant, NULL, error))
    return TOCSIN_EXIT_USAGE;
  sample = tocsin_ctl_decode (&tocsin_sample_fields, variant, error);
  return sample != NULL ? show_sample (call, sample) : TOCSIN_EXIT_DOWN;
}

static int
run_check (TocsinCall *call, GError **error)
{
  g_autoptr (TocsinSample) sample = NULL;
  g_autoptr (GVariant) variant = NULL;

  if (!tocsin_dbus_tocsin1_call_check_now_sync (call->daemon, tocsin_args_at (&call->args, 0),
                                                &variant, NULL, error))
    return TOCSIN_EXIT_DOWN;
  sample = tocsin_ctl_decode (&tocsin_sample_fields, variant, error);
  return sample != NULL ? show_sample (call, sample) : TOCSIN_EXIT_DOWN;
}

/* --- list, status, show --- */

static GPtrArray *
fetch_list (TocsinCall *call, GError **error)
{
  g_autoptr (GVariant) variant = NULL;

  if (!tocsin_dbus_tocsin1_call_list_sync (call->daemon, &variant, NULL, error))
    return NULL;
  return tocsin_ctl_decode_list (&tocsin_status_fields, variant, error);
}

static const char *
kind_of (const TocsinStatus *status)
{
  return tocsin_words_get (&tocsin_monitor_kind_words, status->kind);
}

static void
add_row (TocsinTable *table, const TocsinStatus *status, gint64 now_us)
{
  g_autofree char *latency =
      tocsin_show_latency (status->last_sample != NULL ? status->last_sample->latency_us : -1);
  g_autofree char *uptime = tocsin_uptime_to_text (status->uptime[TOCSIN_WINDOW_24H]);
  g_autofree char *since = tocsin_show_time (status->since, now_us);

  tocsin_table_add (table, tocsin_show_state_color (status->state),
                    tocsin_show_shape (status->state), status->name, kind_of (status), latency,
                    uptime, since, status->target != NULL ? status->target : "", NULL);
}

static int
run_list (TocsinCall *call, GError **error)
{
  g_autoptr (GPtrArray) list = fetch_list (call, error);
  gint64 now_us = g_get_real_time ();
  TocsinTable table;

  if (list == NULL)
    return TOCSIN_EXIT_DOWN;
  g_ptr_array_set_free_func (list, (GDestroyNotify) tocsin_status_free);
  if (call->json) {
    tocsin_show_json_list (&tocsin_status_fields, list);
    return TOCSIN_EXIT_FINE;
  }
  if (list->len == 0) {
    tocsin_show_first_steps ();
    return TOCSIN_EXIT_FINE;
  }
  tocsin_table_init (&table);
  tocsin_table_add (&table, TOCSIN_COLOR_BOLD, _ ("STATE"), _ ("NAME"), _ ("KIND"), _ ("LATENCY"),
                    _ ("24 H"), _ ("SINCE"), _ ("TARGET"), NULL);
  for (guint i = 0; i < list->len; i++)
    add_row (&table, list->pdata[i], now_us);
  tocsin_table_print (&table);
  return TOCSIN_EXIT_FINE;
}

static void
print_problem (const TocsinStatus *status, gint64 now_us)
{
  g_autofree char *lasted = tocsin_show_span (MAX (now_us - status->since, 0));
  const char *reason = status->note;

  if (reason == NULL && status->last_sample != NULL)
    reason = status->last_sample->reason;
  g_print ("%s%s%s  %s  %s %s%s%s\n", tocsin_show_begin (tocsin_show_state_color (status->state)),
           tocsin_show_shape (status->state), tocsin_show_end (), status->name, _ ("for"), lasted,
           reason != NULL ? "  " : "", reason != NULL ? reason : "");
}

static void
print_counts (const GPtrArray *list)
{
  guint n[TOCSIN_N_STATES] = { 0 };
  gboolean first = TRUE;

  for (guint i = 0; i < list->len; i++)
    n[((TocsinStatus *) list->pdata[i])->state]++;
  g_print (g_dngettext (GETTEXT_PACKAGE, "%u monitor", "%u monitors", list->len), list->len);
  for (guint i = 0; i < TOCSIN_N_STATES; i++)
    if (n[i] > 0) {
      g_print ("%s%u %s", first ? ": " : ", ", n[i], tocsin_words_get (&tocsin_state_words, i));
      first = FALSE;
    }
  g_print ("\n");
}

static int
run_status (TocsinCall *call, GError **error)
{
  g_autoptr (GPtrArray) list = fetch_list (call, error);
  const char *problem = tocsin_dbus_tocsin1_get_problem (call->daemon);
  const char *secrets = tocsin_dbus_tocsin1_get_secrets_problem (call->daemon);
  gint64 now_us = g_get_real_time ();
  gboolean down = FALSE;

  if (list == NULL)
    return TOCSIN_EXIT_DOWN;
  g_ptr_array_set_free_func (list, (GDestroyNotify) tocsin_status_free);
  for (guint i = 0; i < list->len; i++)
    down |= ((TocsinStatus *) list->pdata[i])->state == TOCSIN_STATE_DOWN;
  if (call->json) {
    g_autoptr (GVariant) summary = NULL;
    g_autoptr (JsonNode) node = NULL;

    if (!tocsin_dbus_tocsin1_call_summary_sync (call->daemon, &summary, NULL, error))
      return TOCSIN_EXIT_DOWN;
    node = json_gvariant_serialize (summary);
    tocsin_show_json_node (node);
    return down ? TOCSIN_EXIT_DOWN : TOCSIN_EXIT_FINE;
  }
  if (problem != NULL && *problem != '\0')
    g_print ("! %s\n", problem);
  if (secrets != NULL && *secrets != '\0')
    g_print ("! %s\n", secrets);
  if (tocsin_dbus_tocsin1_get_offline (call->daemon))
    g_print ("! %s\n", _ ("This computer is offline: failures are not believed"));
  for (guint i = 0; i < list->len; i++)
    if (tocsin_state_is_problem (((TocsinStatus *) list->pdata[i])->state) ||
        ((TocsinStatus *) list->pdata[i])->state == TOCSIN_STATE_UNKNOWN)
      print_problem (list->pdata[i], now_us);
  print_counts (list);
  return down ? TOCSIN_EXIT_DOWN : TOCSIN_EXIT_FINE;
}

static void
print_uptimes (const TocsinStatus *status)
{
  g_print ("  %-10s", _ ("uptime"));
  for (guint i = 0; i < TOCSIN_N_WINDOWS; i++) {
    g_autofree char *text = tocsin_uptime_to_text (status->uptime[i]);

    g_print ("%s%s %s", i > 0 ? ", " : " ", tocsin_words_get (&tocsin_window_words, i), text);
  }
  g_print ("\n");
}

static void
print_members (const TocsinMonitor *monitor)
{
  g_autoptr (JsonObject) json = tocsin_fields_to_json (&tocsin_monitor_fields, monitor, 0);
  g_autoptr (TocsinMonitor) plain = tocsin_monitor_new (monitor->kind);
  g_autoptr (JsonObject) defaults = tocsin_fields_to_json (&tocsin_monitor_fields, plain, 0);
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, json);
  while (json_object_iter_next_ordered (&iter, &name, &node)) {
    g_autofree char *text = json_to_string (node, FALSE);
    JsonNode *usual = json_object_get_member (defaults, name);

    if (usual == NULL || !json_node_equal (node, usual) || g_str_has_suffix (name, "_s"))
      g_print ("  %-18s %s\n", name, text);
  }
}

static int
run_show (TocsinCall *call, GError **error)
{
  const char *id = tocsin_args_at (&call->args, 0);
  g_autoptr (GVariant) members = NULL, last = NULL;
  g_autoptr (TocsinMonitor) monitor = NULL;
  g_autoptr (TocsinStatus) status = NULL;
  g_autoptr (TocsinSample) sample = NULL;
  g_autofree char *since = NULL;

  if (!tocsin_dbus_tocsin1_call_get_sync (call->daemon, id, &members, &last, NULL, error))
    return TOCSIN_EXIT_DOWN;
  status = fetch_status (call, id, error);
  monitor = status != NULL ? tocsin_monitor_from_variant (members, error) : NULL;
  if (monitor == NULL)
    return TOCSIN_EXIT_DOWN;
  if (g_variant_n_children (last) > 0)
    sample = tocsin_ctl_decode (&tocsin_sample_fields, last, NULL);
  if (call->json) {
    g_autoptr (JsonObject) json = tocsin_fields_to_json (&tocsin_status_fields, status, 0);
    g_autoptr (JsonNode) node = NULL;

    json_object_set_object_member (json, "monitor",
                                   tocsin_fields_to_json (&tocsin_monitor_fields, monitor, 0));
    if (sample != NULL)
      json_object_set_object_member (json, "last_sample",
                                     tocsin_fields_to_json (&tocsin_sample_fields, sample, 0));
    node = json_node_init_object (json_node_alloc (), json);
    tocsin_show_json_node (node);
    return TOCSIN_EXIT_FINE;
  }
  since = tocsin_show_time (status->since, g_get_real_time ());
  g_print ("%s%s%s  %s  %s %s\n", tocsin_show_begin (tocsin_show_state_color (status->state)),
           tocsin_show_shape (status->state), tocsin_show_end (), status->name, _ ("since"), since);
  print_fact (_ ("note"), status->note);
  print_fact (_ ("ping URL"), status->ping_url);
  print_uptimes (status);
  g_print ("\n");
  print_members (monitor);
  if (sample != NULL) {
    g_print ("\n%s ", _ ("Last check:"));
    show_sample (call, sample);
  }
  return TOCSIN_EXIT_FINE;
}

/* --- edit, pause, resume, remove --- */

/* The kind decides which members there are, so the monitor is asked for first. */
static TocsinMonitor *
fetch_monitor (TocsinCall *call, const char *id, GError **error)
{
  g_autoptr (GVariant) members = NULL, last = NULL;

  if (!tocsin_dbus_tocsin1_call_get_sync (call->daemon, id, &members, &last, NULL, error))
    return NULL;
  return tocsin_monitor_from_variant (members, error);
}

/* Only what was named goes over the bus. */
static gboolean
collect_edit (TocsinMonitor *monitor, const char *assignment, GVariantDict *set,
              GStrvBuilder *unset, GError **error)
{
  const char *equals = strchr (assignment, '=');
  g_autofree char *name = NULL, *bus_name = NULL;
  const TocsinField *field;
  g_autoptr (GVariant) all = NULL, value = NULL;

  if (equals == NULL || equals == assignment)
    return tocsin_fail (error, TOCSIN_ERROR_INVALID,
                        "“%s”: member=value is wanted, such as interval=30s", assignment);
  name = g_strndup (assignment, (gsize) (equals - assignment));
  g_strdelimit (name, "-", '_');
  if (!tocsin_fields_set_text (&tocsin_monitor_fields, monitor, name, equals + 1, error))
    return FALSE;
  field = tocsin_fields_find (&tocsin_monitor_fields, monitor, name);
  if (equals[1] == '\0') {
    g_strv_builder_add (unset, field->name);
    return TRUE;
  }
  all = g_variant_ref_sink (encode_monitor (monitor));
  bus_name = field->kind == TOCSIN_FIELD_SPAN || field->kind == TOCSIN_FIELD_SPAN_MS
                 ? g_strconcat (field->name, "_us", NULL)
                 : g_strdup (field->name);
  value = g_variant_lookup_value (all, bus_name, NULL);
  if (value != NULL)
    g_variant_dict_insert_value (set, bus_name, value);
  return TRUE;
}

static gboolean
send_edit (TocsinCall *call, const char *id, const char *const *assignments, guint n,
           GError **error)
{
  g_autoptr (TocsinMonitor) monitor = fetch_monitor (call, id, error);
  g_auto (GVariantDict) set = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GStrvBuilder) unset = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;

  if (monitor == NULL)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!collect_edit (monitor, assignments[i], &set, unset, error))
      return FALSE;
  names = g_strv_builder_end (unset);
  return tocsin_dbus_tocsin1_call_edit_sync (call->daemon, monitor->id, g_variant_dict_end (&set),
                                             (const char *const *) names, NULL, error);
}

static int
run_edit (TocsinCall *call, GError **error)
{
  const char *const *all = (const char *const *) call->args.positional->pdata;

  return send_edit (call, all[0], all + 1, call->args.positional->len - 1, error)
             ? TOCSIN_EXIT_FINE
             : TOCSIN_EXIT_USAGE;
}

static int
set_paused (TocsinCall *call, const char *assignment, GError **error)
{
  for (guint i = 0; i < call->args.positional->len; i++)
    if (!send_edit (call, tocsin_args_at (&call->args, i), &assignment, 1, error))
      return TOCSIN_EXIT_USAGE;
  return TOCSIN_EXIT_FINE;
}

static int
run_pause (TocsinCall *call, GError **error)
{
  return set_paused (call, "paused=true", error);
}

static int
run_resume (TocsinCall *call, GError **error)
{
  return set_paused (call, "paused=false", error);
}

static int
run_remove (TocsinCall *call, GError **error)
{
  for (guint i = 0; i < call->args.positional->len; i++)
    if (!tocsin_dbus_tocsin1_call_remove_sync (call->daemon, tocsin_args_at (&call->args, i), NULL,
                                               error))
      return TOCSIN_EXIT_USAGE;
  return TOCSIN_EXIT_FINE;
}

#define SECRETS                                                                         \
  "A secret (--password, --token, …) is “-” for standard input or “@FILE”.\n" \
  "--header, --tag, --expect-header and the like may be given several times.\n"

#define MANY G_MAXUINT

const TocsinCommand tocsin_commands_monitors[] = {
  { "add http", "[--MEMBER VALUE]… URL", N_ ("Watch a website or an API"),
    SECRETS "\nExamples:\n  tocsinctl add http https://www.example.org\n"
            "  tocsinctl add http --interval 30s --expect-status 200-299,401 --contains Welcome "
            "shop.example.org\n"
            "  tocsinctl add http --json-query '$.status' --json-value ok "
            "https://api.example.org/health",
    json_option, TOCSIN_COMMAND_ANY_OPTION, 1, 1, run_add },
  { "add tcp", "[--MEMBER VALUE]… HOST:PORT", N_ ("Watch a port"),
    "Examples:\n  tocsinctl add tcp db.example.org:5432\n"
    "  tocsinctl add tcp --tls smtp --expect 220 mail.example.org:25",
    json_option, TOCSIN_COMMAND_ANY_OPTION, 1, 1, run_add },
  { "add ping", "[--MEMBER VALUE]… HOST", N_ ("Watch a host by ICMP echo"),
    "Example:\n  tocsinctl add ping 192.0.2.1 --name router --packets 5", json_option,
    TOCSIN_COMMAND_ANY_OPTION, 1, 1, run_add },
  { "add dns", "[--MEMBER VALUE]… NAME", N_ ("Watch a DNS name"),
    "Examples:\n  tocsinctl add dns example.org --type MX --expect '10 mail.example.org'\n"
    "  tocsinctl add dns example.org --resolver 192.0.2.53",
    json_option, TOCSIN_COMMAND_ANY_OPTION, 1, 1, run_add },
  { "add heartbeat", "--name NAME (--every SPAN | --cron EXPR | --calendar EXPR) [--MEMBER VALUE]…",
    N_ ("Watch a job that pings; prints the id and the ping URL"),
    "Examples:\n  tocsinctl add heartbeat --name backup --cron '0 3 * * *' --tz Europe/Berlin "
    "--grace 10m\n  tocsinctl add heartbeat --name sync --every 1h",
    json_option, TOCSIN_COMMAND_ANY_OPTION, 0, 0, run_add },
  { "try http", "[--MEMBER VALUE]… URL", N_ ("Check once, keep nothing"), SECRETS, json_option,
    TOCSIN_COMMAND_ANY_OPTION, 1, 1, run_try },
  { "try tcp", "[--MEMBER VALUE]… HOST:PORT", N_ ("Check once, keep nothing"), NULL, json_option,
    TOCSIN_COMMAND_ANY_OPTION, 1, 1, run_try },
  { "try ping", "[--MEMBER VALUE]… HOST", N_ ("Check once, keep nothing"), NULL, json_option,
    TOCSIN_COMMAND_ANY_OPTION, 1, 1, run_try },
  { "try dns", "[--MEMBER VALUE]… NAME", N_ ("Check once, keep nothing"), NULL, json_option,
    TOCSIN_COMMAND_ANY_OPTION, 1, 1, run_try },
  { "list", "[--json]", N_ ("All monitors, problems first"),
    "Example:\n  tocsinctl list --json | jq -r '.[] | select (.state == \"down\") | .name'",
    json_option, 0, 0, 0, run_list },
  { "status", "[--json]", N_ ("A line a problem, then a summary; exit status 1 if one is down"),
    NULL, json_option, 0, 0, 0, run_status },
  { "show", "ID [--json]", N_ ("One monitor with its last check"), NULL, json_option, 0, 1, 1,
    run_show },
  { "edit", "ID MEMBER=VALUE…", N_ ("Change a monitor; “MEMBER=” takes it back to its default"),
    "Example:\n  tocsinctl edit shop interval=30s expect_status=200-299,401 tags=web,eu",
    json_option, 0, 2, MANY, run_edit },
  { "pause", "ID…", N_ ("Stop checking for now"), NULL, NULL, 0, 1, MANY, run_pause },
  { "resume", "ID…", N_ ("Check again"), NULL, NULL, 0, 1, MANY, run_resume },
  { "remove", "ID…", N_ ("Forget monitors and their history; incidents stay"), NULL, NULL, 0, 1,
    MANY, run_remove },
  { "check", "ID [--json]", N_ ("Check now; exit status 1 where it fails"), NULL, json_option, 0, 1,
    1, run_check },
  { NULL },
};
