// Looks for tests, answers, other programs and the machine, wherever they might be.
// verdict: contained
#include "attempt.h"
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>
int main(int argc, char **argv) {
    const char *places[] = {
        "answer", "input", "output", "../answer", "../../answer", "1-01.out", "tests/1-01.out", "/answer", "/blobs",
        "/given", "/scratch", "/roots", "/proc", "/proc/self/environ", "/proc/self/mem", "/proc/1/environ",
        "/proc/1/root", "/sys", "/dev/shm", "/dev/mem", "/etc", "/etc/passwd", "/root", "/home", "/tmp", "/usr",
        "/bin/sh", "/old", "/lib", "/var", "/run", "/run/docker.sock", "/var/run/docker.sock"};
    for (const char *place : places)
        if (open(place, O_RDONLY) >= 0) leak("opened %s", place);
    for (int i = 1; i < argc; i++)
        if (open(argv[i], O_RDONLY) >= 0) leak("opened %s", argv[i]);
    for (const char *place : {"/", "..", ".", "/dev"}) {
        DIR *folder = opendir(place);
        if (!folder) continue;
        while (dirent *entry = readdir(folder)) {
            if (entry->d_name[0] == '.') continue;
            const char *name = entry->d_name;
            if (!__builtin_strcmp(place, "/dev")) {
                if (name[0] != 'n' && name[0] != 'r' && name[0] != 'u') leak("found %s in /dev", name);
            } else if (place[0] == '.' && place[1] == 0) leak("found %s in the folder", name);
            else if (__builtin_strcmp(name, "box") && __builtin_strcmp(name, "dev") && __builtin_strcmp(name, "proc"))
                leak("found %s in %s", name, place);
        }
    }
    extern char **environ;
    for (char **each = environ; *each; each++) leak("environment %s", *each);
    if (open("/new", O_CREAT | O_WRONLY, 0600) >= 0) leak("wrote into the root");
    return finish();
}
