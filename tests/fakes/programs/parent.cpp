// Has children that do the work, and ends well whatever becomes of them.
//   N       a child that takes N MiB
//   turns   children that burn a tenth of a second each, one after the other, without end
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

int main(int, char **argv) {
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
