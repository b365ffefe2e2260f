/*
 * workload: makes processes whose memory is laid out as its arguments say, then holds still.
 *
 *     workload STEP...
 *
 * The steps run in order in one process; "fork STEP... end" runs the steps between in a child and goes on
 * when the child has done them; "forks N STEP... end" does so N times. Steps that make a mapping make it the
 * current one, and those that touch pages touch the current one. Counts and positions are base pages unless a
 * step says otherwise.
 *
 *     anon N                private anonymous mapping
 *     sparse N              the same with MAP_NORESERVE
 *     huge N                N * 2 MiB of private anonymous memory, aligned, with MADV_HUGEPAGE
 *     shared N              shared anonymous mapping
 *     memfd N               memfd, mapped shared
 *     memfd-open N          memfd of N written pages, open and not mapped
 *     memfd-huge N          N * 2 MiB of memfd, aligned, with MADV_HUGEPAGE
 *     file PATH N           shared mapping of a file
 *     file-private PATH N   private mapping of a file
 *     device PATH AT N      shared read-only mapping of a device from byte AT on
 *     perf N                ring buffer of N pages (a power of two) of a performance counter: the kernel's own memory
 *     hugetlb N             N huge pages, private
 *     hugetlb-shared N      N huge pages, shared; taken only when touched
 *     hugetlb-giant N       N huge pages of 1 GiB, private
 *     sysv N                new System V segment, attached
 *     sysv-huge N           new System V segment of N huge pages, attached
 *     sysv-numbered ID N    the same, made and removed again until it has the number
 *     sysv-attach ID        attaches a segment there is
 *     sysv-again            attaches the current segment a second time
 *     sysv-remove           IPC_RMID on the current segment
 *     again                 maps the file or memfd of the current mapping a second time
 *     secret N              memfd_secret of N pages, mapped
 *     bpf-array N           a BPF table of N pages, which the kernel keeps in its vmalloc area
 *     bpf-percpu N          a BPF table of N pages for each processor
 *     fallocate FROM COUNT  reserves pages of the current memfd or file
 *     seal                  seals the current memfd: it neither grows, shrinks, nor is written any more
 *     select I              makes the I-th mapping of the process (from 0) the current one
 *
 *     write FROM COUNT STRIDE   writes to COUNT pages, STRIDE apart, each with content of its own
 *     fill BYTE FROM COUNT      fills pages with one byte
 *     random FROM COUNT         fills pages with what cannot be compressed
 *     read FROM COUNT STRIDE    reads
 *     advise WHAT FROM COUNT    madvise
 *     protect-none FROM COUNT   mprotect PROT_NONE
 *     unmap FROM COUNT          munmap
 *     stripe                    mprotect every second page read-only: as many VMAs as pages
 *
 *     uid N                 becomes user N
 *     do STEP... end        a child does the steps between and ends, before the next step
 *     ipc-home              moves back to the IPC namespace that it came from
 *     ipc-namespace         moves to an IPC namespace of its own
 *     mount-tmpfs PATH      mounts a tmpfs there in a mount namespace of its own
 *     mount-proc PATH       mounts another /proc there in a mount namespace of its own
 *     detach PATH           unmounts it, though files of it are in use: their names begin at its root then
 *     make-file PATH N      creates a file of N pages
 *     remove-file PATH      removes a file
 *     as-pid PID            the next fork makes a process of that id
 *     lone-thread           the main thread ends, another holds the memory
 *     churn N               N workers that start short-lived processes as fast as they can
 *
 * Standard output: "process PID", "mapping PID INDEX ADDRESS BYTES", "segment PID ID", "thread PID TID", then
 * "ready"; or "failed ERRNO STEP: why". A guard, which is the process started, waits for the end of standard
 * input, kills them all, removes the segments and exits, so nothing is left behind whatever becomes of the
 * test. The guard is no part of the layout.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define HUGE_BYTES (2UL << 20)
#ifndef MAP_HUGE_SHIFT
#define MAP_HUGE_SHIFT 26
#endif

#define MAX_MAPPINGS 1024
#define MAX_SEGMENTS 256

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

struct mapping {
    char *address;
    size_t bytes;
    int fd;       /* -1 when there is none */
    int segment;  /* -1 when it is no System V segment */
};

/* Written by the workload, read by the guard when it cleans up. */
struct ledger {
    int count;
    int segments[MAX_SEGMENTS];
};

static struct ledger *ledger;
static struct mapping mappings[MAX_MAPPINGS];
static int mapping_count;
static int current = -1;
static int own_ipc_namespace;
static int former_ipc_namespace = -1;
static int lone_thread;
static pid_t next_pid;
static size_t page;

/* One write per line, so that lines of several processes do not mix. */
static void say(const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    if (n > (int)sizeof line - 2) {
        n = sizeof line - 2;
    }
    line[n++] = '\n';
    if (write(STDOUT_FILENO, line, n) != n) {
        _exit(3);
    }
}

static void fail(const char *step)
{
    int error = errno;
    say("failed %d %s: %s", error, step, strerror(error));
    _exit(1);
}

static void wrong(const char *step)
{
    errno = EINVAL;
    say("failed 0 %s: wrong use of the step", step);
    _exit(2);
}

static void die_with_parent(pid_t parent)
{
    /* A parent that died before the call is not reported by it. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) {
        _exit(1);
    }
}

static struct mapping *here(const char *step)
{
    if (current < 0) {
        wrong(step);
    }
    return &mappings[current];
}

static char *at(const char *step, long from, long count)
{
    struct mapping *m = here(step);
    if (from < 0 || count < 0 || (size_t)(from + count) * page > m->bytes) {
        wrong(step);
    }
    return m->address + (size_t)from * page;
}

static void made(const char *step, void *address, size_t bytes, int fd, int segment)
{
    if (address == MAP_FAILED) {
        fail(step);
    }
    if (mapping_count == MAX_MAPPINGS) {
        wrong(step);
    }
    current = mapping_count++;
    mappings[current] = (struct mapping){ address, bytes, fd, segment };
    say("mapping %d %d %lx %zu", getpid(), current, (unsigned long)address, bytes);
}

/* Address space that begins at a multiple of 2 MiB, with a hole of the same size behind it. */
static char *aligned_place(const char *step, size_t bytes)
{
    char *place = mmap(NULL, bytes + 2 * HUGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (place == MAP_FAILED) {
        fail(step);
    }
    munmap(place, bytes + 2 * HUGE_BYTES);
    return (char *)(((uintptr_t)place + HUGE_BYTES - 1) & ~(HUGE_BYTES - 1));
}

static void map_plain(const char *step, size_t bytes, int flags)
{
    made(step, mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0), bytes, -1, -1);
}

static void map_file(const char *step, const char *path, size_t bytes, int flags)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        fail(step);
    }
    made(step, mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, fd, 0), bytes, fd, -1);
}

static void map_memfd(const char *step, size_t bytes, int huge)
{
    int fd = memfd_create("staged", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0 || ftruncate(fd, bytes) != 0) {
        fail(step);
    }
    char *place = huge ? aligned_place(step, bytes) : NULL;
    int fixed = huge ? MAP_FIXED_NOREPLACE : 0;
    made(step, mmap(place, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | fixed, fd, 0), bytes, fd, -1);
    if (huge && madvise(here(step)->address, bytes, MADV_HUGEPAGE) != 0) {
        fail(step);
    }
}

static void attach(const char *step, int segment)
{
    struct shmid_ds facts;
    void *address = shmat(segment, NULL, 0);
    if (address == (void *)-1 || shmctl(segment, IPC_STAT, &facts) != 0) {
        fail(step);
    }
    made(step, address, facts.shm_segsz, -1, segment);
}

/* The kernel counts the numbers up, so one wanted comes sooner or later in a new namespace. */
static void pass_numbers_below(const char *step, int wanted)
{
    /* A kernel with checkpoints gives the number that it is asked for. */
    int next = open("/proc/sys/kernel/shm_next_id", O_WRONLY | O_CLOEXEC);
    if (next >= 0) {
        char text[32];
        int n = snprintf(text, sizeof text, "%ld", (long)wanted);
        int done = write(next, text, n) == n;
        close(next);
        if (done) {
            return;
        }
    }
    for (int i = 0; i < 200000; i++) {
        int segment = shmget(IPC_PRIVATE, page, IPC_CREAT | 0600);
        if (segment < 0) {
            fail(step);
        }
        shmctl(segment, IPC_RMID, NULL);
        if (segment == wanted - 1) {
            return;
        }
    }
}

static void new_segment(const char *step, size_t bytes, int flags)
{
    int segment = shmget(IPC_PRIVATE, bytes, IPC_CREAT | 0600 | flags);
    if (segment < 0) {
        fail(step);
    }
    if (!own_ipc_namespace) {
        int i = __atomic_fetch_add(&ledger->count, 1, __ATOMIC_SEQ_CST);
        if (i >= MAX_SEGMENTS) {
            shmctl(segment, IPC_RMID, NULL);
            wrong(step);
        }
        ledger->segments[i] = segment + 1;
    }
    say("segment %d %d", getpid(), segment);
    attach(step, segment);
}

static void touch(const char *step, long from, long count, long stride, int writing)
{
    static volatile char sink;
    char *p = at(step, from, count > 0 ? (count - 1) * stride + 1 : 0);
    for (long i = 0; i < count; i++, p += (size_t)stride * page) {
        if (writing) {
            /* No two pages alike, or KSM would merge them. */
            ((volatile uint64_t *)p)[0] = ((uint64_t)getpid() << 40) ^ (uint64_t)(uintptr_t)p;
            ((volatile uint64_t *)p)[1] += i + 1;
        } else {
            sink = *(volatile char *)p;
        }
    }
    (void)sink;
}

static int advice(const char *name)
{
    static const struct { const char *name; int value; } known[] = {
        { "pageout", MADV_PAGEOUT }, { "mergeable", MADV_MERGEABLE }, { "guard", MADV_GUARD_INSTALL },
        { "dontneed", MADV_DONTNEED }, { "hugepage", MADV_HUGEPAGE }, { "nohugepage", MADV_NOHUGEPAGE },
        { "collapse", MADV_COLLAPSE }, { "random", MADV_RANDOM },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(name, known[i].name) == 0) {
            return known[i].value;
        }
    }
    wrong(name);
    return -1;
}

static pid_t fork_as(pid_t pid)
{
    if (pid == 0) {
        return fork();
    }
    pid_t wanted[1] = { pid };
    struct clone_args arguments = { .exit_signal = SIGCHLD, .set_tid = (uintptr_t)wanted, .set_tid_size = 1 };
    return (pid_t)syscall(SYS_clone3, &arguments, sizeof arguments);
}

/* Starts processes that end at once: some exit, some touch memory first, some run another program. */
static void churn(const char *step, long workers)
{
    for (long w = 0; w < workers; w++) {
        pid_t parent = getpid();
        pid_t worker = fork();
        if (worker < 0) {
            fail(step);
        }
        if (worker > 0) {
            continue;
        }
        die_with_parent(parent);
        for (unsigned i = 0;; i++) {
            pid_t self = getpid();
            pid_t child = fork();
            if (child == 0) {
                die_with_parent(self);
                if (i % 3 == 0) {
                    execl("/proc/self/exe", "workload", "exit", (char *)NULL);
                } else if (i % 3 == 1) {
                    size_t bytes = 64 * page;
                    char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                    if (p != MAP_FAILED) {
                        memset(p, 1, bytes);
                        usleep(1000);
                    }
                }
                _exit(0);
            }
            if (child > 0) {
                waitpid(child, NULL, 0);
            } else {
                usleep(1000);
            }
        }
    }
}

static long number(char **arguments, int *i, const char *step)
{
    char *end;
    const char *text = arguments[++*i];
    if (text == NULL) {
        wrong(step);
    }
    long value = strtol(text, &end, 0);
    if (*text == 0 || *end != 0) {
        wrong(step);
    }
    return value;
}

static const char *word(char **arguments, int *i, const char *step)
{
    if (arguments[++*i] == NULL) {
        wrong(step);
    }
    return arguments[*i];
}

static void hold(void)
{
    for (;;) {
        pause();
    }
}

/* The place behind the "end" that belongs to a "fork". */
static int behind_block(char **arguments, int i)
{
    int depth = 1;
    for (; arguments[i] != NULL; i++) {
        if (strcmp(arguments[i], "fork") == 0 || strcmp(arguments[i], "do") == 0 || strcmp(arguments[i], "forks") == 0) {
            depth++;
        } else if (strcmp(arguments[i], "end") == 0 && --depth == 0) {
            return i + 1;
        }
    }
    wrong("fork");
    return i;
}

static void run(char **arguments, int i);

static void run_child(char **arguments, int first)
{
    int done[2];
    char byte;
    if (pipe2(done, O_CLOEXEC) != 0) {
        fail("fork");
    }
    pid_t parent = getpid();
    pid_t child = fork_as(next_pid);
    next_pid = 0;
    if (child < 0) {
        fail("fork");
    }
    if (child == 0) {
        die_with_parent(parent);
        close(done[0]);
        say("process %d", getpid());
        run(arguments, first);
        if (write(done[1], "", 1) != 1) {
            _exit(3);
        }
        close(done[1]);
        hold();
    }
    close(done[1]);
    if (read(done[0], &byte, 1) != 1) {
        _exit(1); /* The child has said why. */
    }
    close(done[0]);
}

/* Runs steps up to the end of the arguments or of the block. */
static void run(char **arguments, int i)
{
    for (; arguments[i] != NULL; i++) {
        const char *step = arguments[i];
#define IS(name) (strcmp(step, name) == 0)
#define NUMBER() number(arguments, &i, step)
#define WORD() word(arguments, &i, step)
        if (IS("end")) {
            return;
        } else if (IS("fork")) {
            run_child(arguments, i + 1);
            i = behind_block(arguments, i + 1) - 1;
        } else if (IS("do")) {
            pid_t child = fork();
            if (child < 0) {
                fail(step);
            }
            if (child == 0) {
                run(arguments, i + 1);
                _exit(0);
            }
            if (waitpid(child, NULL, 0) != child) {
                fail(step);
            }
            i = behind_block(arguments, i + 1) - 1;
        } else if (IS("forks")) {
            for (long left = NUMBER(); left > 0; left--) {
                run_child(arguments, i + 1);
            }
            i = behind_block(arguments, i + 1) - 1;
        } else if (IS("anon")) {
            map_plain(step, NUMBER() * page, MAP_PRIVATE);
        } else if (IS("sparse")) {
            map_plain(step, NUMBER() * page, MAP_PRIVATE | MAP_NORESERVE);
        } else if (IS("shared")) {
            map_plain(step, NUMBER() * page, MAP_SHARED);
        } else if (IS("hugetlb")) {
            map_plain(step, NUMBER() * HUGE_BYTES, MAP_PRIVATE | MAP_HUGETLB);
        } else if (IS("hugetlb-shared")) {
            map_plain(step, NUMBER() * HUGE_BYTES, MAP_SHARED | MAP_HUGETLB | MAP_NORESERVE);
        } else if (IS("hugetlb-giant")) {
            map_plain(step, NUMBER() << 30, MAP_PRIVATE | MAP_HUGETLB | (30 << MAP_HUGE_SHIFT));
        } else if (IS("hugetlb-giant-shared")) {
            map_plain(step, NUMBER() << 30, MAP_SHARED | MAP_HUGETLB | (30 << MAP_HUGE_SHIFT));
        } else if (IS("huge")) {
            size_t bytes = NUMBER() * HUGE_BYTES;
            made(step, mmap(aligned_place(step, bytes), bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0), bytes, -1, -1);
            if (madvise(here(step)->address, bytes, MADV_HUGEPAGE) != 0) {
                fail(step);
            }
        } else if (IS("memfd")) {
            map_memfd(step, NUMBER() * page, 0);
        } else if (IS("memfd-open")) {
            int fd = memfd_create("opened", MFD_CLOEXEC);
            char *content = calloc(1, page);
            if (fd < 0 || content == NULL) {
                fail(step);
            }
            content[0] = 1;
            for (long left = NUMBER(); left > 0; left--) {
                if (write(fd, content, page) != (ssize_t)page) {
                    fail(step);
                }
            }
            free(content);
        } else if (IS("secret")) {
            size_t bytes = NUMBER() * page;
            int fd = syscall(447 /* memfd_secret */, 0);
            if (fd < 0 || ftruncate(fd, bytes) != 0) {
                fail(step);
            }
            made(step, mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), bytes, fd, -1);
        } else if (IS("bpf-array") || IS("bpf-percpu")) {
            union bpf_attr table = { .map_type = IS("bpf-array") ? BPF_MAP_TYPE_ARRAY : BPF_MAP_TYPE_PERCPU_ARRAY, .key_size = 4, .value_size = page, .max_entries = NUMBER() };
            if (syscall(SYS_bpf, BPF_MAP_CREATE, &table, sizeof table) < 0) {
                fail(step);
            }
        } else if (IS("fallocate")) {
            long from = NUMBER();
            long count = NUMBER();
            if (fallocate(here(step)->fd, 0, from * page, count * page) != 0) {
                fail(step);
            }
        } else if (IS("seal")) {
            if (fcntl(here(step)->fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | 0x10 /* F_SEAL_FUTURE_WRITE */) != 0) {
                fail(step);
            }
        } else if (IS("memfd-huge")) {
            map_memfd(step, NUMBER() * HUGE_BYTES, 1);
        } else if (IS("file") || IS("file-private")) {
            const char *path = WORD();
            map_file(step, path, NUMBER() * page, IS("file") ? MAP_SHARED : MAP_PRIVATE);
        } else if (IS("device")) {
            int fd = open(WORD(), O_RDONLY | O_CLOEXEC);
            if (fd < 0) {
                fail(step);
            }
            off_t from = NUMBER();
            size_t bytes = NUMBER() * page;
            made(step, mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, from), bytes, fd, -1);
        } else if (IS("perf")) {
            struct perf_event_attr event = { .type = PERF_TYPE_SOFTWARE, .size = sizeof event, .config = PERF_COUNT_SW_DUMMY };
            int fd = (int)syscall(SYS_perf_event_open, &event, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
            if (fd < 0) {
                fail(step);
            }
            size_t bytes = (1 + NUMBER()) * page;
            made(step, mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), bytes, fd, -1);
        } else if (IS("sysv")) {
            new_segment(step, NUMBER() * page, 0);
        } else if (IS("sysv-numbered")) {
            pass_numbers_below(step, NUMBER());
            new_segment(step, NUMBER() * page, 0);
        } else if (IS("sysv-huge")) {
            new_segment(step, NUMBER() * HUGE_BYTES, SHM_HUGETLB);
        } else if (IS("sysv-attach")) {
            attach(step, NUMBER());
        } else if (IS("sysv-again")) {
            attach(step, here(step)->segment);
        } else if (IS("sysv-remove")) {
            if (shmctl(here(step)->segment, IPC_RMID, NULL) != 0) {
                fail(step);
            }
        } else if (IS("again")) {
            struct mapping *m = here(step);
            made(step, mmap(NULL, m->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, m->fd, 0), m->bytes, m->fd, -1);
        } else if (IS("select")) {
            current = NUMBER();
            if (current < 0 || current >= mapping_count) {
                wrong(step);
            }
        } else if (IS("write") || IS("read")) {
            long from = NUMBER(), count = NUMBER(), stride = NUMBER();
            touch(step, from, count, stride, IS("write"));
        } else if (IS("fill")) {
            long byte = NUMBER(), from = NUMBER(), count = NUMBER();
            memset(at(step, from, count), byte, count * page);
        } else if (IS("random")) {
            long from = NUMBER(), count = NUMBER();
            char *to = at(step, from, count);
            for (long left = count * page; left > 0;) {
                ssize_t n = getrandom(to, left, 0);
                if (n < 0) {
                    fail(step);
                }
                to += n;
                left -= n;
            }
        } else if (IS("advise")) {
            int what = advice(WORD());
            long from = NUMBER(), count = NUMBER();
            if (madvise(at(step, from, count), count * page, what) != 0) {
                fail(step);
            }
        } else if (IS("protect-none") || IS("unmap")) {
            long from = NUMBER(), count = NUMBER();
            char *p = at(step, from, count);
            if ((IS("unmap") ? munmap(p, count * page) : mprotect(p, count * page, PROT_NONE)) != 0) {
                fail(step);
            }
        } else if (IS("stripe")) {
            struct mapping *m = here(step);
            for (size_t offset = 0; offset < m->bytes; offset += 2 * page) {
                if (mprotect(m->address + offset, page, PROT_READ) != 0) {
                    fail(step);
                }
            }
        } else if (IS("uid")) {
            uid_t uid = NUMBER();
            pid_t parent = getppid();
            if (setresgid(uid, uid, uid) != 0 || setresuid(uid, uid, uid) != 0) {
                fail(step);
            }
            die_with_parent(parent); /* A change of user clears it. */
        } else if (IS("ipc-namespace")) {
            former_ipc_namespace = open("/proc/self/ns/ipc", O_RDONLY | O_CLOEXEC);
            if (unshare(CLONE_NEWIPC) != 0) {
                fail(step);
            }
            own_ipc_namespace = 1;
        } else if (IS("ipc-home")) {
            if (setns(former_ipc_namespace, CLONE_NEWIPC) != 0) {
                fail(step);
            }
        } else if (IS("mount-tmpfs") || IS("mount-proc")) {
            const char *path = WORD();
            const char *type = IS("mount-proc") ? "proc" : "tmpfs";
            if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
                || mount("staged", path, type, 0, NULL) != 0) {
                fail(step);
            }
        } else if (IS("detach")) {
            if (umount2(WORD(), MNT_DETACH) != 0) {
                fail(step);
            }
        } else if (IS("make-file")) {
            int fd = open(WORD(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
            if (fd < 0 || ftruncate(fd, NUMBER() * page) != 0) {
                fail(step);
            }
            close(fd);
        } else if (IS("remove-file")) {
            if (unlink(WORD()) != 0) {
                fail(step);
            }
        } else if (IS("as-pid")) {
            next_pid = NUMBER();
        } else if (IS("lone-thread")) {
            lone_thread = 1;
        } else if (IS("churn")) {
            churn(step, NUMBER());
        } else {
            wrong(step);
        }
    }
}

/* Waits until the kernel shows the main thread as ended, then holds the memory. */
static void *outlive_main(void *unused)
{
    (void)unused;
    char path[64], text[256];
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", getpid());
    for (int i = 0; i < 10000; i++) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
        if (fd >= 0) {
            close(fd);
        }
        text[n > 0 ? n : 0] = 0;
        char *state = strrchr(text, ')');
        if (state != NULL && state[2] == 'Z') {
            say("thread %d %ld", getpid(), syscall(SYS_gettid));
            say("ready");
            hold();
        }
        usleep(1000);
    }
    errno = ETIMEDOUT;
    fail("lone-thread");
    return NULL;
}

static void lay_out(char **arguments)
{
    say("process %d", getpid());
    run(arguments, 1);
    if (lone_thread) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, outlive_main, NULL) != 0) {
            fail("lone-thread");
        }
        pthread_exit(NULL);
    }
    say("ready");
    hold();
}

int main(int count, char **arguments)
{
    if (count == 2 && strcmp(arguments[1], "exit") == 0) {
        return 0;
    }
    page = sysconf(_SC_PAGESIZE);
    ledger = mmap(NULL, sizeof *ledger, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (ledger == MAP_FAILED) {
        return 1;
    }

    /* Processes whose parent dies first become the guard's children, so it sees all of them to their end. */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t guard = getpid();
    pid_t layout = fork();
    if (layout < 0) {
        return 1;
    }
    if (layout == 0) {
        setpgid(0, 0);
        die_with_parent(guard);
        lay_out(arguments);
    }

    setpgid(layout, layout);
    close(STDOUT_FILENO); /* So that it ends with the last process of the layout. */
    char byte;
    ssize_t n;
    do {
        n = read(STDIN_FILENO, &byte, 1);
    } while (n > 0 || (n < 0 && errno == EINTR));

    /* All of them are in the group, stopped ones and those of other users too. */
    kill(-layout, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) {
    }
    for (int i = 0; i < ledger->count && i < MAX_SEGMENTS; i++) {
        if (ledger->segments[i] != 0) {
            shmctl(ledger->segments[i] - 1, IPC_RMID, NULL);
        }
    }
    return 0;
}
