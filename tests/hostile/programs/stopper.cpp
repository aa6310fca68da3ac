// Stops itself, so that it can neither go on nor end.
// verdict: TLE
#include <csignal>
int main() {
    raise(SIGSTOP);
    for (;;) raise(SIGSTOP);
}
