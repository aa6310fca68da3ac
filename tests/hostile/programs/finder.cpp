// Looks for what an earlier program may have left.
// verdict: contained
#include "attempt.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>
int main() {
    DIR *folder = opendir(".");
    while (dirent *entry = folder ? readdir(folder) : nullptr)
        if (entry->d_name[0] != '.') leak("found %s", entry->d_name);
    char value[16];
    if (getxattr(".", "user.note", value, sizeof value) > 0) leak("an attribute");
    struct stat s;
    stat(".", &s);
    if ((s.st_mode & 07777) != 0700) leak("the mode %o", s.st_mode);
    if (s.st_mtime == 12345) leak("the time");
    unsigned long hint = 0;
    if (fcntl(open(".", O_RDONLY), 1035 /* F_GET_RW_HINT */, &hint) == 0 && hint) leak("a hint");
    for (int output : {1, 2}) { // a file that is kept from program to program, or a new one
        fstat(output, &s);
        if (!S_ISREG(s.st_mode)) continue; // which a partner may read
        if ((s.st_mode & 07777) != 0600) leak("the mode %o of output %d", s.st_mode, output);
        if (s.st_atime == 12345 || s.st_mtime == 12345) leak("a time of output %d", output);
        if (s.st_size || pread(output, value, sizeof value, 0) != 0) leak("bytes in output %d", output);
        if (lseek(output, 0, SEEK_CUR) != 0) leak("a place in output %d", output);
        if (fcntl(output, F_GETFL) & (O_APPEND | O_NONBLOCK)) leak("flags of output %d", output);
        if (fgetxattr(output, "user.note", value, sizeof value) > 0) leak("an attribute of output %d", output);
        if (fcntl(output, 1035, &hint) == 0 && hint) leak("a hint of output %d", output);
    }
    return finish();
}
