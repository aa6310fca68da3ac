# Makes a call that no contest program makes, by way of C.
# verdict: RTE
import ctypes

ctypes.CDLL(None).ptrace(0, 0, 0, 0)
print("LEAK ptrace")
