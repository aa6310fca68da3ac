// Uses time in several threads: all of it counts.
// verdict: TLE
#include <pthread.h>
static void *burn(void *) {
    for (volatile int i = 0;; i = i + 1) {}
}
int main() {
    pthread_t thread;
    for (int i = 0; i < 3; i++) pthread_create(&thread, nullptr, burn, nullptr);
    burn(nullptr);
}
