# Adds two numbers; runs after every other program in Python.
# verdict: clean
print(sum(map(int, input().split())))
