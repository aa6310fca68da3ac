// Takes four times its memory in children, each of which keeps the limit.
// verdict: MLE
// slot: processes
#include <cstdlib>
#include <cstring>
#include <unistd.h>
int main() {
    for (int i = 0; i < 4; i++)
        if (fork() == 0) {
            memset(malloc(40 << 20), 1, 40 << 20);
            sleep(60);
        }
    sleep(60);
}
