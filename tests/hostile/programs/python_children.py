# Starts processes in every way Python has.
# verdict: contained
import ctypes
import multiprocessing
import os
import subprocess

leaks = 0
for name, start in {
    "fork": lambda: os.fork(),
    "forkpty": lambda: os.forkpty(),
    "posix_spawn": lambda: os.posix_spawn("/usr/bin/true", ["true"], {}),
    "subprocess": lambda: subprocess.run(["/usr/bin/true"], check=True),
    "multiprocessing": lambda: multiprocessing.Process(target=print).start(),
    "system": lambda: os.system("true") and (_ for _ in ()).throw(OSError),
    "vfork": lambda: (
        ctypes.CDLL(None, use_errno=True).vfork() < 0 and (_ for _ in ()).throw(OSError)
    ),
}.items():
    try:
        start()
        leaks += 1
        print("LEAK", name)
    except OSError:
        pass
if not leaks:
    print("contained")
