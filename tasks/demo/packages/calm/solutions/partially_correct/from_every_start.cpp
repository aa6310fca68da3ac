// From every start as far as it stays calm: too slow where that is far.
#include "calm.h"

#include <algorithm>

int longest_calm(std::vector<int> heights, int spread) {
    int best = 0;
    for (std::size_t left = 0; left < heights.size(); ++left) {
        int low = heights[left], high = heights[left];
        for (std::size_t right = left; right < heights.size(); ++right) {
            low = std::min(low, heights[right]);
            high = std::max(high, heights[right]);
            if (high - low > spread) break;
            best = std::max(best, static_cast<int>(right - left + 1));
        }
    }
    return best;
}
