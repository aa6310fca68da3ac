/* The runner: a static program that stays alive in a slot and runs what it is told.
 *
 *   frames on standard input -> main.c -> job.c -> one process tree per Process
 *                                          |-> files.c  folders, copies, comparing, hashing
 *                     start-up: jail.c  namespaces, roots, seccomp
 *
 * It is process 1 of the slot's own pid namespace and root of its user namespace,
 * so nothing inside can signal it and everything dies with it. It is single-threaded
 * and allocates little: what it holds in memory is the floor under every memory
 * reading of the programs it starts.
 *
 * The layout that it sees after start-up:
 *
 *   /blobs     texts and programs by SHA-256, only for the runner
 *   /scratch   standard outputs of the current job, only for the runner
 *   /proc      of the slot's pid namespace, only for the runner
 *   /roots/0…  one root per process of a step; /box in it is the writable folder
 */
#ifndef RUNNER_H
#define RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define MAX_PROCESSES 8 /* in one step */
#define MAX_STEPS 8     /* in one job */
#define MAX_FRAME (64u << 20)
#define SHA_HEX 64

/* --- settings, from the command line --- */

struct settings {
    const char *slot;     /* the slot's folder on the host, absolute */
    bool unsafe;          /* no namespaces, no chroot: rlimits only */
    bool toolchain;       /* roots hold the host's compiler */
    unsigned uid_base;    /* first of 16 host uids; 0: only our own uid is mapped */
    uint64_t disk_bytes;  /* size of a contestant's writable folder */
    const char *binds[8]; /* NAME=PATH, read-only folders for the toolchain root */
    int nbinds;
};
extern struct settings settings;

/* --- frames (main.c) --- */

struct cursor {
    const unsigned char *at, *end;
    bool bad;
};
uint8_t get_u8(struct cursor *c);
uint32_t get_u32(struct cursor *c);
uint64_t get_u64(struct cursor *c);
const char *get_text(struct cursor *c); /* NUL-terminated, inside the frame */

void out_u8(uint8_t v);
void out_u32(uint32_t v);
void out_u64(uint64_t v);
void out_bytes(const void *data, size_t size);
void out_text(const char *text);

__attribute__((noreturn, format(printf, 1, 2))) void die(const char *format, ...);

/* --- jail (jail.c) --- */

void enter_jail(void);        /* namespaces and roots; returns in process 1 */
void install_filter(void);    /* seccomp, inherited by everything started later */
extern bool have_proc;        /* whether /proc could be mounted */
extern bool many_uids;        /* whether contestants have uids of their own */
extern int roots_fd, blobs_fd, scratch_fd;

/* --- files (files.c) --- */

bool safe_name(const char *name);
bool blob_name(const char *sha);
int open_blob(const char *sha);
int copy_file(int from, int folder, const char *name, uid_t owner);
bool wipe(int folder, int depth); /* true when the folder is empty */
int keep_file(int file, char sha[SHA_HEX + 1], uint64_t *size); /* into /blobs */
bool same_text(int a, int b);     /* CMS's white-space rule */

/* --- jobs (job.c) --- */

void run_job(struct cursor *c);

#endif
