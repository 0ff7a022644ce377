/*
 * Lets one process see a clock that was stepped and a disk that fails: preloaded into the nodes of the fault lab.
 *
 *     gcc -shared -fPIC -O2 -o faultshim.so faultshim.c -ldl
 *     FAULTSHIM_CONTROL=/path/control FAULTSHIM_DATA=/path/data LD_PRELOAD=/path/faultshim.so java ...
 *
 * The control file is a struct control. It is mapped, so what the lab writes there holds for the next call. Without it,
 * and while all of it is zero, nothing is changed. Sockets, and files outside of FAULTSHIM_DATA, are left alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* Native byte order; io.ratiskv.lab.Shim writes it. */
struct control {
    int64_t clock_nanos;       /* added to CLOCK_REALTIME; CLOCK_MONOTONIC stays as it is */
    int32_t failing_writes;    /* how many more writes fail with EIO; -1: all */
    int32_t failing_syncs;     /* the same for fsync, fdatasync and msync */
    int32_t torn;              /* not 0: before the next write fails, one stores half of what it is given */
    int32_t sync_delay_millis; /* each sync takes so much longer */
    int64_t struck;            /* calls that failed; counted here */
    char only[32];             /* only files with this in their path; empty for all */
};

static struct control none;
static struct control *control = &none;
static char data[4096];

/* The function that this one stands in front of. */
#define REAL(name) \
    ({ \
        static __typeof__(&name) real; \
        if (!real) real = (__typeof__(real)) dlsym(RTLD_NEXT, #name); \
        real; \
    })

__attribute__((constructor)) static void attach(void) {
    const char *path = getenv("FAULTSHIM_CONTROL");
    const char *directory = getenv("FAULTSHIM_DATA");
    if (!path || !directory) return;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return;
    void *mapped = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (mapped == MAP_FAILED) return;
    snprintf(data, sizeof data, "%s/", directory);
    control = mapped;
}

/* Whether the descriptor is a file of the node. Asked only while a fault is on, so nothing need be remembered. */
static int is_struck(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 2);
    if (length < 0) return 0;
    /* So that the directory itself is one of its files. */
    path[length] = '/';
    path[length + 1] = 0;
    return !strncmp(path, data, strlen(data)) && (!control->only[0] || strstr(path, control->only));
}

/* Whether this call fails: takes one of those that are left to; -1 stays. */
static int fails(int32_t *left) {
    int32_t seen = __atomic_load_n(left, __ATOMIC_SEQ_CST);
    while (seen > 0 && !__atomic_compare_exchange_n(left, &seen, seen - 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
    }
    if (seen == 0) return 0;
    __atomic_add_fetch(&control->struck, 1, __ATOMIC_SEQ_CST);
    errno = EIO;
    return 1;
}

/* ---- the clock */

static int is_wall(clockid_t clock) {
    return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
}

static struct timespec stepped(struct timespec at, int64_t nanos) {
    nanos += at.tv_nsec;
    int64_t seconds = nanos / 1000000000, rest = nanos % 1000000000;
    if (rest < 0) {
        rest += 1000000000;
        seconds--;
    }
    at.tv_sec += seconds;
    at.tv_nsec = rest;
    return at;
}

int clock_gettime(clockid_t clock, struct timespec *at) {
    int result = REAL(clock_gettime)(clock, at);
    if (!result && is_wall(clock)) *at = stepped(*at, control->clock_nanos);
    return result;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    struct timespec now;
    (void) zone;
    clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}

/*
 * The JVM waits until a time of either clock: LockSupport.parkUntil for one of the wall's, which it took from the stepped
 * clock and the kernel does not know of; unmended, it would wait an hour, or spin. No monotonic clock is 30 years old. The
 * version is that of the condition variables of today: without it one gets those of 2002, on which a process hangs.
 */
int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until) {
    static __typeof__(&pthread_cond_timedwait) real;
    if (!real) {
        void *found = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
        if (!found) found = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
        real = (__typeof__(real)) found;
    }
    struct timespec mended = *until;
    if (until->tv_sec > 30LL * 365 * 86400) mended = stepped(mended, -control->clock_nanos);
    return real(condition, mutex, &mended);
}

/* ---- the disk */

enum outcome { WRITES, TEARS, FAILS };

static enum outcome outcome_of_write(int fd) {
    if ((!control->failing_writes && !control->torn) || !is_struck(fd)) return WRITES;
    if (__atomic_exchange_n(&control->torn, 0, __ATOMIC_SEQ_CST)) return TEARS;
    return fails(&control->failing_writes) ? FAILS : WRITES;
}

ssize_t write(int fd, const void *bytes, size_t count) {
    enum outcome outcome = outcome_of_write(fd);
    return outcome == FAILS ? -1 : REAL(write)(fd, bytes, outcome == TEARS ? (count + 1) / 2 : count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    enum outcome outcome = outcome_of_write(fd);
    return outcome == FAILS ? -1 : REAL(pwrite)(fd, bytes, outcome == TEARS ? (count + 1) / 2 : count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    enum outcome outcome = outcome_of_write(fd);
    return outcome == FAILS ? -1 : REAL(pwrite64)(fd, bytes, outcome == TEARS ? (count + 1) / 2 : count, at);
}

/* The first half of the pieces; of one piece, its first half. */
static int half(const struct iovec *pieces, int count, struct iovec *first) {
    *first = pieces[0];
    if (count > 1) return count / 2;
    first->iov_len = (first->iov_len + 1) / 2;
    return 1;
}

ssize_t writev(int fd, const struct iovec *pieces, int count) {
    enum outcome outcome = outcome_of_write(fd);
    if (outcome == FAILS) return -1;
    if (outcome == WRITES || count < 1) return REAL(writev)(fd, pieces, count);
    struct iovec first;
    int some = half(pieces, count, &first);
    return REAL(writev)(fd, some == 1 ? &first : pieces, some);
}

ssize_t pwritev(int fd, const struct iovec *pieces, int count, off_t at) {
    enum outcome outcome = outcome_of_write(fd);
    if (outcome == FAILS) return -1;
    if (outcome == WRITES || count < 1) return REAL(pwritev)(fd, pieces, count, at);
    struct iovec first;
    int some = half(pieces, count, &first);
    return REAL(pwritev)(fd, some == 1 ? &first : pieces, some, at);
}

/* Waits as a slow disk does; returns whether the sync is to fail. */
static int sync_fails(void) {
    if (control->sync_delay_millis > 0) usleep(1000U * control->sync_delay_millis);
    return fails(&control->failing_syncs);
}

static int syncs_badly(int fd) {
    return (control->failing_syncs || control->sync_delay_millis) && is_struck(fd) && sync_fails();
}

int fsync(int fd) {
    return syncs_badly(fd) ? -1 : REAL(fsync)(fd);
}

int fdatasync(int fd) {
    return syncs_badly(fd) ? -1 : REAL(fdatasync)(fd);
}

/* Which file is mapped there is not looked up: a node syncs no mapping but that of its mark of committed entries. */
int msync(void *from, size_t length, int flags) {
    int is_one = !control->only[0] || strstr("committed", control->only);
    if ((control->failing_syncs || control->sync_delay_millis) && is_one && sync_fails()) return -1;
    return REAL(msync)(from, length, flags);
}
