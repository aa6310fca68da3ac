// Closes everything it was given, and then uses time.
// verdict: TLE
#include <unistd.h>
int main() {
    for (int i = 0; i < 256; i++) close(i);
    for (volatile long i = 0;; i = i + 1) {}
}
