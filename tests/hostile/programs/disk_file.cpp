// Writes one file without end.
// verdict: OLE RTE
#include <cstdio>
int main() {
    static char block[1 << 20];
    FILE *file = fopen("large", "w");
    if (!file) return 1;
    for (;;)
        if (fwrite(block, sizeof block, 1, file) != 1) return 2;
}
