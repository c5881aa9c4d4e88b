/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-msnet
 * @title: msnet
 * @see_also: msnetoverlay, msnetjson
 *
 * Recognises actions and motion in raw video with a MotionSqueeze network, on any OpenCL device. The pixels
 * pass untouched. The element attaches what happens in them as metadata, and posts it as messages.
 *
 * It samples the stream on a grid of times. Every #msnet:hop it asks the network what the window
 * (#msnet:window) shows that ends there. A network that looks ahead sees the frames of each window at once,
 * as a clip. If no frame depends on a later one, the network runs as a stream: each sampled frame is
 * computed once, with what the frames before it left, and a window is the mean of its points. #msnet:stats
 * says which. The result rides on the buffer that completes the window. Later buffers repeat it, with its
 * age, until the next result comes or until it is older than #msnet:expire.
 *
 * ## Time
 *
 * With #msnet:span `clip`, a window is a whole clip: from the first frame of a stream, or of a segment, to
 * its end, which upstream must know. Streams that follow each other have a result each.
 *
 * #msnet:policy says what happens if the device is slower than the stream:
 *
 * * `every`: each window is recognised, and the stream waits. A result rides on the very buffer that
 *   completed its window.
 * * `latest`: the stream never waits. A result rides on the first buffer after the device is done. Of the
 *   windows that become due meanwhile, only the newest is recognised (a stream answers for each frame for
 *   which there was room). The others are counted, and each is posted as a #GST_MESSAGE_QOS. If one buffer
 *   completes several windows, only the newest is recognised, and the others do not count: no device was too
 *   busy for them. At the end of the stream and on the way to NULL, the element waits for the device for 5 s
 *   at most.
 * * `auto`: `latest` if the source is live, otherwise `every`.
 *
 * ## Device
 *
 * With #msnet:device `auto`, the element takes the first GPU that passes a self-test and then runs the
 * network. Otherwise it takes a CPU. A warning says why a GPU is not used. From READY to PAUSED, a device
 * that finishes no command for 30 s, or builds one kernel for 5 minutes, is given up. A process that is
 * forked after READY cannot use OpenCL: fork first.
 *
 * ## Results
 *
 * A `GstCustomMeta` named `MsnetResultMeta` on buffers, and an element message named `msnet-result`
 * (#msnet:post-messages), hold these fields. At the end of the stream, or of a segment that was sought with
 * %GST_SEEK_FLAG_SEGMENT, no buffer completes the window that is still open. Its result leaves as a
 * serialised custom downstream event named `msnet-result`, before EOS or SEGMENT_DONE.
 *
 * <!-- result -->
 * * `index` (#guint64): counts the windows that the element has completed, those below its threshold
 *   included; the same `element-id` and `index` again are the same result, repeated
 * * `element` (#gchararray): name of the msnet element, in UTF-8
 * * `element-id` (#guint64): random number of the element, the same as long as it lives; elements in two bins
 *   may share a name
 * * `model` (#gchararray): name of the model, which is its file's name without folder and suffix
 * * `label` (#gchararray): best class
 * * `class` (#gint): number of the best class, counted from 0 in the order of the model's labels
 * * `score` (#gdouble, 0 to 1): probability of the best class
 * * `labels` (#GstValueArray of gchararray): best classes, best first; the property `top-k` says how many
 * * `scores` (#GstValueArray of gdouble, 0 to 1): probabilities of these classes; of a model whose output is
 *   sigmoid, each by itself
 * * `start` (#GstClockTime, ns): running time of the window's first frame
 * * `end` (#GstClockTime, ns): running time of the window's last frame
 * * `stream-start` (#GstClockTime, ns): `start` in stream time
 * * `stream-end` (#GstClockTime, ns): `end` in stream time
 * * `frames` (#gint): distinct frames in the window
 * * `gaps` (#gint): points of the window for which no frame came in time; the last sampled frame stands in
 * * `partial` (#gboolean): TRUE if the stream ended inside the window; its last frame stands for the rest
 * * `age` (#GstClockTime, ns): running time of the buffer that carries the result, minus `end`
 * * `skipped` (#guint64): windows that a busy device has skipped since the last result
 * * `inference` (#GstClockTime, ns): how long the device took once the last frame was prepared
 * * `hop` (#GstClockTime, ns): media time from one window to the next
 * * `wall` (#guint64, ns): when the frame at `end` was captured, since the epoch in UTC; in live pipelines
 *   only
 * <!-- end of result -->
 *
 * Messages have four more fields before these:
 *
 * <!-- message -->
 * * `timestamp` (#GstClockTime, ns): PTS of the frame at `end`
 * * `stream-time` (#GstClockTime, ns): stream time of that frame
 * * `running-time` (#GstClockTime, ns): running time of that frame
 * * `duration` (#GstClockTime, ns): length of the window
 * <!-- end of message -->
 *
 * ## Actions
 *
 * An action is one class that stays on for a while. It starts when the exponential mean (#msnet:smoothing)
 * of the class's scores reaches #msnet:enter, and ends when the mean falls below #msnet:leave. Both times
 * are the middle of the window that decides. A result counts however low its best score is. Classes that the
 * model calls background never start an action. Several actions may be on at once. With #msnet:min-duration
 * a start is reported late, with its true `start`; an action that ends before that is never reported. If the
 * stream ends or starts over, every action that is on ends with the last result.
 *
 * Starts and ends are reported by an element message (unless #msnet:post-messages is none) and by a
 * serialised custom downstream event, before the buffer that decided them. Both are named
 * `msnet-action-begin` or `msnet-action-end` and hold these fields. After a flush the message comes at once,
 * and the event after the next segment.
 *
 * <!-- action -->
 * * `element` (#gchararray): name of the msnet element, in UTF-8
 * * `element-id` (#guint64): number of the element, as in its results
 * * `label` (#gchararray): what happens
 * * `class` (#gint): number of the class
 * * `score` (#gdouble, 0 to 1): highest smoothed score of the class so far
 * * `start` (#GstClockTime, ns): running time at which the action starts
 * * `stream-start` (#GstClockTime, ns): `start` in stream time
 * * `end` (#GstClockTime, ns): running time at which the action ends; `msnet-action-end` only
 * * `stream-end` (#GstClockTime, ns): `end` in stream time; `msnet-action-end` only
 * <!-- end of action -->
 *
 * ## Motion
 *
 * If the model has a motion module, a `GstCustomMeta` named `MsnetMotionMeta` says how the picture moves
 * between the last two different frames of the window. A crop drops it.
 *
 * <!-- motion -->
 * * `width` (#gint, cells): width of `field`
 * * `height` (#gint, cells): height of `field`
 * * `field` (#GBytes, frames/s): rows of cells of three float32, little endian: x (right), y (down),
 *   confidence; from the older frame to the newer, in fractions of the frame's width and height per second;
 *   all three are 0 if nothing can be measured
 * * `region` (#GstValueArray of gdouble, frames): x, y, width and height of what the cells cover, in
 *   fractions of the frame: what the network sees, and up to a cell more at the right and at the foot; if the
 *   model pads pictures (`fit` is `pad`), it reaches beyond the frame, and cells there are 0
 * * `limit` (#GstValueArray of gdouble, frames/s): fastest x and y that can be measured
 * * `pan` (#gdouble, frames/s): how fast the camera turns to the right, in frame widths
 * * `tilt` (#gdouble, frames/s): how fast the camera turns up, in frame heights
 * * `zoom` (#gdouble, 1/s): natural logarithm of the growth per second; zooming in is positive
 * * `roll` (#gdouble, rad/s): how fast the camera turns around its axis; counter-clockwise is positive
 * * `agreement` (#gdouble, 0 to 1): share of the cells that follow these four numbers, among those in which
 *   something can be measured; if it is 0, nothing is known and the four are 0
 * * `frame-width` (#gint, pixels): width of what is visible of the frame
 * * `frame-height` (#gint, pixels): height of what is visible of the frame
 * * `start` (#GstClockTime, ns): running time of the older frame
 * * `end` (#GstClockTime, ns): running time of the newer frame
 * * `element` (#gchararray): of the result to which the field belongs
 * * `element-id` (#guint64): of the result to which the field belongs
 * * `index` (#guint64): of the result to which the field belongs
 * <!-- end of motion -->
 *
 * ## Activation
 *
 * With #msnet:activation, a `GstCustomMeta` named `MsnetActivationMeta` says where in the picture the
 * window's answer comes from. A crop drops it.
 *
 * <!-- activation -->
 * * `width` (#gint, cells): width of `map`
 * * `height` (#gint, cells): height of `map`
 * * `map` (#GBytes, logits): rows of cells of one float32, little endian: how much each cell speaks for the
 *   class, on the average of the window's points; what is negative speaks against it. The mean of all cells
 *   plus `bias` is the logit of the class
 * * `bias` (#gdouble, logits): the classifier's bias, the same everywhere
 * * `label` (#gchararray): the class: the best one of the window, as the result has it. An action, which
 *   follows from several windows, may be another
 * * `class` (#gint): number of the class
 * * `region` (#GstValueArray of gdouble, frames): x, y, width and height of what the cells cover, in
 *   fractions of the frame; each cell lies around the middle of what it sees, so they may begin before the
 *   frame, and end in or behind it
 * * `frame-width` (#gint, pixels): width of what is visible of the frame
 * * `frame-height` (#gint, pixels): height of what is visible of the frame
 * * `start` (#GstClockTime, ns): running time of the window's first frame
 * * `end` (#GstClockTime, ns): running time of the window's last frame
 * * `element` (#gchararray): of the result to which the map belongs
 * * `element-id` (#guint64): of the result to which the map belongs
 * * `index` (#guint64): of the result to which the map belongs
 * <!-- end of activation -->
 *
 * ## What the network sees
 *
 * If a buffer has a `GstVideoCropMeta`, as cropping decoders and videocrop leave it, the network sees only
 * the visible part; `frame-width`, `frame-height` and all fractions are of that part. If the stream has an
 * image-orientation tag, as videos of phones do, the picture is turned before the network sees it
 * (#msnet:orientation). Labels, `pan`, `tilt`, `zoom` and `roll` are of the upright picture; `field`,
 * `map`, `region`, `limit`, `frame-width` and `frame-height` are of the frame as the buffer holds it. A
 * buffer that cannot be read passes, and is as if it had not come.
 *
 * ## Example pipelines
 * |[
 * gst-launch-1.0 filesrc location=in.mp4 ! decodebin ! videoconvert ! msnet ! msnetoverlay ! \
 *     videoconvert ! autovideosink
 * ]| Shows a video and what happens in it.
 * |[
 * gst-launch-1.0 -m filesrc location=in.mp4 ! decodebin ! videoconvert ! msnet post-messages=all ! fakesink
 * ]| Prints every result as a message.
 * |[
 * gst-launch-1.0 -q filesrc location=in.mp4 ! decodebin ! videoconvert ! msnet hop=1000000000 ! \
 *     msnetjson ! fdsink
 * ]| Prints one line of JSON a second.
 */
#pragma once

#include <gst/base/gstbasetransform.h>

G_BEGIN_DECLS

#define MSNET_TYPE_ELEMENT (msnet_get_type ())
G_DECLARE_FINAL_TYPE (Msnet, msnet, MSNET, ELEMENT, GstBaseTransform)

GST_ELEMENT_REGISTER_DECLARE (msnet)

G_END_DECLS
