// Handles the overflow of its stack on another stack, and goes on in there.
// verdict: TLE MLE
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
static void go_on(int number) {
    (void)number;
    for (volatile long i = 0;; i = i + 1) {}
}
static int deeper(volatile char *above) {
    volatile char here[65536];
    here[0] = above ? *above : 1;
    return deeper(here) + here[0];
}
int main(void) {
    stack_t other = {.ss_sp = malloc(1 << 16), .ss_size = 1 << 16};
    struct sigaction action = {.sa_handler = go_on, .sa_flags = SA_ONSTACK};
    sigaltstack(&other, 0);
    sigaction(SIGSEGV, &action, 0);
    return deeper(0);
}
