// Prints without end.
// verdict: OLE
#include <unistd.h>
int main() {
    static char block[1 << 16];
    for (;;) write(1, block, sizeof block);
}
