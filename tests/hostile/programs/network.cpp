// Tries a socket of every family.
// verdict: contained
#include "attempt.h"
#include <sys/socket.h>
int main() {
    for (int family = 0; family < 64; family++)
        for (int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET})
            if (socket(family, type, 0) >= 0) leak("a socket of family %d", family);
    int pair[2];
    if (!socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) leak("a pair of sockets");
    return finish();
}
