// Makes mappings until the kernel has no more: tables cost memory that nobody counts.
// verdict: contained MLE RTE
#include "attempt.h"
#include <sys/mman.h>
int main() {
    int made = 0;
    for (; made < 1000000; made++)
        if (mmap(nullptr, 4096, made % 2 ? PROT_READ : PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED) break;
    if (made >= 1000000) leak("%d mappings", made);
    return finish();
}
