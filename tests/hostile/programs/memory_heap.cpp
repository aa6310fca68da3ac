// Takes a gibibyte and uses it.
// verdict: MLE
#include <cstdlib>
#include <cstring>
int main() {
    for (int i = 0; i < 1024; i++)
        if (char *block = static_cast<char *>(malloc(1 << 20))) memset(block, 1, 1 << 20);
}
