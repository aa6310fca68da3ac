// Makes the one call its argument names: calls that no contest program makes end it.
// verdict: RTE
#include <cstdlib>
#include <cstring>
#include <sys/syscall.h>
#include <unistd.h>
int main(int argc, char **argv) {
    struct { const char *name; long number; } calls[] = {
        {"ptrace", SYS_ptrace}, {"process_vm_writev", SYS_process_vm_writev}, {"mount", SYS_mount},
        {"unshare", SYS_unshare}, {"setns", SYS_setns}, {"bpf", SYS_bpf}, {"keyctl", SYS_keyctl},
        {"perf_event_open", SYS_perf_event_open}, {"open_by_handle_at", SYS_open_by_handle_at},
        {"pivot_root", SYS_pivot_root}, {"open_tree", 428}, {"pidfd_getfd", 438}};
    for (auto &call : calls)
        if (argc > 1 && !strcmp(argv[1], call.name)) syscall(call.number, 0, 0, 0, 0, 0);
#ifdef __x86_64__
    if (argc > 1 && !strcmp(argv[1], "x32")) syscall(0x40000000 | SYS_getpid);
    long result = SYS_getpid;
    if (argc > 1 && !strcmp(argv[1], "int80")) asm volatile("int $0x80" : "+a"(result) : : "memory");
#endif
    return 0;
}
