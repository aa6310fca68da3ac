// Looks through /proc for others and for itself, and writes where the kernel takes settings.
// verdict: contained
#include "attempt.h"
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static void look(const char *who) {
    char path[96], text[4096];
    for (const char *what : {"environ", "mem", "maps", "cmdline", "status", "stat", "statm", "mountinfo", "io", "auxv",
                             "stack", "syscall", "wchan", "root/", "cwd/", "fd/", "task/", "ns/", "attr/current",
                             "fd/0", "fd/1", "fd/2", "fd/3", "fd/4", "fd/5"}) {
        snprintf(path, sizeof path, "/proc/%s/%s", who, what);
        int file = open(path, O_RDONLY);
        if (file >= 0 && read(file, text, sizeof text) >= 0) leak("read %s", path);
        if (open(path, O_WRONLY) >= 0) leak("may write %s", path);
    }
    for (const char *what : {"exe", "root", "cwd", "fd/0", "fd/1"}) {
        snprintf(path, sizeof path, "/proc/%s/%s", who, what);
        bool self = !strncmp(who, "self", 4) || !strncmp(who, "thread", 6);
        if (!self && readlink(path, text, sizeof text) >= 0) leak("%s leads somewhere", path);
    }
}

int main() {
    char name[24];
    for (const char *who : {"self", "thread-self", "self/task/1"}) look(who);
    for (int other = 1; other < 400; other++) {
        if (other == getpid()) continue;
        snprintf(name, sizeof name, "%d", other);
        look(name);
    }
    snprintf(name, sizeof name, "%d", getppid());
    look(name);
    for (const char *place :
         {"/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sys/vm/drop_caches",
          "/proc/sysrq-trigger", "/proc/self/oom_score_adj", "/proc/self/uid_map", "/proc/self/comm", "/proc/new",
          "/proc/self/new"})
        if (open(place, O_WRONLY | O_CREAT, 0600) >= 0) leak("may write %s", place);
    if (open("/proc/self/exe", O_WRONLY) >= 0) leak("may write its own program");
    for (const char *place : {"/proc", "/proc/self", "/proc/self/exe"}) {
        if (fchmodat(AT_FDCWD, place, 0777, AT_SYMLINK_NOFOLLOW) == 0) leak("changed the mode of %s", place);
        if (unlink(place) == 0 || rmdir(place) == 0) leak("removed %s", place);
        if (rename(place, "/box/mine") == 0) leak("moved %s", place);
    }
    if (symlink("/", "/proc/self/other") == 0 || mkdir("/proc/self/folder", 0700) == 0) leak("made something in /proc");
    for (const char *place : {"/proc", "/proc/self", "/proc/self/fd", "/proc/1"})
        if (DIR *folder = opendir(place)) {
            while (dirent *entry = readdir(folder))
                if (entry->d_name[0] != '.') leak("found %s in %s", entry->d_name, place);
            closedir(folder);
        }
    return finish();
}
