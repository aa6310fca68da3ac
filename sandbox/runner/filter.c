/* The filter: which system calls programs may make. Installed once, and inherited by all. */
#include "runner.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/seccomp.h>
#include <sys/random.h>
#include <sys/socket.h>

uint64_t start_word;

#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define ARGUMENT(n) LOAD(offsetof(struct seccomp_data, args[n]))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
#define ON(number, what) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), RETURN(what)
#define UNLESS(number, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, skip)
#define ANY_OF(bits, what) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1), RETURN(what)
#define KILL SECCOMP_RET_KILL_PROCESS
#define ALLOW SECCOMP_RET_ALLOW
#define REFUSE (SECCOMP_RET_ERRNO | EPERM)

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#define WORD_ARGUMENT 4 /* of clone: the thread area, not looked at without CLONE_SETTLS */
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#define WORD_ARGUMENT 3
#else
#error "the filter has no table for this processor"
#endif

/* The runner proves itself by a word that only it knows; 5 instructions. */
#define KNOWS_WORD(argument) \
    ARGUMENT(argument), UNLESS((uint32_t)start_word, 3), \
        LOAD(offsetof(struct seccomp_data, args[argument]) + 4), \
        ON((uint32_t)(start_word >> 32), ALLOW)

#define FUTEX_PRIVATE 128
#define NEW_NAMESPACES \
    (CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | \
     CLONE_NEWCGROUP)

/* Programs may have threads but not start processes (a contest gives them one): what a child
 * used that nobody waits for is counted nowhere, so a program could buy time with children.
 * A compiler does start processes. */
void install_filter(void) {
    must((int)getrandom(&start_word, sizeof start_word, 0), "getrandom");
    const uint32_t starts = settings.toolchain ? ALLOW : SECCOMP_RET_ERRNO | EAGAIN;
    const uint32_t shared = settings.toolchain ? ALLOW : REFUSE, wakes = shared;
    const uint32_t pairs = settings.ntree ? ALLOW : REFUSE;
    struct sock_filter filter[] = {
        LOAD(offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0),
        RETURN(KILL),
        LOAD(offsetof(struct seccomp_data, nr)),
#if defined(__x86_64__)
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1), /* the x32 calls */
        RETURN(KILL),
#endif
        /* What no contest program does. Numbers: calls that C libraries may not know yet. */
        ON(SYS_ptrace, KILL), ON(SYS_process_vm_readv, KILL), ON(SYS_process_vm_writev, KILL),
        ON(SYS_mount, KILL), ON(SYS_umount2, KILL), ON(SYS_pivot_root, KILL),
        ON(SYS_setns, KILL), ON(SYS_unshare, KILL), ON(SYS_bpf, KILL),
        ON(SYS_perf_event_open, KILL), ON(SYS_add_key, KILL), ON(SYS_request_key, KILL),
        ON(SYS_keyctl, KILL), ON(SYS_open_by_handle_at, KILL), ON(SYS_name_to_handle_at, KILL),
        ON(SYS_init_module, KILL), ON(SYS_finit_module, KILL), ON(SYS_delete_module, KILL),
        ON(SYS_kexec_load, KILL), ON(SYS_reboot, KILL), ON(SYS_swapon, KILL), ON(SYS_swapoff, KILL),
        ON(SYS_settimeofday, KILL), ON(SYS_clock_settime, KILL), ON(SYS_acct, KILL),
        ON(SYS_quotactl, KILL), ON(SYS_syslog, KILL), ON(SYS_vhangup, KILL),
        ON(428 /* open_tree */, KILL), ON(429 /* move_mount */, KILL), ON(430 /* fsopen */, KILL),
        ON(431 /* fsconfig */, KILL), ON(432 /* fsmount */, KILL), ON(433 /* fspick */, KILL),
        ON(442 /* mount_setattr */, KILL), ON(438 /* pidfd_getfd */, KILL),
        ON(457 /* statmount */, KILL), ON(458 /* listmount */, KILL),
#if defined(__x86_64__)
        ON(SYS_iopl, KILL), ON(SYS_ioperm, KILL), ON(SYS_modify_ldt, KILL),
#endif
        /* What a runtime may try and can live without. */
        ON(SYS_socket, REFUSE),
        ON(425 /* io_uring_setup */, REFUSE), ON(426 /* io_uring_enter */, REFUSE),
        ON(427 /* io_uring_register */, REFUSE), ON(SYS_memfd_create, REFUSE),
        ON(447 /* memfd_secret */, REFUSE), ON(SYS_flock, REFUSE),
        ON(SYS_shmget, REFUSE), ON(SYS_shmat, REFUSE), ON(SYS_semget, REFUSE),
        ON(SYS_msgget, REFUSE), ON(SYS_mq_open, REFUSE), ON(SYS_inotify_init1, REFUSE),
        ON(SYS_fanotify_init, REFUSE), ON(SYS_userfaultfd, REFUSE), ON(SYS_personality, REFUSE),
        /* Where the uid is shared, these could be turned on the runner. */
        ON(SYS_sched_setscheduler, REFUSE), ON(SYS_sched_setparam, REFUSE),
        ON(SYS_sched_setattr, REFUSE), ON(SYS_setpriority, REFUSE), ON(SYS_ioprio_set, REFUSE),
        /* Attributes and access lists of its folder would outlive a program. */
        ON(SYS_setxattr, REFUSE), ON(SYS_lsetxattr, REFUSE), ON(SYS_fsetxattr, REFUSE),
        ON(463 /* setxattrat */, REFUSE), ON(469 /* file_setattr */, REFUSE),
#if defined(__x86_64__)
        ON(SYS_inotify_init, REFUSE), ON(SYS_mknod, REFUSE),
        ON(SYS_fork, starts), ON(SYS_vfork, starts),
#endif
        UNLESS(SYS_socketpair, 4),
        ARGUMENT(0),
        ON(AF_UNIX, pairs), /* as good as a pipe, and the JVM does not read files without one */
        RETURN(REFUSE),
        /* Memory that is shared is in nobody's resident size once it is let go of. */
        UNLESS(SYS_mmap, 4),
        ARGUMENT(3),
        ANY_OF(MAP_SHARED, shared),
        RETURN(ALLOW),
        /* Two processes of one program could meet on a word of it, and one wake the other. */
        UNLESS(SYS_futex, 9),
        ARGUMENT(1),
        ANY_OF(FUTEX_PRIVATE, ALLOW),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 127),
        ON(0 /* FUTEX_WAIT */, ALLOW), ON(9 /* FUTEX_WAIT_BITSET */, ALLOW),
        RETURN(wakes),
        ON(454 /* futex_wake */, wakes), ON(456 /* futex_requeue */, wakes),
        UNLESS(SYS_prlimit64, 4),
        ARGUMENT(0),
        ON(0, ALLOW),
        RETURN(REFUSE),
        UNLESS(SYS_ioctl, 6),
        ARGUMENT(1),
        ON((uint32_t)FS_IOC_SETFLAGS, REFUSE), ON((uint32_t)FS_IOC_FSSETXATTR, REFUSE),
        RETURN(ALLOW),
        /* clone3 hides its flags from a filter; libraries fall back to clone. */
        ON(435 /* clone3 */, SECCOMP_RET_ERRNO | ENOSYS),
        UNLESS(SYS_clone, 11),
        ARGUMENT(0),
        ANY_OF(NEW_NAMESPACES, REFUSE), ANY_OF(CLONE_THREAD, ALLOW),
        KNOWS_WORD(WORD_ARGUMENT),
        RETURN(starts),
        UNLESS(SYS_sched_setaffinity, 6),
        KNOWS_WORD(4), /* an argument that the call does not have */
        RETURN(REFUSE),
        /* Named pipes are for the runner to make (it uses mknodat); nothing else is. */
        UNLESS(SYS_mknodat, 5),
        ARGUMENT(2),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, S_IFMT),
        ON(S_IFIFO, ALLOW),
        RETURN(REFUSE),
        RETURN(ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
    must((int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), "seccomp");
    must(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "become non-dumpable");
}
