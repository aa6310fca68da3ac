/* Start-up in a container: an engine has made the namespaces, the mounts and the limits, and
 * the image the roots. Nothing is made here; what was asked for is looked at. */
#include "runner.h"

#include <linux/magic.h>
#include <sys/statfs.h>

/* Uids of the engine's host, so that limits counted by uid are not shared with anyone; where
 * the engine maps few uids into a container, some of those. */
static uid_t choose_uids(void) {
    FILE *map = fopen("/proc/self/uid_map", "re");
    unsigned inside, outside, size;
    bool there = false;
    while (map && fscanf(map, "%u %u %u", &inside, &outside, &size) == 3)
        there = there || (inside <= settings.uid_base && settings.uid_base + UIDS - inside <= size);
    if (map) fclose(map);
    return there ? settings.uid_base : 1024 + settings.uid_base / UIDS % 1024 * UIDS;
}

/* A folder for programs that is not a small file system of its own would fill the host's disk. */
static void must_be_small(int folder) {
    struct statfs f;
    must(fstatfs(folder, &f), "statfs");
    if (f.f_type != TMPFS_MAGIC || !f.f_blocks || !f.f_files)
        die("the engine gave a folder no size of its own");
    uint64_t size = (uint64_t)f.f_blocks * (uint64_t)f.f_bsize;
    if (size > settings.disk_bytes) die("the engine gave a folder of %llu bytes", (unsigned long long)size);
}

void enter_container(void) {
    if (getpid() != 1) die("not process 1 of a container");
    if (getuid()) die("not root of the container");
    must((int)syscall(SYS_setgroups, 0, NULL), "setgroups");
    many_uids = true;
    first_uid = choose_uids();
    have_proc = !access("/proc/1/statm", R_OK);
    must(chdir("/"), "enter the root");
    must(chmod("blobs", 0700), "close the blobs");
    open_folders("blobs");
    /* Programs that need files have one root, which nobody can write, and folders of their own
     * in it, closed to each other by their uids. */
    const char *full = settings.proc ? "." : "toolchain";
    char root[] = "roots/0", empty[] = "roots/0/box", shared[] = "toolchain/run/0";
    int roots = settings.toolchain ? 1 : MAX_PROCESSES;
    for (int i = 0; i < roots; i++, root[6]++, empty[6]++, shared[14]++) {
        if (settings.toolchain)
            open_root(i, full, "toolchain/box");
        else if (settings.runtime)
            open_root(i, full, shared);
        else
            open_root(i, root, empty);
        must_be_small(box_fds[i]);
        must(fchmod(box_fds[i], 0700), "close a box"); /* engines give it the image's mode */
    }
    if (settings.toolchain) must_be_small(tmp_fd = open_folder("toolchain/tmp"));
    open_cgroup("/sys/fs/cgroup");
}
