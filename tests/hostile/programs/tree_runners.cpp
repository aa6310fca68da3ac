// Every child starts the next and ends, so that none is there for long; who started it is gone at once.
// verdict: TLE contained
// slot: processes
#include <cstdio>
#include <unistd.h>
int main() {
    puts("contained");
    fflush(stdout);
    if (fork() == 0)
        for (;;)
            if (fork() > 0) _exit(0);
}
