// Burns time in children that nobody is the parent of, started by a thread, while it sleeps itself.
// verdict: TLE
// slot: processes
#include <cstdio>
#include <thread>
#include <unistd.h>
static void burn() {
    for (volatile long i = 0;; i = i + 1) {}
}
int main() {
    std::thread([] {
        for (int i = 0; i < 3; i++)
            if (fork() == 0) {
                setsid();
                if (fork() == 0) burn();
                _exit(0);
            }
    }).join();
    sleep(1);
    sleep(1);
    sleep(60);
}
