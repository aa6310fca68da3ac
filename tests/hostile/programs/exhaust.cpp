// Opens pipes until there are none left, and fills them with what no limit on memory counts.
// verdict: contained
#include "attempt.h"
#include <fcntl.h>
#include <unistd.h>
int main() {
    static char block[1 << 16];
    int opened = 0, ends[2];
    long held = 0;
    for (; opened < 100000 && !pipe2(ends, O_NONBLOCK); opened += 2) {
        fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
        for (long n; (n = write(ends[1], block, sizeof block)) > 0;) held += n;
    }
    if (opened > 256) leak("%d descriptors", opened);
    if (held > 200L << 20) leak("%ld MiB in pipes", held >> 20);
    return finish();
}
