/* What the container's own control group counts and holds, by version 1 or 2; only read. */
#include "runner.h"

static int version, cpu_fd = -1, kills_fd = -1;
static const char *top = "";

static int open_count(const char *name) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", top, name);
    return open(path, O_RDONLY | O_CLOEXEC);
}

/* Read a file from its beginning; the counters are read again and again. */
static const char *text_of(int file) {
    static char text[1024];
    ssize_t n = file < 0 ? -1 : pread(file, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = 0;
    return text;
}

void open_cgroup(const char *root) {
    top = root;
    int two = open_count("cgroup.controllers");
    version = two >= 0 ? 2 : 1;
    if (two >= 0) close(two);
    cpu_fd = open_count(version == 2 ? "cpu.stat" : "cpuacct/cpuacct.usage");
    kills_fd = open_count(version == 2 ? "memory.events" : "memory/memory.oom_control");
    if (cpu_fd < 0 && kills_fd < 0) version = 0;
}

/* Lines of "key value" (memory.events has oom and oom_kill); a key of "" is the whole file. */
static bool find(const char *text, const char *key, uint64_t *value) {
    size_t n = strlen(key);
    for (const char *at = text; at && *at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL) {
        if (n && (strncmp(at, key, n) || at[n] != ' ')) continue;
        char *end;
        *value = strtoull(at + n, &end, 10);
        return end > at + n;
    }
    return false;
}

uint64_t group_cpu(void) {
    uint64_t n = 0;
    find(text_of(cpu_fd), version == 2 ? "usage_usec" : "", &n);
    return version == 2 ? n * 1000 : n;
}

static uint64_t group_kills(void) {
    uint64_t n = 0;
    find(text_of(kills_fd), "oom_kill", &n);
    return n;
}

/* The kernel may have killed something for memory, which may have been a child of a process that
 * then exited with 0. Whose it was is known where a process was killed, and not by us. */
void blame(struct step *s) {
    static uint64_t known;
    uint64_t before = known;
    bool found = false;
    for (uint32_t i = 0; i < s->n; i++) {
        struct process *p = &s->processes[i];
        p->starved = !p->stop && WIFSIGNALED(p->status) && WTERMSIG(p->status) == SIGKILL;
        found = found || p->starved;
    }
    bool killed = (found || settings.processes) && (known = group_kills()) > before;
    for (uint32_t i = 0; i < s->n; i++) {
        struct process *p = &s->processes[i];
        p->starved = killed && (found ? p->starved : !p->trusted || s->n == 1);
    }
}

/* A limit as it is written there, in one word: "max" and huge numbers mean none. */
static void add_fact(char *to, size_t size, const char *key, const char *one, const char *two) {
    int file = open_count(version == 2 ? two : one);
    const char *text = text_of(file);
    size_t at = strlen(to), n = strcspn(text, " \n");
    if (n) snprintf(to + at, size - at, " %s=%.*s", key, (int)n, text);
    if (file >= 0) close(file);
}

void cgroup_facts(char *to, size_t size) {
    uint64_t kills;
    snprintf(to, size, "cgroup=%d", version);
    if (!version) return;
    if (find(text_of(kills_fd), "oom_kill", &kills)) {
        size_t at = strlen(to);
        snprintf(to + at, size - at, " oom=counted");
    }
    add_fact(to, size, "memory_max", "memory/memory.limit_in_bytes", "memory.max");
    /* Version 1 counts memory and swap together, version 2 swap alone. */
    add_fact(to, size, "swap_max", "memory/memory.memsw.limit_in_bytes", "memory.swap.max");
    add_fact(to, size, "pids_max", "pids/pids.max", "pids.max");
    add_fact(to, size, "cpus", "cpuset/cpuset.cpus", "cpuset.cpus.effective");
}

int show_cgroup(const char *root) {
    char facts[256];
    open_cgroup(root);
    cgroup_facts(facts, sizeof facts);
    printf("%s cpu_ns=%llu oom_kills=%llu\n", facts, (unsigned long long)group_cpu(),
           (unsigned long long)group_kills());
    return 0;
}
