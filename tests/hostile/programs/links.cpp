// Makes links to what it may not read, and files with names that could upset whoever cleans up.
// verdict: contained
#include "attempt.h"
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
int main(int, char **argv) {
    for (const char *place : {"/etc/passwd", "/blobs", "/proc/1/environ", argv[1] ? argv[1] : "/"}) {
        if (!link(place, "hard")) leak("a hard link to %s", place);
        symlink(place, "soft");
        char data[16];
        int file = open("soft", O_RDONLY);
        if (file >= 0 && read(file, data, sizeof data) > 0) leak("through a link: %s", place);
        unlink("soft");
    }
    symlink("..", "up");
    symlink("loop", "loop");
    mkfifo("pipe", 0600);
    for (const std::string &name : {std::string("new\nline"), std::string("\x1b[2J"), std::string("-rf"),
                                    std::string("*"), std::string(255, 'n'), std::string("\xff\xfe")}) {
        mkdir(name.c_str(), 0);
        close(open((name + ".").c_str(), O_CREAT | O_WRONLY, 0));
    }
    return finish();
}
