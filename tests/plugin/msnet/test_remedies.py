# SPDX-License-Identifier: LGPL-2.1-or-later
"""What messages tell a user to do works: each case is a pipeline in which something is wrong, and then the same with what
the message said, taken from its text.

    test_remedies.py            all cases that need no special encoder
    test_remedies.py CASE       one case, such as raw_codec; 77 where it needs what is not installed
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

MODEL = os.path.join(os.environ["MSNET_TEST_MODELS"], "tiny-four.safetensors")  # 4 frames, a second
SKIPPED = 77
TEST = "videotestsrc pattern=ball num-buffers={} ! video/x-raw,format=I420,width=64,height=48,framerate={}"


def launch(pipeline):
    """All that a pipeline prints.  gst-launch-1.0 may go on waiting after an error that comes while it prerolls: then it
    is interrupted, as a user would."""
    with subprocess.Popen(["gst-launch-1.0", *pipeline.split()], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True) as running:
        try:
            return running.communicate(timeout=60)[0]
        except subprocess.TimeoutExpired:
            running.kill()
            said = running.communicate()[0]
            assert "ERROR" in said, f"it hangs:\n{said}"
            return said


def recognise(source, settings=""):
    """What msnet finds in a source: (lines of results, what was said)."""
    said = launch(f"{source} ! msnet model={MODEL} hop=1000000000 {settings} ! msnetjson ! fdsink")
    # A partial one shows the frames of the end, and no window came together.
    return [line for line in said.splitlines() if '"type":"result"' in line and '"partial":false' in line], said


def quoted(said, begin):
    """The advice in quotes that begins so."""
    advice = re.search(f'"({re.escape(begin)}[^"]*)"', said)
    assert advice, f"no advice to use {begin} in:\n{said}"
    return advice[1]


def check_trouble(source, part, settings=""):
    found, said = recognise(source, settings)
    assert not found, found
    assert part in said, said
    assert said.count(part) == 1, f"told more than once:\n{said}"
    return said


def check_cured(source, settings=""):
    found, said = recognise(source, settings)
    assert found, f"{source} {settings}: nothing was recognised\n{said}"
    assert "WARNING" not in said and "ERROR" not in said, said


def check_dump_of_pictures(folder):
    """JPEGs of a camera, one file each."""
    launch(f"{TEST.format(50, '25/1')} ! jpegenc ! multifilesink location={folder}/%03d.jpg")
    source = f"multifilesrc location={folder}/%03d.jpg ! jpegdec ! videoconvert"
    said = check_trouble(source, "have no timestamps")
    check_cured(f"{source} ! {quoted(said, 'identity ')}")


def check_raw_codec(folder):
    """A raw .h264, as encoders of cameras leave it."""
    launch(f"{TEST.format(75, '25/1')} ! openh264enc ! video/x-h264,stream-format=byte-stream ! filesink location={folder}/a.h264")
    if not (folder / "a.h264").exists() or (folder / "a.h264").stat().st_size == 0:
        print("no encoder for H.264")
        sys.exit(SKIPPED)
    source = f"filesrc location={folder}/a.h264 ! h264parse ! openh264dec ! videoconvert"
    said = check_trouble(source, "have no timestamps")
    check_cured(f"{source} ! {quoted(said, 'identity ')}")


def check_slow_camera(_):
    """A picture every two seconds."""
    source = TEST.format(20, "1/2")
    said = check_trouble(source, "s apart: nothing is recognised")
    check_cured(f"{source} ! {quoted(said, 'videorate ')}")
    check_cured(source, re.search(r"window=\d+", said)[0])


def check_window_in_another_unit(_):
    """A window of 8 ms: somebody meant 8 s, or took it for microseconds."""
    source = TEST.format(100, "30/1")
    said = check_trouble(source, "s apart: nothing is recognised", "window=8000000")
    assert "videorate" not in said, said  # at 500 frames a second
    check_cured(source, re.search(r"window=\d+", said)[0])


def check_raw_file(folder):
    """Frames in a file, without a word about them."""
    launch(f"{TEST.format(75, '25/1')} ! filesink location={folder}/a.yuv")
    said = check_trouble(f"filesrc location={folder}/a.yuv blocksize=4608 ! "
                         "video/x-raw,format=I420,width=64,height=48,framerate=25/1", "timed in bytes")
    advice = quoted(said, "rawvideoparse ")
    for name, value in (("format", "i420"), ("width", "64"), ("height", "48"), ("framerate", "25/1")):
        assert f"{name}=..." in advice, advice
        advice = advice.replace(f"{name}=...", f"{name}={value}")
    check_cured(f"filesrc location={folder}/a.yuv ! {advice}")


def check_interlaced(_):
    source = TEST.format(75, "25/1") + ",interlace-mode=interleaved"
    found, said = recognise(source)
    assert found and "interlaced" in said, said
    check_cured(f"{source} ! deinterlace")


def main(names):
    checks = [check for name, check in globals().items() if name.startswith("check_") and check.__code__.co_argcount == 1]
    wanted = [globals()[f"check_{name}"] for name in names] or [check for check in checks if check is not check_raw_codec]
    for check in wanted:
        with tempfile.TemporaryDirectory() as folder:
            check(pathlib.Path(folder))
        print(check.__name__[len("check_"):].replace("_", " "))
    return 0


if __name__ == "__main__":
    if "no OpenCL" in recognise(TEST.format(1, "1/1"))[1]:
        sys.exit(SKIPPED)
    sys.exit(main(sys.argv[1:]))
