// Every stretch, from the beginning each time: right, and slow from 5,000 places on.
#include "calm.h"

#include <algorithm>

int longest_calm(std::vector<int> heights, int spread) {
    int best = 0, n = heights.size();
    for (int left = 0; left < n; ++left)
        for (int right = left; right < n; ++right) {
            int low = heights[left], high = heights[left];
            for (int i = left; i <= right; ++i) {
                low = std::min(low, heights[i]);
                high = std::max(high, heights[i]);
            }
            if (high - low <= spread) best = std::max(best, right - left + 1);
        }
    return best;
}
