// Takes memory that a limit on data does not count: shared, anonymous.
// It is refused: once let go of, such memory is in no resident size.
// verdict: RTE
#include <sys/mman.h>
int main() {
    size_t size = 1ull << 30;
    char *area = static_cast<char *>(mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    if (area == MAP_FAILED) return 1;
    for (size_t at = 0; at < size; at += 4096) area[at] = 1;
    for (volatile int i = 0;; i = i + 1) {}
}
