// Starts threads without end: a few are a program's right, thousands are not.
// verdict: contained
#include "attempt.h"
#include <pthread.h>
#include <unistd.h>

static void *wait(void *) {
    for (;;) pause();
}

int main() {
    int started = 0;
    pthread_t thread;
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536);
    while (started < 1000 && !pthread_create(&thread, &small, wait, nullptr)) started++;
    if (started < 4) leak("not even %d threads may be had", started);
    // Without a uid of its own, a slot has to leave room for the threads of others.
    if (started > 600) leak("%d threads", started);
    int status = finish();
    fflush(stdout);
    _exit(status);
}
