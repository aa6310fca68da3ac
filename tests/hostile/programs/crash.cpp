// Crashes, and would leave a core behind.
// verdict: RTE
#include <cstdlib>
int main() { abort(); }
