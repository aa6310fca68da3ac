/* Landlock (Linux 6.12): a slot without namespaces, and partners of one uid. */
#include "runner.h"

#include <dirent.h>

enum {
    EXECUTE = 1, WRITE = 1 << 1, READ = 1 << 2, LIST = 1 << 3,
    /* Write, truncate, remove, rename; make files, folders, links and named pipes. */
    CHANGE = WRITE | 1 << 14 | 1 << 4 | 1 << 5 | 1 << 13 | 1 << 8 | 1 << 7 | 1 << 12 | 1 << 10,
    EVERYTHING = 0xffff, /* of files; 3 is everything of TCP, and 3 of what reaches others */
};

static int device_fds[DEVICES];
static rlim_t others; /* threads that the user may have beside the slot's */

static int ruleset(uint64_t files, uint64_t network, uint64_t scoped) {
    const uint64_t handled[] = {files, network, scoped};
    return (int)syscall(444 /* landlock_create_ruleset */, handled, sizeof handled, 0);
}

static bool allow(int rules, int file, uint64_t rights) {
    const struct { uint64_t rights; int32_t file; } __attribute__((packed)) rule = {rights, file};
    return !syscall(445 /* landlock_add_rule */, rules, 1 /* beneath a path */, &rule, 0);
}

static bool enter(int rules) {
    bool done = !syscall(446 /* landlock_restrict_self */, rules, 0);
    close(rules);
    return done;
}

/* A partner of the same uid could be killed or looked into, were it not for this. */
void keep_to_oneself(void) {
    int rules = ruleset(0, 0, 3);
    if (rules >= 0) enter(rules);
}

/* Its folder, which it may change only if that is asked for, its program, the host's runtimes. */
bool confine(const struct process *p) {
    bool changes = p->trusted || p->nfetch || settings.toolchain;
    int rules = ruleset(EVERYTHING, 3, 3);
    bool done = rules >= 0 && allow(rules, p->box, READ | LIST | (changes ? CHANGE : 0)) &&
                (p->program_fd < 0 || allow(rules, p->program_fd, EXECUTE | READ));
    for (int i = 0; i < settings.ntree && done; i++)
        if (tree_fds[i] > 0) done = allow(rules, tree_fds[i], EXECUTE | READ | LIST);
    for (int i = 0; i < shown_devices() && done; i++)
        done = allow(rules, device_fds[i], READ | WRITE);
    return done && enter(rules);
}

/* There is no uid namespace, so the limit of threads counts all that the user has. */
rlim_t threads_of_others(void) { return others; }

static void count_others(void) {
    DIR *proc = opendir("/proc");
    struct dirent *entry;
    struct stat s;
    char path[300];
    others = settings.uid_base ? 0 : 512; /* some that may come, where the uid is not ours alone */
    while (proc && (entry = readdir(proc))) {
        snprintf(path, sizeof path, "/proc/%s/task", entry->d_name);
        if (entry->d_name[0] > '9' || stat(path, &s) || s.st_uid != getuid()) continue;
        others += s.st_nlink;
    }
    if (proc) closedir(proc);
}

/* What jail.c builds, where nothing can be mounted. */
static void plain_roots(void) {
    make_folder("blobs", 0700);
    make_folder("scratch", 0700);
    make_folder("roots", 0755);
    char at[64];
    for (int i = 0; i < MAX_PROCESSES; i++) {
        snprintf(at, sizeof at, "roots/%d", i);
        make_folder(at, 0755);
        snprintf(at, sizeof at, "roots/%d/box", i);
        make_folder(at, 0700);
    }
    open_folders("blobs");
    open_roots(MAX_PROCESSES);
}

void enter_plain(void) {
    must(prctl(PR_SET_CHILD_SUBREAPER, 1), "become subreaper");
    must(chdir(settings.slot), "enter the slot's folder");
    open_trees();
    if (settings.uid_base && /* root has better to be someone else */
        (syscall(SYS_setgroups, 0, NULL) || !change_uid(settings.uid_base)))
        die("become another user: %s", strerror(errno));
    count_others();
    plain_roots();
    if (settings.unsafe) return;
    int version = (int)syscall(444, NULL, 0, 1 /* what is supported */);
    if (version < 6) die("Landlock has version %d here; 6 is needed (Linux 6.12)", version);
    for (int i = 0; i < DEVICES; i++)
        must(device_fds[i] = open(devices[i], O_PATH | O_CLOEXEC), devices[i]);
    have_proc = !access("/proc/self/statm", R_OK);
}
