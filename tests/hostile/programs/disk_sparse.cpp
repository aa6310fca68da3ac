// Makes a file of a tebibyte that takes no room at all.
// verdict: OLE RTE
#include <fcntl.h>
#include <unistd.h>
int main() {
    int file = open("sparse", O_CREAT | O_WRONLY, 0600);
    return file < 0 || ftruncate(file, 1L << 40) ? 1 : 0;
}
