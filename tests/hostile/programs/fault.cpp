// Faults again as soon as a fault is handled.
// verdict: TLE
#include <csignal>
int main() {
    signal(SIGSEGV, [](int) {});
    *(volatile int *)8 = 1;
}
