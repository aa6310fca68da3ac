// One program that does what its first argument says; for tests of slots.
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

extern char **environ;

static void copy(int from, int to) {
    char block[65536];
    for (ssize_t n; (n = read(from, block, sizeof block)) > 0;) write(to, block, n);
}

int main(int argc, char **argv) {
    std::string what = argc > 1 ? argv[1] : "";
    const char *first = argc > 2 ? argv[2] : "";
    if (what == "cat") copy(0, 1);
    if (what == "say") fputs(first, stdout);
    if (what == "complain") fputs(first, stderr);
    if (what == "exit") return atoi(first);
    if (what == "signal") raise(atoi(first));
    if (what == "arguments")
        for (int i = 0; i < argc; i++) printf("%s\n", argv[i]);
    if (what == "environment")
        for (char **each = environ; *each; each++) puts(*each);
    if (what == "burn")
        for (volatile long i = 0;; i = i + 1) {}
    if (what == "wait")
        for (;;) pause();
    if (what == "sleep") usleep(atoi(first));  // that many microseconds
    if (what == "leave" && fork() == 0)  // a child that has all that is open, and stays
        for (;;) pause();
    if (what == "take")
        for (long left = atol(first) << 20; left > 0; left -= 1 << 20)
            memset(malloc(1 << 20), 1, 1 << 20);
    if (what == "threads") {  // that many at once, each with memory of its own
        std::vector<std::thread> all;
        std::atomic<int> ready{0};
        for (int i = atoi(first); i > 0; i--)
            all.emplace_back([&] {
                std::vector<char> own(8 << 20, 1);
                for (ready += own[0]; ready < atoi(first);) std::this_thread::yield();
            });
        for (auto &each : all) each.join();
        printf("%d\n", ready.load());
    }
    if (what == "print") {
        static char block[1 << 20];
        for (int i = atoi(first); i > 0; i--) write(1, block, sizeof block);
    }
    if (what == "show") {  // a file of the folder
        int file = open(first, O_RDONLY);
        if (file < 0) return 2;
        copy(file, 1);
    }
    if (what == "change") {  // may not succeed on a file that was put there
        int file = open(first, O_WRONLY | O_TRUNC);
        return file < 0 ? 0 : 3;
    }
    if (what == "add") {  // to a file that is there
        int file = open(first, O_WRONLY | O_APPEND);
        if (file < 0 || write(file, "+", 1) != 1) return 3;
    }
    if (what == "odd")  // files whose names nobody expects
        for (const char *name : {"two words", "new\nline", "\xff\xfe", "-rf", "*", ".hidden"})
            close(open(name, O_WRONLY | O_CREAT, 0600));
    if (what == "many")
        for (int i = 0; i < atoi(first); i++)
            close(open(("file" + std::to_string(i)).c_str(), O_WRONLY | O_CREAT, 0600));
    if (what == "core") {  // where it may run
        cpu_set_t set;
        sched_getaffinity(0, sizeof set, &set);
        for (int i = 0; i < CPU_SETSIZE; i++)
            if (CPU_ISSET(i, &set)) printf("%d ", i);
        for (int i = 0; i < CPU_SETSIZE; i++) CPU_SET(i, &set);
        if (sched_setaffinity(0, sizeof set, &set) == 0) return 3;
    }
    if (what == "make") {
        int file = open("made", O_WRONLY | O_CREAT, 0600);
        write(file, "made here", 9);
        symlink("/etc/passwd", "link");
        mkdir("folder", 0700);
        mkfifo("pipe", 0600);
        return first[0] ? atoi(first) : 0;
    }
    if (what == "persist") {  // writes until nobody reads
        while (write(1, "x", 1) == 1) {}
        return 7;
    }
    if (what == "inspect") {  // what is known of its own output
        struct stat s;
        char byte;
        fstat(1, &s);
        fprintf(stderr, "mode %o, times %ld %ld, ", s.st_mode & 07777, long(s.st_atime), long(s.st_mtime));
        fprintf(stderr, "%ld and %zd bytes", long(s.st_size), pread(1, &byte, 1, 0));
    }
    if (what == "late") {  // a last word, when nobody listens any more
        signal(SIGPIPE, SIG_IGN);
        for (char c; read(0, &c, 1) > 0;) {}
        return write(1, "x", 1) == 1 ? 0 : 7;
    }
    if (what == "greet") {  // one side of a conversation: a line out, a line in
        printf("%s\n", first);
        fflush(stdout);
        char line[256] = "";
        if (!fgets(line, sizeof line, stdin)) return 4;
        fprintf(stderr, "heard %s", line);
    }
    if (what == "manage") {  // manage FROM TO: a question through named pipes, the answer printed
        FILE *from, *to;
        to = fopen(argv[3], "w");
        from = fopen(argv[2], "r");
        if (!from || !to) return 5;
        fputs("question\n", to);
        fflush(to);
        char line[256] = "";
        fgets(line, sizeof line, from);
        printf("got %s", line);
    }
    return 0;
}
