# Recurses until something stops it.
# verdict: RTE MLE
import sys

sys.setrecursionlimit(1 << 30)
deep = lambda n: deep(n + 1) + 1
deep(0)
