/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What messages about single frames say is done, and the stream is recognised: memory that lies elsewhere,
 * metadata that contradict the frame, an application that forgets the times. */
#include "common/msnet_harness.h"

#define SIZE (64 * 48 * 3 / 2)
#define INTERVAL (250 * GST_MSECOND)

/* Memory as drivers of GPUs have it: the CPU cannot read it. */
typedef GstAllocator FarAllocator;
typedef GstAllocatorClass FarAllocatorClass;

GType far_allocator_get_type (void);
G_DEFINE_TYPE (FarAllocator, far_allocator, GST_TYPE_ALLOCATOR)

static void
far_allocator_free (GstAllocator *allocator, GstMemory *memory)
{
  g_free (memory);
}

static gpointer
far_allocator_map (GstMemory *memory, gsize size, GstMapFlags flags)
{
  return NULL;
}

static void
far_allocator_class_init (FarAllocatorClass *klass)
{
  klass->free = far_allocator_free;
}

static void
far_allocator_init (FarAllocator *allocator)
{
  allocator->mem_map = far_allocator_map;
}

static void
time_frame (GstBuffer *buffer, guint n)
{
  GST_BUFFER_PTS (buffer) = n * INTERVAL;
  GST_BUFFER_DURATION (buffer) = INTERVAL;
}

static void
push_far_frames (MsnetHarness *harness)
{
  g_autoptr (GstAllocator) allocator = gst_object_ref_sink (g_object_new (far_allocator_get_type (), NULL));

  for (guint i = 0; i < 5; i++) {
    GstMemory *memory = g_new0 (GstMemory, 1);
    GstBuffer *buffer = gst_buffer_new ();
    gst_memory_init (memory, 0, allocator, NULL, SIZE, 0, 0, SIZE);
    gst_buffer_append_memory (buffer, memory);
    time_frame (buffer, i);
    fail_unless_equals_int (gst_harness_push (harness->harness, buffer), GST_FLOW_OK);
  }
}

/* Stands for gldownload: the same frame, in memory that the CPU can read. */
static GstPadProbeReturn
download (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, SIZE, NULL);

  gst_buffer_memset (buffer, 0, 128, SIZE);
  gst_buffer_copy_into (buffer, GST_PAD_PROBE_INFO_BUFFER (info), GST_BUFFER_COPY_METADATA, 0, -1);
  gst_buffer_unref (GST_PAD_PROBE_INFO_BUFFER (info));
  info->data = buffer;
  return GST_PAD_PROBE_OK;
}

static void
expect_recognised (MsnetHarness *harness)
{
  g_autofree gchar *text = msnet_harness_describe (harness);

  fail_unless_equals_string (text, "0 250 500 750(0:0-750) 1000(0:0-750 +250)");
  fail_if (msnet_harness_pop (harness, GST_MESSAGE_WARNING));
}

static void
expect_passed_by (MsnetHarness *harness, const gchar *part)
{
  g_autofree gchar *text = msnet_harness_describe (harness);

  fail_unless_equals_string (text, "0 250 500 750 1000");
  msnet_harness_expect (harness, GST_MESSAGE_WARNING, part);
  fail_if (msnet_harness_pop (harness, GST_MESSAGE_WARNING), "told again");
}

GST_START_TEST (test_memory_that_cannot_be_mapped)
{
  g_auto (MsnetHarness) far = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  g_auto (MsnetHarness) near = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (near.element, "sink");

  push_far_frames (&far);
  expect_passed_by (&far,
      "cannot be mapped, because it lies elsewhere or is shorter than its strides say; expected "
      "memory that the CPU can read; if all are like it, put an element before that downloads them, "
      "such as gldownload");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, download, NULL, NULL);
  push_far_frames (&near);
  expect_recognised (&near);
}
GST_END_TEST;

static void
add_layout (GstBuffer *buffer, guint width, gint stride)
{
  gsize offsets[GST_VIDEO_MAX_PLANES] = { 0, 64 * 48, 64 * 48 * 5 / 4 };
  gint strides[GST_VIDEO_MAX_PLANES] = { stride, 32, 32 };

  offsets[0] = stride < 0 ? 64 * 47 : 0;
  gst_buffer_add_video_meta_full (
      buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_FORMAT_I420, width, 48, 3, offsets, strides);
}

static void
add_crop (GstBuffer *buffer, guint x)
{
  GstVideoCropMeta *crop = gst_buffer_add_video_crop_meta (buffer);

  crop->x = x;
  crop->width = 32;
  crop->height = 32;
}

static void
describe_frame (GstBuffer *buffer, guint kind, gboolean mended)
{
  if (kind == 0)
    add_layout (buffer, mended ? 64 : 32, 64);
  else if (kind == 1)
    add_layout (buffer, 64, mended ? 64 : -64);
  else if (kind == 2)
    add_layout (buffer, 64, mended ? 64 : 1000);
  else
    add_crop (buffer, mended ? 16 : 100);
}

static void
push_described (MsnetHarness *harness, guint kind, gboolean mended)
{
  for (guint i = 0; i < 5; i++) {
    GstBuffer *buffer = msnet_harness_make_frame (harness, i * INTERVAL, INTERVAL);
    describe_frame (buffer, kind, mended);
    fail_unless_equals_int (gst_harness_push (harness->harness, buffer), GST_FLOW_OK);
  }
}

/* An element that is at work on itself: its metadata are wrong, then mended. */
GST_START_TEST (test_metadata_that_have_to_be_mended)
{
  const gchar *messages[] = {
    "the GstVideoMeta of a buffer tells of a I420 frame of 32x48; expected I420 of 64x48, as in the caps; "
    "the element "
    "upstream that sets one of them has to be mended",
    "has stride -64: expected rows from top to bottom; the element upstream that sets its strides has to be "
    "mended",
    "with stride 1000: expected memory of 47064 bytes",
    "the GstVideoCropMeta of a buffer shows 32x32 pixels at 100, 0; expected a part of its I420 frame of "
    "64x48; the "
    "element upstream that sets it has to be mended",
  };
  g_auto (MsnetHarness) wrong = msnet_harness_new (msnet_test_element (), SMALL_CAPS);
  g_auto (MsnetHarness) mended = msnet_harness_new (msnet_test_element (), SMALL_CAPS);

  push_described (&wrong, __i__, FALSE);
  expect_passed_by (&wrong, messages[__i__]);
  push_described (&mended, __i__, TRUE);
  expect_recognised (&mended);
}
GST_END_TEST;

/* Ten frames a second by the harness' clock.  Returns: how many windows were recognised in them */
static guint
push_by_application (MsnetHarness *harness)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (harness->element), "source");
  guint n = 0;

  for (guint i = 0; i < 25; i++) {
    g_autoptr (GstBuffer) in = gst_buffer_new_allocate (NULL, SIZE, NULL);
    g_autoptr (GstBuffer) out = NULL;
    g_auto (MsnetResult) result = { 0 };
    gpointer state = NULL;
    const GstStructure *structure;
    GstFlowReturn flow;
    gst_buffer_memset (in, 0, i, SIZE);
    gst_harness_set_time (harness->harness, i * 100 * GST_MSECOND);
    g_signal_emit_by_name (source, "push-buffer", in, &flow);
    fail_unless_equals_int (flow, GST_FLOW_OK);
    out = gst_harness_pull (harness->harness);
    structure = msnet_meta_iterate (out, &state, MSNET_RESULT_META_NAME);
    if (structure != NULL && msnet_result_read (&result, structure))
      n = result.index + 1;
  }
  return n;
}

static MsnetHarness
application_new (const gchar *setting)
{
  g_autofree gchar *model = msnet_test_model ("tiny-four");
  g_autofree gchar *launch = g_strdup_printf ("appsrc name=source format=time caps=\"" SMALL_CAPS
                                              "\" %s ! msnet model=\"%s\" policy=every",
      setting, model);
  MsnetHarness harness = { .bus = gst_bus_new () };

  harness.element = gst_object_ref_sink (gst_parse_bin_from_description (launch, TRUE, NULL));
  gst_element_set_bus (harness.element, harness.bus);
  harness.harness = gst_harness_new_with_element (harness.element, NULL, "src");
  gst_harness_use_testclock (harness.harness);
  gst_harness_play (harness.harness);
  return harness;
}

GST_START_TEST (test_application_without_times)
{
  g_auto (MsnetHarness) forgetful = application_new ("");
  g_auto (MsnetHarness) cured = application_new ("do-timestamp=true");

  fail_unless_equals_int (push_by_application (&forgetful), 0);
  msnet_harness_expect (&forgetful, GST_MESSAGE_WARNING, "or mend the source (an appsrc: do-timestamp=true)");
  fail_unless_equals_int (push_by_application (&cured), 2);
  fail_if (msnet_harness_pop (&cured, GST_MESSAGE_WARNING));
}
GST_END_TEST;

static Suite *
msnet_cures_suite (void)
{
  Suite *suite = suite_create ("msnet_cures");
  TCase *tests = tcase_create ("cures");

  msnet_test_require_device ();
  suite_add_tcase (suite, tests);
  tcase_set_timeout (tests, 120);
  tcase_add_test (tests, test_memory_that_cannot_be_mapped);
  tcase_add_loop_test (tests, test_metadata_that_have_to_be_mended, 0, 4);
  tcase_add_test (tests, test_application_without_times);
  return suite;
}

GST_CHECK_MAIN (msnet_cures)
