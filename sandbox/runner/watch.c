/* While the processes of a step run: limits, and the order in which they end. Then the sweep.
 *
 * Waits on their pidfds with one timer, computed from what is left of their CPU time. */
#include "runner.h"

#include <dirent.h>
#include <poll.h>
#include <sys/epoll.h>

#define POLL_AFTER (5 * MS) /* tiny runs are not polled at all */
#define POLL_EVERY (10 * MS)
#define PATIENCE (1000 * MS)

static uint64_t of(struct timespec t) {
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return of(t);
}

static uint64_t nanoseconds(struct timeval t) {
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_usec * 1000u;
}

/* --- what belongs to a process, where programs may start others --- */

struct tree { pid_t pids[1024]; int n; };

static bool read_text(const char *path, char *text, size_t size) {
    int f = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = f < 0 ? -1 : read(f, text, size - 1);
    text[n > 0 ? n : 0] = 0;
    if (f >= 0) close(f);
    return n > 0;
}

static void add(struct tree *t, pid_t pid, const struct step *s) {
    for (int i = 0; i < t->n; i++)
        if (t->pids[i] == pid) return;
    for (uint32_t i = 0; s && i < s->n; i++) /* others of the step have trees of their own */
        if (s->processes[i].pid == pid && !s->processes[i].over) return;
    if ((size_t)t->n < sizeof t->pids / sizeof *t->pids) t->pids[t->n++] = pid;
}

/* The children of a process, each of which belongs to the thread that started it. */
static void add_children(struct tree *t, pid_t pid, const struct step *s) {
    char path[300], text[4096];
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *threads = opendir(path);
    struct dirent *thread;
    while (threads && (thread = readdir(threads))) {
        snprintf(path, sizeof path, "/proc/%d/task/%s/children", pid, thread->d_name);
        char *at = text, *end;
        if (thread->d_name[0] == '.' || !read_text(path, text, sizeof text)) continue;
        for (long child; (child = strtol(at, &end, 10)) > 0; at = end) add(t, (pid_t)child, s);
    }
    if (threads) closedir(threads);
}

/* Whether it answers for what nobody is the parent of any more: the judge's own do not. */
static bool answers(const struct step *s, const struct process *p) {
    return !p->trusted || s->n == 1;
}

/* A process and all that descends from it, and orphans. Without a process: all that are ours. */
static const struct tree *tree_of(const struct step *s, const struct process *p) {
    static struct tree t;
    t.n = 0;
    if (p && !p->over) t.pids[t.n++] = p->pid;
    if (p && !settings.processes) return &t;
    if (!p || answers(s, p)) add_children(&t, getpid(), s);
    for (int i = 0; i < t.n; i++) add_children(&t, t.pids[i], s);
    return &t;
}

/* What was killed starts nothing, and until it is reaped nobody gets its place among those that
 * a limit allows: so this comes to an end, however fast they multiply. */
static void kill_tree(const struct step *s, const struct process *p) {
    for (int seen = -1, n = 0; n != seen;) {
        const struct tree *t = tree_of(s, p);
        seen = n;
        n = t->n;
        for (int i = 0; i < n; i++) kill(t->pids[i], SIGKILL);
    }
}

/* --- limits --- */

/* From /proc: its flags, and the clock ticks of children that it has waited for. */
static unsigned read_stat(pid_t pid, uint64_t *ticks) {
    char path[32], text[512];
    unsigned flags = 0;
    unsigned long user = 0, kernel = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    const char *at = read_text(path, text, sizeof text) ? strrchr(text, ')') : NULL;
    if (at)
        sscanf(at, ") %*c %*d %*d %*d %*d %*d %u %*u %*u %*u %*u %*u %*u %lu %lu", &flags, &user,
               &kernel);
    *ticks = user + kernel;
    return flags;
}

static void add_use(pid_t pid, struct use *use) {
    struct timespec t; /* the process clock of another process: clock_getcpuclockid(3) */
    if (!clock_gettime((clockid_t)((~(unsigned)pid << 3) | 2u), &t)) use->cpu += of(t);
    char path[32], text[128];
    unsigned long resident = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", pid);
    if (read_text(path, text, sizeof text)) sscanf(text, "%*u %lu", &resident);
    use->memory += (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
    if (!settings.processes) return;
    uint64_t ticks;
    read_stat(pid, &ticks);
    use->cpu += ticks * (1000000000u / (uint64_t)sysconf(_SC_CLK_TCK));
}

/* Pages that a child shares with its parent count for both: the sum is never too small. */
static struct use look_at(const struct step *s, const struct process *p) {
    struct use use = {0, 0};
    const struct tree *t = tree_of(s, p);
    for (int i = 0; i < t->n; i++) add_use(t->pids[i], &use);
    /* A control group knows more exactly; a slot for compiling is a compiler's own. */
    uint64_t cpu = settings.toolchain ? group_cpu() - p->cpu_before : 0;
    if (cpu > use.cpu) use.cpu = cpu;
    return use;
}

static uint32_t ranks; /* given in the order of ends */

static void give_rank(struct process *p) {
    if (!p->ranked) p->rank = ranks++;
    p->ranked = true;
}

/* What is killed has ended, however long it takes to leave: its partners may be faster. */
static void stop(struct process *p, enum stop why) {
    if (p->over || p->stop) return;
    p->stop = why;
    give_rank(p);
    kill(p->pid, SIGKILL);
}

/* Hold a process to its limits; returns how long it may be left alone. */
static uint64_t hold(const struct step *s, struct process *p) {
    struct use use = look_at(s, p);
    if (use.memory > p->peak) p->peak = use.memory;
    if (use.cpu > p->cpu_ns)
        stop(p, STOP_CPU);
    else if (use.memory > p->memory)
        stop(p, STOP_MEMORY);
    else if (now() - p->started > p->wall_ns)
        stop(p, STOP_WALL);
    return p->stop ? POLL_EVERY : (p->cpu_ns - use.cpu) / (unsigned)CPU_COUNT(&all_cores) + MS / 2;
}

/* --- ends --- */

/* Ends are told in the order in which they happened: poll(2) would lose it. */
static int ends;
static sigset_t an_end;

void open_ends(void) {
    struct epoll_event event = {.events = 0}; /* of standard input: whoever drives us is gone */
    must(ends = epoll_create1(EPOLL_CLOEXEC), "epoll");
    must(epoll_ctl(ends, EPOLL_CTL_ADD, 0, &event), "watch the driver");
    sigaddset(&an_end, SIGCHLD);
    must(sigprocmask(SIG_BLOCK, &an_end, NULL), "sigprocmask");
}

void follow(struct process *p) {
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = p}};
    must(p->pidfd = (int)syscall(SYS_pidfd_open, p->pid, 0), "pidfd");
    must(epoll_ctl(ends, EPOLL_CTL_ADD, p->pidfd, &event), "watch a process");
}

/* Most programs that run alone end before they would be looked at, and are not worth a pidfd. */
static bool ends_soon(struct process *p) {
    static const struct timespec soon = {0, POLL_AFTER};
    while (now() - p->started < POLL_AFTER) {
        sigtimedwait(&an_end, NULL, &soon); /* it may tell of an end long past */
        if (wait4(p->pid, &p->status, WNOHANG, &p->usage) == p->pid) return true;
    }
    follow(p);
    return false;
}

static void reap(struct step *s, struct process *p) {
    /* A validator that leaves by now did not wait for a contestant's end, of which it cannot know
     * yet: it was first, though the contestant may have been faster in leaving. */
    uint64_t ticks;
    for (struct process *o = s->processes; o < s->processes + s->n && !p->trusted; o++)
        if (o->trusted && !o->over && read_stat(o->pid, &ticks) & 4 /* PF_EXITING */) give_rank(o);
    give_rank(p);
    if (p->kept[1] >= 0) close(p->kept[1]);
    if (p->kept[0] >= 0) fcntl(p->kept[0], F_SETFL, O_NONBLOCK);
    if (p->pidfd >= 0) { /* else it has been */
        if (wait4(p->pid, &p->status, 0, &p->usage) != p->pid) die("wait4: %s", strerror(errno));
        epoll_ctl(ends, EPOLL_CTL_DEL, p->pidfd, NULL); /* a child may still have a copy of it */
        close(p->pidfd);
    }
    p->ended = now();
    p->over = true;
    if (start_error(p->root)) die("start %s: %s", p->argv[0], strerror(start_error(p->root)));
    p->cpu_used = nanoseconds(p->usage.ru_utime) + nanoseconds(p->usage.ru_stime);
}

/* A process that never got to its program waits for the other end of a pipe: in vain, once
 * every process that did is gone. A second of patience: one may be on its way. */
static void stop_forlorn(struct step *s) {
    uint64_t last = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        struct process *p = &s->processes[i];
        if (!p->over && has_started((int)i)) return;
        if (p->over && p->ended > last) last = p->ended;
    }
    if (!last || now() - last <= PATIENCE) return;
    for (uint32_t i = 0; i < s->n; i++) stop(&s->processes[i], STOP_WALL);
}

void watch(struct step *s) {
    static char words[1 << 16];
    uint32_t ended = ranks = 0;
    uint64_t sleep = s->n == 1 ? 0 : POLL_AFTER;
    if (s->n == 1 && ends_soon(&s->processes[0])) return reap(s, &s->processes[0]);
    while (ended < s->n) {
        struct epoll_event events[MAX_PROCESSES + 1];
        int n = epoll_wait(ends, events, MAX_PROCESSES + 1, (int)((sleep + MS - 1) / MS));
        for (int k = 0; k < n; k++) {
            if (events[k].data.ptr) {
                reap(s, events[k].data.ptr);
                ended++;
                continue;
            }
            settings.plain ? kill_tree(NULL, NULL) : (void)kill(-1, SIGKILL);
            _exit(0);
        }
        if (ended == s->n) continue;
        sleep = POLL_EVERY;
        for (uint32_t i = 0; i < s->n; i++) {
            struct process *p = &s->processes[i];
            /* What is said to a contestant that has left is read for it: its validator must neither
             * end by that nor wait for it, since its verdict is still to come. */
            if (p->over && p->kept[0] >= 0 && read(p->kept[0], words, sizeof words) > 0) sleep = MS;
            /* What it says to a validator that has left is taken, as far as a pipe holds it, so that
             * nobody breaks by a last word; whoever goes on is told. */
            struct pollfd room = {.fd = p->kept[1], .events = POLLOUT};
            if (!p->over && ended && p->kept[2] >= 0 && !poll(&room, 1, 0)) {
                close(p->kept[2]);
                p->kept[2] = -1;
            }
            uint64_t left = p->over ? sleep : hold(s, p);
            if (left < sleep) sleep = left;
            /* What it leaves behind would keep its pipes open, and a partner waiting. */
            if (settings.processes && answers(s, p) && (p->over || p->stop)) kill_tree(s, p);
        }
        stop_forlorn(s);
    }
}

/* --- the sweep --- */

uint32_t sweep(struct use *use) {
    static const struct timespec pause = {0, 200000};
    uint64_t until = now() + PATIENCE;
    for (uint32_t orphans = 0;;) {
        struct rusage usage;
        int status;
        pid_t pid = wait4(-1, &status, WNOHANG, &usage);
        if (pid < 0 && errno == ECHILD) return orphans;
        if (pid > 0) {
            orphans++;
            use->cpu += nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
            uint64_t peak = (uint64_t)usage.ru_maxrss * 1024;
            if (peak > use->memory) use->memory = peak;
            continue;
        }
        if (now() > until) die("processes would not end");
        /* Without a pid namespace of our own only ours can be named. */
        settings.plain ? kill_tree(NULL, NULL) : (void)kill(-1, SIGKILL);
        nanosleep(&pause, NULL);
    }
}
