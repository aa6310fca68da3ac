// An honest program that recurses deep: the stack may be as large as the memory.
// verdict: contained
#include "attempt.h"
static int depth(int left, volatile char *above) {
    volatile char frame[1024];
    frame[0] = above[0];
    return left ? depth(left - 1, frame) + (frame[0] == 1) : 0;
}
int main() {
    volatile char first[1] = {1};
    if (depth(32 * 1024, first) != 32 * 1024) leak("a wrong sum");
    return finish();
}
