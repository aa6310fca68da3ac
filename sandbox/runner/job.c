/* A job: read from its frame, steps run in order, results written into the answer.
 *
 * When every process of a step has ended, everything still alive in the slot is killed and
 * reaped, outputs are read, and the folders are emptied.
 */
#include "runner.h"

#include <dirent.h>

static struct step steps[MAX_STEPS];

/* --- reading a job --- */

static struct place get_place(struct cursor *c) {
    struct place p = {(enum source)get_number(c, 1), NULL, 0, 0};
    if (p.kind == FROM_BLOB || p.kind == FROM_PIPE) p.name = get_text(c);
    if (p.kind == FROM_OUTPUT) {
        p.step = (uint32_t)get_number(c, 4);
        p.process = (uint32_t)get_number(c, 4);
        if (p.step >= MAX_STEPS || p.process >= MAX_PROCESSES) c->bad = true;
    }
    if (p.kind > FROM_PIPE) c->bad = true;
    return p;
}

static uint32_t get_count(struct cursor *c, uint32_t most) {
    uint32_t n = (uint32_t)get_number(c, 4);
    if (n > most) c->bad = true;
    return c->bad ? 0 : n;
}

static uint32_t get_texts(struct cursor *c, const char **texts, uint32_t most) {
    uint32_t n = get_count(c, most);
    for (uint32_t i = 0; i < n; i++) texts[i] = get_text(c);
    return n;
}

static void get_process(struct cursor *c, struct process *p, int index) {
    memset(p, 0, sizeof *p);
    p->root = index;
    p->program_fd = p->in = p->out = p->err = p->kept[0] = p->kept[1] = p->kept[2] = p->pidfd = -1;
    p->trusted = get_number(c, 1);
    if (!get_texts(c, p->argv, MAX_WORDS)) c->bad = true;
    const char *program = get_text(c);
    p->program = program[0] ? program : NULL;
    get_texts(c, p->env, MAX_WORDS);
    p->input = get_place(c);
    const char *pipe = get_text(c);
    p->output_pipe = pipe[0] ? pipe : NULL;
    p->nfiles = get_count(c, MAX_FILES);
    for (uint32_t i = 0; i < p->nfiles; i++) {
        p->files[i].name = get_text(c);
        p->files[i].writable = get_number(c, 1);
        p->files[i].from = get_place(c);
    }
    p->nfifos = get_count(c, MAX_FIFOS);
    for (uint32_t i = 0; i < p->nfifos; i++) {
        p->fifos[i].name = get_text(c);
        p->fifos[i].pipe = get_text(c);
    }
    p->nfetch = get_texts(c, p->fetch, MAX_FETCH);
    uint64_t *limits[] = {&p->cpu_ns, &p->wall_ns,      &p->memory,
                          &p->output, &p->stderr_bytes, &p->processes};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) *limits[i] = get_number(c, 8);
    p->head = (uint32_t)get_number(c, 4);
    p->keep = get_number(c, 1);
    p->resident = get_number(c, 1);
}

static void get_step(struct cursor *c, struct step *s) {
    s->only_if_clean = get_number(c, 1);
    s->compares = get_number(c, 1);
    if (s->compares) {
        s->left = get_place(c);
        s->right = get_text(c);
    }
    s->n = get_count(c, settings.toolchain ? 1 : MAX_PROCESSES);
    for (uint32_t k = 0; k < s->n; k++) get_process(c, &s->processes[k], (int)k);
}

/* --- running --- */

int open_place(const struct place *p) {
    char path[32];
    if (p->kind == FROM_BLOB) return open_blob(p->name);
    if (p->kind == NOTHING) return openat(given_fd, ".empty", O_RDONLY | O_CLOEXEC);
    snprintf(path, sizeof path, "%u.%u", p->step, p->process);
    return openat(scratch_fd, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

/* --- results --- */

static void out_head(int file, uint64_t size, uint32_t most) {
    static unsigned char head[65536];
    uint64_t n = size < most ? size : most;
    if (n > sizeof head) n = sizeof head;
    ssize_t got = n ? pread(file, head, n, 0) : 0;
    out_number(got > 0 ? (uint32_t)got : 0, 4);
    out_bytes(head, got > 0 ? (size_t)got : 0);
}

static uint64_t size_of(int file) {
    struct stat s;
    return fstat(file, &s) ? 0 : (uint64_t)s.st_size;
}

/* Keep a file as a blob. Its name is a number and no hash, which would need a hash function. */
static void out_kept(const char *what, int file) {
    static uint64_t serial;
    char name[BLOB_NAME + 1];
    snprintf(name, sizeof name, "%064llx", (unsigned long long)++serial);
    if (copy_file(file, blobs_fd, name, 0, 0444)) die("keep %s: %s", what, strerror(errno));
    out_number(BLOB_NAME, 4);
    out_bytes(name, BLOB_NAME);
    out_number(size_of(file), 8);
}

static bool given(const struct process *p, ino_t inode) {
    for (uint32_t i = 0; i < p->nfiles; i++)
        if (p->files[i].inode == inode && !p->files[i].writable) return true;
    return false;
}

/* Keep a regular file that the process made; whatever else has the name is passed over. */
static bool out_fetched(const struct process *p, const char *name) {
    struct stat s;
    int file = openat(p->box, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool keep = file >= 0 && !fstat(file, &s) && S_ISREG(s.st_mode) && !given(p, s.st_ino);
    if (keep) {
        out_number(1, 1);
        out_number(strlen(name), 4);
        out_bytes(name, strlen(name));
        out_kept(name, file);
    }
    if (file >= 0) close(file);
    return keep;
}

/* The names asked for; "*" is every file, as far as there is room. */
static void out_files(const struct process *p) {
    int kept = 0;
    for (uint32_t i = 0; i < p->nfetch && !p->stop; i++) {
        DIR *all = strcmp(p->fetch[i], "*") ? NULL : fdopendir(openat(p->box, ".", O_RDONLY));
        struct dirent *entry;
        while (all && kept < MAX_KEPT && (entry = readdir(all)))
            kept += out_fetched(p, entry->d_name);
        if (all)
            closedir(all);
        else if (safe_name(p->fetch[i]))
            out_fetched(p, p->fetch[i]);
    }
    out_number(0, 1);
}

static bool clean(const struct process *p) {
    return !p->stop && WIFEXITED(p->status) && WEXITSTATUS(p->status) == 0;
}

static void report(struct process *p, uint32_t orphans) {
    uint64_t peak = (uint64_t)p->usage.ru_maxrss * 1024;
    if (p->peak > peak) peak = p->peak;
    uint64_t written = p->output_pipe ? 0 : size_of(p->out), said = size_of(p->err);
    /* Who ignores the signal still fills a file to its limit, which is one byte further. */
    if (!p->stop && (written > p->output || said > p->output ||
                     (WIFSIGNALED(p->status) && WTERMSIG(p->status) == SIGXFSZ)))
        p->stop = STOP_OUTPUT;
    if (!p->stop && p->cpu_used > p->cpu_ns) p->stop = STOP_CPU;
    if (!p->stop && (p->starved || peak > p->memory)) p->stop = STOP_MEMORY;
    if (!p->stop && p->ended - p->started > p->wall_ns) p->stop = STOP_WALL;
    out_number(WIFEXITED(p->status) ? (uint32_t)WEXITSTATUS(p->status) + 1 : 0, 4);
    out_number(WIFSIGNALED(p->status) ? (uint32_t)WTERMSIG(p->status) : 0, 4);
    out_number(p->cpu_used, 8);
    out_number(p->ended - p->started, 8);
    out_number(peak, 8);
    out_number(p->stop, 1);
    out_number(written, 8);
    out_head(p->out, written, p->head);
    out_head(p->err, said < p->stderr_bytes ? said : p->stderr_bytes, p->head);
    out_number(orphans, 4);
    out_number(p->rank, 4);
    out_number(p->keep && clean(p), 1);
    if (p->keep && clean(p)) out_kept("standard output", p->out);
    out_files(p);
}

static bool run_processes(uint32_t index) {
    struct step *s = &steps[index];
    for (uint32_t i = 0; i < s->n; i++) prepare(&s->processes[i], index);
    make_pipes(s);
    for (uint32_t i = 0; i < s->n; i++) start(&s->processes[i], s);
    leave_pipes(s);
    watch(s);
    struct use extra = {0, 0};
    uint32_t orphans = sweep(&extra);
    blame(s);
    bool all_clean = true;
    for (uint32_t i = 0; i < s->n; i++) {
        struct process *p = &s->processes[i];
        if (!p->trusted || s->n == 1) {
            p->cpu_used += extra.cpu;
            if (extra.memory > p->peak) p->peak = extra.memory;
        }
        report(p, orphans);
        all_clean = all_clean && clean(p);
    }
    for (uint32_t i = 0; i < s->n; i++) finish(&s->processes[i]);
    return all_clean;
}

static bool compare(const struct step *s) {
    int left = open_place(&s->left), right = open_blob(s->right);
    if (left < 0 || right < 0) die("compare: %s", strerror(errno));
    bool same = same_text(left, right);
    close(left);
    close(right);
    return same;
}

void run_job(struct cursor *c) {
    uint32_t n = get_count(c, MAX_STEPS);
    for (uint32_t i = 0; i < n; i++) get_step(c, &steps[i]);
    if (c->bad || c->at != c->end) die("malformed job");
    bool clean_so_far = true;
    out_number(n, 4);
    for (uint32_t i = 0; i < n; i++) {
        struct step *s = &steps[i];
        bool skipped = s->only_if_clean && !clean_so_far;
        out_number(skipped, 1);
        if (skipped) continue;
        out_number(!s->compares ? 0 : compare(s) ? 1 : 2, 1);
        out_number(s->n, 4);
        if (s->n && !run_processes(i)) clean_so_far = false;
    }
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < steps[i].n; k++) close_output(steps[i].processes[k].out);
    if (!many_uids && !wipe(scratch_fd, 0700)) die("the outputs could not be removed");
}
