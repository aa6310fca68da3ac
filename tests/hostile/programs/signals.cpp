// Sends signals to everyone.
// verdict: contained
#include "attempt.h"
#include <csignal>
#include <initializer_list>
#include <unistd.h>
int main() {
    for (int number : {SIGKILL, SIGSTOP, SIGTERM, SIGHUP}) {
        kill(-1, number);
        for (int pid = 1; pid < 40; pid++)
            if (pid != getpid() && !kill(pid, number) && pid != 1) leak("signalled %d", pid);
        kill(getppid(), number);
    }
    return finish();
}
