/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One row a field.  docs/metadata.md and the lists in the documentation of msnet are made from them. */
#include "result_meta.h"

/* The place of @member, which must be of @type. */
#define AT(type, structure, member)                                                                          \
  (G_STRUCT_OFFSET (structure, member) + _Generic(((structure *)0)->member, type : 0))

#define BOOLEAN(structure, member) .type = MSNET_META_BOOLEAN, .offset = AT (gboolean, structure, member)
#define INT(structure, member) .type = MSNET_META_INT, .offset = AT (gint, structure, member)
#define UINT64(structure, member) .type = MSNET_META_UINT64, .offset = AT (guint64, structure, member)
#define TIME(structure, member) .type = MSNET_META_TIME, .offset = AT (GstClockTime, structure, member)
#define WALL(structure, member) .type = MSNET_META_WALL, .offset = AT (guint64, structure, member)
#define DOUBLE(structure, member) .type = MSNET_META_DOUBLE, .offset = AT (gdouble, structure, member)
#define STRING(structure, member) .type = MSNET_META_STRING, .offset = AT (gchar *, structure, member)
#define STRINGS(structure, member, number)                                                                   \
  .type = MSNET_META_STRINGS, .offset = AT (gchar **, structure, member), .n = AT (guint, structure, number)
#define DOUBLES(structure, member, number)                                                                   \
  .type = MSNET_META_DOUBLES, .offset = AT (gdouble *, structure, member), .n = AT (guint, structure, number)
#define VECTOR(structure, member)                                                                            \
  .type = MSNET_META_VECTOR, .offset = AT (gdouble *, structure, member),                                    \
  .n = G_N_ELEMENTS (((structure *)0)->member)
#define BYTES(structure, member) .type = MSNET_META_BYTES, .offset = AT (GBytes *, structure, member)

#define TABLE(structure, rows, number)                                                                       \
  {                                                                                                          \
    .fields = rows, .n_fields = number, .size = sizeof (structure)                                           \
  }

static const MsnetMetaField result_fields[] = {
  { "index", UINT64 (MsnetResult, index), .flags = MSNET_META_JSON,
      .doc = "counts the windows that the element has completed, those below its threshold included; "
             "the same `element-id` and `index` again are the same result, repeated" },
  { "element", STRING (MsnetResult, element), .flags = MSNET_META_JSON,
      .doc = "name of the msnet element, in UTF-8" },
  { "element-id", UINT64 (MsnetResult, element_id),
      .doc = "random number of the element, the same as long as it lives; elements in two bins may "
             "share a name" },
  { "model", STRING (MsnetResult, model), .flags = MSNET_META_JSON,
      .doc = "name of the model, which is its file's name without folder and suffix" },
  { "label", STRING (MsnetResult, label), .flags = MSNET_META_JSON, .doc = "best class" },
  { "class", INT (MsnetResult, class_index), .flags = MSNET_META_JSON,
      .doc = "number of the best class, counted from 0 in the order of the model's labels" },
  { "score", DOUBLE (MsnetResult, score), .flags = MSNET_META_JSON, .unit = "0 to 1",
      .doc = "probability of the best class" },
  { "labels", STRINGS (MsnetResult, labels, n_labels), .flags = MSNET_META_JSON,
      .doc = "best classes, best first; the property `top-k` says how many" },
  { "scores", DOUBLES (MsnetResult, scores, n_labels), .flags = MSNET_META_JSON, .unit = "0 to 1",
      .doc = "probabilities of these classes; of a model whose output is sigmoid, each by itself" },
  { "start", TIME (MsnetResult, start), .flags = MSNET_META_JSON, .unit = "ns",
      .doc = "running time of the window's first frame" },
  { "end", TIME (MsnetResult, end), .flags = MSNET_META_JSON, .unit = "ns",
      .doc = "running time of the window's last frame" },
  { "stream-start", TIME (MsnetResult, stream_start), .flags = MSNET_META_JSON, .unit = "ns",
      .doc = "`start` in stream time" },
  { "stream-end", TIME (MsnetResult, stream_end), .flags = MSNET_META_JSON, .unit = "ns",
      .doc = "`end` in stream time" },
  { "frames", INT (MsnetResult, frames), .flags = MSNET_META_JSON, .doc = "distinct frames in the window" },
  { "gaps", INT (MsnetResult, gaps), .flags = MSNET_META_JSON,
      .doc = "points of the window for which no frame came in time; the last sampled frame stands in" },
  { "partial", BOOLEAN (MsnetResult, partial), .flags = MSNET_META_JSON,
      .doc = "TRUE if the stream ended inside the window; its last frame stands for the rest" },
  { "age", TIME (MsnetResult, age), .unit = "ns",
      .doc = "running time of the buffer that carries the result, minus `end`" },
  { "skipped", UINT64 (MsnetResult, skipped), .flags = MSNET_META_JSON,
      .doc = "windows that a busy device has skipped since the last result" },
  { "inference", TIME (MsnetResult, inference), .flags = MSNET_META_MEASURED, .unit = "ns",
      .doc = "how long the device took once the last frame was prepared" },
  { "hop", TIME (MsnetResult, hop), .flags = MSNET_META_OPTIONAL, .unit = "ns",
      .doc = "media time from one window to the next" },
  { "wall", WALL (MsnetResult, wall), .flags = MSNET_META_OPTIONAL | MSNET_META_MEASURED, .unit = "ns",
      .doc = "when the frame at `end` was captured, since the epoch in UTC; in live pipelines only" },
};

static const MsnetMetaField message_fields[] = {
  { "timestamp", TIME (MsnetResultTimes, timestamp), .unit = "ns", .doc = "PTS of the frame at `end`" },
  { "stream-time", TIME (MsnetResultTimes, stream_time), .unit = "ns", .doc = "stream time of that frame" },
  { "running-time", TIME (MsnetResultTimes, running_time), .unit = "ns",
      .doc = "running time of that frame" },
  { "duration", TIME (MsnetResultTimes, duration), .unit = "ns", .doc = "length of the window" },
};

static const MsnetMetaField motion_fields[] = {
  { "width", INT (MsnetMotion, width), .unit = "cells", .doc = "width of `field`" },
  { "height", INT (MsnetMotion, height), .unit = "cells", .doc = "height of `field`" },
  { "field", BYTES (MsnetMotion, field), .unit = "frames/s",
      .doc = "rows of cells of three float32, little endian: x (right), y (down), confidence; from "
             "the older frame to the newer, in fractions of the frame's width and height per second; "
             "all three are 0 if nothing can be measured" },
  { "region", VECTOR (MsnetMotion, region), .unit = "frames",
      .doc
      = "x, y, width and height of what the cells cover, in fractions of the frame: what the network sees, "
        "and up to a cell more at the right and at the foot; if the model pads pictures (`fit` is `pad`), it "
        "reaches beyond the frame, and cells there are 0" },
  { "limit", VECTOR (MsnetMotion, limit), .unit = "frames/s", .doc = "fastest x and y that can be measured" },
  { "pan", DOUBLE (MsnetMotion, pan), .flags = MSNET_META_JSON, .unit = "frames/s",
      .doc = "how fast the camera turns to the right, in frame widths" },
  { "tilt", DOUBLE (MsnetMotion, tilt), .flags = MSNET_META_JSON, .unit = "frames/s",
      .doc = "how fast the camera turns up, in frame heights" },
  { "zoom", DOUBLE (MsnetMotion, zoom), .flags = MSNET_META_JSON, .unit = "1/s",
      .doc = "natural logarithm of the growth per second; zooming in is positive" },
  { "roll", DOUBLE (MsnetMotion, roll), .flags = MSNET_META_JSON, .unit = "rad/s",
      .doc = "how fast the camera turns around its axis; counter-clockwise is positive" },
  { "agreement", DOUBLE (MsnetMotion, agreement), .flags = MSNET_META_JSON, .unit = "0 to 1",
      .doc = "share of the cells that follow these four numbers, among those in which something can "
             "be measured; if it is 0, nothing is known and the four are 0" },
  { "frame-width", INT (MsnetMotion, frame_width), .unit = "pixels",
      .doc = "width of what is visible of the frame" },
  { "frame-height", INT (MsnetMotion, frame_height), .unit = "pixels",
      .doc = "height of what is visible of the frame" },
  { "start", TIME (MsnetMotion, start), .unit = "ns", .doc = "running time of the older frame" },
  { "end", TIME (MsnetMotion, end), .unit = "ns", .doc = "running time of the newer frame" },
  { "element", STRING (MsnetMotion, element), .doc = "of the result to which the field belongs" },
  { "element-id", UINT64 (MsnetMotion, element_id), .doc = "of the result to which the field belongs" },
  { "index", UINT64 (MsnetMotion, index), .doc = "of the result to which the field belongs" },
};

static const MsnetMetaField activation_fields[] = {
  { "width", INT (MsnetActivation, width), .unit = "cells", .doc = "width of `map`" },
  { "height", INT (MsnetActivation, height), .unit = "cells", .doc = "height of `map`" },
  { "map", BYTES (MsnetActivation, map), .unit = "logits",
      .doc = "rows of cells of one float32, little endian: how much each cell speaks for the class, on the "
             "average of the window's points; what is negative speaks against it. The mean of all cells plus "
             "`bias` is the logit of the class" },
  { "bias", DOUBLE (MsnetActivation, bias), .unit = "logits",
      .doc = "the classifier's bias, the same everywhere" },
  { "label", STRING (MsnetActivation, label),
      .doc = "the class: the best one of the window, as the result has it. An action, which follows from "
             "several windows, may be another" },
  { "class", INT (MsnetActivation, class_index), .doc = "number of the class" },
  { "region", VECTOR (MsnetActivation, region), .unit = "frames",
      .doc
      = "x, y, width and height of what the cells cover, in fractions of the frame; each cell lies around "
        "the middle of what it sees, so they may begin before the frame, and end in or behind it" },
  { "frame-width", INT (MsnetActivation, frame_width), .unit = "pixels",
      .doc = "width of what is visible of the frame" },
  { "frame-height", INT (MsnetActivation, frame_height), .unit = "pixels",
      .doc = "height of what is visible of the frame" },
  { "start", TIME (MsnetActivation, start), .unit = "ns", .doc = "running time of the window's first frame" },
  { "end", TIME (MsnetActivation, end), .unit = "ns", .doc = "running time of the window's last frame" },
  { "element", STRING (MsnetActivation, element), .doc = "of the result to which the map belongs" },
  { "element-id", UINT64 (MsnetActivation, element_id), .doc = "of the result to which the map belongs" },
  { "index", UINT64 (MsnetActivation, index), .doc = "of the result to which the map belongs" },
};

/* The last two are fields of an end only. */
static const MsnetMetaField action_fields[] = {
  { "element", STRING (MsnetAction, element), .flags = MSNET_META_JSON,
      .doc = "name of the msnet element, in UTF-8" },
  { "element-id", UINT64 (MsnetAction, element_id), .doc = "number of the element, as in its results" },
  { "label", STRING (MsnetAction, label), .flags = MSNET_META_JSON, .doc = "what happens" },
  { "class", INT (MsnetAction, class_index), .flags = MSNET_META_JSON, .doc = "number of the class" },
  { "score", DOUBLE (MsnetAction, score), .flags = MSNET_META_JSON, .unit = "0 to 1",
      .doc = "highest smoothed score of the class so far" },
  { "start", TIME (MsnetAction, start), .flags = MSNET_META_JSON, .unit = "ns",
      .doc = "running time at which the action starts" },
  { "stream-start", TIME (MsnetAction, stream_start), .flags = MSNET_META_JSON, .unit = "ns",
      .doc = "`start` in stream time" },
  { "end", TIME (MsnetAction, end), .flags = MSNET_META_JSON, .unit = "ns",
      .doc = "running time at which the action ends; `msnet-action-end` only" },
  { "stream-end", TIME (MsnetAction, stream_end), .flags = MSNET_META_JSON, .unit = "ns",
      .doc = "`end` in stream time; `msnet-action-end` only" },
};

const MsnetMetaTable msnet_result_table = TABLE (MsnetResult, result_fields, G_N_ELEMENTS (result_fields));
const MsnetMetaTable msnet_message_table
    = TABLE (MsnetResultTimes, message_fields, G_N_ELEMENTS (message_fields));
const MsnetMetaTable msnet_motion_table = TABLE (MsnetMotion, motion_fields, G_N_ELEMENTS (motion_fields));
const MsnetMetaTable msnet_activation_table
    = TABLE (MsnetActivation, activation_fields, G_N_ELEMENTS (activation_fields));
const MsnetMetaTable msnet_action_begin_table
    = TABLE (MsnetAction, action_fields, G_N_ELEMENTS (action_fields) - 2);
const MsnetMetaTable msnet_action_end_table
    = TABLE (MsnetAction, action_fields, G_N_ELEMENTS (action_fields));
