/* Running a job: steps in order, the processes of a step at the same time.
 *
 * One process: vfork, limits, chroot, uid, execveat; then wait on its pidfd with one
 * timer, computed from what is left of its CPU time. When every process of the step has
 * ended, everything still alive in the slot is killed and reaped, outputs are read, and
 * the folders are emptied.
 */
#define _GNU_SOURCE
#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_WORDS 64
#define MAX_FILES 32
#define MS 1000000ull
#define POLL_AFTER (5 * MS) /* tiny runs are not polled at all */
#define POLL_EVERY (10 * MS)

enum source { NOTHING, FROM_BLOB, FROM_OUTPUT, FROM_PIPE };
enum stop { STOP_NONE, STOP_CPU, STOP_WALL, STOP_MEMORY, STOP_OUTPUT };

struct place { /* where bytes come from */
    enum source kind;
    const char *name; /* blob or pipe */
    uint32_t step, process;
};

struct process {
    bool trusted;
    const char *argv[MAX_WORDS + 1], *env[MAX_WORDS + 1];
    const char *program;
    struct place input;
    const char *output_pipe; /* NULL: kept */
    struct { const char *name; struct place from; } files[MAX_FILES];
    struct { const char *name, *pipe; } fifos[MAX_FILES];
    const char *fetch[MAX_FILES];
    uint32_t nfiles, nfifos, nfetch;
    uint64_t cpu_ns, wall_ns, memory, output, stderr_bytes, processes;
    uint32_t head;
    bool keep;

    /* while it runs */
    int root, box, out, err, program_fd, in;
    pid_t pid;
    int pidfd;
    bool over;
    enum stop stop;
    int status;
    uint32_t rank;
    uint64_t started, ended, cpu_used, peak, polled_cpu, polled_memory;
    struct rusage usage;
};

struct step {
    bool only_if_clean, compares, ran;
    struct place left;
    const char *right;
    uint32_t n;
    struct process processes[MAX_PROCESSES];
};

static struct step steps[MAX_STEPS];
static int outputs[MAX_STEPS][MAX_PROCESSES]; /* kept standard outputs of this job */
static char fifo_names[2 * MAX_PROCESSES][64];
static int nfifos;

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static uint64_t of(struct timeval t) {
    return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_usec * 1000ull;
}

static uint64_t cpu_clock(pid_t pid) {
    struct timespec t; /* the process clock of another process: time/posix-cpu-timers */
    clockid_t clock = (clockid_t)((~(unsigned)pid << 3) | 2u);
    if (clock_gettime(clock, &t)) return 0;
    return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static uid_t uid_of(const struct process *p) {
    return many_uids ? (p->trusted ? 8u : 1u) + (uid_t)p->root % 8u : 0u;
}

/* --- reading a job --- */

static struct place get_place(struct cursor *c) {
    struct place p = {(enum source)get_u8(c), NULL, 0, 0};
    if (p.kind == FROM_BLOB || p.kind == FROM_PIPE) p.name = get_text(c);
    if (p.kind == FROM_OUTPUT) {
        p.step = get_u32(c);
        p.process = get_u32(c);
        if (p.step >= MAX_STEPS || p.process >= MAX_PROCESSES) c->bad = true;
    }
    if (p.kind > FROM_PIPE) c->bad = true;
    return p;
}

static uint32_t get_count(struct cursor *c, uint32_t most) {
    uint32_t n = get_u32(c);
    if (n > most) c->bad = true;
    return c->bad ? 0 : n;
}

static void get_process(struct cursor *c, struct process *p, int index) {
    memset(p, 0, sizeof *p);
    p->root = index;
    p->box = p->out = p->err = p->program_fd = p->in = p->pidfd = -1;
    p->trusted = get_u8(c);
    uint32_t n = get_count(c, MAX_WORDS);
    for (uint32_t i = 0; i < n; i++) p->argv[i] = get_text(c);
    if (!n) c->bad = true;
    const char *program = get_text(c);
    p->program = program[0] ? program : NULL;
    n = get_count(c, MAX_WORDS);
    for (uint32_t i = 0; i < n; i++) p->env[i] = get_text(c);
    p->input = get_place(c);
    const char *pipe = get_text(c);
    p->output_pipe = pipe[0] ? pipe : NULL;
    p->nfiles = get_count(c, MAX_FILES);
    for (uint32_t i = 0; i < p->nfiles; i++) {
        p->files[i].name = get_text(c);
        p->files[i].from = get_place(c);
    }
    p->nfifos = get_count(c, MAX_FILES);
    for (uint32_t i = 0; i < p->nfifos; i++) {
        p->fifos[i].name = get_text(c);
        p->fifos[i].pipe = get_text(c);
    }
    p->nfetch = get_count(c, MAX_FILES);
    for (uint32_t i = 0; i < p->nfetch; i++) p->fetch[i] = get_text(c);
    p->cpu_ns = get_u64(c);
    p->wall_ns = get_u64(c);
    p->memory = get_u64(c);
    p->output = get_u64(c);
    p->stderr_bytes = get_u64(c);
    p->processes = get_u64(c);
    p->head = get_u32(c);
    p->keep = get_u8(c);
}

/* --- preparing --- */

static int open_place(const struct place *p) {
    if (p->kind == NOTHING) return -1;
    if (p->kind == FROM_BLOB) return open_blob(p->name);
    int held = outputs[p->step][p->process];
    if (held < 0) {
        errno = ENOENT;
        return -1;
    }
    char path[32];
    snprintf(path, sizeof path, "%u.%u", p->step, p->process);
    return openat(scratch_fd, path, O_RDONLY | O_CLOEXEC);
}

static const char *fifo_path(const char *pipe) {
    /* Pipes live in our scratch folder; a process that opens one by name gets a link to it. */
    for (int i = 0; i < nfifos; i++)
        if (!strcmp(fifo_names[i], pipe)) return fifo_names[i];
    if (nfifos == 2 * MAX_PROCESSES || !safe_name(pipe) || strlen(pipe) >= sizeof *fifo_names)
        die("pipe %s: too many, or malformed", pipe);
    if (mknodat(scratch_fd, pipe, S_IFIFO | 0666, 0)) die("pipe %s: %s", pipe, strerror(errno));
    snprintf(fifo_names[nfifos], sizeof *fifo_names, "%s", pipe);
    return fifo_names[nfifos++];
}

static void make_fifo_in_box(struct process *p, const char *name) {
    /* Made in the box itself: a hard link from another file system is impossible. */
    if (!safe_name(name) || mknodat(p->box, name, S_IFIFO | 0600, 0))
        die("pipe %s: %s", name, strerror(errno));
    if (many_uids && fchownat(p->box, name, uid_of(p), uid_of(p), AT_SYMLINK_NOFOLLOW))
        die("pipe %s: %s", name, strerror(errno));
}

/* The named pipe behind `pipe`, as seen by us: in the box of the process that has it as a file. */
static int open_pipe_folder(struct step *s, const char *pipe, const char **name) {
    for (uint32_t i = 0; i < s->n; i++)
        for (uint32_t k = 0; k < s->processes[i].nfifos; k++)
            if (!strcmp(s->processes[i].fifos[k].pipe, pipe)) {
                *name = s->processes[i].fifos[k].name;
                return s->processes[i].box;
            }
    *name = fifo_path(pipe);
    return scratch_fd;
}

static void prepare(struct process *p, uint32_t step, uint32_t index) {
    char path[64];
    snprintf(path, sizeof path, "%d/box", p->root);
    p->box = openat(roots_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (p->box < 0) die("open a box: %s", strerror(errno));
    if (fchmod(p->box, 0700) || (many_uids && fchown(p->box, uid_of(p), uid_of(p))))
        die("hand over a box: %s", strerror(errno));
    for (uint32_t i = 0; i < p->nfiles; i++) {
        int from = safe_name(p->files[i].name) ? open_place(&p->files[i].from) : -1;
        if (from < 0 || copy_file(from, p->box, p->files[i].name, uid_of(p)))
            die("file %s: %s", p->files[i].name, strerror(errno));
        close(from);
    }
    for (uint32_t i = 0; i < p->nfifos; i++) make_fifo_in_box(p, p->fifos[i].name);
    snprintf(path, sizeof path, "%u.%u", step, index);
    int flags = O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW;
    p->out = openat(scratch_fd, path, flags, 0600);
    snprintf(path, sizeof path, "%u.%u.err", step, index);
    p->err = openat(scratch_fd, path, flags, 0600);
    if (p->out < 0 || p->err < 0) die("open outputs: %s", strerror(errno));
    if (p->program && (p->program_fd = open_blob(p->program)) < 0)
        die("program %s: %s", p->program, strerror(errno));
    if (p->input.kind != FROM_PIPE) {
        p->in = p->input.kind == NOTHING ? openat(scratch_fd, ".empty", O_RDONLY | O_CREAT | O_CLOEXEC, 0400)
                                         : open_place(&p->input);
        if (p->in < 0) die("standard input: %s", strerror(errno));
    }
}

/* --- starting --- */

static void limit(int what, uint64_t soft, uint64_t hard) {
    struct rlimit r = {soft, hard};
    if (setrlimit((__rlimit_resource_t)what, &r) && what != RLIMIT_NPROC) _exit(120);
}

/* What a child says before its exec; in shared memory, for a forked child too. */
static struct { volatile int error; volatile bool launched[MAX_PROCESSES]; } *start_page;

/* Everything between fork and exec. Only system calls: in a vfork child the memory is ours. */
static void become(struct process *p, struct step *s) {
    struct sigaction standard = {.sa_handler = SIG_DFL};
    sigaction(SIGPIPE, &standard, NULL);
    syscall(SYS_setsid);
    if (settings.unsafe) prctl(PR_SET_PDEATHSIG, SIGKILL);
    int in = p->in, out = p->out;
    if (p->input.kind == FROM_PIPE) { /* in the shell's order: `< pipe > pipe` */
        const char *name;
        int folder = open_pipe_folder(s, p->input.name, &name);
        if ((in = openat(folder, name, O_RDONLY | O_CLOEXEC)) < 0) goto failed;
    }
    if (p->output_pipe) {
        const char *name;
        int folder = open_pipe_folder(s, p->output_pipe, &name);
        if ((out = openat(folder, name, O_WRONLY | O_CLOEXEC)) < 0) goto failed;
    }
    int program = p->program_fd;
    if (program >= 0 && program < 3 && (program = fcntl(program, F_DUPFD_CLOEXEC, 3)) < 0)
        goto failed;
    if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(p->err, 2) < 0) goto failed;
    fcntl(0, F_SETFD, 0), fcntl(1, F_SETFD, 0), fcntl(2, F_SETFD, 0);
    uint64_t seconds = p->cpu_ns / 1000000000ull + 2;
    limit(RLIMIT_CPU, seconds, seconds + 1);
    limit(RLIMIT_FSIZE, p->output + 1, p->output + 1);
    limit(RLIMIT_CORE, 0, 0);
    limit(RLIMIT_NOFILE, 256, 256);
    limit(RLIMIT_MEMLOCK, 65536, 65536);
    limit(RLIMIT_MSGQUEUE, 0, 0);
    limit(RLIMIT_STACK, p->memory + (64ull << 20), p->memory + (64ull << 20));
    limit(RLIMIT_DATA, p->memory + (128ull << 20), p->memory + (128ull << 20));
    if (fchdir(p->box)) goto failed;
    if (!settings.unsafe) {
        limit(RLIMIT_NPROC, p->processes, p->processes);
        char root[32] = "/roots/", digits[4];
        int at = 7, n = 0, number = p->root;
        do digits[n++] = (char)('0' + number % 10);
        while (number /= 10);
        while (n) root[at++] = digits[--n];
        root[at] = 0;
        if (chroot(root) || chdir("/box")) goto failed;
        if (many_uids) {
            uid_t id = uid_of(p);
            if (syscall(SYS_setresgid, id, id, id) || syscall(SYS_setresuid, id, id, id)) goto failed;
        } else {
            /* The only uid there is; without capabilities, and none to be gained by exec. */
            struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
            struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
            if (prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED |
                                             SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED |
                                             SECBIT_KEEP_CAPS_LOCKED) ||
                syscall(SYS_capset, &head, none))
                goto failed;
        }
    }
    start_page->launched[p->root] = true;
    if (program >= 0)
        syscall(SYS_execveat, program, "", p->argv, p->env, 0x1000 /* AT_EMPTY_PATH */);
    else
        execve(p->argv[0], (char *const *)p->argv, (char *const *)p->env);
failed:
    start_page->error = errno ? errno : EINVAL;
    _exit(121);
}

__attribute__((noinline)) static pid_t start_alone(struct process *p, struct step *s) {
    pid_t pid = vfork();
    if (pid == 0) become(p, s);
    return pid;
}

static void start(struct process *p, struct step *s) {
    if (!start_page &&
        (start_page = mmap(NULL, sizeof *start_page, PROT_READ | PROT_WRITE,
                           MAP_SHARED | MAP_ANONYMOUS, -1, 0)) == MAP_FAILED)
        die("shared page: %s", strerror(errno));
    start_page->error = 0;
    start_page->launched[p->root] = false;
    p->started = now();
    /* A pipe's opening waits for its other end, so the parent must go on: a real fork. */
    bool pipes = p->input.kind == FROM_PIPE || p->output_pipe;
    p->pid = pipes ? fork() : start_alone(p, s);
    if (p->pid == 0) become(p, s);
    if (p->pid < 0) die("start a process: %s", strerror(errno));
    p->pidfd = (int)syscall(SYS_pidfd_open, p->pid, 0);
    if (p->pidfd < 0) die("pidfd: %s", strerror(errno));
}

/* --- watching --- */

/* Add what descendants use to the process that owns them: by uid where each has its own,
 * otherwise to every contestant (a step has one, except in communication problems). */
static void look_around(struct step *s) {
    for (uint32_t i = 0; i < s->n; i++)
        s->processes[i].polled_cpu = s->processes[i].polled_memory = 0;
    int folder = have_proc ? open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (folder < 0) {
        for (uint32_t i = 0; i < s->n; i++)
            if (!s->processes[i].over) s->processes[i].polled_cpu = cpu_clock(s->processes[i].pid);
        return;
    }
    static char entries[16384];
    static long page;
    if (!page) page = sysconf(_SC_PAGESIZE);
    long size;
    while ((size = syscall(SYS_getdents64, folder, entries, sizeof entries)) > 0) {
        for (long at = 0; at < size;) {
            const char *name = entries + at + 19; /* inode 8, offset 8, length 2, type 1 */
            unsigned short length;
            memcpy(&length, entries + at + 16, 2);
            at += length;
            pid_t pid = (pid_t)atoi(name);
            if (pid <= 1) continue;
            char path[32], text[128] = "";
            snprintf(path, sizeof path, "%d/statm", pid);
            int f = openat(folder, path, O_RDONLY | O_CLOEXEC);
            if (f < 0) continue;
            struct stat owner;
            ssize_t got = read(f, text, sizeof text - 1);
            bool known = !fstat(f, &owner);
            close(f);
            if (got <= 0) continue;
            unsigned long total = 0, resident = 0;
            sscanf(text, "%lu %lu", &total, &resident);
            uint64_t cpu = cpu_clock(pid);
            bool main_of_another = false;
            for (uint32_t i = 0; i < s->n; i++)
                if (s->processes[i].pid == pid) main_of_another = true;
            for (uint32_t i = 0; i < s->n; i++) {
                struct process *p = &s->processes[i];
                bool mine = p->pid == pid ||
                            (!main_of_another && (many_uids ? known && owner.st_uid == uid_of(p)
                                                            : !p->trusted || s->n == 1));
                if (!mine) continue;
                p->polled_cpu += cpu;
                p->polled_memory += (uint64_t)resident * (uint64_t)page;
            }
        }
    }
    close(folder);
}

static void stop(struct process *p, enum stop why) {
    if (p->over || p->stop) return;
    p->stop = why;
    kill(p->pid, SIGKILL);
}

static void reap_main(struct process *p, uint32_t *order) {
    if (wait4(p->pid, &p->status, 0, &p->usage) != p->pid) die("wait4: %s", strerror(errno));
    p->ended = now();
    p->over = true;
    p->rank = (*order)++;
    close(p->pidfd);
    p->pidfd = -1;
    if (start_page->error) die("start %s: %s", p->argv[0], strerror(start_page->error));
    p->cpu_used = of(p->usage.ru_utime) + of(p->usage.ru_stime);
}

static void watch(struct step *s) {
    uint32_t running = s->n, order = 0;
    static long cores;
    if (!cores) cores = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t begun = now();
    bool polled = false;
    while (running) {
        uint64_t t = now(), sleep = POLL_EVERY;
        if (!polled && t - begun < POLL_AFTER) {
            sleep = POLL_AFTER;
        } else {
            polled = true;
            look_around(s);
            for (uint32_t i = 0; i < s->n; i++) {
                struct process *p = &s->processes[i];
                if (p->over) continue;
                if (p->polled_memory > p->peak) p->peak = p->polled_memory;
                if (p->polled_cpu > p->cpu_ns)
                    stop(p, STOP_CPU);
                else if (p->polled_memory > p->memory)
                    stop(p, STOP_MEMORY);
                else if (t - p->started > p->wall_ns)
                    stop(p, STOP_WALL);
                uint64_t left = p->cpu_ns > p->polled_cpu ? p->cpu_ns - p->polled_cpu : 0;
                left = left / (uint64_t)cores + MS / 2;
                if (left < sleep) sleep = left;
            }
        }
        struct pollfd fds[MAX_PROCESSES + 1];
        int n = 0;
        fds[n++] = (struct pollfd){.fd = 0, .events = 0}; /* the end of whoever drives us */
        for (uint32_t i = 0; i < s->n; i++)
            if (!s->processes[i].over)
                fds[n++] = (struct pollfd){.fd = s->processes[i].pidfd, .events = POLLIN};
        struct timespec timeout = {(time_t)(sleep / 1000000000ull), (long)(sleep % 1000000000ull)};
        int events = ppoll(fds, (nfds_t)n, &timeout, NULL);
        if (events > 0 && fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) {
            if (!settings.unsafe) kill(-1, SIGKILL);
            _exit(0);
        }
        for (uint32_t i = 0; i < s->n; i++) {
            struct process *p = &s->processes[i];
            for (int k = 1; k < n && !p->over && events > 0; k++)
                if (fds[k].fd == p->pidfd && fds[k].revents) {
                    reap_main(p, &order);
                    running--;
                    break;
                }
        }
        /* A process that never reached exec waits for the other end of a pipe: in vain, once
         * every process that did is gone. A second of patience: it may be on its way. */
        bool hope = !order;
        uint64_t last = 0;
        for (uint32_t i = 0; i < s->n; i++) {
            struct process *p = &s->processes[i];
            if (p->over && p->ended > last) last = p->ended;
            hope = hope || (!p->over && start_page->launched[i]);
        }
        for (uint32_t i = 0; i < s->n && !hope && now() - last > 1000 * MS; i++)
            stop(&s->processes[i], STOP_WALL);
    }
}

/* Kill and reap everything left in the slot; returns how many there were. */
static uint32_t sweep(uint64_t *cpu) {
    uint32_t orphans = 0;
    uint64_t until = now() + 1000 * MS;
    struct rusage usage;
    for (;;) {
        int status;
        pid_t pid = wait4(-1, &status, WNOHANG, &usage);
        if (pid < 0 && errno == ECHILD) return orphans;
        if (pid > 0) {
            orphans++;
            *cpu += of(usage.ru_utime) + of(usage.ru_stime);
            continue;
        }
        if (now() > until) die("processes would not end");
        if (settings.unsafe) { /* no pid namespace of our own: only children can be named */
            char path[64], text[4096] = "";
            snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
            int f = open(path, O_RDONLY | O_CLOEXEC);
            if (f >= 0 && read(f, text, sizeof text - 1) > 0)
                for (char *at = text, *next; (pid = (pid_t)strtol(at, &next, 10)) > 0; at = next)
                    kill(pid, SIGKILL);
            if (f >= 0) close(f);
        } else {
            kill(-1, SIGKILL);
        }
        struct timespec pause = {0, 200000};
        nanosleep(&pause, NULL);
    }
}

/* --- results --- */

static void out_head(int file, uint64_t size, uint32_t most) {
    static unsigned char head[65536];
    uint64_t n = size < most ? size : most;
    if (n > sizeof head) n = sizeof head;
    ssize_t got = n ? pread(file, head, n, 0) : 0;
    out_u32(got > 0 ? (uint32_t)got : 0);
    out_bytes(head, got > 0 ? (size_t)got : 0);
}

static uint64_t size_of(int file) {
    struct stat s;
    return fstat(file, &s) ? 0 : (uint64_t)s.st_size;
}

static void out_kept(const char *name, int file) {
    char sha[SHA_HEX + 1];
    uint64_t size;
    if (keep_file(file, sha, &size)) die("keep %s: %s", name, strerror(errno));
    out_text(sha);
    out_u64(size);
}

static bool clean(const struct process *p) {
    return !p->stop && WIFEXITED(p->status) && WEXITSTATUS(p->status) == 0;
}

static void report(struct process *p, uint32_t orphans) {
    uint64_t peak = (uint64_t)p->usage.ru_maxrss * 1024;
    if (p->peak > peak) peak = p->peak;
    uint64_t written = p->output_pipe ? 0 : size_of(p->out);
    if (!p->stop && (written > p->output ||
                     (WIFSIGNALED(p->status) && WTERMSIG(p->status) == SIGXFSZ)))
        p->stop = STOP_OUTPUT;
    if (!p->stop && p->cpu_used > p->cpu_ns) p->stop = STOP_CPU;
    if (!p->stop && peak > p->memory) p->stop = STOP_MEMORY;
    out_u32(WIFEXITED(p->status) ? (uint32_t)WEXITSTATUS(p->status) + 1 : 0);
    out_u32(WIFSIGNALED(p->status) ? (uint32_t)WTERMSIG(p->status) : 0);
    out_u64(p->cpu_used);
    out_u64(p->ended - p->started);
    out_u64(peak);
    out_u8((uint8_t)p->stop);
    out_u64(written);
    out_head(p->out, written, p->head);
    uint64_t said = size_of(p->err);
    out_head(p->err, said < p->stderr_bytes ? said : p->stderr_bytes, p->head);
    out_u32(orphans);
    out_u32(p->rank);
    out_u8(p->keep && clean(p));
    if (p->keep && clean(p)) out_kept("standard output", p->out);
    uint32_t kept = 0;
    int files[MAX_FILES];
    for (uint32_t i = 0; i < p->nfetch; i++) {
        struct stat s;
        files[i] = clean(p) && safe_name(p->fetch[i])
                       ? openat(p->box, p->fetch[i], O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
                       : -1;
        if (files[i] >= 0 && (fstat(files[i], &s) || !S_ISREG(s.st_mode))) {
            close(files[i]);
            files[i] = -1;
        }
        kept += files[i] >= 0;
    }
    out_u32(kept);
    for (uint32_t i = 0; i < p->nfetch; i++)
        if (files[i] >= 0) {
            out_text(p->fetch[i]);
            out_kept(p->fetch[i], files[i]);
            close(files[i]);
        }
}

static void finish(struct process *p) {
    fchmod(p->box, 0700);
    if (!wipe(p->box, 0)) die("a box could not be emptied");
    close(p->box);
    if (settings.toolchain) {
        int tmp = openat(roots_fd, "0/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (tmp >= 0 && !wipe(tmp, 0)) die("the compiler's folder could not be emptied");
        if (tmp >= 0) close(tmp);
    }
    close(p->err);
    if (p->in >= 0) close(p->in);
    if (p->program_fd >= 0) close(p->program_fd);
}

static bool run_step(uint32_t index) {
    struct step *s = &steps[index];
    nfifos = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        prepare(&s->processes[i], index, i);
        outputs[index][i] = s->processes[i].out;
    }
    const char *unused; /* pipes exist before anyone may open them */
    for (uint32_t i = 0; i < s->n; i++) {
        if (s->processes[i].input.kind == FROM_PIPE)
            open_pipe_folder(s, s->processes[i].input.name, &unused);
        if (s->processes[i].output_pipe)
            open_pipe_folder(s, s->processes[i].output_pipe, &unused);
    }
    for (uint32_t i = 0; i < s->n; i++) start(&s->processes[i], s);
    watch(s);
    uint64_t extra = 0;
    uint32_t orphans = sweep(&extra);
    bool all_clean = true;
    out_u32(s->n);
    for (uint32_t i = 0; i < s->n; i++) {
        struct process *p = &s->processes[i];
        if (!p->trusted || s->n == 1) p->cpu_used += extra;
        report(p, orphans);
        all_clean = all_clean && clean(p);
    }
    for (uint32_t i = 0; i < s->n; i++) finish(&s->processes[i]);
    for (int i = 0; i < nfifos; i++) unlinkat(scratch_fd, fifo_names[i], 0);
    return all_clean;
}

void run_job(struct cursor *c) {
    uint32_t n = get_count(c, MAX_STEPS);
    for (uint32_t i = 0; i < n; i++) {
        struct step *s = &steps[i];
        s->only_if_clean = get_u8(c);
        s->compares = get_u8(c);
        if (s->compares) {
            s->left = get_place(c);
            s->right = get_text(c);
        }
        s->n = get_count(c, settings.toolchain ? 1 : MAX_PROCESSES);
        for (uint32_t k = 0; k < s->n; k++) get_process(c, &s->processes[k], (int)k);
        for (uint32_t k = 0; k < MAX_PROCESSES; k++) outputs[i][k] = -1;
    }
    if (c->bad || c->at != c->end) die("malformed job");
    bool clean_so_far = true;
    out_u32(n);
    for (uint32_t i = 0; i < n; i++) {
        struct step *s = &steps[i];
        if (s->only_if_clean && !clean_so_far) {
            out_u8(1);
            continue;
        }
        out_u8(0);
        if (s->compares) {
            int left = open_place(&s->left), right = open_blob(s->right);
            if (left < 0 || right < 0) die("compare: %s", strerror(errno));
            out_u8(same_text(left, right) ? 1 : 2);
            close(left);
            close(right);
        } else {
            out_u8(0);
        }
        if (!run_step(i)) clean_so_far = false;
    }
    char path[64];
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < steps[i].n; k++)
            if (outputs[i][k] >= 0) {
                close(outputs[i][k]);
                snprintf(path, sizeof path, "%u.%u", i, k);
                unlinkat(scratch_fd, path, 0);
                snprintf(path, sizeof path, "%u.%u.err", i, k);
                unlinkat(scratch_fd, path, 0);
            }
}
