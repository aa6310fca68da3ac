// Two monotone queues hold the candidates for the highest and the lowest of a sliding window.
#include "calm.h"

#include <algorithm>
#include <deque>

int longest_calm(std::vector<int> heights, int spread) {
    std::deque<int> high, low;
    int best = 0, left = 0;
    for (int right = 0; right < static_cast<int>(heights.size()); ++right) {
        while (!high.empty() && heights[high.back()] <= heights[right]) high.pop_back();
        while (!low.empty() && heights[low.back()] >= heights[right]) low.pop_back();
        high.push_back(right);
        low.push_back(right);
        while (heights[high.front()] - heights[low.front()] > spread) {
            if (high.front() == left) high.pop_front();
            if (low.front() == left) low.pop_front();
            ++left;
        }
        best = std::max(best, right - left + 1);
    }
    return best;
}
