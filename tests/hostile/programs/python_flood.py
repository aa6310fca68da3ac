# Prints without end.
# verdict: OLE
while True:
    print("x" * 65535)
