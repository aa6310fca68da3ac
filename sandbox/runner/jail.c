/* Start-up: namespaces made once per slot, the roots that programs see, the filter. */
#define _GNU_SOURCE
#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

bool have_proc, many_uids;
int roots_fd = -1, blobs_fd = -1, scratch_fd = -1;

static int bind_fds[8];

static void must(int result, const char *what) {
    if (result < 0) die("%s: %s", what, strerror(errno));
}

static void write_file(const char *path, const char *text) {
    int f = open(path, O_WRONLY | O_CLOEXEC);
    if (f < 0) die("open %s: %s", path, strerror(errno));
    if (write(f, text, strlen(text)) < 0) die("write %s (%s): %s", path, text, strerror(errno));
    close(f);
}

#define PATH 256
static void join(char to[PATH], const char *folder, const char *name) {
    size_t a = strlen(folder), b = strlen(name);
    if (a + b + 2 > PATH) die("path too long: %s", name);
    memcpy(to, folder, a);
    to[a] = '/';
    memcpy(to + a + 1, name, b + 1);
}

static void make_folder(const char *path, mode_t mode) {
    if (mkdir(path, mode) && errno != EEXIST) die("mkdir %s: %s", path, strerror(errno));
    chmod(path, mode);
}

/* Bind a folder or file read-only. In a user namespace the flags of the mount it comes
 * from are locked and must be repeated. */
static void bind_read_only(const char *from, const char *to, unsigned long extra) {
    if (mount(from, to, NULL, MS_BIND | MS_REC, NULL))
        die("bind %s: %s", from, strerror(errno));
    struct statvfs v;
    must(statvfs(to, &v), "statvfs");
    unsigned long keep = 0;
    if (v.f_flag & ST_NOSUID) keep |= MS_NOSUID;
    if (v.f_flag & ST_NODEV) keep |= MS_NODEV;
    if (v.f_flag & ST_NOEXEC) keep |= MS_NOEXEC;
    if (v.f_flag & ST_NOATIME) keep |= MS_NOATIME;
    if (v.f_flag & ST_NODIRATIME) keep |= MS_NODIRATIME;
    if (v.f_flag & ST_RELATIME) keep |= MS_RELATIME;
    if (mount(NULL, to, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | keep | extra, NULL))
        die("remount %s read-only: %s", from, strerror(errno));
}

static void tmpfs(const char *at, uint64_t size, unsigned inodes, unsigned mode) {
    char options[96];
    snprintf(options, sizeof options, "size=%llu,nr_inodes=%u,mode=%o", (unsigned long long)size,
             inodes, mode);
    if (mount("tmpfs", at, "tmpfs", MS_NOSUID | MS_NODEV, options))
        die("mount tmpfs: %s", strerror(errno));
}

static void toolchain_root(const char *root) {
    static const char *const trees[] = {"usr", "bin", "lib", "lib64", "lib32", "sbin"};
    char from[64], to[PATH];
    for (size_t i = 0; i < sizeof trees / sizeof *trees; i++) {
        struct stat s;
        snprintf(from, sizeof from, "/%s", trees[i]);
        join(to, root, trees[i]);
        if (lstat(from, &s)) continue;
        if (S_ISLNK(s.st_mode)) { /* merged /usr: /bin is a link */
            char target[128] = "";
            if (readlink(from, target, sizeof target - 1) > 0) must(symlink(target, to), "symlink");
        } else {
            make_folder(to, 0755);
            bind_read_only(from, to, MS_NOSUID);
        }
    }
    join(to, root, "etc");
    make_folder(to, 0755);
    struct stat s;
    join(to, root, "etc/alternatives");
    if (!stat("/etc/alternatives", &s)) {
        make_folder(to, 0755);
        bind_read_only("/etc/alternatives", to, MS_NOSUID);
    }
    for (int i = 0; i < settings.nbinds; i++) {
        char name[64];
        const char *equals = strchr(settings.binds[i], '=');
        if (!equals || (size_t)(equals - settings.binds[i]) >= sizeof name) die("malformed bind");
        snprintf(name, sizeof name, "%.*s", (int)(equals - settings.binds[i]), settings.binds[i]);
        if (!safe_name(name)) die("malformed bind name %s", name);
        join(to, root, name);
        make_folder(to, 0755);
        char from_fd[32]; /* opened while we could still see the host's closed folders */
        snprintf(from_fd, sizeof from_fd, "/proc/self/fd/%d", bind_fds[i]);
        bind_read_only(from_fd, to, MS_NOSUID | MS_NODEV);
        close(bind_fds[i]);
    }
}

static void devices(const char *root) {
    static const char *const names[] = {"dev/null", "dev/zero", "dev/urandom"};
    char from[64], to[PATH];
    join(to, root, "dev");
    make_folder(to, 0755);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(from, sizeof from, "/%s", names[i]);
        join(to, root, names[i]);
        int f = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
        must(f, "create device file");
        close(f);
        if (mount(from, to, NULL, MS_BIND, NULL)) die("bind %s: %s", from, strerror(errno));
    }
}

static void build_roots(void) {
    must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "make mounts private");
    char at[PATH], to[PATH];
    make_folder("root", 0755);
    make_folder("blobs", 0700);
    tmpfs("root", 64ull << 20, 4096, 0755);
    must(chdir("root"), "enter the new root");
    static const char *const folders[] = {"blobs", "scratch", "proc", "roots", "old"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) make_folder(folders[i], 0700);
    must(mount("../blobs", "blobs", NULL, MS_BIND, NULL), "bind the blobs");
    /* Outputs of a job may be large (checker and contestant); each file is capped by its limit. */
    tmpfs("scratch", 4ull << 30, 1024, 0700);
    chmod("roots", 0755);
    int roots = settings.toolchain ? 1 : MAX_PROCESSES;
    for (int i = 0; i < roots; i++) {
        snprintf(at, sizeof at, "roots/%d", i);
        make_folder(at, 0755);
        if (settings.toolchain) {
            toolchain_root(at);
            devices(at);
            join(to, at, "tmp");
            make_folder(to, 0755);
            tmpfs(to, settings.disk_bytes, 8192, 01777);
        }
        join(to, at, "box");
        make_folder(to, 0755);
        tmpfs(to, settings.disk_bytes, 4096, 0755);
        /* Only /box (and a compiler's /tmp) can be written: the root itself is sealed. */
        must(mount(at, at, NULL, MS_BIND | MS_REC, NULL), "bind a root");
        must(mount(NULL, at, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL),
             "seal a root");
    }
    have_proc = !mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
    must((int)syscall(SYS_pivot_root, ".", "old"), "pivot_root");
    must(chdir("/"), "enter the new root");
    must(umount2("/old", MNT_DETACH), "leave the old root");
    rmdir("/old");
    roots_fd = open("/roots", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    blobs_fd = open("/blobs", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    scratch_fd = open("/scratch", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (roots_fd < 0 || blobs_fd < 0 || scratch_fd < 0) die("open folders: %s", strerror(errno));
}

static void unsafe_roots(void) {
    must(chdir(settings.slot), "enter the slot's folder");
    make_folder("blobs", 0700);
    make_folder("scratch", 0700);
    make_folder("roots", 0755);
    char at[64];
    for (int i = 0; i < MAX_PROCESSES; i++) {
        snprintf(at, sizeof at, "roots/%d", i);
        make_folder(at, 0755);
        snprintf(at, sizeof at, "roots/%d/box", i);
        make_folder(at, 0755);
    }
    roots_fd = open("roots", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    blobs_fd = open("blobs", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    scratch_fd = open("scratch", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Two processes: this one stays outside, writes the id maps (only the parent namespace's
 * capabilities may map a range) and waits; the child is process 1 and returns. */
void enter_jail(void) {
    if (settings.unsafe) {
        must(prctl(PR_SET_CHILD_SUBREAPER, 1), "become subreaper");
        unsafe_roots();
        return;
    }
    int mapped[2];
    must(pipe2(mapped, O_CLOEXEC), "pipe");
    uid_t uid = getuid();
    gid_t gid = getgid();
    unsigned long flags = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET |
                          CLONE_NEWIPC | CLONE_NEWUTS | SIGCHLD;
    long child = syscall(SYS_clone, flags, NULL, NULL, NULL, NULL);
    if (child < 0)
        die("no namespaces: clone: %s. Look at the sysctls user.max_user_namespaces, "
            "kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns, "
            "and, in a container, at its seccomp profile", strerror(errno));
    if (child > 0) {
        close(mapped[0]);
        char path[64], map[64];
        snprintf(path, sizeof path, "/proc/%ld/setgroups", child);
        if (!settings.uid_base) write_file(path, "deny");
        snprintf(path, sizeof path, "/proc/%ld/uid_map", child);
        if (settings.uid_base)
            snprintf(map, sizeof map, "0 %u 16", settings.uid_base);
        else
            snprintf(map, sizeof map, "0 %u 1", uid);
        write_file(path, map);
        snprintf(path, sizeof path, "/proc/%ld/gid_map", child);
        if (!settings.uid_base) snprintf(map, sizeof map, "0 %u 1", gid);
        write_file(path, map);
        if (write(mapped[1], "m", 1) != 1) die("child is gone: %s", strerror(errno));
        /* Hold nothing of the conversation: its end must be seen by both sides. */
        close(0);
        close(1);
        int status = 0;
        while (waitpid((pid_t)child, &status, 0) < 0 && errno == EINTR) {
        }
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 111);
    }
    close(mapped[1]);
    /* Still with the host's eyes (its uid, which owns these folders), but already in the new
     * mount namespace: a descriptor from before would belong to the old one. */
    must(chdir(settings.slot), "enter the slot's folder");
    for (int i = 0; i < settings.nbinds; i++) {
        const char *equals = strchr(settings.binds[i], '=');
        bind_fds[i] = equals ? open(equals + 1, O_PATH | O_CLOEXEC) : -1;
        must(bind_fds[i], settings.binds[i]);
    }
    char token;
    if (read(mapped[0], &token, 1) != 1) _exit(111); /* the outer process has said why */
    close(mapped[0]);
    if (getpid() != 1) die("not process 1 of a namespace of its own");
    many_uids = settings.uid_base != 0;
    must((int)syscall(SYS_setresgid, 0, 0, 0), "setresgid");
    if (many_uids) must((int)syscall(SYS_setgroups, 0, NULL), "setgroups");
    must((int)syscall(SYS_setresuid, 0, 0, 0), "setresuid");
    must(sethostname("box", 3), "sethostname");
    build_roots();
}

/* --- the filter --- */

#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
#define ON(number, what) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), RETURN(what)
#define KILL SECCOMP_RET_KILL_PROCESS
#define REFUSE (SECCOMP_RET_ERRNO | EPERM)

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#else
#error "the filter has no table for this processor"
#endif

#define NEW_NAMESPACES \
    (CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | \
     CLONE_NEWCGROUP)

void install_filter(void) {
    static struct sock_filter filter[] = {
        LOAD(offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0),
        RETURN(KILL),
        LOAD(offsetof(struct seccomp_data, nr)),
#if defined(__x86_64__)
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1), /* the x32 calls */
        RETURN(KILL),
#endif
        /* What no contest program does. */
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
#if defined(__x86_64__)
        ON(SYS_iopl, KILL), ON(SYS_ioperm, KILL), ON(SYS_modify_ldt, KILL),
#endif
        /* What a runtime may try and can live without. */
        ON(SYS_socket, REFUSE), ON(SYS_socketpair, REFUSE),
        ON(425 /* io_uring_setup */, REFUSE), ON(426 /* io_uring_enter */, REFUSE),
        ON(427 /* io_uring_register */, REFUSE), ON(SYS_memfd_create, REFUSE),
        ON(447 /* memfd_secret */, REFUSE), ON(SYS_flock, REFUSE),
        ON(SYS_shmget, REFUSE), ON(SYS_shmat, REFUSE), ON(SYS_semget, REFUSE),
        ON(SYS_msgget, REFUSE), ON(SYS_mq_open, REFUSE), ON(SYS_inotify_init1, REFUSE),
        ON(SYS_fanotify_init, REFUSE), ON(SYS_userfaultfd, REFUSE), ON(SYS_personality, REFUSE),
        ON(SYS_sched_setaffinity, REFUSE),
#if defined(__x86_64__)
        ON(SYS_inotify_init, REFUSE), ON(SYS_mknod, REFUSE),
#endif
        /* clone3 hides its flags from a filter; libraries fall back to clone. */
        ON(435 /* clone3 */, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4),
        LOAD(offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NEW_NAMESPACES, 0, 1),
        RETURN(REFUSE),
        RETURN(SECCOMP_RET_ALLOW),
        /* Named pipes are for the runner to make (it uses mknodat); nothing else is. */
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mknodat, 0, 5),
        LOAD(offsetof(struct seccomp_data, args[2])),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, S_IFMT),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, S_IFIFO, 1, 0),
        RETURN(REFUSE),
        RETURN(SECCOMP_RET_ALLOW),
        RETURN(SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
    must((int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), "seccomp");
    must(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "become non-dumpable");
}
