/* The runner: a static program that stays alive in a slot and runs what it is told.
 *
 *   frames on standard input -> main.c -> job.c -> process.c  one process tree per Process
 *                                          |       watch.c    limits while it runs, the sweep
 *                                          |-> files.c    copies, comparing
 *                     start-up: jail.c  namespaces and roots, landlock.c  without, or
 *                               container.c  an engine's; filter.c  seccomp; cgroup.c  counters
 *
 * It is process 1 of the slot's own pid namespace and root of its user namespace,
 * so nothing inside can signal it and everything dies with it. It is single-threaded
 * and allocates little: what it holds in memory is the floor under every memory
 * reading of the programs it starts.
 *
 * The layout that it sees after start-up:
 *
 *   /blobs     texts and programs by name, only for the runner
 *   /given     the same, mounted read-only: what programs get descriptors of
 *   /scratch   standard outputs of the current job, only for the runner
 *   /proc      of the slot's pid namespace, only for the runner
 *   /roots/0…  one root per process of a step; /box in it is the writable folder, and of a
 *              /proc there is one link, /proc/self/exe
 */
#ifndef RUNNER_H
#define RUNNER_H

#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_PROCESSES 8 /* in one step; a single digit in a path */
#define MAX_STEPS 8     /* in one job */
#define MAX_WORDS 64
#define MAX_FILES 128 /* put into a folder */
#define MAX_FIFOS 32
#define MAX_FETCH 32
#define MAX_KEPT 256 /* files kept of one process */
#define MAX_FRAME (64u << 20)
#define MAX_TREE 32
#define BLOB_NAME 64 /* hexadecimal digits: a SHA-256, or the number of what was kept */
#define SELF ".program" /* see open_program */
#define UIDS 32 /* host uids of a slot: the runner's, then contestants', then trusted ones */
#define MS 1000000ull

/* --- settings, from the command line --- */

struct settings {
    const char *slot;     /* the slot's folder on the host, absolute */
    bool plain;           /* no namespaces, no chroot: rlimits, the filter, and Landlock */
    bool unsafe;          /* not even that */
    bool container;       /* an engine has made namespaces, mounts and limits */
    bool toolchain;       /* for compiling: one root, one process a step */
    bool processes;       /* programs may start processes, as a compiler does */
    bool runtime, proc;   /* roots have runtimes (in a container); and a /proc of the slot */
    int core;             /* ours, and of processes that talk to each other; counted round */
    unsigned uid_base;    /* first of UIDS host uids; 0: only our own uid is mapped */
    uint64_t disk_bytes;  /* size of a program's writable folder */
    const char *tree[MAX_TREE]; /* bind=NAME=PATH or link=NAME=TEXT: what roots hold of the host */
    int ntree;
};
extern struct settings settings;

/* --- frames (main.c) --- */

struct cursor {
    const unsigned char *at, *end;
    bool bad;
};
uint64_t get_number(struct cursor *c, size_t bytes);
const char *get_text(struct cursor *c); /* NUL-terminated, inside the frame */

void out_number(uint64_t v, size_t bytes);
void out_bytes(const void *data, size_t size);

__attribute__((noreturn, format(printf, 1, 2))) void die(const char *format, ...);
int must(int result, const char *what); /* dies with errno when the result is negative */

/* --- start-up (jail.c, landlock.c, container.c, filter.c) --- */

void enter_jail(void);      /* namespaces and roots; returns in process 1 */
void enter_plain(void);     /* without namespaces */
void enter_container(void); /* the same where an engine made them */
void open_trees(void);      /* what settings.tree names on the host */
#define DEVICES 4
extern const char *const devices[DEVICES]; /* of /dev; the last only for compiling */
int shown_devices(void);
void make_folder(const char *path, mode_t mode);
void open_roots(int roots);
int open_folder(const char *path);
void open_folders(const char *given);
void open_root(int index, const char *root, const char *box); /* a box lies in its root */
void install_filter(void);  /* seccomp, inherited by everything started later */
extern uint64_t start_word; /* the filter lets only those start processes who know it */
extern bool have_proc;      /* whether /proc could be mounted */
extern bool many_uids;      /* whether programs have uids of their own */
extern uid_t first_uid;     /* the first of them, less one */
extern cpu_set_t all_cores; /* that we might use; see settings.core */
extern int blobs_fd, given_fd, scratch_fd, tmp_fd, tree_fds[MAX_TREE];
extern int root_fds[MAX_PROCESSES], box_fds[MAX_PROCESSES];

/* --- a control group (cgroup.c); without one nothing is counted --- */

void open_cgroup(const char *root);
uint64_t group_cpu(void);   /* nanoseconds of all that ever ran in it, ourselves included */
void cgroup_facts(char *to, size_t size);
int show_cgroup(const char *root); /* for tests: what is read from such a tree */

/* --- files (files.c) --- */

bool safe_name(const char *name);
bool blob_name(const char *name);
int open_blob(const char *name);
int copy_file(int from, int folder, const char *name, uid_t uid, mode_t mode);
extern const struct timespec epoch[2];
bool wipe(int folder, mode_t mode); /* true when it is as it was when it was made */
bool same_text(int a, int b); /* CMS's white-space rule */

/* --- jobs (job.c) --- */

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
    struct { const char *name; bool writable; struct place from; ino_t inode; } files[MAX_FILES];
    struct { const char *name, *pipe; } fifos[MAX_FIFOS];
    const char *fetch[MAX_FETCH];
    uint32_t nfiles, nfifos, nfetch;
    uint64_t cpu_ns, wall_ns, memory, output, stderr_bytes, processes;
    uint32_t head;
    bool keep, resident;

    /* while it runs */
    int root; /* its place in the step */
    int box, out, err, program_fd, in;
    int kept[3]; /* its ends of pipes, until its own end is on record; the first, until all end; and
                  * the other end of its output, which is nobody's when its validator has left */
    pid_t pid;
    int pidfd;
    bool over, ranked;
    enum stop stop;
    int status;
    uint32_t rank;
    uint64_t started, ended, cpu_used, peak;
    uint64_t cpu_before; /* of the control group, when it was started */
    bool starved;        /* the kernel killed something of it for memory */
    struct rusage usage;
};

struct step {
    bool only_if_clean, compares;
    struct place left;
    const char *right;
    uint32_t n;
    struct process processes[MAX_PROCESSES];
};

void run_job(struct cursor *c);
int open_place(const struct place *p);

/* --- one process (process.c) --- */

bool change_uid(uid_t id);
void prepare(struct process *p, uint32_t step);
void close_output(int file); /* and drop what is in it; -1 is none */
void make_pipes(struct step *s); /* before anyone may open them */
void leave_pipes(struct step *s); /* once everyone has their ends */
void start(struct process *p, struct step *s);
void make_page(void);        /* before the filter, which refuses shared memory */
int start_error(int index);  /* why a process of the step could not be started, or 0 */
bool has_started(int index); /* whether a process of the step has got to its program */
void finish(struct process *p);
void blame(struct step *s); /* whom the kernel killed for memory (cgroup.c) */

/* --- Landlock (landlock.c): in a child, before its exec --- */

bool confine(const struct process *p);
void keep_to_oneself(void);
rlim_t threads_of_others(void);

/* --- watching (watch.c) --- */

uint64_t now(void);
void follow(struct process *p);
void open_ends(void); /* before anything is started */
void watch(struct step *s);
struct use { uint64_t cpu, memory; };
uint32_t sweep(struct use *use); /* kills and reaps what is left; returns how many there were */

#endif
