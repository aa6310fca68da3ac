// The default output validator of the problem package format (editions legacy and 2025-09).
//
//   default input answer feedback_folder [case_sensitive] [space_change_sensitive]
//       [float_absolute_tolerance E] [float_relative_tolerance E] [float_tolerance E] < output
//
// Exit code 42 accepts, 43 rejects, and 44 says that it was called wrongly. A token is compared
// as a number only where the answer's token is one and a tolerance is set.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

enum { ACCEPT = 42, REJECT = 43, MISUSE = 44 };

static std::string feedback;

[[noreturn]] static void reject(const std::string &words) {
    if (FILE *file = fopen((feedback + "judgemessage.txt").c_str(), "a")) {
        fprintf(file, "%s\n", words.c_str());
        fclose(file);
    }
    exit(REJECT);
}

[[noreturn]] static void misuse(const std::string &words) {
    fprintf(stderr, "%s\n", words.c_str());
    exit(MISUSE);
}

static bool blank(int c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// A side of the comparison, read once and in order.
struct Side {
    FILE *file;
    long line = 1;

    std::string blanks() {
        std::string found;
        int c;
        while (blank(c = getc_unlocked(file))) {
            found += (char)c;
            line += c == '\n';
        }
        if (c != EOF) ungetc(c, file);
        return found;
    }

    void skip_blanks() {
        int c;
        while (blank(c = getc_unlocked(file))) line += c == '\n';
        if (c != EOF) ungetc(c, file);
    }

    std::string token() {
        std::string found;
        int c;
        while ((c = getc_unlocked(file)) != EOF && !blank(c)) found += (char)c;
        if (c != EOF) ungetc(c, file);
        return found;
    }
};

// A finite decimal number and nothing else; no hexadecimal, no "inf", no "nan".
static bool number(const std::string &token, double &value) {
    if (token.empty() || token.find_first_not_of("0123456789+-.eE") != std::string::npos) return false;
    char *end;
    value = strtod(token.c_str(), &end);
    return end == token.c_str() + token.size() && std::isfinite(value);
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

static bool same_but_case(const std::string &a, const std::string &b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); i++)
        if (lower(a[i]) != lower(b[i])) return false;
    return true;
}

static std::string shown(const std::string &token) {
    return "\"" + (token.size() > 40 ? token.substr(0, 37) + "..." : token) + "\"";
}

int main(int argc, char **argv) {
    if (argc < 4) misuse("usage: default input answer feedback_folder [options] < output");
    feedback = argv[3];
    bool case_sensitive = false, space_sensitive = false, floats = false;
    double absolute = -1, relative = -1;
    for (int i = 4; i < argc; i++) {
        std::string flag = argv[i];
        if (flag == "case_sensitive") {
            case_sensitive = true;
        } else if (flag == "space_change_sensitive") {
            space_sensitive = true;
        } else if (flag == "float_absolute_tolerance" || flag == "float_relative_tolerance" ||
                   flag == "float_tolerance") {
            double tolerance;
            if (++i == argc || !number(argv[i], tolerance) || tolerance < 0)
                misuse("the option " + flag + " needs a number");
            if (flag != "float_relative_tolerance") absolute = tolerance;
            if (flag != "float_absolute_tolerance") relative = tolerance;
            floats = true;
        } else {
            misuse("unknown option " + flag);
        }
    }
    Side output{stdin}, answer{fopen(argv[2], "r")};
    if (!answer.file) misuse(std::string("cannot open ") + argv[2]);
    for (;;) {
        std::string where = "line " + std::to_string(output.line) + ": ";
        if (space_sensitive) {
            if (output.blanks() != answer.blanks()) reject(where + "white space differs");
        } else {
            output.skip_blanks();
            answer.skip_blanks();
        }
        where = "line " + std::to_string(output.line) + ": ";
        std::string given = output.token(), expected = answer.token();
        if (given.empty() && expected.empty()) return ACCEPT;
        if (given.empty()) reject(where + "the output ends where " + shown(expected) + " belongs");
        if (expected.empty()) reject(where + shown(given) + " where the output should end");
        double a, b;
        if (floats && number(expected, a)) {
            if (!number(given, b)) reject(where + shown(given) + " is no number");
            double difference = std::fabs(a - b);
            if (!(absolute >= 0 && difference <= absolute) &&
                !(relative >= 0 && difference <= relative * std::fabs(a)))
                reject(where + shown(given) + " is too far from " + shown(expected));
        } else if (!(case_sensitive ? given == expected : same_but_case(given, expected))) {
            reject(where + shown(given) + " where " + shown(expected) + " belongs");
        }
    }
}
