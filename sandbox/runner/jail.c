/* Start-up: namespaces made once per slot, and the roots that programs see. */
#include "runner.h"

#include <sys/mount.h>
#include <sys/statvfs.h>

bool have_proc, many_uids;
uid_t first_uid;
int blobs_fd = -1, given_fd = -1, scratch_fd = -1, tmp_fd = -1;
int root_fds[MAX_PROCESSES], box_fds[MAX_PROCESSES];

int tree_fds[MAX_TREE];

static void write_map(long child, const char *file, const char *text) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/%s", child, file);
    int f = open(path, O_WRONLY | O_CLOEXEC);
    if (f < 0 || write(f, text, strlen(text)) < 0)
        die("write %s (%s): %s", path, text, strerror(errno));
    close(f);
}

#define PATH 256
static void join(char to[PATH], const char *folder, const char *name) {
    if (snprintf(to, PATH, "%s/%s", folder, name) >= PATH) die("path too long: %s", name);
}

void make_folder(const char *path, mode_t mode) {
    if (mkdir(path, mode) && errno != EEXIST) die("mkdir %s: %s", path, strerror(errno));
    chmod(path, mode);
}

/* Bind a folder or file read-only. In a user namespace the flags of the mount it comes
 * from are locked and must be repeated. */
static void bind_read_only(const char *from, const char *to, unsigned long extra) {
    must(mount(from, to, NULL, MS_BIND | MS_REC, NULL), from);
    struct statvfs v;
    must(statvfs(to, &v), "statvfs");
    /* The ST_ flags have the values of the MS_ flags, but for the last. */
    unsigned long keep = v.f_flag & (MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME);
    if (v.f_flag & ST_RELATIME) keep |= MS_RELATIME;
    if (mount(NULL, to, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | keep | extra, NULL))
        die("remount %s read-only: %s", from, strerror(errno));
}

static void tmpfs(const char *at, uint64_t size, unsigned inodes, unsigned mode) {
    char options[96];
    snprintf(options, sizeof options, "size=%llu,nr_inodes=%u,mode=%o", (unsigned long long)size,
             inodes, mode);
    must(mount("tmpfs", at, "tmpfs", MS_NOSUID | MS_NODEV, options), "mount tmpfs");
}

int open_folder(const char *path) {
    return must(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), path);
}

/* Memory of /dev/zero that is mapped shared is in nobody's count once it is let go of, so what is
 * judged has none. */
const char *const devices[DEVICES] = {"/dev/null", "/dev/random", "/dev/urandom", "/dev/zero"};

int shown_devices(void) { return settings.toolchain ? DEVICES : DEVICES - 1; }

/* Read-only, which for a device means that nobody changes its mode and times. */
static void show_devices(const char *root) {
    char to[PATH];
    join(to, root, "dev");
    make_folder(to, 0755);
    for (int i = 0; i < shown_devices(); i++) {
        join(to, root, devices[i] + 1);
        must(mknod(to, S_IFREG | 0666, 0), "create device file");
        bind_read_only(devices[i], to, MS_NOSUID | MS_NOEXEC);
    }
}

/* Some programs ask what they are, to start themselves once more. The link is all that they have of
 * a /proc, and nobody lists or changes what it is in. A JVM would look for its files there. */
static void show_self(const char *root) {
    static const char *const folders[] = {"proc", "proc/self"};
    char to[PATH];
    for (int i = 0; i < 2; i++) {
        join(to, root, folders[i]);
        make_folder(to, 0111);
    }
    join(to, root, "proc/self/exe");
    must(symlink("/box/" SELF, to), "symlink");
}

/* What the host's compilers and runtimes need, as our driver found it: folders, and links as they
 * are on the host (where /usr is merged, /bin is one). */
static void host_root(const char *root) {
    char to[PATH], name[64], from_fd[32];
    for (int i = 0; i < settings.ntree; i++) {
        const char *kind = settings.tree[i], *at = kind + 5, *equals = strchr(at, '=');
        if (!equals || (size_t)(equals - at) >= sizeof name) die("malformed %s", kind);
        snprintf(name, sizeof name, "%.*s", (int)(equals - at), at);
        if (strstr(name, "..")) die("malformed %s", kind);
        join(to, root, name);
        for (char *end = to + strlen(root) + 1; (end = strchr(end, '/')); *end++ = '/') {
            *end = 0;
            make_folder(to, 0755);
        }
        if (kind[0] == 'l') {
            must(symlink(equals + 1, to), "symlink");
            continue;
        }
        make_folder(to, 0755);
        snprintf(from_fd, sizeof from_fd, "/proc/self/fd/%d", tree_fds[i]);
        bind_read_only(from_fd, to, MS_NOSUID | MS_NODEV);
    }
    join(to, root, "tmp"); /* a program's own; a compiler's files are many */
    if (!settings.toolchain) {
        must(symlink("box", to), "symlink");
        return;
    }
    make_folder(to, 0755);
    tmpfs(to, settings.disk_bytes, 8192, 01777);
    tmp_fd = open_folder(to);
    if (!settings.proc) return;
    join(to, root, "proc");
    make_folder(to, 0755);
    must(mount("proc", to, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=2"), "/proc");
}

/* Open what the runner works in, below the current directory. */
void open_folders(const char *given) {
    blobs_fd = open_folder("blobs");
    given_fd = open_folder(given);
    scratch_fd = open_folder("scratch");
    must(mknodat(blobs_fd, ".empty", S_IFREG | 0444, 0), "create an empty file"); /* see open_place */
}

void open_trees(void) {
    for (int i = 0; i < settings.ntree; i++) {
        const char *equals = strchr(settings.tree[i] + 5, '=');
        if (settings.tree[i][0] == 'l' || !equals) continue;
        must(tree_fds[i] = open(equals + 1, O_PATH | O_CLOEXEC), settings.tree[i]);
    }
}

void open_root(int index, const char *root, const char *box) {
    root_fds[index] = open_folder(root);
    box_fds[index] = open_folder(box);
}

void open_roots(int roots) {
    char root[] = "roots/0", box[] = "roots/0/box";
    for (int i = 0; i < roots; i++, root[6]++, box[6]++) open_root(i, root, box);
}

static void build_roots(void) {
    must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "make mounts private");
    char at[PATH], to[PATH];
    make_folder("root", 0755);
    make_folder("blobs", 0700);
    tmpfs("root", 64ull << 20, 8192, 0755);
    must(chdir("root"), "enter the new root");
    static const char *const folders[] = {"blobs", "given", "scratch", "proc", "old"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) make_folder(folders[i], 0700);
    make_folder("roots", 0755);
    must(mount("../blobs", "blobs", NULL, MS_BIND, NULL), "bind the blobs");
    /* A program that shares our uid could change the mode and the times of a file that it has
     * a descriptor of, and so leave a message, were the mount not read-only. */
    bind_read_only("../blobs", "given", MS_NOSUID | MS_NODEV);
    /* Outputs of a job may be large (checker and contestant); each file is capped by its limit. */
    tmpfs("scratch", 4ull << 30, 1024, 0700);
    int roots = settings.toolchain ? 1 : MAX_PROCESSES;
    for (int i = 0; i < roots; i++) {
        snprintf(at, sizeof at, "roots/%d", i);
        make_folder(at, 0755);
        show_devices(at);
        settings.ntree ? host_root(at) : show_self(at);
        join(to, at, "box");
        make_folder(to, 0755);
        tmpfs(to, settings.disk_bytes, 4096, 0700);
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
    open_folders("given");
    open_roots(roots);
}

/* Two processes: this one stays outside, writes the id maps (only the parent namespace's
 * capabilities may map a range) and waits; the child is process 1 and returns. */
void enter_jail(void) {
    int mapped[2];
    must(pipe2(mapped, O_CLOEXEC), "pipe");
    unsigned long flags = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET |
                          CLONE_NEWIPC | CLONE_NEWUTS | SIGCHLD;
    long child = syscall(SYS_clone, flags, NULL, NULL, NULL, NULL);
    if (child < 0)
        die("no namespaces: clone: %s. Look at the sysctls user.max_user_namespaces, "
            "kernel.unprivileged_userns_clone and kernel.apparmor_restrict_unprivileged_userns, "
            "and, in a container, at its seccomp profile", strerror(errno));
    if (child > 0) {
        close(mapped[0]);
        bool range = settings.uid_base != 0;
        char map[64];
        if (!range) write_map(child, "setgroups", "deny");
        snprintf(map, sizeof map, "0 %u %d", range ? settings.uid_base : getuid(), range ? UIDS : 1);
        write_map(child, "uid_map", map);
        snprintf(map, sizeof map, "0 %u %d", range ? settings.uid_base : getgid(), range ? UIDS : 1);
        write_map(child, "gid_map", map);
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
    open_trees();
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
