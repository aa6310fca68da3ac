// Locks what it was given, so that another may find it locked; and memory, so that it stays.
// verdict: contained
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
int main(void) {
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int leaks = 0;
    if (!fcntl(0, F_SETLK, &whole)) leaks++, puts("LEAK a lock on the input");
    if (!flock(0, LOCK_EX | LOCK_NB)) leaks++, puts("LEAK a lock on the file");
    if (!fcntl(0, 1024 /* F_SETLEASE */, F_WRLCK)) leaks++, puts("LEAK a lease");
    void *much = malloc(8 << 20);
    if (!mlock(much, 8 << 20)) leaks++, puts("LEAK memory that stays");
    if (!leaks) puts("contained");
    return 0;
}
