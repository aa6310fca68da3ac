# Sends signals to whoever runs it.
# verdict: contained
import os
import signal

for pid in (1, os.getppid(), os.getppid() + 1, 2, 3):
    if pid == os.getpid() or pid == 0:
        continue
    for number in (0, signal.SIGSTOP, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except OSError:
            pass
print("contained")
