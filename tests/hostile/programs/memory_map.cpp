// Maps more than the machine has, and uses it piece by piece.
// verdict: MLE RTE contained
#include "attempt.h"
#include <sys/mman.h>
int main() {
    size_t size = 1ull << 36;
    void *area = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (area == MAP_FAILED) return finish();
    for (size_t at = 0; at < size; at += 4096) static_cast<volatile char *>(area)[at] = 1;
    leak("all of it");
}
