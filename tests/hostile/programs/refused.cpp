// Calls that a runtime may try: each must fail quietly, for each could carry a message or fill a table.
// verdict: contained
#include "attempt.h"
#include <sys/syscall.h>
#include <unistd.h>
int main() {
    struct { const char *name; long number; } calls[] = {
        {"io_uring_setup", 425}, {"memfd_create", SYS_memfd_create}, {"memfd_secret", 447}, {"shmget", SYS_shmget},
        {"semget", SYS_semget}, {"msgget", SYS_msgget}, {"mq_open", SYS_mq_open}, {"userfaultfd", SYS_userfaultfd},
        {"inotify_init1", SYS_inotify_init1}, {"fanotify_init", SYS_fanotify_init}};
    static char room[4096] = "name";
    for (auto &call : calls)
        if (syscall(call.number, room, 1, 01600, 0, 0, 0) >= 0) leak("%s", call.name);
    if (syscall(SYS_flock, 0, 2) == 0) leak("flock");
    if (syscall(SYS_personality, 0x0040000) >= 0) leak("personality");
    return finish();
}
