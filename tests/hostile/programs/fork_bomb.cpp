// Forks without end.
// verdict: TLE
#include <unistd.h>
int main() {
    for (;;) fork();
}
