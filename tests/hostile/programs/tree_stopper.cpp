// Stops itself and its parent, again and again, in a session of its own.
// verdict: TLE
// slot: processes
#include <csignal>
#include <unistd.h>
int main() {
    pid_t parent = getpid();
    if (fork() == 0) {
        setsid();
        if (fork() == 0)
            for (;;) kill(parent, SIGSTOP);
        for (;;) kill(getppid(), SIGSTOP), kill(-1, SIGSTOP);
    }
    for (;;) pause();
}
