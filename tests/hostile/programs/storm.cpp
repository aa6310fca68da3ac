// Sends itself signals as fast as timers can.
// verdict: TLE
#include <csignal>
#include <sys/time.h>
static volatile long seen;
int main() {
    signal(SIGALRM, [](int) { seen = seen + 1; });
    signal(SIGVTALRM, [](int) { seen = seen + 1; });
    itimerval quick = {{0, 1}, {0, 1}};
    setitimer(ITIMER_REAL, &quick, nullptr);
    setitimer(ITIMER_VIRTUAL, &quick, nullptr);
    for (;;) seen = seen + 1;
}
