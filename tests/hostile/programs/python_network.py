# Tries to talk to anyone.
# verdict: contained
import socket

leaks = 0
for family in (
    socket.AF_INET,
    socket.AF_INET6,
    socket.AF_UNIX,
    socket.AF_NETLINK,
    socket.AF_PACKET,
    40,
):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            socket.socket(family, kind)
            leaks += 1
            print("LEAK", family, kind)
        except OSError:
            pass
if not leaks:
    print("contained")
