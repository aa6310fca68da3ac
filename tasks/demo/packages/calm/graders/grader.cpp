// Reads "n spread limit seed", draws n heights below limit, and prints what the contestant finds.
// Drawing them here keeps the tests a line long.
#include "calm.h"

#include <cstdint>
#include <cstdio>
#include <vector>

int main() {
    int n, spread, limit;
    unsigned long long seed;
    if (scanf("%d %d %d %llu", &n, &spread, &limit, &seed) != 4) return 1;
    std::vector<int> heights(n);
    std::uint64_t state = seed;
    for (int &height : heights) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        height = static_cast<int>((state >> 33) % limit);
    }
    printf("%d\n", longest_calm(heights, spread));
    return 0;
}
