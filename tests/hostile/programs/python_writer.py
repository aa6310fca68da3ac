# Changes what it runs on, for those who come after it.
# verdict: contained
import os
import sys

leaks = 0
for place in (
    "/usr/bin/python3",
    "/usr/lib/python3/dist-packages/late.py",
    os.__file__,
    sys.executable,
    "/bin/late",
    "/lib/late",
    "/late",
    "/dev/late",
    "/dev/shm/late",
    "/etc/late",
    "/usr/lib/late",
    "/proc/sys/kernel/hostname",
):
    try:
        with open(place, "ab") as file:
            file.write(b"late")
        leaks += 1
        print("LEAK", place)
    except OSError:
        pass
    for change in (
        os.unlink,
        lambda p: os.chmod(p, 0o777),
        lambda p: os.utime(p),
        lambda p: os.rename(p, p + "x"),
    ):
        try:
            change(place)
            leaks += 1
            print("LEAK a change of", place)
        except OSError:
            pass
if not leaks:
    print("contained")
