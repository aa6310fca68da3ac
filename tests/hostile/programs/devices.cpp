// Uses what there is of /dev for more than to read and to throw away.
// verdict: contained
#include "attempt.h"
#include <dirent.h>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
int main() {
    const char *const shown[] = {"/dev/null", "/dev/random", "/dev/urandom"};
    for (const char *name : shown) {
        int file = open(name, O_RDWR);
        if (file < 0) { leak("no %s", name); continue; }
        char byte;
        if (read(file, &byte, 1) != (name == shown[0] ? 0 : 1)) leak("%s does not read", name);
        if (write(file, "x", 1) != 1) leak("%s does not take a byte", name);
        struct flock mark = {};
        mark.l_type = F_RDLCK;
        mark.l_start = 42;
        mark.l_len = 1;
        if (!fcntl(file, F_SETLK, &mark)) leak("a lock on %s", name);
        if (!fcntl(file, F_OFD_SETLK, &mark)) leak("a lock on the descriptor of %s", name);
        const timespec then[2] = {{12345, 0}, {12345, 0}};
        if (!futimens(file, then)) leak("the times of %s", name);
        if (!fchmod(file, 0666)) leak("the mode of %s", name);
        if (!unlink(name)) leak("removed %s", name);
        if (mmap(nullptr, 4096, PROT_READ, MAP_SHARED, file, 0) != MAP_FAILED) leak("mapped %s", name);
        close(file);
    }
    for (const char *name : {"/dev/zero", "/dev/mem", "/dev/kmsg", "/dev/tty", "/dev/shm", "/dev/fuse", "/dev/pts"})
        if (open(name, O_RDONLY) >= 0) leak("there is %s", name);
    if (open("/dev/mine", O_RDWR | O_CREAT, 0600) >= 0) leak("a file in /dev");
    if (!mkdir("/dev/folder", 0700)) leak("a folder in /dev");
    if (!symlink("/dev/null", "/dev/other")) leak("a link in /dev");
    return finish();
}
