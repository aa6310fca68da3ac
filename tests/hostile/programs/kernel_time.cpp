// Lets the kernel work: hardly any time is its own.
// verdict: TLE
#include <cstdio>
#include <sys/random.h>
int main() {
    static char block[1 << 20];
    for (;;)
        if (getrandom(block, sizeof block, 0) < 0) return 1;
}
