/* Start-up and the conversation: frames in, frames out, one at a time.
 *
 * A frame is a kind (1 byte), a length (8 bytes, little-endian) and that many bytes.
 *   in:  'P' 64 hex digits + bytes     keep a blob
 *        'X' 64 hex digits, repeated   drop blobs
 *        'G' name, u64 limit           give a blob back
 *        'J' job                       run it (job.c)
 *   out: 'H' text facts                once, when ready
 *        'D' bytes                     answer to 'G'
 *        'R' results                   answer to 'J'
 *        'E' text                      our failure; nothing more is done
 */
#include "runner.h"

#include <poll.h>
#include <stdarg.h>

#define HEAD 9
#define HOLD (5 * MS)

struct settings settings = {.disk_bytes = 256ull << 20};
cpu_set_t all_cores;

/* --- writing: frames are collected, with room for their heads, and leave in one write --- */

static unsigned char *out;
static size_t frame_start, out_size = HEAD, out_room;

static void write_all(int file, const void *data, size_t size) {
    const unsigned char *p = data;
    while (size) {
        ssize_t n = write(file, p, size);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0 && file == 1) _exit(0); /* nobody listens any more */
        must((int)n, "keep a blob");
        p += n;
        size -= (size_t)n;
    }
}

void out_bytes(const void *data, size_t size) {
    if (out_size + size > out_room) {
        out_room = (out_size + size) * 2 + 4096;
        out = realloc(out, out_room);
        if (!out) _exit(112);
    }
    memcpy(out + out_size, data, size);
    out_size += size;
}

void out_number(uint64_t v, size_t bytes) { out_bytes(&v, bytes); } /* little-endian, as we are */

static void flush(void) {
    write_all(1, out, frame_start);
    frame_start = 0;
    out_size = HEAD;
}

/* `more` bytes of the frame will be written by the caller. */
static void end_frame(char kind, uint64_t more) {
    uint64_t n = out_size - frame_start - HEAD + more;
    out_bytes("", 0); /* the frame may be empty and without a buffer yet */
    out[frame_start] = (unsigned char)kind;
    memcpy(out + frame_start + 1, &n, sizeof n);
    frame_start = out_size;
    out_size += HEAD;
}

static void send_frame(char kind, uint64_t more) {
    end_frame(kind, more);
    flush();
}

void die(const char *format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    out_size = frame_start + HEAD; /* what the frame held so far is void, earlier ones are not */
    out_bytes(text, strlen(text));
    send_frame('E', 0);
    _exit(110);
}

int must(int result, const char *what) {
    if (result < 0) die("%s: %s", what, strerror(errno));
    return result;
}

/* --- reading: the driver sends jobs ahead, so one read may bring several frames --- */

static bool read_all(void *data, size_t size) {
    static unsigned char in[65536];
    static size_t at, held;
    for (unsigned char *p = data; size;) {
        if (at == held) {
            ssize_t n = read(0, in, sizeof in);
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) return false;
            held = (size_t)n;
            at = 0;
        }
        size_t n = size < held - at ? size : held - at;
        memcpy(p, in + at, n);
        p += n;
        at += n;
        size -= n;
    }
    return true;
}

uint64_t get_number(struct cursor *c, size_t bytes) {
    uint64_t v = 0;
    c->bad = c->bad || (size_t)(c->end - c->at) < bytes;
    if (c->bad) return 0;
    memcpy(&v, c->at, bytes);
    c->at += bytes;
    return v;
}

/* Texts are sent with a closing NUL that the length counts, so they need no copy. */
const char *get_text(struct cursor *c) {
    size_t n = get_number(c, 4);
    if (c->bad || n == 0 || (size_t)(c->end - c->at) < n || c->at[n - 1]) {
        c->bad = true;
        return "";
    }
    const char *text = (const char *)c->at;
    c->at += n;
    return text;
}

static void keep_blob(uint64_t size) {
    static unsigned char chunk[65536];
    char name[BLOB_NAME + 1] = "";
    if (size < BLOB_NAME) die("blob frame too short");
    if (!read_all(name, BLOB_NAME)) _exit(0);
    if (!blob_name(name)) die("malformed blob name");
    int f = must(openat(blobs_fd, ".fresh", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0555), "keep a blob");
    for (size -= BLOB_NAME; size;) {
        size_t n = size < sizeof chunk ? (size_t)size : sizeof chunk;
        if (!read_all(chunk, n)) _exit(0);
        write_all(f, chunk, n);
        size -= n;
    }
    close(f); /* a program is executed from here; nobody but us can reach it */
    must(renameat(blobs_fd, ".fresh", blobs_fd, name), "keep a blob");
}

static void give_blob(struct cursor *c) {
    const char *name = get_text(c);
    uint64_t size = get_number(c, 8);
    int f = c->bad ? -1 : open_blob(name);
    struct stat s;
    if (f < 0 || fstat(f, &s)) die("blob %s: %s", name, strerror(errno));
    if ((uint64_t)s.st_size < size) size = (uint64_t)s.st_size;
    send_frame('D', size);
    while (size) {
        ssize_t n = sendfile(1, f, NULL, size < 1 << 20 ? (size_t)size : 1 << 20);
        if (n <= 0) _exit(111);
        size -= (uint64_t)n;
    }
    close(f);
}

static void drop_blobs(const unsigned char *names, uint64_t size) {
    char name[BLOB_NAME + 1] = "";
    for (; size >= BLOB_NAME; names += BLOB_NAME, size -= BLOB_NAME) {
        memcpy(name, names, BLOB_NAME);
        if (!blob_name(name)) die("malformed blob name");
        must(unlinkat(blobs_fd, name, 0), "drop a blob");
    }
}

static void serve(void) {
    unsigned char *frame = NULL, head[HEAD];
    uint64_t room = 0, size, held = 0; /* since when results wait to be sent */
    for (;;) {
        /* Results of short jobs leave together, while there is more to do: whoever drives us is
         * then woken less often, which costs as much as a good part of a short job. */
        struct pollfd more = {.fd = 0, .events = POLLIN};
        if (held && (now() - held > HOLD || poll(&more, 1, 0) != 1)) {
            flush();
            held = 0;
        }
        if (!read_all(head, sizeof head)) return;
        memcpy(&size, head + 1, sizeof size);
        if (head[0] == 'P') {
            keep_blob(size);
            continue;
        }
        if (size > MAX_FRAME) die("frame of %llu bytes", (unsigned long long)size);
        if (size > room) {
            room = size;
            frame = realloc(frame, (size_t)room);
            if (!frame) die("out of memory for a frame");
        }
        if (!read_all(frame, (size_t)size)) return;
        struct cursor c = {frame, frame + size, false};
        if (head[0] == 'J') {
            run_job(&c);
            end_frame('R', 0);
            if (!held) held = now();
        } else if (head[0] == 'G')
            give_blob(&c);
        else if (head[0] == 'X')
            drop_blobs(frame, size);
        else
            die("frame of unknown kind %d", head[0]);
    }
}

/* Limits that are the same for every program are set once, here, and inherited. */
static void lower_limits(void) {
    static const struct { int what; rlim_t most; } limits[] = {
        {RLIMIT_CORE, 1}, /* 0 would still feed a crash to a handler of the host; see core(5) */
        {RLIMIT_NOFILE, 256},  {RLIMIT_MEMLOCK, 65536}, {RLIMIT_MSGQUEUE, 0},
        {RLIMIT_RTPRIO, 0},    {RLIMIT_NICE, 0},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct rlimit r;
        getrlimit((__rlimit_resource_t)limits[i].what, &r);
        if (r.rlim_max > limits[i].most) r.rlim_max = limits[i].most;
        r.rlim_cur = r.rlim_max;
        must(setrlimit((__rlimit_resource_t)limits[i].what, &r), "setrlimit");
    }
}

/* Stay on one of those we may use, by a number that each slot has of its own: what we start is not
 * carried to another core and back. */
static void choose_core(void) {
    cpu_set_t core;
    CPU_ZERO(&core);
    must(sched_getaffinity(0, sizeof all_cores, &all_cores), "sched_getaffinity");
    int left = settings.core % CPU_COUNT(&all_cores);
    for (int i = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &all_cores) && !left--) CPU_SET(i, &core);
    must(sched_setaffinity(0, sizeof core, &core), "sched_setaffinity");
}

static bool set_flag(const char *name) {
    static const struct { const char *name; bool *flag; } flags[] = {
        {"container", &settings.container}, {"runtime", &settings.runtime},
        {"proc", &settings.proc}, {"toolchain", &settings.toolchain},
        {"processes", &settings.processes}, {"unsafe", &settings.unsafe},
        {"landlock", &settings.plain},
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (!strcmp(name, flags[i].name)) return *flags[i].flag = true;
    return false;
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        const char *a = argv[i];
        unsigned long long number = strlen(a) > 5 ? strtoull(a + 5, NULL, 10) : 0;
        if (!strncmp(a, "slot=", 5))
            settings.slot = a + 5;
        else if (!strncmp(a, "uids=", 5))
            settings.uid_base = (unsigned)number;
        else if (!strncmp(a, "disk=", 5))
            settings.disk_bytes = number;
        else if ((!strncmp(a, "bind=", 5) || !strncmp(a, "link=", 5)) && settings.ntree < MAX_TREE)
            settings.tree[settings.ntree++] = a;
        else if (!strncmp(a, "core=", 5))
            settings.core = (int)number;
        else if (!strncmp(a, "cgroup=", 7)) /* for tests: what is read from such a tree */
            return show_cgroup(a + 7);
        else if (!set_flag(a))
            die("unknown setting %s", a);
    }
    settings.processes |= settings.toolchain;
    settings.plain |= settings.unsafe;
    if (!settings.slot && !settings.container) die("no slot folder given");
    umask(022);
    signal(SIGPIPE, SIG_IGN);
    lower_limits();
    choose_core();
    settings.container ? enter_container() : settings.plain ? enter_plain() : enter_jail();
    make_page();
    open_ends();
    install_filter();
    char facts[512];
    int n = snprintf(facts, sizeof facts, "uids=%s proc=%s memory=%s ",
                     settings.plain ? "same" : many_uids ? "range" : "single",
                     have_proc ? "yes" : "no", settings.container ? "cgroup+polling" : "rlimit+polling");
    cgroup_facts(facts + n, sizeof facts - (size_t)n);
    out_bytes(facts, strlen(facts));
    send_frame('H', 0);
    serve();
    return 0; /* process 1 leaves: everything in the slot goes with it */
}
