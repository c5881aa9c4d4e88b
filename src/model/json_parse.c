/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json_parse.h"

#include "base/error.h"
#include "json.h"

#include <string.h>

/* What scanning a text needs to know. */
typedef struct
{
  const gchar *text;
  gsize length;
  gsize position;
  guint depth;
  guint deepest;
} Scanner;

/* Members of each open object so far, to see a key that replaces an earlier one. */
typedef struct
{
  GArray *counts;
  gchar *repeated;
} Members;

static gint
read_unit (const Scanner *scanner, gsize at)
{
  gint unit = 0;

  if (at + 6 > scanner->length || scanner->text[at] != '\\' || scanner->text[at + 1] != 'u')
    return -1;
  for (guint i = 2; i < 6; i++) {
    if (!g_ascii_isxdigit (scanner->text[at + i]))
      return -1;
    unit = unit * 16 + g_ascii_xdigit_value (scanner->text[at + i]);
  }
  return unit;
}

/* \uXXXX: json-glib aborts on half a surrogate pair, and NUL would end a C string early. */
static gboolean
scan_unicode_escape (Scanner *scanner)
{
  gint unit = read_unit (scanner, scanner->position);

  scanner->position += 6;
  if (unit < 0xD800 || unit > 0xDFFF)
    return unit > 0;
  gint low = read_unit (scanner, scanner->position);
  scanner->position += 6;
  return unit <= 0xDBFF && low >= 0xDC00 && low <= 0xDFFF;
}

static gboolean
scan_escape (Scanner *scanner)
{
  if (scanner->position + 1 >= scanner->length)
    return FALSE;
  gchar kind = scanner->text[scanner->position + 1];
  if (kind == 'u')
    return scan_unicode_escape (scanner);
  scanner->position += 2;
  return kind != 0 && strchr ("\"\\/bfnrt", kind) != NULL;
}

/* From the opening quote to behind the closing one. */
static gboolean
scan_string (Scanner *scanner)
{
  scanner->position++;
  while (scanner->position < scanner->length) {
    guchar character = (guchar)scanner->text[scanner->position];
    if (character == '"') {
      scanner->position++;
      return TRUE;
    }
    if (character < 0x20)
      return FALSE;
    if (character != '\\')
      scanner->position++;
    else if (!scan_escape (scanner))
      return FALSE;
  }
  return FALSE;
}

/* A run of what numbers are made of.  What json-glib makes of a whole number from 2^63 on depends on its
 * version: the largest that it knows, or a negative one. */
static gboolean
scan_number (Scanner *scanner)
{
  gsize begin = scanner->position;
  guint64 value = 0;
  gboolean whole = TRUE;

  for (; scanner->position < scanner->length; scanner->position++) {
    gchar character = scanner->text[scanner->position];
    if (g_ascii_isdigit (character))
      value = value > G_MAXINT64 / 10 ? G_MAXUINT64 : value * 10 + (guint64)g_ascii_digit_value (character);
    else if (character == '.' || character == 'e' || character == 'E')
      whole = FALSE;
    else if (character != '+' && character != '-')
      break;
  }
  if (!whole || value <= G_MAXINT64)
    return TRUE;
  scanner->position = begin;
  return FALSE;
}

/* Structure, `true`, `false`, `null` and white space: nothing else stands outside strings and numbers. */
static gboolean
scan_character (Scanner *scanner)
{
  gchar character = scanner->text[scanner->position];

  if (g_ascii_isdigit (character) || character == '-')
    return scan_number (scanner);
  scanner->position++;
  if (character == '{' || character == '[')
    return ++scanner->depth <= scanner->deepest;
  if (character == '}' || character == ']')
    return scanner->depth-- > 0;
  return character != 0 && strchr (":,+.eEtrufalsn \t\r\n", character) != NULL;
}

/* Whether @text is one array or object, made of the characters of JSON. */
static gboolean
scan (Scanner *scanner)
{
  gboolean closed = FALSE;

  while (scanner->position < scanner->length) {
    gchar character = scanner->text[scanner->position];
    if (g_ascii_isspace (character)) {
      scanner->position++;
      continue;
    }
    if (closed || (scanner->depth == 0 && character != '{' && character != '['))
      return FALSE;
    if (!(character == '"' ? scan_string (scanner) : scan_character (scanner)))
      return FALSE;
    closed = scanner->depth == 0;
  }
  return closed;
}

static void
begin_object (JsonParser *parser, gpointer data)
{
  Members *members = data;
  guint none = 0;

  g_array_append_val (members->counts, none);
}

static void
end_object (JsonParser *parser, JsonObject *object, gpointer data)
{
  Members *members = data;

  g_array_set_size (members->counts, members->counts->len - 1);
}

static void
count_member (JsonParser *parser, JsonObject *object, const gchar *name, gpointer data)
{
  Members *members = data;
  guint *count = &g_array_index (members->counts, guint, members->counts->len - 1);

  (*count)++;
  if (*count != json_object_get_size (object) && members->repeated == NULL)
    members->repeated = g_strdup (name);
}

/* Returns: (transfer full) (nullable): the root; @repeated: a key that occurs twice in its object */
static JsonNode *
build_tree (const gchar *text, gsize length, gchar **repeated, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (guint));
  Members members = { .counts = counts };

  g_signal_connect (parser, "object-start", G_CALLBACK (begin_object), &members);
  g_signal_connect (parser, "object-end", G_CALLBACK (end_object), &members);
  g_signal_connect (parser, "object-member", G_CALLBACK (count_member), &members);
  gboolean built = json_parser_load_from_data (parser, text, (gssize)length, error);
  *repeated = members.repeated;
  return built ? json_parser_steal_root (parser) : NULL;
}

JsonNode *
msnet_json_parse (
    const gchar *file, const gchar *place, const gchar *text, gsize length, guint depth, GError **error)
{
  Scanner scanner = { .text = text, .length = length, .deepest = depth };
  g_autofree gchar *repeated = NULL;
  g_autoptr (GError) reason = NULL;

  if (!g_utf8_validate_len (text, length, NULL)) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL, "%s: %s: expected UTF-8, found other bytes; %s", file,
        place, "the file is damaged or no model");
    return NULL;
  }
  if (!scan (&scanner)) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
        "%s: %s: expected JSON nested at most %u deep with whole numbers less than 2^63, found something else"
        " at byte %" G_GSIZE_FORMAT "; the file is damaged or no model",
        file, place, depth, MIN (scanner.position, length));
    return NULL;
  }
  g_autoptr (JsonNode) root = build_tree (text, length, &repeated, &reason);
  if (repeated != NULL) {
    g_autofree gchar *name = msnet_json_quote (repeated);
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
        "%s: %s: expected each name once, found %s twice; save the file again without one of them", file,
        place, name);
    return NULL;
  }
  if (root == NULL) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
        "%s: %s: expected JSON, found a mistake: %s; the file is damaged or no model", file, place,
        reason != NULL ? reason->message : "nothing in it");
    return NULL;
  }
  return g_steal_pointer (&root);
}
