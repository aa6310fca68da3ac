class Solution:
    def neighbours(self, a, k):
        value = []
        value.append(value)
        return value
