/* Folders, copies and comparing. Never follows a link that a program made. */
#include "runner.h"

#include <dirent.h>

bool safe_name(const char *name) {
    return name[0] && strlen(name) < 200 && !strchr(name, '/') && strcmp(name, ".") &&
           strcmp(name, "..");
}

bool blob_name(const char *name) {
    return strlen(name) == BLOB_NAME && strspn(name, "0123456789abcdef") == BLOB_NAME;
}

int open_blob(const char *name) {
    if (blob_name(name)) return openat(given_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    errno = EINVAL;
    return -1;
}

int copy_file(int from, int folder, const char *name, uid_t uid, mode_t mode) {
    int to = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (to < 0) return -1;
    off_t at = 0;
    ssize_t n;
    while ((n = sendfile(to, from, &at, 1 << 30)) > 0) {
    }
    bool failed = n < 0 || (many_uids && fchown(to, uid, uid));
    close(to);
    return failed ? -1 : 0;
}

/* Do something with every entry until none is left; false when a round achieved nothing. */
static bool each(int folder, char *room, size_t size, int above,
                 bool (*remove)(int folder, const char *name, int above)) {
    for (int seen = 1, removed; seen; ) {
        seen = removed = 0;
        long n = lseek(folder, 0, SEEK_SET) < 0 ? -1 : getdents64(folder, room, size);
        if (n < 0) return false;
        for (long at = 0; at < n;) {
            struct dirent64 *e = (struct dirent64 *)(room + at);
            at += e->d_reclen;
            if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
            seen++;
            removed += remove(folder, e->d_name, above);
        }
        if (seen && !removed) return false;
    }
    return true;
}

static bool unlinked(int folder, const char *name) {
    return !unlinkat(folder, name, 0) || !unlinkat(folder, name, AT_REMOVEDIR);
}

static bool move_up(int folder, const char *name, int above) {
    static unsigned serial;
    char fresh[32];
    if (unlinked(folder, name)) return true;
    for (int tries = 0; tries < 10000; tries++) { /* the program may have taken such names */
        snprintf(fresh, sizeof fresh, ".%u", serial++);
        if (!renameat(folder, name, above, fresh)) return true;
    }
    return false;
}

/* A program can nest folders deeper than any stack, so trees are not recursed into: what is
 * in a folder of the folder is moved up, under a number, until there are only leaves. */
static bool flatten(int folder, const char *name, int above) {
    static char room[32768];
    (void)above;
    if (unlinked(folder, name)) return true;
    /* Its owner may have closed it to everyone. As it could not be unlinked, it is no link. */
    if (many_uids && fchownat(folder, name, 0, 0, AT_SYMLINK_NOFOLLOW)) return false;
    fchmodat(folder, name, 0700, 0); /* refused where the filter lets nobody change a mode */
    int inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner < 0) return false;
    bool empty = each(inner, room, sizeof room, folder, move_up);
    close(inner);
    return empty && !unlinkat(folder, name, AT_REMOVEDIR);
}

/* The folder's own mode and times would outlive its files, and could carry a message to the
 * next program; what else it could carry (attributes, access lists) the filter refuses. */
const struct timespec epoch[2];

bool wipe(int folder, mode_t mode) {
    static char room[32768];
    bool kept = settings.plain && !settings.toolchain; /* the filter keeps mode and times */
    if (many_uids && fchown(folder, 0, 0)) return false;
    return (kept || !fchmod(folder, mode)) && each(folder, room, sizeof room, -1, flatten) &&
           (kept || !futimens(folder, epoch));
}

/* --- comparing: the rule of cms/grading/steps/whitediff.py ---
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
    int c = s->held;
    s->held = -1;
    if (c >= 0) return c;
    bool blank = false;
    while ((c = next_byte(s)) == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f')
        blank = true;
    bool text = c >= 0 && c != '\n';
    if (blank && text && s->token) {
        s->held = c;
        return ' ';
    }
    s->token = text;
    return c;
}

bool same_text(int a, int b) {
    struct side l = {a, left, 0, 0, -1, false}, r = {b, right, 0, 0, -1, false};
    int x, y;
    while ((x = next_canonical(&l)) == (y = next_canonical(&r)))
        if (x < 0) return true;
    if (x >= 0 && y >= 0) return false;
    /* One side has ended: the rest of the other must be blank lines. */
    struct side *rest = x < 0 ? &r : &l;
    for (int c = x < 0 ? y : x; c >= 0; c = next_canonical(rest))
        if (c != '\n') return false;
    return true;
}
