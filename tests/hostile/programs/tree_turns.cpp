// Has children burn in turns, and wants not to hear of their end: then nobody would count them.
// verdict: TLE
// slot: processes
#include <csignal>
#include <cstdio>
#include <ctime>
#include <sys/wait.h>
#include <unistd.h>
int main() {
    struct sigaction unheard = {};
    unheard.sa_handler = SIG_IGN;
    unheard.sa_flags = SA_NOCLDWAIT;
    sigaction(SIGCHLD, &unheard, nullptr);
    for (int i = 0; i < 40; i++) {
        if (fork() == 0) {
            while (clock() < CLOCKS_PER_SEC / 20) {}
            _exit(0);
        }
        while (wait(nullptr) > 0) {}
    }
    puts("LEAK two seconds of time");
}
