// Which sums can be reached with the first i things, kept for walking back.
#include <bitset>
#include <iostream>
#include <numeric>
#include <vector>

constexpr int LARGEST = 100 * 1000 + 1;

int main() {
    int n;
    std::cin >> n;
    std::vector<int> weights(n);
    for (int &weight : weights) std::cin >> weight;
    int total = std::accumulate(weights.begin(), weights.end(), 0);
    std::vector<std::bitset<LARGEST>> reach(n + 1);
    reach[0][0] = true;
    for (int i = 0; i < n; ++i) reach[i + 1] = reach[i] | (reach[i] << weights[i]);
    int half = total / 2;
    while (!reach[n][half]) --half;
    std::vector<char> place(n, 'B');
    for (int i = n; i-- > 0;) {
        if (!reach[i][half]) {
            place[i] = 'A';
            half -= weights[i];
        }
    }
    for (char suitcase : place) std::cout << suitcase << ' ';
    std::cout << '\n';
}
