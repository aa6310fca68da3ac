/* One process: its folder and files, limits, chroot, uid, execveat. */
#include "runner.h"

#include <linux/capability.h>
#include <linux/securebits.h>

/* Contestants and trusted programs never share a uid, nor do two processes of a step. */
static uid_t uid_of(const struct process *p) {
    return many_uids ? first_uid + (p->trusted ? 1u + MAX_PROCESSES : 1u) + (uid_t)p->root : 0u;
}

/* --- limits of the kernel --- */

/* Set them; or, beforehand, see that they can be set: a lower limit of whoever started us cannot be
 * raised, and would show as a verdict. */
static bool limit(const struct process *p, bool look_only) {
    /* What is resident decides. These only stop what would fill the machine between two looks:
     * threads may reserve large stacks, and what is merely mapped costs page tables. */
    const rlim_t stack = p->memory + (64u << 20);
    const rlim_t data = p->memory + (128u << 20) + p->processes * stack;
    const struct { __rlimit_resource_t what; const char *name; rlim_t most; } limits[] = {
        {RLIMIT_CPU, "CPU seconds (ulimit -Ht)", p->cpu_ns / 1000000000u + 3},
        {RLIMIT_FSIZE, "bytes of a file (ulimit -Hf)", p->output + 1},
        {RLIMIT_STACK, "bytes of stack (ulimit -Hs)", stack},
        {RLIMIT_NPROC, "processes (ulimit -Hu)", p->processes + threads_of_others()},
        {RLIMIT_DATA, "bytes of data (ulimit -Hd)", data},
        {RLIMIT_AS, "bytes of address space (ulimit -Hv)", data + 2 * stack},
    };
    static struct rlimit ours[6]; /* do not change, so they are asked for once */
    for (int i = 0; i < (p->resident ? 4 : 6); i++) {
        rlim_t most = limits[i].most;
        if (look_only && !ours[i].rlim_max && getrlimit(limits[i].what, &ours[i])) return false;
        struct rlimit r = ours[i];
        if (look_only && r.rlim_max < most)
            die("this machine allows a program only %llu %s and %llu are needed: raise that hard "
                "limit where the judge is started (limits.conf, LimitSTACK= and the like)",
                (unsigned long long)r.rlim_max, limits[i].name, (unsigned long long)most);
        /* A stack without limit is held by what is resident; a thread's is then 2 MiB, the usual. */
        if (limits[i].what != RLIMIT_STACK) r.rlim_max = most;
        r.rlim_cur = r.rlim_max - (limits[i].what == RLIMIT_CPU);
        if (!look_only && setrlimit(limits[i].what, &r)) return false;
    }
    return true;
}

/* --- preparing --- */

/* Partners do not share even the pages of their program: on a word of those they could meet. Where
 * programs may start processes, one lies in its own folder, unless it is too large for it: so it can
 * start itself, by the name that /proc/self/exe tells. */
static int open_program(const struct process *p) {
    int program = open_blob(p->program);
    if (program < 0) return -1;
    bool may = settings.processes && !settings.toolchain && !p->trusted;
    bool own = may && !copy_file(program, p->box, SELF, 0, 0555);
    if (may && !own) unlinkat(p->box, SELF, 0);
    if (!own && !p->root) return program;
    int copied = own ? 0 : copy_file(program, blobs_fd, ".copy", 0, 0555);
    close(program);
    if (copied) return -1;
    program = openat(own ? p->box : given_fd, own ? SELF : ".copy", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (!own) unlinkat(blobs_fd, ".copy", 0);
    return program;
}

/* The folder of a path below a box, made if it is not there, and the name in it. Nothing runs yet
 * that could put a link in its way. */
static int open_above(int box, const char **path, uid_t uid) {
    int folder = box;
    char part[200];
    for (const char *slash; (slash = strchr(*path, '/')); *path = slash + 1) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - *path), *path);
        errno = EINVAL;
        if (!safe_name(part) || (mkdirat(folder, part, 0755) && errno != EEXIST)) return -1;
        int inner = openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (folder != box) close(folder);
        if ((folder = inner) < 0 || (many_uids && fchown(folder, uid, uid))) return -1;
    }
    errno = EINVAL;
    return safe_name(*path) ? folder : -1;
}

/* Where programs have uids of their own, the file itself stays from job to job, empty: nobody but us
 * can change its mode, and the times of its last use are put back. */
static int open_output(uint32_t step, int root, const char *kind) {
    char path[32];
    snprintf(path, sizeof path, "%u.%d%s", step, root, kind);
    int file = must(openat(scratch_fd, path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), path);
    if (many_uids) must(futimens(file, epoch), "open an output");
    return file;
}

void close_output(int file) {
    if (file >= 0 && many_uids) must(ftruncate(file, 0), "empty an output");
    if (file >= 0) close(file);
}

void prepare(struct process *p, uint32_t step) {
    if (!limit(p, true)) die("getrlimit: %s", strerror(errno));
    uid_t uid = uid_of(p);
    p->box = box_fds[p->root];
    if (many_uids) must(fchown(p->box, uid, uid), "hand over a box");
    if (p->program) must(p->program_fd = open_program(p), p->program);
    for (uint32_t i = 0; i < p->nfiles; i++) {
        const char *name = p->files[i].name;
        int from = open_place(&p->files[i].from), folder = open_above(p->box, &name, uid);
        bool own = p->files[i].writable;
        struct stat s;
        if (from < 0 || folder < 0 ||
            copy_file(from, folder, name, own ? uid : 0, own ? 0644 : 0444) ||
            fstatat(folder, name, &s, AT_SYMLINK_NOFOLLOW))
            die("file %s: %s", p->files[i].name, strerror(errno));
        p->files[i].inode = s.st_ino;
        close(from);
        if (folder != p->box) close(folder);
    }
    for (uint32_t i = 0; i < p->nfifos; i++) {
        const char *name = p->fifos[i].name;
        if (!safe_name(name) || mknodat(p->box, name, S_IFIFO | 0600, 0) ||
            (many_uids && fchownat(p->box, name, uid, uid, AT_SYMLINK_NOFOLLOW)))
            die("pipe %s: %s", name, strerror(errno));
    }
    p->out = open_output(step, p->root, "");
    p->err = open_output(step, p->root, ".err");
    if (p->input.kind != FROM_PIPE) must(p->in = open_place(&p->input), "standard input");
}

/* A pipe that a process of the step has as a file is that file; the others have no name, so that
 * nobody waits while opening them, and who reads learns that nobody writes any more. */
static bool find_fifo(struct step *s, const char *pipe, int *folder, const char **name) {
    for (uint32_t i = 0; i < s->n; i++)
        for (uint32_t k = 0; k < s->processes[i].nfifos; k++)
            if (!strcmp(s->processes[i].fifos[k].pipe, pipe)) {
                if (name) *name = s->processes[i].fifos[k].name;
                if (folder) *folder = s->processes[i].box;
                return true;
            }
    return false;
}

static struct { const char *name; int ends[2]; } pipes[2 * MAX_PROCESSES];
static uint32_t npipes;

static void make_pipe(struct step *s, const char *pipe) {
    if (find_fifo(s, pipe, NULL, NULL)) return;
    for (uint32_t i = 0; i < npipes; i++)
        if (!strcmp(pipes[i].name, pipe)) return;
    pipes[npipes].name = pipe;
    must(pipe2(pipes[npipes++].ends, O_CLOEXEC), "make a pipe");
}

void make_pipes(struct step *s) {
    for (uint32_t i = 0; i < s->n; i++) {
        if (s->processes[i].input.kind == FROM_PIPE) make_pipe(s, s->processes[i].input.name);
        if (s->processes[i].output_pipe) make_pipe(s, s->processes[i].output_pipe);
    }
}

/* Those of contestants are kept: what they leave open closes when their end is on record, and no
 * partner can know of it, and end because of it, before. */
void leave_pipes(struct step *s) {
    for (; npipes; npipes--) {
        const char *name = pipes[npipes - 1].name;
        const int *ends = pipes[npipes - 1].ends;
        struct process *reader = NULL, *writer = NULL;
        for (struct process *p = s->processes; p < s->processes + s->n; p++) {
            if (!p->trusted && p->input.kind == FROM_PIPE && !strcmp(p->input.name, name)) reader = p;
            if (!p->trusted && p->output_pipe && !strcmp(p->output_pipe, name)) writer = p;
        }
        if (reader) reader->kept[0] = ends[0];
        else if (writer) writer->kept[2] = ends[0];
        else close(ends[0]);
        if (writer) writer->kept[1] = ends[1];
        else close(ends[1]);
    }
}

/* --- starting --- */

/* What a child says before its exec; in shared memory, for a child with memory of its own. */
static struct { volatile int error[MAX_PROCESSES]; volatile bool started[MAX_PROCESSES]; } *page;

void make_page(void) {
    page = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) die("shared page: %s", strerror(errno));
}

int start_error(int index) { return page->error[index]; }
bool has_started(int index) { return page->started[index]; }

static bool open_pipe(struct step *s, const char *pipe, int flags, int *file) {
    const char *name;
    int folder;
    if (find_fifo(s, pipe, &folder, &name))
        return (*file = openat(folder, name, flags | O_CLOEXEC)) >= 0;
    for (uint32_t i = 0; i < npipes; i++)
        if (!strcmp(pipes[i].name, pipe)) *file = pipes[i].ends[flags == O_WRONLY];
    return true;
}

/* The calls themselves: the library would tell threads that we do not have. */
bool change_uid(uid_t id) {
    return !syscall(SYS_setresgid, id, id, id) && !syscall(SYS_setresuid, id, id, id);
}

/* Where there is one uid only; none are to be gained by exec. */
static bool drop_capabilities(void) {
    if (getuid()) return true;
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
    return !prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
                                         SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED) &&
           !syscall(SYS_capset, &head, none);
}

static bool give_up_uid(const struct process *p, const struct step *s) {
    if (many_uids) return change_uid(uid_of(p));
    if (!drop_capabilities()) return false;
    if (s->n > 1) keep_to_oneself();
    return true;
}

struct pair { struct process *process; struct step *step; };

/* Everything between fork and exec. Only system calls: mostly, the memory is the runner's. */
static int become(void *argument) {
    struct process *p = ((struct pair *)argument)->process;
    struct step *s = ((struct pair *)argument)->step;
    static const struct sigaction standard = {.sa_handler = SIG_DFL};
    static const sigset_t no_signals;
    /* A validator or manager whose partner has left still has its verdict to say. */
    if (!p->trusted) sigaction(SIGPIPE, &standard, NULL);
    syscall(SYS_setpgid, 0, 0);
    sigprocmask(SIG_SETMASK, &no_signals, NULL);
    if (settings.plain) prctl(PR_SET_PDEATHSIG, SIGKILL);
    int in = p->in, out = p->out;
    /* In the shell's order: `< pipe > pipe`. */
    if (p->input.kind == FROM_PIPE && !open_pipe(s, p->input.name, O_RDONLY, &in)) goto failed;
    if (p->output_pipe && !open_pipe(s, p->output_pipe, O_WRONLY, &out)) goto failed;
    /* Our own 0, 1 and 2 are open, so none of these is one of them; the rest closes by itself. */
    if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(p->err, 2) < 0) goto failed;
    if (!limit(p, false)) goto failed;
    if (s->n > 1) {
        /* A word to a partner on the same core costs a tenth of one across cores. And as a batch
         * process does not push another aside when it is woken, who leaves, closing its pipes, is
         * gone before its partner notices: so the order of their ends is the true one. */
        static const struct sched_param none;
        syscall(SYS_sched_setscheduler, 0, SCHED_BATCH, &none, 0, start_word);
    } else if (CPU_COUNT(&all_cores) > 1) {
        /* It starts on our core, which costs least, and may leave it when that is busy. */
        syscall(SYS_sched_setaffinity, 0, sizeof all_cores, &all_cores, 0, start_word);
    }
    if (!settings.plain && (fchdir(root_fds[p->root]) || chroot("."))) goto failed;
    if (fchdir(p->box)) goto failed;
    if (!settings.plain && !give_up_uid(p, s)) goto failed;
    if (settings.plain && !settings.unsafe && (!drop_capabilities() || !confine(p))) goto failed;
    page->started[p->root] = true;
    if (p->program_fd >= 0)
        syscall(SYS_execveat, p->program_fd, "", p->argv, p->env, AT_EMPTY_PATH);
    else
        execve(p->argv[0], (char *const *)p->argv, (char *const *)p->env);
failed:
    page->error[p->root] = errno ? errno : EINVAL;
    _exit(121);
}

void start(struct process *p, struct step *s) {
    static unsigned char stack[32768] __attribute__((aligned(16)));
    page->error[p->root] = 0;
    page->started[p->root] = false;
    struct pair pair = {p, s};
    /* As vfork, which copies no memory. But opening a pipe that is a file waits for its other
     * end, so we must go on meanwhile: then the child gets memory of its own. */
    bool waits = (p->input.kind == FROM_PIPE && find_fifo(s, p->input.name, NULL, NULL)) ||
                 (p->output_pipe && find_fifo(s, p->output_pipe, NULL, NULL));
    int flags = waits ? SIGCHLD : CLONE_VM | CLONE_VFORK | SIGCHLD;
    if (settings.toolchain) p->cpu_before = group_cpu();
    p->started = now();
    must(p->pid = clone(become, stack + sizeof stack, flags, &pair, NULL, (void *)start_word, NULL), "start");
    if (s->n > 1) follow(p); /* else see ends_soon */
}

void finish(struct process *p) {
    if (!wipe(p->box, 0700)) die("a box could not be emptied");
    if (tmp_fd >= 0 && !wipe(tmp_fd, 01777)) die("the compiler's folder could not be emptied");
    close_output(p->err);
    const int files[] = {p->in, p->program_fd, p->kept[0], p->kept[2]};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (files[i] >= 0) close(files[i]);
}
