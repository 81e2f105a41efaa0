/* SPDX-FileCopyrightText: 2026 The Tocsin authors
 * SPDX-License-Identifier: MIT */

#define G_LOG_DOMAIN "dbus-menu"

#include "config.h"

#include "dbus-menu.h"
#include "tray-generated.h"

#define ROOT 0

typedef struct {
  gint32 id;
  GVariant *properties; /* (owned) a{sv} */
} Row;

struct _TocsinDbusMenu {
  TocsinTrayDbusmenu *skeleton; /* (owned) */
  const TocsinDbusMenuFuncs *funcs;
  gpointer user_data;

  GPtrArray *items; /* (owned) (element-type TocsinMenuItem) */
  GArray *rows;     /* (owned) (element-type Row) one an item */
  GHashTable *ids;  /* (owned) what an item is → its id, for ever */
  guint revision;
};

static void
clear_row (gpointer data)
{
  g_variant_unref (((Row *) data)->properties);
}

static GArray *
new_rows (void)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (Row));

  g_array_set_clear_func (rows, clear_row);
  return rows;
}

/* --- items as rows --- */

/* A menu takes "_" for a mnemonic; a name has none. */
static char *
escape_label (const char *label)
{
  g_auto (GStrv) parts = g_strsplit (label, "_", -1);

  return g_strjoinv ("__", parts);
}

static GVariant *
describe (const TocsinMenuItem *item)
{
  g_autofree char *label = item->label != NULL ? escape_label (item->label) : NULL;
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  if (item->action == TOCSIN_MENU_SEPARATOR)
    g_variant_dict_insert (&dict, "type", "s", "separator");
  if (label != NULL)
    g_variant_dict_insert (&dict, "label", "s", label);
  g_variant_dict_insert (&dict, "enabled", "b", item->action != TOCSIN_MENU_LINE);
  g_variant_dict_insert (&dict, "visible", "b", TRUE);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static gint32
id_of (TocsinDbusMenu *menu, const char *what)
{
  gpointer id = g_hash_table_lookup (menu->ids, what);

  if (id == NULL) {
    id = GINT_TO_POINTER ((int) g_hash_table_size (menu->ids) + 1);
    g_hash_table_insert (menu->ids, g_strdup (what), id);
  }
  return GPOINTER_TO_INT (id);
}

static GArray *
make_rows (TocsinDbusMenu *menu, const GPtrArray *items)
{
  GArray *rows = new_rows ();
  guint n_before[TOCSIN_MENU_QUIT + 1] = { 0 };

  for (guint i = 0; i < items->len; i++) {
    const TocsinMenuItem *item = items->pdata[i];
    g_autofree char *what =
        item->target != NULL ? g_strdup_printf ("%u %s", item->action, item->target)
                             : g_strdup_printf ("%u #%u", item->action, n_before[item->action]++);
    Row row = { id_of (menu, what), describe (item) };

    g_array_append_val (rows, row);
  }
  return rows;
}

static const Row *
find_row (const GArray *rows, gint32 id)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_array_index (rows, Row, i).id == id)
      return &g_array_index (rows, Row, i);
  return NULL;
}

static gboolean
have_the_same_layout (const GArray *a, const GArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (g_array_index (a, Row, i).id != g_array_index (b, Row, i).id)
      return FALSE;
  return TRUE;
}

gboolean
tocsin_dbus_menu_set_items (TocsinDbusMenu *menu, GPtrArray *items)
{
  g_autoptr (GArray) rows = make_rows (menu, items);
  gboolean same_layout = have_the_same_layout (rows, menu->rows);
  GVariantBuilder updated;
  guint n_updated = 0;

  g_return_val_if_fail (menu != NULL, FALSE);

  g_variant_builder_init (&updated, G_VARIANT_TYPE ("a(ia{sv})"));
  for (guint i = 0; i < rows->len; i++) {
    const Row *row = &g_array_index (rows, Row, i);
    const Row *before = find_row (menu->rows, row->id);

    if (before == NULL || g_variant_equal (before->properties, row->properties))
      continue;
    g_variant_builder_add (&updated, "(i@a{sv})", row->id, row->properties);
    n_updated++;
  }
  g_ptr_array_unref (menu->items);
  menu->items = items;
  g_array_unref (menu->rows);
  menu->rows = g_steal_pointer (&rows);
  if (n_updated > 0)
    tocsin_tray_dbusmenu_emit_items_properties_updated (
        menu->skeleton, g_variant_builder_end (&updated), g_variant_new ("a(ias)", NULL));
  else
    g_variant_builder_clear (&updated);
  if (!same_layout)
    tocsin_tray_dbusmenu_emit_layout_updated (menu->skeleton, ++menu->revision, ROOT);
  return !same_layout || n_updated > 0;
}

/* --- answering --- */

/* All of them, or those that are named. */
static GVariant *
select_properties (GVariant *properties, const char *const *names)
{
  GVariantBuilder builder;
  GVariantIter iter;
  const char *name;
  GVariant *value;

  if (names == NULL || names[0] == NULL)
    return g_variant_ref (properties);
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_iter_init (&iter, properties);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
    if (g_strv_contains (names, name))
      g_variant_builder_add (&builder, "{sv}", name, value);
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static GVariant *
root_properties (void)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "children-display", "s", "submenu");
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static GVariant *
get_properties (TocsinDbusMenu *menu, gint32 id, const char *const *names)
{
  const Row *row = find_row (menu->rows, id);
  g_autoptr (GVariant) root = NULL;

  if (id == ROOT) {
    root = root_properties ();
    return select_properties (root, names);
  }
  return row != NULL ? select_properties (row->properties, names) : NULL;
}

static gboolean
refuse (GDBusMethodInvocation *invocation, gint32 id)
{
  g_dbus_method_invocation_return_error (invocation, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS,
                                         "the menu has no item %d", id);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_get_layout (TocsinTrayDbusmenu *skeleton, GDBusMethodInvocation *invocation,
                   gint32 parent_id, gint32 depth, const char *const *names, TocsinDbusMenu *menu)
{
  g_autoptr (GVariant) properties = get_properties (menu, parent_id, names);
  GVariantBuilder children;

  if (properties == NULL)
    return refuse (invocation, parent_id);
  g_variant_builder_init (&children, G_VARIANT_TYPE ("av"));
  for (guint i = 0; parent_id == ROOT && depth != 0 && i < menu->rows->len; i++) {
    gint32 id = g_array_index (menu->rows, Row, i).id;
    g_autoptr (GVariant) own = get_properties (menu, id, names);

    g_variant_builder_add (&children, "v", g_variant_new ("(i@a{sv}av)", id, own, NULL));
  }
  tocsin_tray_dbusmenu_complete_get_layout (
      skeleton, invocation, menu->revision,
      g_variant_new ("(i@a{sv}av)", parent_id, properties, &children));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_get_group_properties (TocsinTrayDbusmenu *skeleton, GDBusMethodInvocation *invocation,
                             GVariant *ids, const char *const *names, TocsinDbusMenu *menu)
{
  GVariantBuilder builder;
  gsize n_ids;
  const gint32 *wanted = g_variant_get_fixed_array (ids, &n_ids, sizeof (gint32));

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ia{sv})"));
  for (gsize i = 0; i < (n_ids > 0 ? n_ids : menu->rows->len); i++) {
    gint32 id = n_ids > 0 ? wanted[i] : g_array_index (menu->rows, Row, i).id;
    g_autoptr (GVariant) properties = get_properties (menu, id, names);

    if (properties != NULL)
      g_variant_builder_add (&builder, "(i@a{sv})", id, properties);
  }
  tocsin_tray_dbusmenu_complete_get_group_properties (skeleton, invocation,
                                                      g_variant_builder_end (&builder));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_get_property (TocsinTrayDbusmenu *skeleton, GDBusMethodInvocation *invocation, gint32 id,
                     const char *name, TocsinDbusMenu *menu)
{
  g_autoptr (GVariant) properties = get_properties (menu, id, NULL);
  g_autoptr (GVariant) value =
      properties != NULL ? g_variant_lookup_value (properties, name, NULL) : NULL;

  if (value == NULL)
    return refuse (invocation, id);
  tocsin_tray_dbusmenu_complete_get_property (skeleton, invocation, g_variant_new_variant (value));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* FALSE where there is no such item. */
static gboolean
take_event (TocsinDbusMenu *menu, gint32 id, const char *event)
{
  const Row *row = find_row (menu->rows, id);
  const TocsinMenuItem *item;
  g_autofree char *target = NULL;

  if (row == NULL)
    return id == ROOT;
  if (!g_str_equal (event, "clicked"))
    return TRUE;
  item = menu->items->pdata[row - &g_array_index (menu->rows, Row, 0)];
  target = g_strdup (item->target); /* what it does may change the menu */
  menu->funcs->activate (item->action, target, menu->user_data);
  return TRUE;
}

static gboolean
handle_event (TocsinTrayDbusmenu *skeleton, GDBusMethodInvocation *invocation, gint32 id,
              const char *event, GVariant *data, guint timestamp, TocsinDbusMenu *menu)
{
  if (!take_event (menu, id, event))
    return refuse (invocation, id);
  tocsin_tray_dbusmenu_complete_event (skeleton, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_event_group (TocsinTrayDbusmenu *skeleton, GDBusMethodInvocation *invocation,
                    GVariant *events, TocsinDbusMenu *menu)
{
  gsize n_events = g_variant_n_children (events), n_errors = 0;
  GVariantBuilder errors;
  GVariantIter iter;
  const char *event;
  gint32 id;

  g_variant_builder_init (&errors, G_VARIANT_TYPE ("ai"));
  g_variant_iter_init (&iter, events);
  while (g_variant_iter_next (&iter, "(i&svu)", &id, &event, NULL, NULL))
    if (!take_event (menu, id, event)) {
      g_variant_builder_add (&errors, "i", id);
      n_errors++;
    }
  if (n_events > 0 && n_errors == n_events) {
    g_variant_builder_clear (&errors);
    return refuse (invocation, id);
  }
  tocsin_tray_dbusmenu_complete_event_group (skeleton, invocation, g_variant_builder_end (&errors));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* Whether the menu is another now. */
static gboolean
refresh (TocsinDbusMenu *menu)
{
  g_autoptr (GArray) before = g_array_ref (menu->rows);

  menu->funcs->about_to_show (menu->user_data);
  return !have_the_same_layout (before, menu->rows);
}

static gboolean
handle_about_to_show (TocsinTrayDbusmenu *skeleton, GDBusMethodInvocation *invocation, gint32 id,
                      TocsinDbusMenu *menu)
{
  tocsin_tray_dbusmenu_complete_about_to_show (skeleton, invocation, id == ROOT && refresh (menu));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_about_to_show_group (TocsinTrayDbusmenu *skeleton, GDBusMethodInvocation *invocation,
                            GVariant *ids, TocsinDbusMenu *menu)
{
  GVariantBuilder updates, errors;
  gsize n_ids;
  const gint32 *wanted = g_variant_get_fixed_array (ids, &n_ids, sizeof (gint32));

  g_variant_builder_init (&updates, G_VARIANT_TYPE ("ai"));
  g_variant_builder_init (&errors, G_VARIANT_TYPE ("ai"));
  for (gsize i = 0; i < n_ids; i++) {
    if (wanted[i] == ROOT && refresh (menu))
      g_variant_builder_add (&updates, "i", wanted[i]);
    else if (wanted[i] != ROOT && find_row (menu->rows, wanted[i]) == NULL)
      g_variant_builder_add (&errors, "i", wanted[i]);
  }
  tocsin_tray_dbusmenu_complete_about_to_show_group (
      skeleton, invocation, g_variant_builder_end (&updates), g_variant_builder_end (&errors));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* --- life --- */

static const struct {
  const char *signal;
  GCallback handler;
} methods[] = {
  { "handle-get-layout", G_CALLBACK (handle_get_layout) },
  { "handle-get-group-properties", G_CALLBACK (handle_get_group_properties) },
  { "handle-get-property", G_CALLBACK (handle_get_property) },
  { "handle-event", G_CALLBACK (handle_event) },
  { "handle-event-group", G_CALLBACK (handle_event_group) },
  { "handle-about-to-show", G_CALLBACK (handle_about_to_show) },
  { "handle-about-to-show-group", G_CALLBACK (handle_about_to_show_group) },
};

TocsinDbusMenu *
tocsin_dbus_menu_new (const TocsinDbusMenuFuncs *funcs, gpointer user_data)
{
  static const char *const no_paths[] = { NULL };
  TocsinDbusMenu *menu = g_new0 (TocsinDbusMenu, 1);

  menu->funcs = funcs;
  menu->user_data = user_data;
  menu->items = g_ptr_array_new ();
  menu->rows = new_rows ();
  menu->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  menu->skeleton = tocsin_tray_dbusmenu_skeleton_new ();
  tocsin_tray_dbusmenu_set_version (menu->skeleton, 3);
  tocsin_tray_dbusmenu_set_text_direction (menu->skeleton, "ltr");
  tocsin_tray_dbusmenu_set_status (menu->skeleton, "normal");
  tocsin_tray_dbusmenu_set_icon_theme_path (menu->skeleton, no_paths);
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    g_signal_connect (menu->skeleton, methods[i].signal, methods[i].handler, menu);
  return menu;
}

void
tocsin_dbus_menu_free (TocsinDbusMenu *menu)
{
  if (menu == NULL)
    return;
  if (g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (menu->skeleton)) != NULL)
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (menu->skeleton));
  g_signal_handlers_disconnect_by_data (menu->skeleton, menu);
  g_object_unref (menu->skeleton);
  g_ptr_array_unref (menu->items);
  g_array_unref (menu->rows);
  g_hash_table_unref (menu->ids);
  g_free (menu);
}

gboolean
tocsin_dbus_menu_export (TocsinDbusMenu *menu, GDBusConnection *connection, GError **error)
{
  g_return_val_if_fail (menu != NULL, FALSE);

  return g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (menu->skeleton), connection,
                                           TOCSIN_DBUS_MENU_PATH, error);
}
