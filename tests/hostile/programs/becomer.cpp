// Tries to become someone else, and to make what only root may.
// verdict: contained
#include "attempt.h"
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>
int main(int, char **argv) {
    if (argv[0][0] == 'a') return finish();  // again, by its own name: that is no one else
    if (geteuid() != 0) {
        if (!setuid(0)) leak("setuid(0)");
        if (!setresuid(0, 0, 0)) leak("setresuid(0)");
        if (!setresgid(0, 0, 0)) leak("setresgid(0)");
    }
    if (!setuid(geteuid() + 1)) leak("another uid");
    gid_t group = 0;
    if (!setgroups(1, &group)) leak("setgroups");
    __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct all[2] = {{~0u, ~0u, ~0u}, {~0u, ~0u, ~0u}};
    if (!syscall(SYS_capset, &head, all)) leak("capset");
    mkdir("jail", 0700);
    if (!chroot("jail")) leak("chroot");
    if (!mknod("device", S_IFCHR | 0600, makedev(1, 1))) leak("a device");
    if (!chown(".", 0, 0) && geteuid() != 0) leak("chown");
    if (!prctl(PR_SET_DUMPABLE, 1) && !prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0)) leak("new privileges");
    if (!sethostname("mine", 4)) leak("sethostname");
    char name[] = "/bin/sh", *words[] = {name, nullptr};
    execv(name, words);
    execl("/proc/self/exe", "again", nullptr);
    return finish();
}
