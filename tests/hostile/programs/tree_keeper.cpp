// Leaves children behind that hold its output open and write on.
// verdict: contained
// slot: processes
#include "attempt.h"
#include <unistd.h>
int main() {
    for (int i = 0; i < 5; i++)
        if (fork() == 0) {
            setsid();
            sleep(1);
            for (;;) write(1, "LEAK written later", 18);
        }
    return finish();
}
