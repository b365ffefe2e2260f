/*
 * family: makes a family of processes whose memory is laid out at random, then holds still.
 *
 *     family SEED FOLDER MEBIBYTES HUGE
 *
 * All that is chosen follows from the seed: what a process does from the numbers that its parent drew for it, and
 * never from what the kernel answered, so that a seed makes the same family again. What the kernel refuses is left out:
 * whoever looks counts what there is. FOLDER takes files, and is where a tmpfs is mounted in mount namespaces of the
 * family's own. A process touches MEBIBYTES at the most; HUGE is how many huge pages (hugetlb) it may map.
 *
 * Standard output: "process PID" for each (as the reader's /proc has it), "did WHAT TIMES REFUSED" for each kind of
 * step, then "ready"; or "failed ERRNO STEP". A guard, which is the process started, waits for the end of standard
 * input, kills them all, removes what System V segments they made and exits, so nothing is left behind. The guard is no part
 * of the family.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define HUGE_BYTES (2UL << 20)
#define MAX_MAPPINGS 64
#define MAX_PROCESSES 14
#define MAX_SEGMENTS 64

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif
#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1
#endif

struct mapping {
    char *address;
    size_t pages;
    int fd;
    int shared;
    int huge; /* of hugetlb: a page is touched by its first base page */
};

enum step {
    ANON, SPARSE, THP, SHARED, MEMFD, MEMFD_THP, MEMFD_PRIVATE, FILE_SHARED, FILE_PRIVATE, TMPFS, SYSV, HUGETLB, HUGETLB_SHARED,
    WRITE, READ, FILL, ZEROES, DONTNEED, FREE, PAGEOUT, COLLAPSE, HUGEPAGE, NOHUGEPAGE, MERGEABLE, GUARD, REMOVE, PROTECT, UNMAP,
    MOVE, GROW, SHRINK, STRIPE, AGAIN, UFFD_WP, UFFD_WP_SHARED, UFFD_MISSING, FORK, TWIN, UID, USER_NS, PID_NS, IPC_NS, MOUNT_NS,
    STEPS
};

static const struct { const char *name; int weight; } steps[STEPS] = {
    [ANON] = { "anon", 8 }, [SPARSE] = { "sparse", 3 }, [THP] = { "thp", 5 }, [SHARED] = { "shared", 4 }, [MEMFD] = { "memfd", 3 },
    [MEMFD_THP] = { "memfd-thp", 2 }, [MEMFD_PRIVATE] = { "memfd-private", 2 }, [FILE_SHARED] = { "file", 3 }, [FILE_PRIVATE] = { "file-private", 3 },
    [TMPFS] = { "tmpfs", 2 }, [SYSV] = { "sysv", 2 }, [HUGETLB] = { "hugetlb", 2 }, [HUGETLB_SHARED] = { "hugetlb-shared", 2 },
    [WRITE] = { "write", 24 }, [READ] = { "read", 14 }, [FILL] = { "fill", 3 }, [ZEROES] = { "huge-zero", 4 }, [DONTNEED] = { "dontneed", 4 },
    [FREE] = { "free", 3 }, [PAGEOUT] = { "pageout", 6 }, [COLLAPSE] = { "collapse", 3 }, [HUGEPAGE] = { "hugepage", 2 },
    [NOHUGEPAGE] = { "nohugepage", 3 }, [MERGEABLE] = { "mergeable", 3 }, [GUARD] = { "guard", 1 }, [REMOVE] = { "remove", 1 },
    [PROTECT] = { "protect", 2 }, [UNMAP] = { "unmap", 3 }, [MOVE] = { "move", 4 }, [GROW] = { "grow", 2 }, [SHRINK] = { "shrink", 1 },
    [STRIPE] = { "stripe", 1 }, [AGAIN] = { "again", 2 }, [UFFD_WP] = { "uffd-wp", 2 }, [UFFD_WP_SHARED] = { "uffd-wp-shared", 1 },
    [UFFD_MISSING] = { "uffd-missing", 2 }, [FORK] = { "fork", 9 }, [TWIN] = { "twin", 1 }, [UID] = { "uid", 1 }, [USER_NS] = { "user-namespace", 1 },
    [PID_NS] = { "pid-namespace", 1 }, [IPC_NS] = { "ipc-namespace", 1 }, [MOUNT_NS] = { "mount-namespace", 1 },
};

/* Shared by all; read by the guard when it cleans up. */
struct ledger {
    int processes;
    int segment_count;
    int segments[MAX_SEGMENTS];
    int did[STEPS];
    int refused[STEPS];
};

static struct ledger *ledger;
static struct mapping mappings[MAX_MAPPINGS];
static int mapping_count;
static size_t page;
static long budget; /* pages that may still be touched */
static long huge_budget;
static int depth;
static int own_ipc_namespace;
static int write_protects; /* 1 once a userfaultfd has been asked to */
static char folder[PATH_MAX / 2];
static uint64_t state;

/* splitmix64 */
static uint64_t draw(void)
{
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/* From 0 to below, or 0. */
static size_t below(size_t bound)
{
    uint64_t number = draw();
    return bound > 0 ? number % bound : 0;
}

static void say(const char *format, ...)
{
    char line[256];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    line[n++] = '\n';
    if (write(STDOUT_FILENO, line, n) != n) {
        _exit(3);
    }
}

static void fail(const char *step)
{
    say("failed %d %s", errno, step);
    _exit(1);
}

static void hold(void)
{
    for (;;) {
        pause();
    }
}

/* The number that the /proc here has for the process, whatever its own namespace says. */
static void tell_self(void)
{
    char pid[32];
    ssize_t n = readlink("/proc/self", pid, sizeof pid - 1);
    if (n <= 0) {
        fail("self");
    }
    pid[n] = 0;
    say("process %s", pid);
}

static int add(void *address, size_t pages, int fd, int shared, int huge)
{
    if (address == MAP_FAILED) {
        return -1;
    }
    mappings[mapping_count++] = (struct mapping){ address, pages, fd, shared, huge };
    return 0;
}

/* Small ones and large ones, of any size between. */
static size_t some_pages(size_t most)
{
    size_t scale = (size_t)1 << below(12);
    size_t pages = 1 + below(scale + 1);
    return pages < most ? pages : most;
}

static char *aligned_place(size_t bytes)
{
    char *place = mmap(NULL, bytes + 2 * HUGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (place == MAP_FAILED) {
        return NULL;
    }
    munmap(place, bytes + 2 * HUGE_BYTES);
    return (char *)(((uintptr_t)place + HUGE_BYTES - 1) & ~(HUGE_BYTES - 1));
}

static int map_memfd(size_t pages, int flags, int is_huge)
{
    int fd = memfd_create("family", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, pages * page) != 0) {
        return -1;
    }
    char *place = is_huge ? aligned_place(pages * page) : NULL;
    char *address = mmap(place, pages * page, PROT_READ | PROT_WRITE, flags | (place ? MAP_FIXED_NOREPLACE : 0), fd, 0);
    if (address != MAP_FAILED && is_huge) {
        madvise(address, pages * page, MADV_HUGEPAGE);
    }
    return add(address, pages, fd, flags == MAP_SHARED, 0);
}

/* A file with holes and with other content in some pages. */
static int map_file(const char *path, size_t pages, int flags)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) {
        return -1;
    }
    off_t size = lseek(fd, 0, SEEK_END);
    if (size < (off_t)(pages * page) && ftruncate(fd, pages * page) != 0) {
        close(fd);
        return -1;
    }
    for (size_t i = 0; i < pages; i += 3) {
        if (pwrite(fd, &i, sizeof i, i * page) != sizeof i) {
            break;
        }
    }
    return add(mmap(NULL, pages * page, PROT_READ | PROT_WRITE, flags, fd, 0), pages, fd, flags == MAP_SHARED, 0);
}

static int new_segment(size_t pages)
{
    int segment = shmget(IPC_PRIVATE, pages * page, IPC_CREAT | 0600);
    if (segment < 0) {
        return -1;
    }
    if (!own_ipc_namespace) {
        int i = __atomic_fetch_add(&ledger->segment_count, 1, __ATOMIC_SEQ_CST);
        if (i >= MAX_SEGMENTS) {
            shmctl(segment, IPC_RMID, NULL);
            return -1;
        }
        ledger->segments[i] = segment + 1;
    }
    void *address = shmat(segment, NULL, 0);
    if (draw() % 3 == 0) {
        shmctl(segment, IPC_RMID, NULL);
    }
    return address == (void *)-1 ? -1 : add(address, pages, -1, 1, 0);
}

/* Touches up to count pages, as far as the budget goes. Where that cannot be done a call fails, and nobody dies of it. */
static void touch(struct mapping *m, size_t from, size_t count, size_t stride, int writing)
{
    int fd[2];
    if (pipe2(fd, O_CLOEXEC | O_NONBLOCK) != 0) {
        return;
    }
    size_t unit = m->huge ? HUGE_BYTES / page : 1;
    long *left = m->huge ? &huge_budget : &budget;
    for (size_t i = 0, at = from; i < count && at < m->pages && *left > 0; i++, at += stride * unit) {
        char *p = m->address + at * page;
        uint64_t value[2] = { draw(), ((uint64_t)getpid() << 40) ^ at };
        /* Through a pipe: what is protected, unmapped or beyond the end of a file is EFAULT there and no signal. */
        if (writing) {
            if (write(fd[1], value, sizeof value) == sizeof value && read(fd[0], p, sizeof value) != sizeof value) {
                char drain[64];
                while (read(fd[0], drain, sizeof drain) > 0) {
                }
            }
        } else if (write(fd[1], p, 1) == 1) {
            char byte;
            if (read(fd[0], &byte, 1) != 1) {
                break;
            }
        }
        --*left;
    }
    close(fd[0]);
    close(fd[1]);
}

static int userfault(uint64_t features, struct mapping *m, size_t from, size_t count, uint64_t mode, struct uffdio_register *range)
{
    /* What is touched is touched by the kernel (touch): it gets EFAULT instead of waiting for an answer. */
    int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY);
    struct uffdio_api api = { .api = UFFD_API, .features = features };
    *range = (struct uffdio_register){ .range = { (uintptr_t)m->address + from * page, count * page }, .mode = mode };
    if (fd < 0 || ioctl(fd, UFFDIO_API, &api) != 0 || ioctl(fd, UFFDIO_REGISTER, range) != 0) {
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    return fd; /* It stays open as long as the process. */
}

#ifndef UFFD_FEATURE_WP_UNPOPULATED
#define UFFD_FEATURE_WP_UNPOPULATED (1 << 13)
#endif

static int write_protect(struct mapping *m, size_t from, size_t count, uint64_t features)
{
    struct uffdio_register range;
    write_protects = 1;
    int fd = userfault(features, m, from, count, UFFDIO_REGISTER_MODE_WP, &range);
    struct uffdio_writeprotect protect = { .range = range.range, .mode = UFFDIO_WRITEPROTECT_MODE_WP };
    return fd < 0 ? -1 : ioctl(fd, UFFDIO_WRITEPROTECT, &protect);
}

static int fill_missing(struct mapping *m, size_t from, size_t count)
{
    static char content[65536] __attribute__((aligned(65536)));
    struct uffdio_register range;
    int fd = userfault(0, m, from, count, UFFDIO_REGISTER_MODE_MISSING, &range);
    if (fd < 0) {
        return -1;
    }
    for (size_t i = 0; i < count && budget > 0; i += 1 + below(5), budget--) {
        uint64_t to = (uintptr_t)m->address + (from + i) * page;
        if (draw() % 2) {
            struct uffdio_copy copy = { .dst = to, .src = (uintptr_t)content, .len = page };
            *(uint64_t *)content = draw();
            ioctl(fd, UFFDIO_COPY, &copy);
        } else {
            struct uffdio_zeropage zero = { .range = { to, page } };
            ioctl(fd, UFFDIO_ZEROPAGE, &zero);
        }
    }
    return 0;
}

static void live(void);

/* A child goes on by itself, with numbers of its own; it is waited for, so that what they do to each other has an order. */
static int run_child(int flags)
{
    uint64_t seed = draw();
    int done[2];
    char byte;
    if (depth >= 3 || __atomic_fetch_add(&ledger->processes, 1, __ATOMIC_SEQ_CST) >= MAX_PROCESSES || pipe2(done, O_CLOEXEC) != 0) {
        return -1;
    }
    pid_t parent = getpid();
    pid_t child = (pid_t)syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
    if (child < 0) {
        close(done[0]);
        close(done[1]);
        return -1;
    }
    if (child == 0) {
        /* The parent may be in another PID namespace, and has no number here then. */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || (getppid() != parent && getppid() != 0)) {
            _exit(1);
        }
        close(done[0]);
        depth++;
        state = seed;
        tell_self();
        live();
        if (write(done[1], "", 1) != 1) {
            _exit(3);
        }
        hold();
    }
    close(done[1]);
    if (read(done[0], &byte, 1) != 1) {
        fail("child");
    }
    close(done[0]);
    return 0;
}

/* A second process in the same address space, as after vfork(2). */
static int hold_twin(void *told)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    tell_self();
    *(volatile int *)told = 1;
    hold();
    return 0;
}

static int run_twin(void)
{
    static volatile int told;
    static char stack[65536] __attribute__((aligned(16)));
    if (told || __atomic_fetch_add(&ledger->processes, 1, __ATOMIC_SEQ_CST) >= MAX_PROCESSES) {
        return -1;
    }
    if (clone(hold_twin, stack + sizeof stack, CLONE_VM | SIGCHLD, (void *)&told) < 0) {
        return -1;
    }
    while (!told) {
        usleep(100);
    }
    return 0;
}

static int advise(struct mapping *m, size_t from, size_t count, int what)
{
    return madvise(m->address + from * page, count * page, what);
}

static int own_mounts(void)
{
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        return -1;
    }
    return mount("family", folder, "tmpfs", 0, "huge=advise");
}

static int become(uid_t uid)
{
    if (setresgid(uid, uid, uid) != 0 || setresuid(uid, uid, uid) != 0) {
        return -1;
    }
    return prctl(PR_SET_PDEATHSIG, SIGKILL); /* A change of user clears it. */
}

static size_t choose(void)
{
    size_t sum = 0, at = 0;
    for (size_t i = 0; i < STEPS; i++) {
        sum += steps[i].weight;
    }
    size_t number = below(sum);
    while (number >= (size_t)steps[at].weight) {
        number -= steps[at++].weight;
    }
    return at;
}

/* Does one step; -1 when the kernel refused it, or there was nothing to do it with. */
static int step(enum step what)
{
    /* All that may be needed is drawn before anything is tried. */
    size_t pages = some_pages(4096), huge = 1 + below(4);
    uint64_t which = draw(), where = draw(), length = draw(), stride = 1 + below(1 + below(64)), number = draw();
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s-%d", folder, what == TMPFS ? "tmpfs" : "file", (int)(number % 3));
    if (what <= HUGETLB_SHARED && mapping_count == MAX_MAPPINGS) {
        return -1;
    }
    switch (what) {
    case ANON:
        return add(mmap(NULL, pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), pages, -1, 0, 0);
    case SPARSE:
        pages = (size_t)1 << (12 + number % 6);
        return add(mmap(NULL, pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0), pages, -1, 0, 0);
    case THP: {
        /* Now and then so many that what is found comes in more than one batch; and beginning anywhere. */
        size_t many = number % 4 == 0 ? 128 + which % 140 : huge * (1 + which % 8);
        size_t bytes = many * HUGE_BYTES, cut = length % 2 ? 0 : where % (HUGE_BYTES / page);
        char *place = aligned_place(bytes);
        char *address = mmap(place, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
        if (address == MAP_FAILED) {
            return -1;
        }
        munmap(address, cut * page);
        madvise(address + cut * page, bytes - cut * page, MADV_HUGEPAGE);
        return add(address + cut * page, bytes / page - cut, -1, 0, 0);
    }
    case SHARED:
        return add(mmap(NULL, pages * page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0), pages, -1, 1, 0);
    case MEMFD:
        return map_memfd(pages, MAP_SHARED, 0);
    case MEMFD_THP:
        return map_memfd(huge * HUGE_BYTES / page, MAP_SHARED, 1);
    case MEMFD_PRIVATE:
        return map_memfd(pages, MAP_PRIVATE, 0);
    case FILE_SHARED:
    case TMPFS:
        return map_file(path, pages, MAP_SHARED);
    case FILE_PRIVATE:
        return map_file(path, pages, MAP_PRIVATE);
    case SYSV:
        return new_segment(pages);
    case HUGETLB:
    case HUGETLB_SHARED:
        /* With a reservation of its own, a page that is there for it. */
        if (huge_budget < (long)huge) {
            return -1;
        }
        return add(mmap(NULL, huge * HUGE_BYTES, PROT_READ | PROT_WRITE, (what == HUGETLB ? MAP_PRIVATE : MAP_SHARED) | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0),
            huge * HUGE_BYTES / page, -1, what == HUGETLB_SHARED, 1);
    case FORK:
        return run_child(0);
    case TWIN:
        return run_twin();
    case UID:
        return depth > 0 ? become(1000 + number % 3) : -1;
    case USER_NS:
        return depth > 0 && unshare(CLONE_NEWUSER) == 0 ? prctl(PR_SET_PDEATHSIG, SIGKILL) : -1;
    case PID_NS:
        return run_child(CLONE_NEWPID);
    case IPC_NS:
        if (depth == 0 || unshare(CLONE_NEWIPC) != 0) {
            return -1;
        }
        own_ipc_namespace = 1;
        return 0;
    case MOUNT_NS:
        return depth > 0 ? own_mounts() : -1;
    default:
        break;
    }

    /* The others do something to a part of a mapping. */
    if (mapping_count == 0) {
        return -1;
    }
    struct mapping *m = &mappings[which % mapping_count];
    size_t unit = m->huge ? HUGE_BYTES / page : 1;
    size_t from = where % m->pages / unit * unit;
    size_t count = 1 + length % (number % 3 ? m->pages - from : 1 + (m->pages - from) / 8);
    count = (count + unit - 1) / unit * unit;
    switch (what) {
    case WRITE:
    case READ:
        touch(m, from, 1 + count / stride, stride, what == WRITE);
        return 0;
    case FILL:
        /* Pages that are alike, for KSM: of zeroes, or of one of three bytes. */
        if (m->shared || m->huge || (long)(count = count < 64 ? count : 64) > budget) {
            return -1;
        }
        if (mprotect(m->address + from * page, count * page, PROT_READ | PROT_WRITE) != 0) {
            return -1;
        }
        budget -= count;
        advise(m, from, count, MADV_MERGEABLE);
        for (size_t i = 0; i < count; i++) {
            char alike[4096];
            int fd[2];
            memset(alike, number % 4, sizeof alike);
            if (pipe2(fd, O_CLOEXEC | O_NONBLOCK) == 0) {
                if (write(fd[1], alike, sizeof alike) == sizeof alike && read(fd[0], m->address + (from + i) * page, sizeof alike) < 0) {
                    i = count;
                }
                close(fd[0]);
                close(fd[1]);
            }
        }
        return 0;
    case ZEROES:
        /* What is read and never written, a huge page at a time: costs nothing. */
        if (m->shared || m->huge) {
            return -1;
        }
        for (size_t at = from; at < m->pages && at < from + count; at += HUGE_BYTES / page) {
            long before = budget;
            budget = 1;
            touch(m, at, 1, 1, 0);
            budget = before;
        }
        return 0;
    case DONTNEED:
        return advise(m, from, count, MADV_DONTNEED);
    case FREE:
        return advise(m, from, count, MADV_FREE);
    case PAGEOUT:
        return advise(m, from, count, MADV_PAGEOUT);
    case COLLAPSE:
        if (budget < 1024) {
            return -1;
        }
        budget -= 512;
        from = ((uintptr_t)m->address / page + from) / 512 * 512;
        return madvise((char *)(from * page), HUGE_BYTES, MADV_COLLAPSE);
    case HUGEPAGE:
        return advise(m, 0, m->pages, MADV_HUGEPAGE);
    case NOHUGEPAGE:
        return advise(m, 0, m->pages, MADV_NOHUGEPAGE);
    case MERGEABLE:
        return advise(m, from, count, MADV_MERGEABLE);
    case GUARD:
        /* Where markers of write protection are, Linux 6.18 tries for ever. */
        return write_protects ? -1 : advise(m, from, count < 16 ? count : 16, MADV_GUARD_INSTALL);
    case REMOVE:
        return m->shared ? advise(m, from, count, MADV_REMOVE) : -1;
    case PROTECT:
        return mprotect(m->address + from * page, count * page, number % 2 ? PROT_NONE : PROT_READ);
    case UNMAP:
        return m->huge ? -1 : munmap(m->address + from * page, count < 600 ? count * page : 600 * page);
    case MOVE: {
        char *place = mmap(NULL, count * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (place == MAP_FAILED || mapping_count == MAX_MAPPINGS) {
            return -1;
        }
        char *moved = mremap(m->address + from * page, count * page, count * page, MREMAP_MAYMOVE | MREMAP_FIXED, place);
        if (moved == MAP_FAILED) {
            munmap(place, count * page);
            return -1;
        }
        return add(moved, count, m->fd, m->shared, m->huge);
    }
    case GROW:
    case SHRINK: {
        size_t now = what == GROW ? m->pages + pages : 1 + length % m->pages;
        if (m->huge) {
            return -1;
        }
        char *moved = mremap(m->address, m->pages * page, now * page, MREMAP_MAYMOVE);
        if (moved == MAP_FAILED) {
            return -1;
        }
        m->address = moved;
        m->pages = now;
        return 0;
    }
    case STRIPE:
        for (size_t i = from; i + 1 < m->pages && i < from + 800; i += 2) {
            if (mprotect(m->address + i * page, page, PROT_READ) != 0) {
                return -1;
            }
        }
        return 0;
    case AGAIN:
        return m->fd < 0 || m->huge || mapping_count == MAX_MAPPINGS ? -1
            : add(mmap(NULL, m->pages * page, PROT_READ | PROT_WRITE, MAP_SHARED, m->fd, 0), m->pages, m->fd, 1, 0);
    case UFFD_WP:
        return m->shared || m->huge ? -1 : write_protect(m, from, count, number % 2 ? UFFD_FEATURE_WP_UNPOPULATED : 0);
    case UFFD_WP_SHARED:
        return m->shared ? write_protect(m, from, count, UFFD_FEATURE_WP_HUGETLBFS_SHMEM) : -1;
    case UFFD_MISSING:
        return m->shared || m->huge ? -1 : fill_missing(m, from, count < 500 ? count : 500);
    default:
        return -1;
    }
}

/* The life of a process: some steps, and a mapping with something in it before all others. */
static void live(void)
{
    size_t left = 8 + below(30);
    if (depth == 0) {
        left += 20;
        step(below(2) ? ANON : THP);
    }
    for (; left > 0; left--) {
        enum step what = choose();
        int result = step(what);
        __atomic_fetch_add(result == 0 ? &ledger->did[what] : &ledger->refused[what], 1, __ATOMIC_SEQ_CST);
    }
}

int main(int count, char **arguments)
{
    if (count != 5 || strlen(arguments[2]) >= sizeof folder) {
        fputs("usage: family SEED FOLDER MEBIBYTES HUGE\n", stderr);
        return 2;
    }
    page = sysconf(_SC_PAGESIZE);
    state = strtoull(arguments[1], NULL, 0);
    strcpy(folder, arguments[2]);
    budget = strtol(arguments[3], NULL, 0) * (1L << 20) / (long)page;
    huge_budget = strtol(arguments[4], NULL, 0);
    signal(SIGBUS, SIG_DFL);
    ledger = mmap(NULL, sizeof *ledger, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (ledger == MAP_FAILED) {
        return 1;
    }

    /* Processes whose parent dies first become the guard's children, so it sees all of them to their end. */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t guard = getpid();
    pid_t first = fork();
    if (first < 0) {
        return 1;
    }
    if (first == 0) {
        setpgid(0, 0);
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != guard) {
            _exit(1);
        }
        ledger->processes = 1;
        tell_self();
        live();
        for (int i = 0; i < STEPS; i++) {
            say("did %s %d %d", steps[i].name, ledger->did[i], ledger->refused[i]);
        }
        say("ready");
        hold();
    }

    setpgid(first, first);
    close(STDOUT_FILENO); /* So that it ends with the last process of the family. */
    char byte;
    ssize_t n;
    do {
        n = read(STDIN_FILENO, &byte, 1);
    } while (n > 0 || (n < 0 && errno == EINTR));

    kill(-first, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) {
    }
    for (int i = 0; i < ledger->segment_count && i < MAX_SEGMENTS; i++) {
        if (ledger->segments[i] != 0) {
            shmctl(ledger->segments[i] - 1, IPC_RMID, NULL);
        }
    }
    return 0;
}
