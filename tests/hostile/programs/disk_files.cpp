// Makes files, and folders in folders, until there is no room, and closes them to everyone.
// verdict: contained
#include "attempt.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
int main() {
    char name[32];
    int files = 0;
    for (; files < 100000; files++) {
        snprintf(name, sizeof name, "f%d", files);
        int file = open(name, O_CREAT | O_WRONLY, 0);
        if (file < 0) break;
        close(file);
    }
    if (files > 10000) leak("%d files", files);
    for (int i = 0; i < 2000; i++) {
        snprintf(name, sizeof name, "f%d", i);
        unlink(name);
    }
    for (int i = 0; i < 1500; i++) {
        mkdir("deeper", 0700);
        if (chdir("deeper")) break;
        symlink("/etc/passwd", "link");
    }
    chmod(".", 0);
    return finish();
}
