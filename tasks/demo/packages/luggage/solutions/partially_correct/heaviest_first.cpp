// The heaviest first, each into the lighter suitcase: fairly even.
#include <algorithm>
#include <iostream>
#include <numeric>
#include <vector>

int main() {
    int n;
    std::cin >> n;
    std::vector<int> weights(n), order(n);
    for (int &weight : weights) std::cin >> weight;
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](int a, int b) { return weights[a] > weights[b]; });
    std::vector<char> place(n);
    int balance = 0;
    for (int i : order) {
        place[i] = balance <= 0 ? 'A' : 'B';
        balance += balance <= 0 ? weights[i] : -weights[i];
    }
    for (char suitcase : place) std::cout << suitcase << ' ';
}
