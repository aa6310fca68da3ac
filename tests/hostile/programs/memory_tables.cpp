// verdict: RTE
// Maps far more than it may use and reads one page in each 2 MiB: no page of its own becomes
// resident, but the tables that lead to them fill the machine.
#include <sys/mman.h>

int main() {
    const unsigned long size = 1ul << 40;
    void *place = mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (place == MAP_FAILED) return 1;
    madvise(place, size, MADV_NOHUGEPAGE);
    volatile char sum = 0;
    for (unsigned long at = 0; at < size; at += 2ul << 20) sum = sum + static_cast<char *>(place)[at];
}
