/*
 * hostile: makes processes as nobody should, but anybody can, and holds them (the loops go on).
 *
 *     hostile MODE [ARGUMENT...]
 *
 *     hold N                     N written pages
 *     hold-as UID N              the same as another user
 *     names COMM EXE ARGS ENV    execs itself with this name, these arguments and variables (hex, lists with commas);
 *                                EXE is the path (hex) of a copy to run and remove, - for none
 *     environment BYTES          execs itself with so many bytes of environment
 *     files PATH...              makes, maps and writes a page of files (hex); one that begins with - is removed then
 *     cgroup PATH N              in a control group made for it (hex), removed in the end
 *     no-vmas                    a process without any mapping, stopped where it unmapped the last one
 *     one-vma first|scattered    a mapping of nearly 47 bits, pages at its front or all over it
 *     far-vmas N                 small and large mappings in turn, far from each other, with a page in each
 *     many-vmas N                mappings until there are N, or as many as the kernel allows
 *     remap-loop                 maps and unmaps beside 500 pages that stay
 *     exec-loop                  execs itself for ever
 *     vfork-loop                 starts children that share its address space until they exec
 *     vfork-until FILE           starts one that does so until the file is there
 *     dead-leaders               starts processes whose first thread ends before the others, for ever
 *     open-after-end N           a memfd of N written pages, open and not mapped, in a process whose first thread has ended
 *     relay N LEAST MOST BYTES   N written pages and a segment, handed on by short-lived threads (milliseconds) after the first has ended
 *     shm-take-along BYTES       a written segment, and the IPC namespace that has it is left
 *     shm-desert N BYTES         in an IPC namespace of its own: N processes that leave it one by one, and one, made
 *                                last, that stays and holds a written segment
 *     shm-lie BYTES HUGE         takes a segment of huge pages along into another namespace, where its number is that of
 *                                a small one
 *     shm-twins BYTES            two segments of one number, one size and one moment, each in an IPC namespace of its own: a
 *                                child holds one, all of it written; its parent the other, with one page written
 *     shm-claim NUMBER BYTES     lives here, and has a segment with that number, made in another namespace
 *     jailed PATH PAGES          in a mount namespace of its own: a child holds a file of so many pages on a tmpfs mounted at
 *                                PATH; its parent, larger than it, has its root in another tmpfs below (chroot), and a file there
 *     many-mounts PATH N M UID   M processes of that user, and their parent, each in a mount namespace of its own, that see a tmpfs mounted at PATH and, in
 *                                folders of 3,800 characters there, N mounts; each has a file of a page there mapped
 *     memfds N [LENGTH]          N memfds of a written page, mapped and not open; named by so many escape characters
 *     fuse-mapped PATH           a file of a FUSE file system mounted there (in a mount namespace of its own), mapped and
 *                                open, whose server answers nothing any more
 *     traced N                   a process stopped by another that traces it
 *     namespace pid|user|mount N a process in a namespace of its own
 *     without-pagemap-scan COMMAND...   runs a command for which the kernel has no PAGEMAP_SCAN
 *
 * Standard output and the end are those of workload.c: "process PID", "mapping PID INDEX ADDRESS BYTES", "ready" or
 * "failed ERRNO STEP: why"; a guard ends them all with its standard input.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/fuse.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ipc.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define FACTS_FD 200
#define PAGEMAP_SCAN_REQUEST 0xc0606610u

static size_t page;

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

static void die_with_parent(pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) {
        _exit(1);
    }
}

static void hold(void)
{
    say("ready");
    for (;;) {
        pause();
    }
}

static char *written(size_t pages)
{
    char *p = mmap(NULL, pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        fail("mmap");
    }
    for (size_t i = 0; i < pages; i++) {
        ((volatile uint64_t *)(p + i * page))[0] = ((uint64_t)getpid() << 32) ^ i ^ 0x5a5a;
    }
    return p;
}

/* Bytes from hex digits; the length goes to *length. Ends with a NUL that does not count. */
static char *bytes(const char *hex, size_t *length)
{
    size_t n = strlen(hex) / 2;
    char *out = malloc(n + 1);
    for (size_t i = 0; i < n; i++) {
        unsigned value = 0;
        sscanf(hex + 2 * i, "%2x", &value);
        out[i] = (char)value;
    }
    out[n] = 0;
    if (length != NULL) {
        *length = n;
    }
    return out;
}

static char **list(const char *hexes)
{
    char **out = calloc(1024, sizeof *out);
    int n = 0;
    char *copy = strdup(hexes);
    for (char *at = copy; at != NULL && n < 1023;) {
        char *comma = strchr(at, ',');
        if (comma != NULL) {
            *comma++ = 0;
        }
        out[n++] = bytes(at, NULL);
        at = comma;
    }
    return out;
}

static void copy_self(const char *path)
{
    char buffer[65536];
    int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
    if (from < 0 || to < 0) {
        fail("copy");
    }
    for (ssize_t n; (n = read(from, buffer, sizeof buffer)) > 0;) {
        if (write(to, buffer, n) != n) {
            fail("copy");
        }
    }
    close(from);
    close(to);
}

/* What the new program is to do stands in a file that it inherits: its arguments and variables belong to the test. */
static void exec_as(const char *path, char **argv, char **envp, const char *comm, const char *removed)
{
    int facts = memfd_create("facts", 0);
    char text[8192];
    int n = snprintf(text, sizeof text, "%s\n%s\n", comm, removed);
    if (facts < 0 || write(facts, text, n) != n || dup2(facts, FACTS_FD) != FACTS_FD) {
        fail("facts");
    }
    close(facts);
    execve(path, argv, envp);
    fail("execve");
}

static void hold_after_exec(void)
{
    char text[8192];
    ssize_t n = pread(FACTS_FD, text, sizeof text - 1, 0);
    if (n < 0) {
        fail("facts");
    }
    text[n] = 0;
    close(FACTS_FD);
    char *comm = text;
    char *removed = strchr(text, '\n');
    *removed++ = 0;
    *strchr(removed, '\n') = 0;
    prctl(PR_SET_NAME, bytes(comm, NULL));
    if (*removed != 0) {
        unlink(bytes(removed, NULL));
    }
    written(20);
    hold();
}

static void names(char **arguments)
{
    const char *path = "/proc/self/exe";
    if (strcmp(arguments[1], "-") != 0) {
        path = bytes(arguments[1], NULL);
        copy_self(path);
    }
    exec_as(path, list(arguments[2]), list(arguments[3]), arguments[0], strcmp(arguments[1], "-") != 0 ? arguments[1] : "");
}

static void environment(size_t total)
{
    /* A quarter of the stack may be arguments and environment, 6 MiB at most. */
    struct rlimit stack = { 64 << 20, 64 << 20 };
    char *argv[] = { "hostile", NULL };
    size_t count = total / 65536 + 2;
    char **envp = calloc(count + 2, sizeof *envp);
    size_t made = 0;
    int n = 0;
    static const char last[] = "LINUXMEM_LAST=end";
    setrlimit(RLIMIT_STACK, &stack);
    while (made + sizeof last < total) {
        size_t length = total - made - sizeof last < 65536 ? total - made - sizeof last : 65536;
        if (length < 16) {
            break;
        }
        envp[n] = malloc(length);
        memset(envp[n], 'x', length);
        int head = sprintf(envp[n], "FILL%05d=", n);
        envp[n][head] = 'x';
        envp[n][length - 1] = 0;
        made += length;
        n++;
    }
    envp[n++] = strdup(last);
    exec_as("/proc/self/exe", argv, envp, "656e7669726f6e", "");
}

static void files(char **paths)
{
    for (int i = 0; paths[i] != NULL; i++) {
        int removed = paths[i][0] == '-';
        char *path = bytes(paths[i] + removed, NULL);
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (fd < 0 || ftruncate(fd, page) != 0) {
            fail("files");
        }
        char *p = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (p == MAP_FAILED) {
            fail("files");
        }
        *(volatile uint64_t *)p = 77 + i;
        say("mapping %d %d %lx %zu", getpid(), i, (unsigned long)p, page);
        close(fd);
        if (removed) {
            unlink(path);
        }
    }
    hold();
}

static void enter_cgroup(const char *hex, size_t pages)
{
    char *path = bytes(hex, NULL);
    char procs[8192];
    char pid[32];
    if (mkdir(path, 0755) != 0 && errno != EEXIST) {
        fail("cgroup");
    }
    snprintf(procs, sizeof procs, "%s/cgroup.procs", path);
    int fd = open(procs, O_WRONLY | O_CLOEXEC);
    int n = snprintf(pid, sizeof pid, "%d", getpid());
    if (fd < 0 || write(fd, pid, n) != n) {
        fail("cgroup");
    }
    close(fd);
    written(pages);
    hold();
}

/* Lets a child stop itself and traces it from there; the tracer stays, or the child would die. */
static pid_t traced_child(void (*body)(void))
{
    pid_t self = getpid();
    pid_t child = fork();
    if (child < 0) {
        fail("fork");
    }
    if (child == 0) {
        die_with_parent(self);
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
            fail("traced");
        }
        body();
        _exit(0);
    }
    int status;
    if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status)
        || ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD) != 0) {
        fail("traced");
    }
    return child;
}

static size_t traced_pages;

static void stop_with_pages(void)
{
    written(traced_pages);
    raise(SIGSTOP);
}

static void unmap_all(void)
{
    raise(SIGSTOP);
    /* It does not come back: there is nowhere to come back to. */
    syscall(SYS_munmap, 0UL, 0x7ffffffff000UL);
}

static void traced(size_t pages)
{
    traced_pages = pages;
    say("process %d", traced_child(stop_with_pages));
    hold();
}

static void no_vmas(void)
{
    pid_t child = traced_child(unmap_all);
    for (int i = 0; i < 100; i++) {
        int status;
        char path[64];
        char byte[8];
        if (ptrace(PTRACE_SYSCALL, child, NULL, NULL) != 0 || waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) {
            fail("no-vmas");
        }
        snprintf(path, sizeof path, "/proc/%d/statm", child);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || read(fd, byte, 2) != 2) {
            fail("no-vmas");
        }
        close(fd);
        if (byte[0] == '0' && byte[1] == ' ') {
            say("process %d", child);
            hold();
        }
    }
    errno = EINVAL;
    fail("no-vmas");
}

static void one_vma(const char *where)
{
    unsigned long best = 0, best_length = 0, end = 0x10000, from, to;
    char line[8192];
    FILE *maps = fopen("/proc/self/maps", "re");
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%lx-%lx", &from, &to) != 2) {
            continue;
        }
        if (from > end && from - end > best_length && from < 0x800000000000UL) {
            best = end;
            best_length = from - end;
        }
        end = to;
    }
    if (maps != NULL) {
        fclose(maps);
    }

    /* Not up to the stack and the libraries: they grow. */
    best_length -= 64UL << 20;
    char *p = mmap((void *)(best + (32UL << 20)), best_length - (32UL << 20), PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (p == MAP_FAILED) {
        fail("one-vma");
    }
    size_t length = best_length - (32UL << 20);
    madvise(p, length, MADV_NOHUGEPAGE);
    say("mapping %d 0 %lx %zu", getpid(), (unsigned long)p, length);
    for (size_t i = 0; i < 64; i++) {
        size_t at = strcmp(where, "first") == 0 ? i * page : (length / 64 * i) & ~(page - 1);
        p[at] = (char)(i + 1);
    }
    p[strcmp(where, "first") == 0 ? 0 : (length - 1) & ~(page - 1)] = 1;
    hold();
}

static int count_lines(void)
{
    static char buffer[1 << 20];
    int lines = 0;
    int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;) {
        for (ssize_t i = 0; i < n; i++) {
            lines += buffer[i] == '\n';
        }
    }
    close(fd);
    return lines;
}

static void far_vmas(long wanted)
{
    /* Stretches of 8 MiB, one mapping in each: none is read with another, and no scan covers two. */
    size_t stretch = 8UL << 20;
    size_t large = 600 * page;
    char *p = mmap(NULL, (size_t)wanted * stretch, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED || munmap(p, (size_t)wanted * stretch) != 0) {
        fail("far-vmas");
    }
    int before = count_lines() - 1;
    long made = 0;
    for (; before + made < wanted; made++) {
        char *at = p + (size_t)made * stretch;
        if (mmap(at, made % 2 ? page : large, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED) {
            break;
        }
        madvise(at, made % 2 ? page : large, MADV_NOHUGEPAGE);
        *at = 1;
    }
    say("mapping %d %ld %lx %zu", getpid(), made, (unsigned long)p, (size_t)wanted * stretch);
    hold();
}

static void many_vmas(long wanted)
{
    char *p = mmap(NULL, (size_t)wanted * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) {
        fail("many-vmas");
    }
    madvise(p, (size_t)wanted * page, MADV_NOHUGEPAGE);
    for (long i = 0; i < wanted; i += 16) {
        ((volatile uint64_t *)(p + i * page))[0] = 7 + i;
    }

    /* Of two neighbours one is read-only. [vsyscall] is a line and no mapping. */
    int before = count_lines() - 1;
    for (long i = 1; before + i < wanted; i += 2) {
        if (mprotect(p + i * page, page, PROT_READ) != 0) {
            break;
        }
    }
    say("mapping %d %d %lx %zu", getpid(), count_lines(), (unsigned long)p, (size_t)wanted * page);
    hold();
}

static void *remap(void *ignored)
{
    for (unsigned i = 0;; i++) {
        size_t size = (1 + i % 64) * page;
        char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (p != MAP_FAILED) {
            memset(p, 1, size);
            if (i % 2 == 0 && size > page) {
                mprotect(p + page, page, PROT_NONE);
                p = mremap(p, page, page, 0);
            }
            munmap(p, size);
        }
    }
    return ignored;
}

static void remap_loop(void)
{
    pthread_t thread;
    written(500);
    if (pthread_create(&thread, NULL, remap, NULL) != 0 || pthread_create(&thread, NULL, remap, NULL) != 0) {
        fail("remap-loop");
    }
    hold();
}

static void exec_loop(int first)
{
    char *argv[] = { "hostile", "exec-loop-again", NULL };
    if (first) {
        say("ready");
    }
    written(200);
    execv("/proc/self/exe", argv);
    _exit(1);
}

static void vfork_loop(void)
{
    written(500);
    say("ready");
    for (;;) {
        pid_t child = vfork();
        if (child == 0) {
            execl("/proc/self/exe", "hostile", "exit", (char *)NULL);
            _exit(1);
        }
        if (child > 0) {
            waitpid(child, NULL, 0);
        }
    }
}

/* A child that shares its parent's address space until a file is there, and then executes a program. */
static void vfork_until(const char *file)
{
    written(500);
    pid_t child = vfork();
    if (child == 0) {
        say("process %d", getpid());
        say("ready");
        while (access(file, F_OK) != 0) {
        }
        execlp("sleep", "sleep", "1000", (char *)NULL);
        _exit(1);
    }
    for (;;) {
        pause();
    }
}

static void *end_process(void *ignored)
{
    usleep(200);
    _exit(0);
    return ignored;
}

static void *linger(void *ignored)
{
    usleep(100);
    return ignored;
}

static void dead_leaders(void)
{
    pid_t self = getpid();
    for (int w = 0; w < 3; w++) {
        pid_t worker = fork();
        if (worker < 0) {
            fail("fork");
        }
        if (worker == 0) {
            die_with_parent(self);
            for (;;) {
                pid_t parent = getpid();
                pid_t child = fork();
                if (child == 0) {
                    pthread_t thread;
                    die_with_parent(parent);
                    for (int i = 0; i < 6; i++) {
                        pthread_create(&thread, NULL, linger, NULL);
                    }
                    pthread_create(&thread, NULL, end_process, NULL);
                    pthread_exit(NULL);
                }
                if (child > 0) {
                    waitpid(child, NULL, 0);
                }
            }
        }
    }
    hold();
}

static useconds_t relay_least, relay_most;

/* Lives a moment, starts the next and ends: there is always one, and never one for long. */
static void *relay(void *ignored)
{
    static unsigned seed = 1;
    pthread_attr_t detached;
    pthread_t next;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&detached, 1 << 16);
    usleep(relay_least + rand_r(&seed) % (relay_most - relay_least + 1));
    while (pthread_create(&next, &detached, relay, NULL) != 0) {
        usleep(1000);
    }
    return ignored;
}

static char *segment(const char *step, size_t bytes, int flags)
{
    int id = shmget(IPC_PRIVATE, bytes, IPC_CREAT | 0600 | flags);
    char *p = id < 0 ? (char *)-1 : shmat(id, NULL, 0);
    if (p == (char *)-1) {
        fail(step);
    }
    shmctl(id, IPC_RMID, NULL);
    for (size_t at = 0; at < bytes; at += page) {
        ((volatile char *)p)[at] = 1;
    }
    say("segment %d %d", getpid(), id);
    return p;
}

static void leave(const char *step)
{
    if (unshare(CLONE_NEWIPC) != 0) {
        fail(step);
    }
}

static void relay_threads(size_t pages, unsigned least, unsigned most, size_t bytes)
{
    pthread_t first;
    written(pages);
    if (bytes > 0) {
        segment("relay", bytes, 0);
    }
    relay_least = least * 1000;
    relay_most = most * 1000;
    if (pthread_create(&first, NULL, relay, NULL) != 0) {
        fail("relay");
    }
    say("ready");
    pthread_exit(NULL);
}

static void *hold_on(void *nothing)
{
    (void)nothing;
    usleep(50000);
    hold();
    return NULL;
}

static void open_after_end(size_t pages)
{
    pthread_t other;
    int fd = memfd_create("after-end", 0);
    char *content = malloc(pages * page);
    memset(content, 1, pages * page);
    if (fd < 0 || write(fd, content, pages * page) != (ssize_t)(pages * page) || pthread_create(&other, NULL, hold_on, NULL) != 0) {
        fail("open-after-end");
    }
    pthread_exit(NULL);
}

static void shm_take_along(size_t bytes)
{
    segment("ipc-namespace", bytes, 0);
    leave("ipc-namespace");
    hold();
}

/* The first to be asked for the namespace's table are those that leave it in a moment. */
static void shm_desert(size_t count, size_t bytes)
{
    pid_t self = getpid();
    leave("ipc-namespace");
    int id = shmget(IPC_PRIVATE, page, IPC_CREAT | 0600);
    for (size_t i = 0; i < count; i++) {
        pid_t child = fork();
        if (child == 0) {
            die_with_parent(self);
            char *p = shmat(id, NULL, 0);
            if (p == (char *)-1) {
                _exit(1);
            }
            *p = 1;
            usleep(100000 + i * 4000);
            for (;;) {
                unshare(CLONE_NEWIPC);
                pause();
            }
        }
    }
    pid_t stays = fork();
    if (stays == 0) {
        die_with_parent(self);
        setenv("LINUXMEM_STAGE", "stays", 1);
        char text[32];
        snprintf(text, sizeof text, "%zu", bytes);
        execl("/proc/self/exe", "hostile", "shm-stays", text, (char *)NULL);
        _exit(1);
    }
    for (;;) {
        pause();
    }
}

static void shm_lie(size_t bytes, size_t huge)
{
    leave("ipc-namespace");
    int first = shmget(IPC_PRIVATE, huge, IPC_CREAT | 0600 | SHM_HUGETLB);
    char *p = first < 0 ? (char *)-1 : shmat(first, NULL, 0);
    if (p == (char *)-1) {
        fail("sysv-huge");
    }
    *p = 1;
    leave("ipc-namespace");
    int second = shmget(IPC_PRIVATE, bytes, IPC_CREAT | 0600);
    char *q = second < 0 ? (char *)-1 : shmat(second, NULL, 0);
    if (q == (char *)-1 || second != first) {
        fail("ipc-namespace");
    }
    *q = 1;
    hold();
}

static char *attached(size_t bytes, int *id, struct statx *file)
{
    char path[64];
    *id = shmget(IPC_PRIVATE, bytes, IPC_CREAT | 0600);
    char *p = *id < 0 ? (char *)-1 : shmat(*id, NULL, 0);
    snprintf(path, sizeof path, "/proc/self/map_files/%lx-%lx", (long)p, (long)p + (long)bytes);
    if (p == (char *)-1 || statx(AT_FDCWD, path, 0, STATX_BASIC_STATS | STATX_BTIME, file) != 0) {
        fail("ipc-namespace");
    }
    return p;
}

/* The kernel's clock ticks some hundred times a second: with a few attempts both are made within one tick. */
static void shm_twins(size_t bytes)
{
    pid_t self = getpid();
    for (int i = 0; i < 1000; i++) {
        struct statx one, other;
        int first, second;
        leave("ipc-namespace");
        char *p = attached(bytes, &first, &one);
        pid_t child = fork();
        if (child == 0) {
            die_with_parent(self);
            setenv("LINUXMEM_STAGE", "victim", 1);
            char number[32], size[32];
            snprintf(number, sizeof number, "%d", first);
            snprintf(size, sizeof size, "%zu", bytes);
            raise(SIGSTOP);
            execl("/proc/self/exe", "hostile", "shm-holds", number, size, (char *)NULL);
            _exit(1);
        }
        leave("ipc-namespace");
        char *q = attached(bytes, &second, &other);
        shmdt(p);
        if (first == second && one.stx_btime.tv_sec == other.stx_btime.tv_sec && one.stx_btime.tv_nsec == other.stx_btime.tv_nsec) {
            *q = 1;
            say("segment %d %d", self, second);
            int status;
            waitpid(child, &status, WUNTRACED);
            kill(child, SIGCONT);
            for (;;) {
                pause();
            }
        }
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        shmdt(q);
    }
    errno = ETIME;
    fail("shm-twins");
}

struct claim { int number; size_t bytes; };

static int claim_elsewhere(void *argument)
{
    struct claim *claim = argument;
    leave("ipc-namespace");
    char text[32];
    int n = snprintf(text, sizeof text, "%d", claim->number);
    int fd = open("/proc/sys/kernel/shm_next_id", O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, n) != n) {
        fail("ipc-namespace");
    }
    close(fd);
    int id = shmget(IPC_PRIVATE, claim->bytes, IPC_CREAT | 0600);
    char *p = id < 0 ? (char *)-1 : shmat(id, NULL, 0);
    if (p == (char *)-1 || id != claim->number) {
        fail("ipc-namespace");
    }
    for (size_t at = 0; at < claim->bytes; at += page) {
        ((volatile char *)p)[at] = 1;
    }
    return 0;
}

/* A child with the same memory, but in another namespace, attaches it and ends. */
static void shm_claim(int number, size_t bytes)
{
    struct claim claim = { number, bytes };
    size_t stack = 1 << 18;
    char *top = malloc(stack);
    pid_t child = clone(claim_elsewhere, top + stack, CLONE_VM | SIGCHLD, &claim);
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
        _exit(1);
    }
    hold();
}

static void put(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text)) {
        fail("namespace");
    }
    close(fd);
}

static void in_namespace(const char *kind, size_t pages)
{
    int ready[2], go[2];
    char byte;
    pid_t self = getpid();
    int flags = strcmp(kind, "pid") == 0 ? CLONE_NEWPID : strcmp(kind, "user") == 0 ? CLONE_NEWUSER : CLONE_NEWNS;
    if (pipe2(ready, O_CLOEXEC) != 0 || pipe2(go, O_CLOEXEC) != 0) {
        fail("pipe");
    }
    if (flags == CLONE_NEWPID && unshare(CLONE_NEWPID) != 0) {
        fail("namespace");
    }
    pid_t child = fork();
    if (child < 0) {
        fail("fork");
    }
    if (child == 0) {
        /* In a PID namespace of its own the parent's id is 0. */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || (flags != CLONE_NEWPID && getppid() != self)) {
            _exit(1);
        }
        if (flags != CLONE_NEWPID && unshare(flags) != 0) {
            fail("namespace");
        }
        if (flags == CLONE_NEWNS && (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 || mount("none", "/tmp", "tmpfs", 0, NULL) != 0)) {
            fail("namespace");
        }
        if (write(ready[1], "", 1) != 1 || read(go[0], &byte, 1) != 1) {
            _exit(1);
        }
        if (flags == CLONE_NEWUSER && (setresgid(0, 0, 0) != 0 || setresuid(0, 0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)) {
            fail("namespace");
        }
        written(pages);
        if (flags == CLONE_NEWNS) {
            int fd = open("/tmp/only-here", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
            if (fd < 0 || ftruncate(fd, 3 * page) != 0) {
                fail("namespace");
            }
            char *p = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
            memset(p, 1, 3 * page);
        }
        hold();
    }
    if (read(ready[0], &byte, 1) != 1) {
        fail("namespace");
    }
    if (flags == CLONE_NEWUSER) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/gid_map", child);
        put(path, "0 100000 10\n");
        snprintf(path, sizeof path, "/proc/%d/uid_map", child);
        put(path, "0 100000 10\n");
    }
    say("process %d", child);
    if (write(go[1], "", 1) != 1) {
        fail("namespace");
    }
    for (;;) {
        pause();
    }
}

static void held_file(const char *path, size_t pages)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    char *p = fd < 0 || ftruncate(fd, pages * page) != 0 ? MAP_FAILED : mmap(NULL, pages * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED) {
        fail("jailed");
    }
    memset(p, 1, pages * page);
    close(fd);
}

static void jailed(const char *path, size_t pages)
{
    pid_t self = getpid();
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 || mount("none", path, "tmpfs", 0, NULL) != 0
        || chdir(path) != 0 || mkdir("jail", 0700) != 0 || mount("none", "jail", "tmpfs", 0, NULL) != 0) {
        fail("namespace");
    }
    pid_t child = fork();
    if (child == 0) {
        die_with_parent(self);
        held_file("held", pages);
        say("process %d", getpid());
        hold();
    }
    if (chroot("jail") != 0 || chdir("/") != 0) {
        fail("jailed");
    }
    held_file("own", 1);
    written(10 * pages + 10000);
    for (;;) {
        pause();
    }
}

static void many_mounts(const char *path, long mounts, long namespaces, uid_t user)
{
    char name[251], number[32];
    memset(name, 'a', 250);
    name[250] = 0;
    umask(0);
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 || mount("none", path, "tmpfs", 0, "mode=777") != 0 || chdir(path) != 0) {
        fail("namespace");
    }
    for (int i = 0; i < 15; i++) {
        if (mkdir(name, 0777) != 0 || chdir(name) != 0) {
            fail("folder");
        }
    }
    if (mkdir("part", 0777) != 0) {
        fail("folder");
    }
    for (long i = 0; i < mounts; i++) {
        snprintf(number, sizeof number, "%ld", i);
        if (mkdir(number, 0777) != 0 || mount("part", number, NULL, MS_BIND, NULL) != 0) {
            fail("mount");
        }
    }
    pid_t self = getpid();
    int ready[2];
    if (pipe2(ready, O_CLOEXEC) != 0) {
        fail("pipe");
    }
    for (long i = 0; i < namespaces; i++) {
        pid_t child = fork();
        if (child < 0) {
            fail("fork");
        }
        if (child > 0) {
            say("process %d", child);
        } else {
            snprintf(number, sizeof number, "file%ld", i);
            if (unshare(CLONE_NEWNS) != 0 || setresgid(user, user, user) != 0 || setresuid(user, user, user) != 0) {
                fail("namespace");
            }
            die_with_parent(self);
            held_file(number, 1);
            if (write(ready[1], "", 1) != 1) {
                fail("pipe");
            }
            for (;;) {
                pause();
            }
        }
    }
    for (long i = 0; i < namespaces; i++) {
        if (read(ready[0], number, 1) != 1) {
            fail("pipe");
        }
    }
    pid_t guard = getppid();
    if (setresgid(user, user, user) != 0 || setresuid(user, user, user) != 0) {
        fail("user");
    }
    die_with_parent(guard);
    hold();
}

static void without_pagemap_scan(char **command)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PAGEMAP_SCAN_REQUEST, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOTTY),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { sizeof filter / sizeof *filter, filter };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        perror("seccomp");
        _exit(4);
    }
    execvp(command[0], command);
    perror(command[0]);
    _exit(4);
}

static void answer(int fd, const struct fuse_in_header *asked, int error, const void *content, size_t length)
{
    struct fuse_out_header head = { sizeof head + (error ? 0 : length), error, asked->unique };
    struct iovec parts[2] = { { &head, sizeof head }, { (void *)content, error ? 0 : length } };
    if (writev(fd, parts, 2) < 0 && errno != ENOENT) {
        _exit(1);
    }
}

/* One file of a page, of which nothing may be kept: who asks for its size has to wait for the answer. */
static void serve(int fd)
{
    static char buffer[1 << 20], content[4096];
    for (;;) {
        ssize_t n = read(fd, buffer, sizeof buffer);
        if (n <= 0) {
            _exit(0);
        }
        const struct fuse_in_header *asked = (void *)buffer;
        struct fuse_attr attr = { .ino = asked->nodeid, .mode = asked->nodeid == 1 ? S_IFDIR | 0755 : S_IFREG | 0666, .nlink = 1, .size = 4096 };
        if (asked->opcode == FUSE_INIT) {
            struct fuse_init_out out = { .major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION, .max_write = 4096 };
            answer(fd, asked, 0, &out, sizeof out);
        } else if (asked->opcode == FUSE_LOOKUP) {
            struct fuse_entry_out out = { .nodeid = 2, .attr = attr };
            out.attr.ino = 2;
            out.attr.mode = S_IFREG | 0666;
            answer(fd, asked, 0, &out, sizeof out);
        } else if (asked->opcode == FUSE_GETATTR) {
            struct fuse_attr_out out = { .attr = attr };
            answer(fd, asked, 0, &out, sizeof out);
        } else if (asked->opcode == FUSE_OPEN) {
            struct fuse_open_out out = { .fh = 1 };
            answer(fd, asked, 0, &out, sizeof out);
        } else if (asked->opcode == FUSE_READ) {
            answer(fd, asked, 0, content, sizeof content);
        } else if (asked->opcode != FUSE_FORGET && asked->opcode != FUSE_BATCH_FORGET) {
            answer(fd, asked, -ENOSYS, NULL, 0);
        }
    }
}

static void fuse_mapped(const char *path)
{
    char options[128], file[4096];
    int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", fd);
    if (fd < 0 || unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
        || mount("linuxmem-test", path, "fuse", 0, options) != 0) {
        fail("namespace");
    }
    pid_t parent = getpid();
    pid_t server = fork();
    if (server == 0) {
        die_with_parent(parent);
        serve(fd);
    }
    close(fd);
    snprintf(file, sizeof file, "%s/f", path);
    int mapped = open(file, O_RDONLY | O_CLOEXEC);
    char *p = mapped < 0 ? MAP_FAILED : mmap(NULL, page, PROT_READ, MAP_SHARED, mapped, 0);
    if (p == MAP_FAILED) {
        fail("fuse-mapped");
    }
    *(volatile char *)p;
    kill(server, SIGSTOP);
    hold();
}

/* Has a memfd of a hundred pages all the time, and others of ten pages that come and go. */
static void memfd_churn(void)
{
    for (int i = 0; ; i++) {
        size_t bytes = (i == 0 ? 100 : 10) * page;
        int fd = memfd_create(i == 0 ? "stays" : "goes", MFD_CLOEXEC);
        char *p = fd < 0 || ftruncate(fd, bytes) != 0 ? MAP_FAILED : mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (p == MAP_FAILED) {
            fail("memfd-churn");
        }
        memset(p, 1, bytes);
        close(fd);
        if (i == 0) {
            say("ready");
        } else {
            munmap(p, bytes);
        }
    }
}

static void run(char **a)
{
    if (strcmp(a[0], "hold") == 0) {
        written(strtoul(a[1], NULL, 0));
        hold();
    } else if (strcmp(a[0], "hold-as") == 0) {
        uid_t uid = strtoul(a[1], NULL, 0);
        pid_t guard = getppid();
        /* As after an exec: else not even its own user would see it under hidepid. */
        if (setresgid(uid, uid, uid) != 0 || setresuid(uid, uid, uid) != 0 || prctl(PR_SET_DUMPABLE, 1) != 0) {
            fail("hold-as");
        }
        die_with_parent(guard);
        written(strtoul(a[2], NULL, 0));
        hold();
    } else if (strcmp(a[0], "names") == 0) {
        names(a + 1);
    } else if (strcmp(a[0], "environment") == 0) {
        environment(strtoul(a[1], NULL, 0));
    } else if (strcmp(a[0], "files") == 0) {
        files(a + 1);
    } else if (strcmp(a[0], "cgroup") == 0) {
        enter_cgroup(a[1], strtoul(a[2], NULL, 0));
    } else if (strcmp(a[0], "no-vmas") == 0) {
        no_vmas();
    } else if (strcmp(a[0], "one-vma") == 0) {
        one_vma(a[1]);
    } else if (strcmp(a[0], "far-vmas") == 0) {
        far_vmas(strtol(a[1], NULL, 0));
    } else if (strcmp(a[0], "many-vmas") == 0) {
        many_vmas(strtol(a[1], NULL, 0));
    } else if (strcmp(a[0], "remap-loop") == 0) {
        remap_loop();
    } else if (strcmp(a[0], "exec-loop") == 0) {
        exec_loop(1);
    } else if (strcmp(a[0], "vfork-loop") == 0) {
        vfork_loop();
    } else if (strcmp(a[0], "vfork-until") == 0) {
        vfork_until(a[1]);
    } else if (strcmp(a[0], "dead-leaders") == 0) {
        dead_leaders();
    } else if (strcmp(a[0], "relay") == 0) {
        relay_threads(strtoul(a[1], NULL, 0), strtoul(a[2], NULL, 0), strtoul(a[3], NULL, 0), strtoul(a[4], NULL, 0));
    } else if (strcmp(a[0], "open-after-end") == 0) {
        open_after_end(strtoul(a[1], NULL, 0));
    } else if (strcmp(a[0], "shm-take-along") == 0) {
        shm_take_along(strtoul(a[1], NULL, 0));
    } else if (strcmp(a[0], "shm-desert") == 0) {
        shm_desert(strtoul(a[1], NULL, 0), strtoul(a[2], NULL, 0));
    } else if (strcmp(a[0], "shm-lie") == 0) {
        shm_lie(strtoul(a[1], NULL, 0), strtoul(a[2], NULL, 0));
    } else if (strcmp(a[0], "shm-twins") == 0) {
        shm_twins(strtoul(a[1], NULL, 0));
    } else if (strcmp(a[0], "shm-claim") == 0) {
        shm_claim(strtol(a[1], NULL, 0), strtoul(a[2], NULL, 0));
    } else if (strcmp(a[0], "fuse-mapped") == 0) {
        fuse_mapped(a[1]);
    } else if (strcmp(a[0], "jailed") == 0) {
        jailed(a[1], strtoul(a[2], NULL, 0));
    } else if (strcmp(a[0], "many-mounts") == 0) {
        many_mounts(a[1], atol(a[2]), atol(a[3]), (uid_t)atol(a[4]));
    } else if (strcmp(a[0], "memfds") == 0) {
        char name[250] = "many";
        if (a[2]) {
            size_t length = strtoul(a[2], NULL, 0) % sizeof name;
            memset(name, 27, length);
            name[length] = 0;
        }
        for (long left = atol(a[1]); left > 0; left--) {
            int fd = memfd_create(name, MFD_CLOEXEC);
            if (fd < 0 || ftruncate(fd, page) != 0) {
                fail(a[0]);
            }
            char *p = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
            if (p == MAP_FAILED) {
                fail(a[0]);
            }
            *p = 1;
            close(fd);
        }
        hold();
    } else if (strcmp(a[0], "memfd-churn") == 0) {
        memfd_churn();
    } else if (strcmp(a[0], "traced") == 0) {
        traced(strtoul(a[1], NULL, 0));
    } else if (strcmp(a[0], "namespace") == 0) {
        in_namespace(a[1], strtoul(a[2], NULL, 0));
    }
    errno = EINVAL;
    fail(a[0]);
}

int main(int argc, char **argv)
{
    page = sysconf(_SC_PAGESIZE);
    if (fcntl(FACTS_FD, F_GETFD) >= 0) {
        hold_after_exec();
    }
    if (argc > 1 && strcmp(argv[1], "exit") == 0) {
        return 0;
    }
    if (argc > 1 && strcmp(argv[1], "exec-loop-again") == 0) {
        exec_loop(0);
    }
    if (argc > 2 && strcmp(argv[1], "shm-stays") == 0) {
        say("process %d", getpid());
        segment("ipc-namespace", strtoul(argv[2], NULL, 0), 0);
        hold();
    }
    if (argc > 3 && strcmp(argv[1], "shm-holds") == 0) {
        char *p = shmat(atoi(argv[2]), NULL, 0);
        if (p == (char *)-1) {
            fail("ipc-namespace");
        }
        memset(p, 1, strtoul(argv[3], NULL, 0));
        say("process %d", getpid());
        hold();
    }
    if (argc > 2 && strcmp(argv[1], "without-pagemap-scan") == 0) {
        without_pagemap_scan(argv + 2);
    }
    if (argc < 2) {
        fprintf(stderr, "usage: hostile MODE [ARGUMENT...]\n");
        return 2;
    }

    pid_t guard = getpid();
    pid_t child = fork();
    if (child < 0) {
        fail("fork");
    }
    if (child == 0) {
        die_with_parent(guard);
        setpgid(0, 0);
        say("process %d", getpid());
        run(argv + 1);
    }
    setpgid(child, child);
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0 || errno == EINTR) {
        errno = 0;
    }
    kill(-child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
    if (strcmp(argv[1], "cgroup") == 0 && argc > 2) {
        for (int i = 0; i < 1000 && rmdir(bytes(argv[2], NULL)) != 0 && errno == EBUSY; i++) {
            usleep(1000);
        }
    }
    return 0;
}
