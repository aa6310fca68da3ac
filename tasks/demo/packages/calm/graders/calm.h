#pragma once
#include <vector>

int longest_calm(std::vector<int> heights, int spread);
