// Every packing: right, and without an end for a hundred things.
#include <cstdlib>
#include <iostream>
#include <vector>

int n, best = 1 << 30;
std::vector<int> weights;
std::vector<char> place, chosen;

void pack(int i, int balance) {
    if (i == n) {
        if (std::abs(balance) < best) best = std::abs(balance), chosen = place;
        return;
    }
    place[i] = 'A';
    pack(i + 1, balance + weights[i]);
    place[i] = 'B';
    pack(i + 1, balance - weights[i]);
}

int main() {
    std::cin >> n;
    weights.resize(n);
    place.resize(n);
    for (int &weight : weights) std::cin >> weight;
    pack(0, 0);
    for (char suitcase : chosen) std::cout << suitcase << ' ';
}
