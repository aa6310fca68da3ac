/* Start-up and the conversation: frames in, frames out, one at a time.
 *
 * A frame is a kind (1 byte), a length (8 bytes, little-endian) and that many bytes.
 *   in:  'P' 64 hex digits + bytes     keep a blob
 *        'G' text sha, u64 limit       give a blob back
 *        'J' job                       run it (job.c)
 *   out: 'H' text facts                once, when ready
 *        'D' bytes                     answer to 'G'
 *        'R' results                   answer to 'J'
 *        'E' text                      our failure; nothing more is done
 */
#define _GNU_SOURCE
#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

struct settings settings = {.disk_bytes = 256ull << 20};

/* --- writing --- */

static unsigned char *out;
static size_t out_size, out_room;

static void write_all(const void *data, size_t size) {
    const unsigned char *p = data;
    while (size) {
        ssize_t n = write(1, p, size);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) _exit(0); /* nobody listens any more */
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

void out_u8(uint8_t v) { out_bytes(&v, 1); }
void out_u32(uint32_t v) { out_bytes(&v, 4); }
void out_u64(uint64_t v) { out_bytes(&v, 8); }

void out_text(const char *text) {
    uint32_t n = (uint32_t)strlen(text);
    out_u32(n);
    out_bytes(text, n);
}

static void send_frame(char kind) {
    unsigned char head[9] = {(unsigned char)kind};
    uint64_t n = out_size;
    memcpy(head + 1, &n, 8);
    write_all(head, sizeof head);
    write_all(out, out_size);
    out_size = 0;
}

void die(const char *format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    out_size = 0;
    out_bytes(text, strlen(text));
    send_frame('E');
    _exit(110);
}

/* --- reading --- */

uint8_t get_u8(struct cursor *c) {
    if (c->end - c->at < 1) {
        c->bad = true;
        return 0;
    }
    return *c->at++;
}

uint32_t get_u32(struct cursor *c) {
    uint32_t v = 0;
    if (c->end - c->at < 4) {
        c->bad = true;
        return 0;
    }
    memcpy(&v, c->at, 4);
    c->at += 4;
    return v;
}

uint64_t get_u64(struct cursor *c) {
    uint64_t v = 0;
    if (c->end - c->at < 8) {
        c->bad = true;
        return 0;
    }
    memcpy(&v, c->at, 8);
    c->at += 8;
    return v;
}

/* Texts are sent with a closing NUL that the length counts, so they need no copy. */
const char *get_text(struct cursor *c) {
    uint32_t n = get_u32(c);
    if (c->bad || n == 0 || (size_t)(c->end - c->at) < n || c->at[n - 1]) {
        c->bad = true;
        return "";
    }
    const char *text = (const char *)c->at;
    c->at += n;
    return text;
}

static bool read_all(void *data, size_t size) {
    unsigned char *p = data;
    while (size) {
        ssize_t n = read(0, p, size);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        p += n;
        size -= (size_t)n;
    }
    return true;
}

static void keep_blob(uint64_t size) {
    static unsigned char chunk[65536];
    char sha[SHA_HEX + 1] = "";
    if (size < SHA_HEX) die("blob frame too short");
    if (!read_all(sha, SHA_HEX)) _exit(0);
    if (!blob_name(sha)) die("malformed blob name");
    size -= SHA_HEX;
    int f = openat(blobs_fd, ".fresh", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0444);
    if (f < 0) die("keep a blob: %s", strerror(errno));
    while (size) {
        size_t n = size < sizeof chunk ? (size_t)size : sizeof chunk;
        if (!read_all(chunk, n)) _exit(0);
        for (size_t done = 0; done < n;) {
            ssize_t w = write(f, chunk + done, n - done);
            if (w < 0) die("keep a blob: %s", strerror(errno));
            done += (size_t)w;
        }
        size -= n;
    }
    fchmod(f, 0555); /* a program is executed from here; nobody but us can reach it */
    close(f);
    if (renameat(blobs_fd, ".fresh", blobs_fd, sha)) die("keep a blob: %s", strerror(errno));
}

static void give_blob(struct cursor *c) {
    static unsigned char chunk[65536];
    const char *sha = get_text(c);
    uint64_t limit = get_u64(c);
    int f = c->bad ? -1 : open_blob(sha);
    struct stat s;
    if (f < 0 || fstat(f, &s)) die("blob %s: %s", sha, strerror(errno));
    uint64_t size = (uint64_t)s.st_size < limit ? (uint64_t)s.st_size : limit;
    unsigned char head[9] = {'D'};
    memcpy(head + 1, &size, 8);
    write_all(head, sizeof head);
    while (size) {
        ssize_t n = read(f, chunk, size < sizeof chunk ? (size_t)size : sizeof chunk);
        if (n <= 0) _exit(111);
        write_all(chunk, (size_t)n);
        size -= (uint64_t)n;
    }
    close(f);
}

static void serve(void) {
    unsigned char *frame = NULL;
    size_t room = 0;
    for (;;) {
        unsigned char head[9];
        if (!read_all(head, sizeof head)) return;
        uint64_t size;
        memcpy(&size, head + 1, 8);
        if (head[0] == 'P') {
            keep_blob(size);
            continue;
        }
        if (size > MAX_FRAME) die("frame of %llu bytes", (unsigned long long)size);
        if (size > room) {
            room = (size_t)size;
            frame = realloc(frame, room);
            if (!frame) die("out of memory for a frame");
        }
        if (!read_all(frame, (size_t)size)) return;
        struct cursor c = {frame, frame + size, false};
        if (head[0] == 'G') {
            give_blob(&c);
        } else if (head[0] == 'J') {
            run_job(&c);
            send_frame('R');
        } else {
            die("frame of unknown kind %d", head[0]);
        }
    }
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        const char *a = argv[i];
        if (!strncmp(a, "slot=", 5))
            settings.slot = a + 5;
        else if (!strncmp(a, "uids=", 5))
            settings.uid_base = (unsigned)strtoul(a + 5, NULL, 10);
        else if (!strncmp(a, "disk=", 5))
            settings.disk_bytes = strtoull(a + 5, NULL, 10);
        else if (!strncmp(a, "bind=", 5) && settings.nbinds < 8)
            settings.binds[settings.nbinds++] = a + 5;
        else if (!strcmp(a, "toolchain"))
            settings.toolchain = true;
        else if (!strcmp(a, "unsafe"))
            settings.unsafe = true;
        else
            die("unknown setting %s", a);
    }
    if (!settings.slot) die("no slot folder given");
    umask(022);
    signal(SIGPIPE, SIG_IGN);
    enter_jail();
    install_filter();
    char facts[160];
    snprintf(facts, sizeof facts, "uids=%s proc=%s memory=rlimit+polling",
             settings.unsafe ? "same" : many_uids ? "range" : "single", have_proc ? "yes" : "no");
    out_bytes(facts, strlen(facts));
    send_frame('H');
    serve();
    return 0; /* process 1 leaves: everything in the slot goes with it */
}
