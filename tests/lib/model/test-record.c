/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "test-record"

#include "config.h"

#include <string.h>

#include "errors.h"
#include "jsontext.h"
#include "record-merge.h"
#include "record-pending.h"
#include "support.h"

#define ID    "01900000-0000-7000-8000-000000000001"
#define OP    "01900000-0000-7000-8000-00000000000a"
#define P1    "01900000-0000-7000-8000-0000000000b1"
#define P2    "01900000-0000-7000-8000-0000000000b2"
#define LEAST 65536

static JsonObject *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonObject *json = tocsin_json_parse_object (text, LEAST, &error);

  g_assert_no_error (error);
  return json;
}

static char *
print (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  if (object == NULL)
    return g_strdup ("-");
  json_node_set_object (node, object);
  return json_to_string (node, FALSE);
}

/* Members in any order. */
static void
assert_same (JsonObject *object, const char *wanted)
{
  g_autoptr (JsonNode) is = json_node_new (JSON_NODE_OBJECT),
                       want = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = print (object);

  json_node_take_object (want, parse (wanted));
  json_node_set_object (is, object);
  if (!json_node_equal (is, want))
    g_error ("%s is not %s", text, wanted);
}

/* `rest` are members after the id and the type. */
static TocsinRecord *
make_record (const char *rest)
{
  g_autofree char *text = g_strdup_printf (
      "{\"id\": \"" ID "\", \"type\": \"monitor\", \"seq\": 9, \"updated_by\": \"Editor\", %s}",
      rest);
  g_autoptr (JsonObject) json = parse (text);
  g_autoptr (GError) error = NULL;
  TocsinRecord *record = tocsin_record_from_json (json, &error);

  g_assert_no_error (error);
  return record;
}

static TocsinOperation *
make_operation (const char *rest)
{
  g_autofree char *text = g_strdup_printf (
      "{\"op_id\": \"" OP "\", \"record\": \"" ID "\", \"type\": \"monitor\", %s}", rest);
  g_autoptr (JsonObject) json = parse (text);
  g_autoptr (GError) error = NULL;
  TocsinOperation *operation = tocsin_operation_from_json (json, &error);

  g_assert_no_error (error);
  return operation;
}

/* --- the server's side --- */

#define PRESENT                                                                            \
  "\"revision\": 5, \"project\": \"" P1 "\", \"fields\": {\"name\": 3, \"interval_s\": 5," \
  " \"password\": 5, \"project\": 2}, \"body\": {\"name\": \"a\", \"interval_s\": 60,"     \
  " \"password\": \"x\", \"target\": \"t\"}"
#define DELETED PRESENT ", \"deleted\": true"

static const struct {
  const char *present; /* NULL: there is none */
  const char *operation;
  TocsinMergeAction action;
  const char *status; /* NULL: it is refused */
  gint64 revision;
  const char *changes;
  const char *lost; /* members and values */
} merges[] = {
  /* a new one */
  { NULL, "\"base\": 0, \"set\": {\"name\": \"n\", \"id\": \"?\"}", TOCSIN_MERGE_CREATE, "applied",
    1, "{\"name\": [null, \"n\"]}", "" },
  { NULL, "\"base\": 7, \"set\": {\"name\": \"n\"}", TOCSIN_MERGE_CREATE, "applied", 1,
    "{\"name\": [null, \"n\"]}", "" },
  { NULL, "\"base\": 3, \"set\": {\"name\": \"n\"}, \"rescued\": {\"name\": 3}",
    TOCSIN_MERGE_CREATE, "applied", 1000003, "{\"name\": [null, \"n\"]}", "" },
  /* edits */
  { PRESENT, "\"base\": 5, \"set\": {\"name\": \"n\"}", TOCSIN_MERGE_EDIT, "applied", 6,
    "{\"name\": [\"a\", \"n\"]}", "" },
  { PRESENT, "\"base\": 3, \"set\": {\"name\": \"n\"}", TOCSIN_MERGE_EDIT, "merged", 6,
    "{\"name\": [\"a\", \"n\"]}", "" },
  { PRESENT, "\"base\": 2, \"set\": {\"name\": \"n\", \"target\": \"u\"}", TOCSIN_MERGE_EDIT,
    "overwrote", 6, "{\"name\": [\"a\", \"n\"], \"target\": [\"t\", \"u\"]}", "name=\"a\"@3" },
  { PRESENT, "\"base\": 2, \"set\": {\"name\": \"a\", \"interval_s\": 60}", TOCSIN_MERGE_NOTHING,
    "applied", 5, "{}", "" },
  { PRESENT, "\"base\": 5, \"unset\": [\"target\", \"slug\"]", TOCSIN_MERGE_EDIT, "applied", 6,
    "{\"target\": [\"t\", null]}", "" },
  { PRESENT, "\"base\": 4, \"unset\": [\"interval_s\"]", TOCSIN_MERGE_EDIT, "overwrote", 6,
    "{\"interval_s\": [60, null]}", "interval_s=60@5" },
  { PRESENT, "\"base\": 5, \"set\": {\"target\": null}", TOCSIN_MERGE_EDIT, "applied", 6,
    "{\"target\": [\"t\", null]}", "" },
  { PRESENT, "\"base\": 4, \"set\": {\"password\": \"y\"}", TOCSIN_MERGE_EDIT, "overwrote", 6,
    "{\"password\": [null, null]}", "password=null@5" },
  { PRESENT, "\"base\": 1, \"set\": {\"project\": \"" P2 "\"}", TOCSIN_MERGE_EDIT, "overwrote", 6,
    "{\"project\": [\"" P1 "\", \"" P2 "\"]}", "project=\"" P1 "\"@2" },
  { PRESENT, "\"base\": 0, \"set\": {\"target\": \"u\"}", TOCSIN_MERGE_EDIT, "overwrote", 6,
    "{\"target\": [\"t\", \"u\"]}", "target=\"t\"@1" },
  { PRESENT, "\"base\": 5, \"set\": {\"revision\": 99, \"created_at\": \"x\"}",
    TOCSIN_MERGE_NOTHING, "applied", 5, "{}", "" },
  /* what a backup lost comes back, unless it was written again since */
  { PRESENT, "\"base\": 5, \"set\": {\"name\": \"n\"}, \"rescued\": {\"name\": 4}",
    TOCSIN_MERGE_EDIT, "applied", 6, "{\"name\": [\"a\", \"n\"]}", "" },
  { PRESENT, "\"base\": 5, \"set\": {\"name\": \"n\"}, \"rescued\": {\"name\": 3}",
    TOCSIN_MERGE_NOTHING, "applied", 5, "{}", "" },
  /* deletions */
  { PRESENT, "\"base\": 5, \"delete\": true", TOCSIN_MERGE_DELETE, "applied", 6, NULL, "" },
  { PRESENT, "\"base\": 4, \"delete\": true", TOCSIN_MERGE_NOTHING, NULL, 5, NULL, "" },
  { DELETED, "\"base\": 1, \"delete\": true", TOCSIN_MERGE_NOTHING, "applied", 5, NULL, "" },
  { NULL, "\"base\": 1, \"delete\": true", TOCSIN_MERGE_NOTHING, "applied", 0, NULL, "" },
  { DELETED, "\"base\": 3, \"set\": {\"name\": \"n\"}", TOCSIN_MERGE_RESTORE, "restored", 6,
    "{\"name\": [\"a\", \"n\"]}", "" },
  { DELETED, "\"base\": 5, \"set\": {\"name\": \"a\"}", TOCSIN_MERGE_RESTORE, "restored", 6, "{}",
    "" },
};

static char *
print_lost (GPtrArray *lost)
{
  GString *text = g_string_new ("");

  for (guint i = 0; lost != NULL && i < lost->len; i++) {
    const TocsinLoss *loss = g_ptr_array_index (lost, i);
    g_autofree char *value = json_to_string (loss->value, FALSE);

    g_string_append_printf (text, "%s%s=%s@%d", i > 0 ? " " : "", loss->member, value,
                            (int) loss->revision);
  }
  return g_string_free (text, FALSE);
}

static void
test_merges (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (merges); i++) {
    g_autoptr (TocsinRecord) present =
        merges[i].present != NULL ? make_record (merges[i].present) : NULL;
    g_autoptr (TocsinOperation) operation = make_operation (merges[i].operation);
    g_auto (TocsinMerge) merge = { 0 };
    g_autoptr (GError) error = NULL;
    g_autofree char *lost = NULL;
    gboolean taken = tocsin_record_merge (present, operation, &merge, &error);

    g_test_message ("%s", merges[i].operation);
    g_assert_cmpint (taken, ==, merges[i].status != NULL);
    if (!taken) {
      g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, "Editor"));
      continue;
    }
    g_assert_cmpuint (merge.action, ==, merges[i].action);
    g_assert_cmpstr (tocsin_words_get (&tocsin_answer_status_words, merge.status), ==,
                     merges[i].status);
    g_assert_cmpint (merge.revision, ==, merges[i].revision);
    if (merges[i].changes != NULL)
      assert_same (merge.changes, merges[i].changes);
    lost = print_lost (merge.lost);
    g_assert_cmpstr (lost, ==, merges[i].lost);
  }
}

static void
test_another_type_is_refused (void)
{
  g_autoptr (TocsinRecord) present = make_record (PRESENT);
  g_autoptr (TocsinOperation) operation = make_operation ("\"base\": 5");
  g_auto (TocsinMerge) merge = { 0 };
  g_autoptr (GError) error = NULL;

  operation->type = TOCSIN_RECORD_TYPE_PROJECT;
  g_assert_false (tocsin_record_merge (present, operation, &merge, &error));
  g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
}

/* Each changed member has the revision of the change, or that with which it was rescued. */
static void
test_fields_after_merge (void)
{
  g_autoptr (TocsinRecord) present = make_record (PRESENT);
  g_autoptr (TocsinOperation) operation =
      make_operation ("\"base\": 5, \"set\": {\"name\": \"n\", \"target\": \"u\"},"
                      " \"rescued\": {\"name\": 4}");
  g_auto (TocsinMerge) merge = { 0 };
  g_autoptr (JsonObject) fields = NULL;

  g_assert_true (tocsin_record_merge (present, operation, &merge, NULL));
  fields = tocsin_merge_get_fields (&merge, present, operation);
  assert_same (fields, "{\"name\": 4, \"interval_s\": 5, \"password\": 5, \"project\": 2,"
                       " \"target\": 6}");
}

/* --- the client's side --- */

static const struct {
  const char *base; /* NULL: none */
  const char *operations[3];
  const char *body; /* NULL: nothing is shown */
} shown[] = {
  { PRESENT, { NULL }, "{\"name\":\"a\",\"interval_s\":60,\"password\":\"x\",\"target\":\"t\"}" },
  { PRESENT,
    { "\"set\": {\"name\": \"n\"}", "\"unset\": [\"target\", \"password\"]" },
    "{\"name\":\"n\",\"interval_s\":60}" },
  { PRESENT,
    { "\"set\": {\"name\": \"n\"}", "\"set\": {\"name\": \"o\", \"target\": null}" },
    "{\"name\":\"o\",\"interval_s\":60,\"password\":\"x\"}" },
  { PRESENT, { "\"delete\": true" }, NULL },
  { DELETED, { NULL }, NULL },
  { NULL, { NULL }, NULL },
  { NULL, { "\"set\": {\"name\": \"n\"}" }, "{\"name\":\"n\"}" },
  { NULL, { "\"set\": {\"name\": \"n\"}", "\"delete\": true" }, NULL },
};

static void
test_shown (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shown); i++) {
    g_autoptr (TocsinRecord) base = shown[i].base != NULL ? make_record (shown[i].base) : NULL;
    g_autoptr (GPtrArray) operations =
        g_ptr_array_new_with_free_func ((GDestroyNotify) tocsin_operation_free);
    g_autoptr (TocsinRecord) record = NULL;
    g_autofree char *before = base != NULL ? print (base->body) : NULL, *after = NULL;

    for (guint k = 0; shown[i].operations[k] != NULL; k++)
      g_ptr_array_add (operations, make_operation (shown[i].operations[k]));
    record = tocsin_record_show (base, (const TocsinOperation *const *) operations->pdata,
                                 operations->len);
    g_assert_cmpint (record != NULL, ==, shown[i].body != NULL);
    if (record != NULL)
      assert_same (record->body, shown[i].body);
    after = base != NULL ? print (base->body) : NULL;
    g_assert_cmpstr (before, ==, after);
  }
}

static void
test_shown_project (void)
{
  g_autoptr (TocsinRecord) base = make_record (PRESENT), record = NULL;
  g_autoptr (TocsinOperation) move = make_operation ("\"set\": {\"project\": \"" P2 "\"}");

  record = tocsin_record_show (base, (const TocsinOperation *const[]){ move }, 1);
  g_assert_cmpstr (record->project, ==, P2);
  g_assert_false (json_object_has_member (record->body, "project"));
}

static const struct {
  const char *first, *second;
  const char *folded;
} folds[] = {
  { "\"base\": 2, \"set\": {\"a\": 1, \"b\": 1}", "\"base\": 2, \"set\": {\"b\": 2, \"c\": 3}",
    "\"base\": 2, \"set\": {\"a\": 1, \"b\": 2, \"c\": 3}" },
  { "\"base\": 2, \"set\": {\"a\": 1, \"b\": 1}", "\"base\": 2, \"unset\": [\"b\"]",
    "\"base\": 2, \"set\": {\"a\": 1}, \"unset\": [\"b\"]" },
  { "\"base\": 2, \"unset\": [\"a\", \"b\"]", "\"base\": 2, \"set\": {\"b\": 2}",
    "\"base\": 2, \"set\": {\"b\": 2}, \"unset\": [\"a\"]" },
  { "\"base\": 2, \"set\": {\"a\": 1}", "\"base\": 2, \"delete\": true",
    "\"base\": 2, \"delete\": true" },
  { "\"base\": 2, \"delete\": true", "\"base\": 2, \"set\": {\"a\": 1}",
    "\"base\": 2, \"set\": {\"a\": 1}" },
  { "\"base\": 0, \"set\": {\"a\": 1}", "\"base\": 0, \"set\": {\"a\": 2}",
    "\"base\": 0, \"set\": {\"a\": 2}" },
  { "\"base\": 0, \"set\": {\"a\": 1}", "\"base\": 0, \"delete\": true",
    "\"base\": 0, \"delete\": true" },
};

static void
test_folds (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (folds); i++) {
    g_autoptr (TocsinOperation) first = make_operation (folds[i].first);
    g_autoptr (TocsinOperation) second = make_operation (folds[i].second), wanted = NULL;
    g_autoptr (JsonObject) is = NULL, want = NULL;
    g_autofree char *text = NULL;

    tocsin_operation_fold (first, second);
    wanted = make_operation (folds[i].folded);
    want = tocsin_operation_to_json (wanted);
    text = print (want);
    is = tocsin_operation_to_json (first);
    assert_same (is, text);
  }
}

static const struct {
  const char *operation;
  TocsinAnswerStatus status;
  gint64 revision;
  const char *now;
  gint64 base;
} followings[] = {
  /* all that is there was seen */
  { "\"base\": 4, \"set\": {\"name\": \"n\"}", TOCSIN_ANSWER_APPLIED, 5, NULL, 5 },
  { "\"base\": 4, \"delete\": true", TOCSIN_ANSWER_APPLIED, 5, PRESENT, 5 },
  /* others wrote, but not this member; the one before it did */
  { "\"base\": 4, \"set\": {\"interval_s\": 1}", TOCSIN_ANSWER_MERGED, 5, PRESENT, 5 },
  /* others wrote this one */
  { "\"base\": 2, \"set\": {\"name\": \"n\"}", TOCSIN_ANSWER_MERGED, 5, PRESENT, 2 },
  { "\"base\": 2, \"unset\": [\"name\"]", TOCSIN_ANSWER_OVERWROTE, 5, PRESENT, 2 },
  { "\"base\": 2, \"delete\": true", TOCSIN_ANSWER_MERGED, 5, PRESENT, 2 },
  /* the one before it came to nothing */
  { "\"base\": 4, \"set\": {\"name\": \"n\"}", TOCSIN_ANSWER_REJECTED, 5, PRESENT, 4 },
};

static void
test_followings (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (followings); i++) {
    g_autoptr (TocsinOperation) operation = make_operation (followings[i].operation);
    g_autoptr (TocsinRecord) now =
        followings[i].now != NULL ? make_record (followings[i].now) : NULL;
    TocsinAnswer answer = { .status = followings[i].status, .revision = followings[i].revision };

    tocsin_operation_follow (operation, &answer, now);
    g_assert_cmpint (operation->base, ==, followings[i].base);
  }
}

static const struct {
  const char *old, *now; /* `now` NULL: the snapshot lacks it */
  gint64 forked;         /* the old one has the number 9 */
  const char *operation; /* NULL: nothing was lost */
} rescues[] = {
  { PRESENT, PRESENT, 0, NULL },
  { PRESENT, NULL, 9, NULL },
  { DELETED, NULL, 0, NULL },
  { PRESENT, NULL, 8,
    "{\"record\": \"" ID "\", \"type\": \"monitor\", \"base\": 0, \"set\": {\"name\": \"a\","
    " \"interval_s\": 60, \"password\": \"x\", \"target\": \"t\", \"project\": \"" P1 "\"},"
    " \"rescued\": {\"name\": 3, \"interval_s\": 5, \"password\": 5, \"target\": 1,"
    " \"project\": 2}}" },
  /* the backup knew revision 4: what came after it is sent, what was written since is left */
  { PRESENT,
    "\"revision\": 1000006, \"project\": \"" P1 "\", \"fields\": {\"name\": 3, \"password\":"
    " 1000006, \"project\": 2}, \"body\": {\"name\": \"a\", \"interval_s\": 30, \"password\":"
    " \"new\", \"target\": \"t\"}",
    8,
    "{\"record\": \"" ID "\", \"type\": \"monitor\", \"base\": 1000006, \"set\":"
    " {\"interval_s\": 60}, \"rescued\": {\"interval_s\": 5}}" },
  /* what it lost was unset */
  { "\"revision\": 5, \"fields\": {\"slug\": 5}, \"body\": {\"name\": \"a\"}",
    "\"revision\": 1000004, \"body\": {\"name\": \"a\", \"slug\": \"s\"}", 8,
    "{\"record\": \"" ID "\", \"type\": \"monitor\", \"base\": 1000004, \"set\": {},"
    " \"unset\": [\"slug\"], \"rescued\": {\"slug\": 5}}" },
};

static void
test_rescues (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rescues); i++) {
    g_autoptr (TocsinRecord) old = make_record (rescues[i].old);
    g_autoptr (TocsinRecord) now = rescues[i].now != NULL ? make_record (rescues[i].now) : NULL;
    g_autoptr (TocsinOperation) operation = tocsin_record_rescue (old, now, rescues[i].forked);
    g_autoptr (JsonObject) json = operation != NULL ? tocsin_operation_to_json (operation) : NULL;

    g_assert_cmpint (operation != NULL, ==, rescues[i].operation != NULL);
    if (operation != NULL)
      assert_same (json, rescues[i].operation);
  }
}

static void
test_completion (void)
{
  g_autoptr (TocsinRecord) old = make_record (PRESENT);
  g_autoptr (TocsinOperation) operation =
      make_operation ("\"base\": 5, \"set\": {\"name\": \"n\"}, \"unset\": [\"target\"]");

  tocsin_operation_complete (operation, old);
  assert_same (operation->set, "{\"name\": \"n\", \"interval_s\": 60, \"password\": \"x\","
                               " \"project\": \"" P1 "\"}");
  g_assert_null (operation->unset);
  g_assert_cmpint (operation->base, ==, 5);
}

static const struct {
  const char *before, *after; /* NULL: there is none */
  const char *operation;      /* NULL: nothing differs */
} diffs[] = {
  { "{\"a\": 1, \"id\": \"x\"}", "{\"a\": 1, \"id\": \"y\"}", NULL },
  { NULL, NULL, NULL },
  { NULL, "{\"a\": 1, \"revision\": 3}", "\"base\": 4, \"set\": {\"a\": 1}" },
  { "{\"a\": 1}", NULL, "\"base\": 4, \"delete\": true" },
  { "{\"a\": 1, \"b\": [1], \"c\": 2}", "{\"a\": 2, \"b\": [1]}",
    "\"base\": 4, \"set\": {\"a\": 2}, \"unset\": [\"c\"]" },
};

/* And it makes of the one what the other is. */
static void
test_differences (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (diffs); i++) {
    g_autoptr (JsonObject) before = diffs[i].before != NULL ? parse (diffs[i].before) : NULL;
    g_autoptr (JsonObject) after = diffs[i].after != NULL ? parse (diffs[i].after) : NULL;
    g_autoptr (TocsinOperation) operation =
        tocsin_operation_new_diff (TOCSIN_RECORD_TYPE_MONITOR, ID, 4, before, after);
    g_autoptr (TocsinOperation) wanted = NULL;
    g_autoptr (JsonObject) is = NULL, want = NULL, applied = NULL;
    g_autofree char *text = NULL;

    g_assert_cmpint (operation != NULL, ==, diffs[i].operation != NULL);
    if (operation == NULL)
      continue;
    wanted = make_operation (diffs[i].operation);
    g_clear_pointer (&wanted->op_id, g_free);
    want = tocsin_operation_to_json (wanted);
    text = print (want);
    is = tocsin_operation_to_json (operation);
    assert_same (is, text);
    applied = tocsin_operation_apply (operation, before);
    g_assert_cmpint (applied != NULL, ==, after != NULL);
    if (applied != NULL && before != NULL)
      assert_same (applied, diffs[i].after);
  }
}

/* --- JSON --- */

static const char *const refused[] = {
  "{}",
  "{\"op_id\": \"x\", \"record\": \"" ID "\", \"type\": \"monitor\"}",
  "{\"op_id\": \"" OP "\", \"record\": 1, \"type\": \"monitor\"}",
  "{\"op_id\": \"" OP "\", \"record\": \"" ID "\", \"type\": \"page\"}",
  "{\"op_id\": \"" OP "\", \"record\": \"" ID "\", \"type\": \"monitor\", \"base\": -1}",
  "{\"op_id\": \"" OP "\", \"record\": \"" ID "\", \"type\": \"monitor\", \"base\": 1.5}",
  "{\"op_id\": \"" OP "\", \"record\": \"" ID "\", \"type\": \"monitor\", \"set\": []}",
  "{\"op_id\": \"" OP "\", \"record\": \"" ID "\", \"type\": \"monitor\", \"unset\": [1]}",
  "{\"op_id\": \"" OP "\", \"record\": \"" ID "\", \"type\": \"monitor\", \"unset\": {}}",
  "{\"op_id\": \"" OP "\", \"record\": \"" ID "\", \"type\": \"monitor\", \"delete\": 1}",
  "{\"op_id\": \"" OP "\", \"record\": \"" ID "\", \"type\": \"monitor\", \"delete\": true,"
  " \"set\": {\"a\": 1}}",
  "{\"op_id\": \"" OP "\", \"record\": \"" ID "\", \"type\": \"monitor\", \"set\": {\"a\": 1},"
  " \"unset\": [\"a\"]}",
  "{\"op_id\": \"" OP "\", \"record\": \"" ID "\", \"type\": \"monitor\", \"rescued\":"
  " {\"a\": \"1\"}}",
};

static void
test_bad_operations_are_refused (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (JsonObject) json = parse (refused[i]);
    g_autoptr (GError) error = NULL;

    g_assert_null (tocsin_operation_from_json (json, &error));
    g_assert_error (error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
  }
}

static void
test_round_trips (void)
{
  static const char record[] =
      "{\"id\": \"" ID "\", \"type\": \"project\", \"revision\": 3, \"seq\": 4, \"deleted\": false,"
      " \"body\": {\"name\": \"a\"}, \"fields\": {\"name\": 2}, \"updated_at\":"
      " \"2026-11-23T10:00:00Z\", \"updated_by\": \"Editor\", \"lost\": [{\"member\": \"name\","
      " \"value\": \"b\", \"by\": \"" ID "\", \"by_name\": \"Second\", \"at\":"
      " \"2026-11-23T09:00:00Z\"}]}";
  static const char answer[] = "{\"op_id\": \"" OP "\", \"status\": \"rejected\", \"revision\": 2,"
                               " \"reason\": \"no\"}";
  g_autoptr (JsonObject) record_json = parse (record), answer_json = parse (answer);
  g_autoptr (TocsinRecord) read_record = tocsin_record_from_json (record_json, NULL);
  g_autoptr (TocsinRecord) copy = tocsin_record_copy (read_record);
  g_autoptr (TocsinAnswer) read_answer = tocsin_answer_from_json (answer_json, NULL);
  g_autoptr (JsonObject) record_again = tocsin_record_to_json (copy);
  g_autoptr (JsonObject) answer_again = tocsin_answer_to_json (read_answer);

  assert_same (record_again, record);
  assert_same (answer_again, answer);
}

int
main (int argc, char **argv)
{
  tocsin_test_init (&argc, &argv);
  g_test_add_func ("/record/merges-by-member", test_merges);
  g_test_add_func ("/record/another-type-is-refused", test_another_type_is_refused);
  g_test_add_func ("/record/fields-know-their-revision", test_fields_after_merge);
  g_test_add_func ("/record/shown-is-base-and-pending", test_shown);
  g_test_add_func ("/record/shown-project-is-not-in-body", test_shown_project);
  g_test_add_func ("/record/pending-operations-fold", test_folds);
  g_test_add_func ("/record/own-writes-are-no-conflict", test_followings);
  g_test_add_func ("/record/lost-by-backup-is-rescued", test_rescues);
  g_test_add_func ("/record/completed-for-absent-record", test_completion);
  g_test_add_func ("/record/differences-make-operations", test_differences);
  g_test_add_func ("/record/bad-operations-are-refused", test_bad_operations_are_refused);
  g_test_add_func ("/record/json-reads-as-it-was-written", test_round_trips);
  return g_test_run ();
}
