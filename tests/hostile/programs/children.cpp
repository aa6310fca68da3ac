// Starts processes in every way there is: a child could outlive the run, or use time that counts nowhere.
// verdict: contained
#include "attempt.h"
#include <sched.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <unistd.h>

static char stack[65536];
static int nothing(void *) { return 0; }

int main() {
    pid_t pid;
    if ((pid = fork()) >= 0) {
        if (pid == 0) _exit(0);
        leak("fork");
    }
    if ((pid = vfork()) >= 0) {
        if (pid == 0) _exit(0);
        leak("vfork");
    }
    if (clone(nothing, stack + sizeof stack, SIGCHLD, nullptr) >= 0) leak("clone");
    if (clone(nothing, stack + sizeof stack, CLONE_VM | SIGCHLD, nullptr) >= 0) leak("clone, shared");
    unsigned long long arguments[11] = {0, 0, 0, 0, SIGCHLD};
    long made = syscall(435 /* clone3 */, arguments, sizeof arguments);
    if (made == 0) _exit(0);
    if (made > 0) leak("clone3");
    char name[] = "/bin/true", *words[] = {name, nullptr};
    if (!posix_spawn(&pid, name, nullptr, nullptr, words, nullptr)) leak("posix_spawn");
    if (system("true") == 0) leak("system");
    return finish();
}
