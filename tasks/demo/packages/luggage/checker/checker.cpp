// Called as: checker input answer output. Prints a score from 0 to 1, then a reason on standard error.
//
// 1     the difference is the smallest possible
// 0.6   it is at most as much as the heaviest thing more than that
// 0.2   everything is packed, however badly
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

static void finish(const char *score, const char *reason) {
    printf("%s\n", score);
    fprintf(stderr, "%s\n", reason);
    exit(0);
}

int main(int argc, char **argv) {
    if (argc < 4) return 1;
    std::ifstream input(argv[1]), answer(argv[2]), output(argv[3]);
    int n;
    long long smallest;
    if (!(input >> n) || !(answer >> smallest)) return 1;
    long long difference = 0, heaviest = 0;
    for (int i = 0; i < n; ++i) {
        long long weight;
        std::string place;
        if (!(input >> weight)) return 1;
        if (!(output >> place)) finish("0", "something is not packed");
        if (place != "A" && place != "B") finish("0", "a suitcase is neither A nor B");
        difference += place == "A" ? weight : -weight;
        heaviest = std::max(heaviest, weight);
    }
    std::string more;
    if (output >> more) finish("0", "more is packed than there is");
    difference = std::llabs(difference);
    if (difference == smallest) finish("1", "as even as possible");
    if (difference <= smallest + heaviest) finish("0.6", "fairly even");
    finish("0.2", "everything is packed");
}
