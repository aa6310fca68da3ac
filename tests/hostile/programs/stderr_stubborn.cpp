// Prints errors without end, and ignores the signal that would end it.
// verdict: OLE
#include <csignal>
#include <unistd.h>
int main() {
    static char block[1 << 16];
    signal(SIGXFSZ, SIG_IGN);
    while (write(2, block, sizeof block) > 0) {}
}
