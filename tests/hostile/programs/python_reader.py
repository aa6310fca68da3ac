# Looks for answers, accounts and other programs wherever Python can reach.
# verdict: contained
import glob
import os
import sys

leaks = 0


def leak(what):
    global leaks
    leaks += 1
    print("LEAK", what)


for place in [
    "/etc/passwd",
    "/etc/shadow",
    "/root",
    "/home",
    "/proc/1/environ",
    "/proc/self/mem",
    "/sys",
    "/blobs",
    "/given",
    "/scratch",
    "/var",
    *sys.argv[1:],
]:
    try:
        if os.path.isdir(place):
            found = os.listdir(place)
        else:
            with open(place, "rb") as file:
                found = file.read(16)
        if found:
            leak(f"{place}: {found!r}")
    except OSError:
        pass
for pattern in [
    "/*/*.out",
    "/usr/local/lib/python3*/*-packages/tasks/*",
    "/tmp/*",
    "/box/*.out",
    "../*/box/*",
]:
    for place in glob.glob(pattern):
        if not place.endswith(os.path.basename(__file__)):
            leak(place)
print("contained" if not leaks else "")
