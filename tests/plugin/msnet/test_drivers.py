# SPDX-License-Identifier: LGPL-2.1-or-later
"""What `msnet` says where drivers are installed and give no device: services without a home, containers.

Each message's remedy is followed: then the same pipeline must run."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

NOBODY = 65534
PIPELINE = "videotestsrc num-buffers=3 ! video/x-raw,width=64,height=48,framerate=10/1 ! msnet model={} device={} ! fakesink"
MODEL = os.path.join(os.environ["MSNET_TEST_MODELS"], "tiny-four.safetensors")
KEPT = ("PATH", "GST_PLUGIN_PATH_1_0", "MSNET_PLAN", "LD_LIBRARY_PATH", "LANG")
SKIPPED = 77


def run(folder, environment, device="auto", prefix=(), **options):
    """Runs the pipeline with nothing but these variables set.  Returns: exit status and all that it said."""
    variables = {name: os.environ[name] for name in KEPT if name in os.environ}
    variables |= {"GST_REGISTRY": f"{folder}/registry-{options.get('user', 'own')}.bin", "LC_ALL": "C"} | environment
    command = [*prefix, "gst-launch-1.0", *PIPELINE.format(MODEL, device).split()]
    done = subprocess.run(command, env=variables, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=300, check=False, **options)
    return done.returncode, done.stdout


def expect_error(outcome, *parts):
    status, text = outcome
    assert status in (1, 255), f"expected an error, found exit status {status}: {text}"
    for part in parts:
        assert part in text, f"expected {part!r} in: {text}"
    return text


def expect_running(outcome):
    status, text = outcome
    assert status == 0, f"expected a pipeline that runs, found exit status {status}: {text}"


def check_home_that_is_not_there(folder):
    """A systemd service, the user `nobody`, and containers that run as a user without an entry in passwd."""
    home = {"HOME": "/dev/null/home"}
    text = expect_error(run(folder, home), "platform 0 Portable Computing Language has no device (CL_",
                        "/dev/null/home/.cache/pocl/kcache: Not a directory", "POCL_CACHE_DIR: unset",
                        "HOME: /dev/null/home", "set POCL_CACHE_DIR to a folder")
    assert "apt-get install" not in text, text
    expect_error(run(folder, home | {"XDG_CACHE_HOME": "/dev/null/caches"}), "XDG_CACHE_HOME: /dev/null/caches")
    expect_error(run(folder, home | {"POCL_CACHE_DIR": "/dev/null/x"}), "POCL_CACHE_DIR: /dev/null/x")
    expect_running(run(folder, home | {"POCL_CACHE_DIR": f"{folder}/kernels"}))


def check_folder_of_somebody_else(folder):
    """An image whose cache folder was made by root, run as another user: PoCL finds its device and cannot build."""
    if os.geteuid() != 0:
        return
    with tempfile.TemporaryDirectory() as home:
        os.chmod(home, 0o777)
        os.mkdir(f"{home}/root", 0o755)
        outcome = run(home, {"POCL_CACHE_DIR": f"{home}/root"}, user=NOBODY, group=NOBODY)
        if 'no element "msnet"' in outcome[1]:
            return  # the build folder is root's alone
        text = expect_error(outcome, "does not build", f"{home}/root: Permission denied", "set POCL_CACHE_DIR to a folder")
        assert "apt-get install" not in text, text
        expect_running(run(home, {"POCL_CACHE_DIR": f"{home}/own"}, user=NOBODY, group=NOBODY))


def check_folder_without_programs(folder):
    """A tmpfs as containers have it, noexec: PoCL would abort."""
    mount = "mkdir -p {0} && mount -t tmpfs -o noexec none {0}".format(f"{folder}/noexec")
    prefix = ("unshare", "--mount", "sh", "-c", mount + ' && exec "$@"', "sh")
    if subprocess.run([*prefix, "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
        return  # this user may not mount
    expect_error(run(folder, {"POCL_CACHE_DIR": f"{folder}/noexec/kernels"}, prefix=prefix),
                 "its file system is mounted noexec", "set POCL_CACHE_DIR to a folder")
    expect_running(run(folder, {"POCL_CACHE_DIR": f"{folder}/kernels"}, prefix=prefix))


def check_unknown_devices(folder):
    cache = {"POCL_CACHE_DIR": f"{folder}/kernels"}
    outcome = run(folder, cache | {"POCL_DEVICES": "banana"})
    if outcome[0] < 0:
        return  # a PoCL that aborts
    expect_error(outcome, 'POCL_DEVICES is "banana"', "unset it")
    expect_running(run(folder, cache))


def check_driver_without_library(folder):
    """A container that has the file which names NVIDIA's driver, and not the driver."""
    vendors = pathlib.Path(folder, "vendors")
    vendors.mkdir()
    (vendors / "nvidia.icd").write_text("libmsnet-no-such-driver.so.1\n", encoding="ascii")
    variables = {"POCL_CACHE_DIR": f"{folder}/kernels", "OCL_ICD_VENDORS": str(vendors)}
    reasons = (f"driver {vendors}/nvidia.icd cannot be loaded: libmsnet-no-such-driver.so.1", "remove the file")
    text = expect_error(run(folder, variables), *reasons)
    assert "apt-get install pocl" not in text, text
    for file in pathlib.Path("/etc/OpenCL/vendors").glob("*.icd"):
        shutil.copy(file, vendors)
    expect_error(run(folder, variables, device="gpu"), 'no OpenCL device fits "gpu"', *reasons)
    (vendors / "nvidia.icd").unlink()
    expect_running(run(folder, variables))


def check_variable_that_leads_nowhere(folder):
    """A script sets where drivers are, on a machine where they are elsewhere: installing one more would not help."""
    empty = pathlib.Path(folder, "empty")
    empty.mkdir()
    for value in (empty, f"{folder}/no/such/folder", f"{folder}/no-such.icd", "libmsnet-no-such-driver.so.1"):
        for variable in ("OCL_ICD_VENDORS", "OPENCL_VENDOR_PATH"):
            text = expect_error(run(folder, {variable: str(value)}), f'{variable} is "{value}"', "unset it")
            assert "apt-get install" not in text, text
    expect_running(run(folder, {"POCL_CACHE_DIR": f"{folder}/kernels"}))


def check_no_driver(folder):
    """Nothing is installed: only then is that the remedy."""
    mount = "mount -t tmpfs none /etc/OpenCL/vendors"
    prefix = ("unshare", "--mount", "sh", "-c", mount + ' && exec "$@"', "sh")
    if subprocess.run([*prefix, "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
        return  # this user may not mount
    expect_error(run(folder, {}, prefix=prefix), "found no platform; install", "apt-get install pocl")
    expect_running(run(folder, {"POCL_CACHE_DIR": f"{folder}/kernels"}))


def main():
    with tempfile.TemporaryDirectory() as folder:
        if "Portable Computing Language" not in run(folder, {"POCL_CACHE_DIR": "/dev/null/x"})[1]:
            print("this machine's CPU is not PoCL's")
            return SKIPPED
        checks = [check for name, check in globals().items() if name.startswith("check_")]
        for check in checks:
            check(folder)
            print(check.__name__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
