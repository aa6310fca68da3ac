/* Folders, copies, hashing and comparing. Never follows a link that a program made. */
#define _GNU_SOURCE
#include "runner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned char buffer[65536];

bool safe_name(const char *name) {
    return name[0] && strlen(name) < 200 && !strchr(name, '/') && strcmp(name, ".") &&
           strcmp(name, "..");
}

bool blob_name(const char *sha) {
    return strlen(sha) == SHA_HEX && strspn(sha, "0123456789abcdef") == SHA_HEX;
}

int open_blob(const char *sha) {
    if (!blob_name(sha)) {
        errno = EINVAL;
        return -1;
    }
    return openat(blobs_fd, sha, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
}

int copy_file(int from, int folder, const char *name, uid_t owner) {
    int to = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444);
    if (to < 0) return -1;
    off_t at = 0;
    ssize_t n;
    while ((n = sendfile(to, from, &at, 1 << 30)) > 0) {
    }
    int failed = n < 0 ? errno : 0;
    if (!failed && many_uids && fchown(to, 0, owner)) failed = errno;
    close(to);
    errno = failed;
    return failed ? -1 : 0;
}

struct entry { /* what getdents64 gives */
    uint64_t inode;
    int64_t offset;
    unsigned short length;
    unsigned char type;
    char name[];
};

bool wipe(int folder, int depth) {
    /* Deep trees are flattened instead of recursed into: a program can nest deeper than a stack. */
    static char entries[32768];
    for (int round = 0; round < 100000; round++) {
        if (lseek(folder, 0, SEEK_SET) < 0) return false;
        long n = syscall(SYS_getdents64, folder, entries, sizeof entries);
        if (n < 0) return false;
        int seen = 0, gone = 0;
        char child[256] = "";
        for (long at = 0; at < n;) {
            struct entry *e = (struct entry *)(entries + at);
            at += e->length;
            if (!strcmp(e->name, ".") || !strcmp(e->name, "..")) continue;
            seen++;
            if (!unlinkat(folder, e->name, 0) || !unlinkat(folder, e->name, AT_REMOVEDIR))
                gone++;
            else if (!child[0])
                snprintf(child, sizeof child, "%s", e->name);
        }
        if (!seen) return true;
        if (child[0]) {
            int inner = openat(folder, child, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            if (inner < 0) {
                /* A folder its owner closed to everyone; we may open it again. */
                if (fchmodat(folder, child, 0700, 0)) return false;
                inner = openat(folder, child, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
                if (inner < 0) return false;
            }
            fchmod(inner, 0700);
            if (depth < 16) {
                bool empty = wipe(inner, depth + 1);
                close(inner);
                if (!empty) return false;
            } else {
                /* Move the grandchildren up to here; their names may clash, so number them. */
                static unsigned serial;
                int again = dup(inner);
                DIR *d = again < 0 ? NULL : fdopendir(again);
                if (!d) {
                    close(inner);
                    return false;
                }
                struct dirent *e;
                while ((e = readdir(d))) {
                    if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
                    if (!unlinkat(inner, e->d_name, 0)) continue;
                    char fresh[32];
                    snprintf(fresh, sizeof fresh, ".%u", serial++);
                    renameat(inner, e->d_name, folder, fresh);
                }
                closedir(d);
                close(inner);
            }
            gone++;
        }
        if (!gone) return false;
    }
    return false;
}

/* --- SHA-256 (FIPS 180-4) --- */

static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t turn(uint32_t x, int n) { return x >> n | x << (32 - n); }

static void digest(uint32_t h[8], const unsigned char *block) {
    uint32_t w[64];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ a >> 3) + w[i - 7] +
               (turn(b, 17) ^ turn(b, 19) ^ b >> 10);
    }
    uint32_t s[8];
    memcpy(s, h, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t e = s[4], a = s[0];
        uint32_t t = s[7] + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) +
                     ((e & s[5]) ^ (~e & s[6])) + K[i] + w[i];
        uint32_t u = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) +
                     ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += t;
        s[0] = t + u;
    }
    for (int i = 0; i < 8; i++) h[i] += s[i];
}

struct sha {
    uint32_t h[8];
    unsigned char block[64];
    size_t held;
    uint64_t total;
};

static void sha_add(struct sha *s, const unsigned char *data, size_t size) {
    s->total += size;
    while (size) {
        size_t n = sizeof s->block - s->held;
        if (n > size) n = size;
        memcpy(s->block + s->held, data, n);
        data += n;
        size -= n;
        s->held += n;
        if (s->held == sizeof s->block) {
            digest(s->h, s->block);
            s->held = 0;
        }
    }
}

static void sha_end(struct sha *s, char hex[SHA_HEX + 1]) {
    uint64_t bits = s->total * 8;
    unsigned char tail[72] = {0x80}, length[8];
    size_t zeros = (s->held < 56 ? 56 : 120) - s->held;
    for (int i = 0; i < 8; i++) length[i] = (unsigned char)(bits >> (56 - 8 * i));
    sha_add(s, tail, zeros);
    sha_add(s, length, sizeof length);
    for (int i = 0; i < 8; i++) sprintf(hex + 8 * i, "%08x", s->h[i]);
}

int keep_file(int file, char sha[SHA_HEX + 1], uint64_t *size) {
    struct sha s = {.h = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                          0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
    int to = openat(blobs_fd, ".kept", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0444);
    if (to < 0) return -1;
    ssize_t n;
    while ((n = pread(file, buffer, sizeof buffer, (off_t)s.total)) > 0) {
        if (write(to, buffer, (size_t)n) != n) {
            close(to);
            return -1;
        }
        sha_add(&s, buffer, (size_t)n);
    }
    close(to);
    if (n < 0) return -1;
    *size = s.total;
    sha_end(&s, sha);
    return renameat(blobs_fd, ".kept", blobs_fd, sha);
}

/* --- comparing: cms/grading/steps/whitediff.py ---
 *
 * Lines are compared token by token, and blank lines at the end do not matter. Each
 * side is read as a canonical stream: inside a line one blank between tokens, none at
 * its ends. Nothing is mapped into memory, because that would be our own memory, and so
 * the floor under the next program's reading. */

struct side {
    int file;
    unsigned char *data;
    ssize_t at, size;
    int held;   /* a byte to give before reading on, or -1 */
    bool token; /* inside a line, after a token */
};

static unsigned char left[32768], right[32768];

static int next_byte(struct side *s) {
    if (s->at == s->size) {
        s->size = read(s->file, s->data, sizeof left);
        s->at = 0;
        if (s->size <= 0) {
            s->size = 0;
            return -1;
        }
    }
    return s->data[s->at++];
}

static int next_canonical(struct side *s) {
    if (s->held >= 0) {
        int c = s->held;
        s->held = -1;
        return c;
    }
    bool blank = false;
    for (;;) {
        int c = next_byte(s);
        if (c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f') {
            blank = true;
        } else if (c == '\n' || c < 0) {
            s->token = false;
            return c;
        } else {
            if (blank && s->token) {
                s->held = c;
                return ' ';
            }
            s->token = true;
            return c;
        }
    }
}

bool same_text(int a, int b) {
    struct side l = {a, left, 0, 0, -1, false}, r = {b, right, 0, 0, -1, false};
    for (;;) {
        int x = next_canonical(&l), y = next_canonical(&r);
        if (x == y) {
            if (x < 0) return true;
            continue;
        }
        if (x >= 0 && y >= 0) return false;
        /* One side has ended: the rest of the other must be blank lines. */
        struct side *rest = x < 0 ? &r : &l;
        for (int c = x < 0 ? y : x; c >= 0; c = next_canonical(rest))
            if (c != '\n') return false;
        return true;
    }
}
