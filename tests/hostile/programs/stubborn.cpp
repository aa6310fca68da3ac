// Ignores every signal there is, and uses time without end.
// verdict: TLE
#include <csignal>
int main() {
    for (int number = 1; number < 65; number++) signal(number, SIG_IGN);
    for (volatile int i = 0;; i = i + 1) {}
}
