// Recurses until something stops it.
// verdict: MLE RTE
static int deeper(volatile char *above) {
    volatile char frame[4096];
    frame[0] = above[0];
    return deeper(frame) + frame[1];
}
int main() {
    volatile char first[1] = {1};
    return deeper(first);
}
