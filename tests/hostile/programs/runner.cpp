// Turns what can be turned on process 1, which runs it: limits, priority, processors.
// verdict: contained
#include "attempt.h"
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
int main() {
    rlimit none = {0, 0}, more = {RLIM_INFINITY, RLIM_INFINITY};
    if (!prlimit(1, RLIMIT_NOFILE, &none, nullptr)) leak("limited process 1");
    if (!prlimit(1, RLIMIT_NOFILE, nullptr, &none)) leak("read the limits of process 1");
    if (!setrlimit(RLIMIT_CPU, &more)) leak("raised the limit of time");
    if (!setrlimit(RLIMIT_NPROC, &more)) leak("raised the limit of processes");
    if (!setpriority(PRIO_PROCESS, 1, 19)) leak("slowed process 1");
    if (!setpriority(PRIO_USER, 0, 19)) leak("slowed everyone");
    sched_param least = {0};
    if (!sched_setscheduler(1, SCHED_IDLE, &least)) leak("idled process 1");
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    if (!sched_setaffinity(1, sizeof one, &one)) leak("moved process 1");
    if (syscall(SYS_ioprio_set, 1, 1, 3 << 13) == 0) leak("idled the disk of process 1");
    return finish();
}
