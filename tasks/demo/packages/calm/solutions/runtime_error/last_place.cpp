// Asks for the place after the last one.
#include "calm.h"

int longest_calm(std::vector<int> heights, int spread) {
    int best = 0;
    for (std::size_t i = 0; i <= heights.size(); ++i) best += heights.at(i) <= spread;
    return best;
}
