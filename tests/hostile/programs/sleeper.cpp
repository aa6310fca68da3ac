// Waits for ever, using nothing.
// verdict: TLE
#include <unistd.h>
int main() {
    for (;;) pause();
}
