// Has children that do the work, and ends well whatever becomes of them.
//   N       a child that takes N MiB
//   turns   children that burn a tenth of a second each, one after the other, without end
//   again   itself, by the name that the machine tells it; the child says "again"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <sys/wait.h>
#include <unistd.h>

static void take(int mebibytes) {
    size_t size = static_cast<size_t>(mebibytes) << 20;
    char *area = static_cast<char *>(malloc(size));
    for (size_t at = 0; area && at < size; at += 4096) const_cast<volatile char *>(area)[at] = 1;
}

static void burn() {
    while (clock() < CLOCKS_PER_SEC / 10) {}
}

static int start_again() {
    char name[4096] = "";
    if (readlink("/proc/self/exe", name, sizeof name - 1) < 0) return 4;
    pid_t child = fork();
    if (child == 0) {
        execl(name, name, "said", nullptr);
        _exit(5);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

int main(int, char **argv) {
    if (!strcmp(argv[1], "again")) return start_again();
    if (!strcmp(argv[1], "said")) return puts("again") < 0;
    bool turns = !strcmp(argv[1], "turns");
    do {
        pid_t child = fork();
        if (child < 0) return 3;
        if (child == 0) {
            turns ? burn() : take(atoi(argv[1]));
            _exit(0);
        }
        wait(nullptr);
    } while (turns);
    return 0;
}
