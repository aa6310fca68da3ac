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

static const uint32_t killed[] = { /* what no contest program does; numbers are of new calls */
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_mount, SYS_umount2,
    SYS_pivot_root, SYS_setns, SYS_unshare, SYS_bpf, SYS_perf_event_open, SYS_add_key,
    SYS_request_key, SYS_keyctl, SYS_open_by_handle_at, SYS_name_to_handle_at, SYS_init_module,
    SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_swapon, SYS_swapoff,
    SYS_settimeofday, SYS_clock_settime, SYS_acct, SYS_quotactl, SYS_syslog, SYS_vhangup,
    428 /* open_tree */, 429 /* move_mount */, 430 /* fsopen */, 431 /* fsconfig */,
    432 /* fsmount */, 433 /* fspick */, 438 /* pidfd_getfd */, 442 /* mount_setattr */,
    457 /* statmount */, 458 /* listmount */,
#if defined(__x86_64__)
    SYS_iopl, SYS_ioperm, SYS_modify_ldt,
#endif
};

static const uint32_t refused[] = { /* what a runtime may try and can live without */
    SYS_socket, 425 /* io_uring_setup */, 426 /* io_uring_enter */, 427 /* io_uring_register */,
    SYS_memfd_create, 447 /* memfd_secret */, SYS_flock, SYS_shmget, SYS_shmat, SYS_semget,
    SYS_msgget, SYS_mq_open, SYS_inotify_init1, SYS_fanotify_init, SYS_userfaultfd,
    SYS_personality,
    /* Where the uid is shared, these could be turned on the runner. */
    SYS_sched_setparam, SYS_sched_setattr, SYS_setpriority, SYS_ioprio_set,
    /* Attributes and access lists of its folder would outlive a program. */
    SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr, 463 /* setxattrat */, 469 /* file_setattr */,
#if defined(__x86_64__)
    SYS_inotify_init, SYS_mknod,
#endif
};

static const uint32_t of_paths[] = { /* what Landlock leaves open: any file of the user's by name */
    SYS_fchmod, SYS_fchmodat, 452 /* fchmodat2 */, SYS_fchown, SYS_fchownat, SYS_utimensat,
#if defined(__x86_64__)
    SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat,
#endif
};

#define MOST 512
static struct sock_filter filter[MOST];
static unsigned short length;

static void add(const struct sock_filter *part, size_t n) {
    if (length + n > MOST) die("the filter is too long");
    for (size_t i = 0; i < n; i++) filter[length++] = part[i];
}

#define ADD(...) \
    do { \
        const struct sock_filter part[] = {__VA_ARGS__}; \
        add(part, sizeof part / sizeof *part); \
    } while (0)
#define ADD_ALL(numbers, what) \
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) ADD(ON(numbers[i], what))

/* Programs may have threads but not start processes: a contest gives them one. A compiler does,
 * and so does what some packages put around a submission. What children used is in the count of
 * whoever waits for them, unless SIGCHLD is ignored: then it would be nowhere, so nobody may. */
void install_filter(void) {
    must((int)getrandom(&start_word, sizeof start_word, 0), "getrandom");
    const uint32_t starts = settings.processes ? ALLOW : SECCOMP_RET_ERRNO | EAGAIN;
    const uint32_t shared = settings.toolchain ? ALLOW : REFUSE;
    const uint32_t locks = settings.toolchain ? ALLOW : REFUSE;
    const uint32_t pairs = settings.ntree || settings.runtime || settings.toolchain ? ALLOW : REFUSE;
    ADD(LOAD(offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0), RETURN(KILL),
        LOAD(offsetof(struct seccomp_data, nr)));
#if defined(__x86_64__)
    ADD(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1), RETURN(KILL), /* the x32 calls */
        ON(SYS_fork, starts), ON(SYS_vfork, starts));
#endif
    ADD_ALL(killed, KILL);
    ADD_ALL(refused, REFUSE);
    if (settings.plain && !settings.toolchain) ADD_ALL(of_paths, REFUSE);
    if (settings.processes && !settings.toolchain)
        ADD(UNLESS(SYS_rt_sigaction, 4), ARGUMENT(0), ON(SIGCHLD, SECCOMP_RET_ERRNO | 0 /* done */),
            RETURN(ALLOW));
    ADD(/* As good as a pipe, and without one the JVM reads no files. */
        UNLESS(SYS_socketpair, 4), ARGUMENT(0), ON(AF_UNIX, pairs), RETURN(REFUSE),
        /* Memory that is shared is in nobody's resident size once it is let go of; a file that is
         * only read (as the JVM's modules are) takes none. */
        UNLESS(SYS_mmap, 9), ARGUMENT(3), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, MAP_SHARED, 1, 0),
        RETURN(ALLOW), ANY_OF(MAP_ANONYMOUS, shared), ARGUMENT(2), ANY_OF(PROT_WRITE, shared),
        RETURN(ALLOW),
        /* Two processes of one program could meet on a word of it, and one wake the other. */
        UNLESS(SYS_futex, 9), ARGUMENT(1), ANY_OF(FUTEX_PRIVATE, ALLOW),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 127), ON(0 /* FUTEX_WAIT */, ALLOW),
        ON(9 /* FUTEX_WAIT_BITSET */, ALLOW), RETURN(shared),
        ON(454 /* futex_wake */, shared), ON(456 /* futex_requeue */, shared),
        /* Limits of others. */
        UNLESS(SYS_prlimit64, 4), ARGUMENT(0), ON(0, ALLOW), RETURN(REFUSE),
        /* Leases and notes of changes: a file that is opened later would wait for them. Locks:
         * partners could tell each other by those of a file that both may read. */
        UNLESS(SYS_fcntl, 16), ARGUMENT(1), ON(F_SETLEASE, REFUSE), ON(F_NOTIFY, REFUSE),
        ON(1036 /* F_SET_RW_HINT: kept with the folder, which outlives the program */, REFUSE),
        ON(F_SETLK, locks), ON(F_SETLKW, locks), ON(F_OFD_SETLK, locks), ON(F_OFD_SETLKW, locks),
        RETURN(ALLOW),
        UNLESS(SYS_ioctl, 6), ARGUMENT(1), ON((uint32_t)FS_IOC_SETFLAGS, REFUSE),
        ON((uint32_t)FS_IOC_FSSETXATTR, REFUSE), RETURN(ALLOW),
        /* clone3 hides its flags from a filter; libraries fall back to clone. */
        ON(435 /* clone3 */, SECCOMP_RET_ERRNO | ENOSYS),
        UNLESS(SYS_clone, 11), ARGUMENT(0), ANY_OF(NEW_NAMESPACES, REFUSE),
        ANY_OF(CLONE_THREAD, ALLOW), KNOWS_WORD(WORD_ARGUMENT), RETURN(starts),
        /* The word is in an argument that these calls do not have. */
        UNLESS(SYS_sched_setaffinity, 6), KNOWS_WORD(4), RETURN(REFUSE),
        UNLESS(SYS_sched_setscheduler, 6), KNOWS_WORD(4), RETURN(REFUSE),
        /* Named pipes are for the runner to make (it uses mknodat); nothing else is. */
        UNLESS(SYS_mknodat, 5), ARGUMENT(2), BPF_STMT(BPF_ALU | BPF_AND | BPF_K, S_IFMT),
        ON(S_IFIFO, ALLOW), RETURN(REFUSE),
        RETURN(ALLOW));
    struct sock_fprog program = {length, filter};
    must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
    must((int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), "seccomp");
    must(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "become non-dumpable");
}
