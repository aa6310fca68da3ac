// Closes its output before it says anything, and ends well.
// verdict: clean
#include <unistd.h>
int main() {
    close(1);
    if (write(1, "LEAK", 4) == 4) return 1;
    return 0;
}
