# Takes memory that nobody counts, from a device: mapped shared, written, and let go of.
# verdict: contained
import ctypes
import mmap
import os

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
size = 1 << 28
try:
    file = os.open("/dev/zero", os.O_RDWR)
    place = libc.mmap(None, size, mmap.PROT_READ, mmap.MAP_SHARED, file, 0)
    if libc.mprotect(place, size, mmap.PROT_READ | mmap.PROT_WRITE) == 0:
        print("LEAK shared memory")
    else:
        print("contained")
except OSError:
    print("contained")
