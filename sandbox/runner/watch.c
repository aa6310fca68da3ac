/* While the processes of a step run: limits, and the order in which they end. Then the sweep.
 *
 * Waits on their pidfds with one timer, computed from what is left of their CPU time. */
#include "runner.h"

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

uint64_t nanoseconds(struct timeval t) {
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_usec * 1000u;
}

/* --- limits --- */

struct use { uint64_t cpu, memory; };

static void add_use(pid_t pid, int proc, struct use *use) {
    struct timespec t; /* the process clock of another process: clock_getcpuclockid(3) */
    if (!clock_gettime((clockid_t)((~(unsigned)pid << 3) | 2u), &t)) use->cpu += of(t);
    char path[32], text[128] = "";
    snprintf(path, sizeof path, "%d/statm", pid);
    int f = proc < 0 ? -1 : openat(proc, path, O_RDONLY | O_CLOEXEC);
    unsigned long resident = 0;
    if (f >= 0 && read(f, text, sizeof text - 1) > 0) sscanf(text, "%*u %lu", &resident);
    if (f >= 0) close(f);
    use->memory += (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* The children of a process (by its first thread), ended by 0. */
static void children_of(pid_t pid, pid_t found[256]) {
    char path[64], text[2560] = "", *at = text;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", pid, pid);
    int n = 0, f = open(path, O_RDONLY | O_CLOEXEC);
    if (f >= 0 && read(f, text, sizeof text - 1) > 0)
        while (n < 255 && (found[n] = (pid_t)strtol(at, &at, 10)) > 0) n++;
    found[n] = 0;
    if (f >= 0) close(f);
}

static void add_children(pid_t pid, int proc, struct use *use) {
    pid_t child[256];
    children_of(pid, child);
    for (int i = 0; child[i]; i++) {
        add_use(child[i], proc, use);
        add_children(child[i], proc, use);
    }
}

/* A compiler is a tree of processes, alone in its slot: all that is ours is its own, even what
 * it has left behind. Other programs cannot start any (filter.c). */
static struct use look_at(const struct process *p) {
    struct use use = {0, 0};
    int proc = have_proc ? open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (settings.toolchain && proc >= 0)
        add_children(getpid(), proc, &use);
    else
        add_use(p->pid, proc, &use);
    if (proc >= 0) close(proc);
    /* A control group also knows what children used that have ended already. */
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

/* Whether a process has begun to leave (PF_EXITING). */
static bool leaves(const struct process *p) {
    char path[32], text[512] = "";
    unsigned flags = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", p->pid);
    int f = have_proc ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    const char *name_ends = f >= 0 && read(f, text, sizeof text - 1) > 0 ? strrchr(text, ')') : NULL;
    if (name_ends) sscanf(name_ends, ") %*c %*d %*d %*d %*d %*d %u", &flags);
    if (f >= 0) close(f);
    return flags & 4;
}

/* Hold a process to its limits; returns how long it may be left alone. */
static uint64_t hold(struct process *p) {
    static long cores;
    if (!cores) cores = sysconf(_SC_NPROCESSORS_ONLN);
    struct use use = look_at(p);
    if (use.memory > p->peak) p->peak = use.memory;
    if (use.cpu > p->cpu_ns)
        stop(p, STOP_CPU);
    else if (use.memory > p->memory)
        stop(p, STOP_MEMORY);
    else if (now() - p->started > p->wall_ns)
        stop(p, STOP_WALL);
    else if ((p->cpu_ns - use.cpu) / (uint64_t)cores + MS / 2 < POLL_EVERY)
        return (p->cpu_ns - use.cpu) / (uint64_t)cores + MS / 2;
    return POLL_EVERY;
}

/* --- ends --- */

/* Ends are told in the order in which they happened: poll(2) would lose it. */
static int ends = -1;

void follow(struct process *p) {
    struct epoll_event event = {.events = 0}; /* of standard input: whoever drives us is gone */
    if (ends < 0) {
        must(ends = epoll_create1(EPOLL_CLOEXEC), "epoll");
        must(epoll_ctl(ends, EPOLL_CTL_ADD, 0, &event), "watch the driver");
    }
    event = (struct epoll_event){.events = EPOLLIN, .data = {.ptr = p}};
    must(epoll_ctl(ends, EPOLL_CTL_ADD, p->pidfd, &event), "watch a process");
}

static void reap(struct step *s, struct process *p) {
    /* A validator that leaves by now did not wait for a contestant's end, of which it cannot know
     * yet: it was first, though the contestant may have been faster in leaving. */
    for (uint32_t i = 0; i < s->n && !p->trusted; i++)
        if (s->processes[i].trusted && !s->processes[i].over && leaves(&s->processes[i]))
            give_rank(&s->processes[i]);
    give_rank(p);
    for (int end = 0; end < 2; end++)
        if (p->kept[end] >= 0) close(p->kept[end]);
    if (wait4(p->pid, &p->status, 0, &p->usage) != p->pid) die("wait4: %s", strerror(errno));
    p->ended = now();
    p->over = true;
    epoll_ctl(ends, EPOLL_CTL_DEL, p->pidfd, NULL); /* a child may still have a copy of it */
    close(p->pidfd);
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
    uint32_t ended = ranks = 0;
    uint64_t sleep = POLL_AFTER;
    while (ended < s->n) {
        struct epoll_event events[MAX_PROCESSES + 1];
        int n = epoll_wait(ends, events, MAX_PROCESSES + 1, (int)((sleep + MS - 1) / MS));
        for (int k = 0; k < n; k++) {
            if (events[k].data.ptr) {
                reap(s, events[k].data.ptr);
                ended++;
                continue;
            }
            if (!settings.plain) kill(-1, SIGKILL);
            _exit(0);
        }
        if (ended == s->n || (n > 0 && sleep == POLL_AFTER && s->n == 1)) continue;
        sleep = POLL_EVERY;
        for (uint32_t i = 0; i < s->n; i++) {
            if (s->processes[i].over) continue;
            uint64_t left = hold(&s->processes[i]);
            if (left < sleep) sleep = left;
        }
        stop_forlorn(s);
    }
}

/* --- the sweep --- */

uint32_t sweep(uint64_t *cpu) {
    static const struct timespec pause = {0, 200000};
    uint64_t until = now() + PATIENCE;
    for (uint32_t orphans = 0;;) {
        struct rusage usage;
        int status;
        pid_t pid = wait4(-1, &status, WNOHANG, &usage);
        if (pid < 0 && errno == ECHILD) return orphans;
        if (pid > 0) {
            orphans++;
            *cpu += nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
            continue;
        }
        if (now() > until) die("processes would not end");
        pid_t child[256] = {-1}; /* without a pid namespace of our own only ours can be named */
        if (settings.plain) children_of(getpid(), child);
        for (int i = 0; child[i]; i++) kill(child[i], SIGKILL);
        nanosleep(&pause, NULL);
    }
}
