// Prints errors without end.
// verdict: OLE
#include <unistd.h>
int main() {
    static char block[1 << 16];
    for (;;) write(2, block, sizeof block);
}
