// Ends well before main begins, without an output.
// verdict: clean
#include <unistd.h>
static int before = (_exit(0), 1);
int main() { return before; }
