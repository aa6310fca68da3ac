// Looks for what an earlier program may have left.
// verdict: contained
#include "attempt.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
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
    return finish();
}
