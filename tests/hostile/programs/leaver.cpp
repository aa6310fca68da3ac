// Leaves a message for the next program, in every way that a folder or an output can carry one.
// verdict: clean
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>
int main() {
    int file = open("note", O_CREAT | O_WRONLY, 0600);
    write(file, "LEAK", 4);
    symlink("note", "link");
    link("note", "hard");
    mkdir("folder", 0);
    mkfifo("pipe", 0600);
    setxattr(".", "user.note", "LEAK", 4, 0);
    timespec times[2] = {{12345, 0}, {12345, 0}};
    utimensat(AT_FDCWD, ".", times, 0);
    chmod(".", 0711);
    unsigned long hint = 3; // RWH_WRITE_LIFE_MEDIUM: kept with the folder
    fcntl(open(".", O_RDONLY), 1036 /* F_SET_RW_HINT */, &hint);
    for (int output = 1; output <= 2; output++) {
        char text[4];
        write(output, "note", 4);
        pread(output, text, sizeof text, 0);
        futimens(output, times);
        fchmod(output, 0666);
        fchown(output, getuid(), getgid());
        fsetxattr(output, "user.note", "note", 4, 0);
        fcntl(output, 1036, &hint);
        fcntl(output, F_SETFL, O_APPEND);
        lseek(output, 1000, SEEK_SET);
    }
    return 0;
}
