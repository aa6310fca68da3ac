# Uses time in threads that ignore every exception.
# verdict: TLE
import threading


def spin():
    while True:
        try:
            sum(range(10**6))
        except BaseException:
            pass


for _ in range(4):
    threading.Thread(target=spin).start()
spin()
