/*
 * Stalls whoever reads the files of its processes: a FUSE server that never answers WRITE, and processes that have a
 * dirty shared page of its files and then take it away. Their address space stays locked while the kernel waits.
 *
 * stall FOLDER map|exec COUNT UID [MARK]
 *
 *   map    the processes map something else over the page (mmap(2), MAP_FIXED): cmdline, environ, maps, smaps and
 *          pagemap of them do not answer.
 *   exec   they run another program (execve(2)): further files of them do not answer.
 *
 * Run as root. FOLDER is an empty folder; the file system is mounted there for this program alone. The processes belong
 * to UID and are called MARK ("stalled"). Prints the pids, one on a line, then "ready" when all of them hang. SIGUSR1
 * lets them go on: the server answers from then on. It ends, and everything with it, with its standard input.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST 4096
#define FIRST_FILE 2
#define ATTEMPTS 20

static int fuse;
static volatile sig_atomic_t answering;
static struct fuse_in_header held[MOST];
static uint32_t held_sizes[MOST];
static int held_count;

static void fail(const char *what)
{
    fprintf(stderr, "stall: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void let_go(int signal)
{
    (void)signal;
    answering = 1;
}

static void reply(uint64_t unique, int error, const void *data, size_t size)
{
    struct fuse_out_header head = { .len = sizeof head + (error ? 0 : size), .error = -error, .unique = unique };
    struct iovec parts[2] = { { &head, sizeof head }, { (void *)data, error ? 0 : size } };
    if (writev(fuse, parts, 2) < 0 && errno != ENOENT && errno != EINTR)
        fail("/dev/fuse");
}

static struct fuse_attr attributes(uint64_t node)
{
    struct fuse_attr a = { .ino = node, .nlink = 1, .blksize = 4096 };
    a.mode = node == FUSE_ROOT_ID ? S_IFDIR | 0777 : S_IFREG | 0666;
    a.size = node == FUSE_ROOT_ID ? 0 : 4096;
    a.blocks = a.size / 512;
    return a;
}

static void answer_write(const struct fuse_in_header *in, uint32_t size)
{
    struct fuse_write_out out = { .size = size };
    reply(in->unique, 0, &out, sizeof out);
}

static void serve(char *request)
{
    struct fuse_in_header *in = (struct fuse_in_header *)request;
    void *body = in + 1;
    switch (in->opcode) {
    case FUSE_INIT: {
        struct fuse_init_in *asked = body;
        struct fuse_init_out out = { .major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION, .max_readahead = asked->max_readahead,
            .max_background = 2 * MOST, .congestion_threshold = 2 * MOST, .max_write = 4096, .time_gran = 1 };
        reply(in->unique, 0, &out, sizeof out);
        break;
    }
    case FUSE_LOOKUP: {
        struct fuse_entry_out out = { .nodeid = FIRST_FILE + strtoul(body, NULL, 10), .entry_valid = 3600, .attr_valid = 3600 };
        out.attr = attributes(out.nodeid);
        reply(in->unique, 0, &out, sizeof out);
        break;
    }
    case FUSE_GETATTR: {
        struct fuse_attr_out out = { .attr_valid = 3600, .attr = attributes(in->nodeid) };
        reply(in->unique, 0, &out, sizeof out);
        break;
    }
    case FUSE_SETATTR: {
        struct fuse_attr_out out = { .attr_valid = 3600, .attr = attributes(in->nodeid) };
        reply(in->unique, 0, &out, sizeof out);
        break;
    }
    case FUSE_OPEN: {
        struct fuse_open_out out = { .open_flags = FOPEN_KEEP_CACHE };
        reply(in->unique, 0, &out, sizeof out);
        break;
    }
    case FUSE_READ: {
        static char zeros[1 << 17];
        struct fuse_read_in *asked = body;
        uint64_t left = asked->offset < 4096 ? 4096 - asked->offset : 0;
        reply(in->unique, 0, zeros, asked->size < left ? asked->size : left);
        break;
    }
    case FUSE_WRITE: {
        struct fuse_write_in *asked = body;
        if (answering || held_count == MOST) {
            answer_write(in, asked->size);
        } else {
            held[held_count] = *in;
            held_sizes[held_count++] = asked->size;
        }
        break;
    }
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT:
        break;
    case FUSE_FLUSH:
    case FUSE_RELEASE:
    case FUSE_FSYNC:
        reply(in->unique, 0, NULL, 0);
        break;
    default:
        reply(in->unique, ENOSYS, NULL, 0);
    }
}

static void victim(const char *folder, int number, int is_exec, uid_t uid, const char *mark)
{
    char path[4096];
    close(fuse);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, mark);
    snprintf(path, sizeof path, "%s/%d", folder, number);
    int file = open(path, O_RDWR);
    if (file < 0)
        fail(path);
    int others[ATTEMPTS];
    for (int i = 0; i < ATTEMPTS; i++) {
        snprintf(path, sizeof path, "%s/%d", folder, number + (i + 1) * MOST);
        others[i] = is_exec ? -1 : open(path, O_RDWR);
        if (!is_exec && others[i] < 0)
            fail(path);
    }
    if (uid != 0 && (setgid(uid) != 0 || setuid(uid) != 0))
        fail("setuid");
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_DUMPABLE, 1);
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (page == MAP_FAILED)
        fail("mmap");
    page[0] = 1;
    if (is_exec) {
        execl("/bin/sleep", mark, "600", (char *)NULL);
        fail("exec");
    }
    mmap(page, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    /* The kernel did not wait: the page was being written already (sync(2) of another program). Once more, with another file. */
    for (int i = 0; i < ATTEMPTS; i++) {
        page = mmap(page, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, others[i], 0);
        if (page == MAP_FAILED)
            fail("mmap");
        page[0] = 1;
        mmap(page, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    }
    for (;;)
        pause();
}

/* Whether a process waits in the kernel. Its stat answers also while its address space is locked, but not while it executes. */
static int waits(pid_t pid)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = file < 0 ? -1 : read(file, text, sizeof text - 1);
    close(file);
    text[n < 0 ? 0 : n] = 0;
    char *end = strrchr(text, ')');
    return end != NULL && end[1] == ' ' && end[2] == 'D';
}

/* True when all wait, and nobody asks anything any more. */
static int all_wait(const pid_t *pids, int count)
{
    struct pollfd asked = { .fd = fuse, .events = POLLIN };
    for (int i = 0; i < 3; i++) {
        if (poll(&asked, 1, 50) != 0)
            return 0;
        for (int j = 0; j < count; j++)
            if (!waits(pids[j]))
                return 0;
    }
    return 1;
}

int main(int argc, char **argv)
{
    static pid_t pids[MOST];
    if (argc < 5) {
        fprintf(stderr, "usage: stall FOLDER map|exec COUNT UID [MARK]\n");
        return 2;
    }

    const char *folder = argv[1], *mark = argc > 5 ? argv[5] : "stalled";
    int is_exec = strcmp(argv[2], "exec") == 0, count = atoi(argv[3]), said = 0;
    uid_t uid = atoi(argv[4]);
    struct sigaction action = { .sa_handler = let_go };
    sigaction(SIGUSR1, &action, NULL);
    signal(SIGCHLD, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        fail("unshare");
    fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (fuse < 0)
        fail("/dev/fuse");
    char options[128];
    snprintf(options, sizeof options, "fd=%d,rootmode=40777,user_id=%u,group_id=%u,allow_other", fuse, uid, uid);
    if (mount("stall", folder, "fuse", MS_NOSUID | MS_NODEV, options) != 0)
        fail("mount");
    for (int i = 0; i < count; i++) {
        pid_t pid = fork();
        if (pid == 0)
            victim(folder, i, is_exec, uid, mark);
        if (pid < 0)
            fail("fork");
        printf("%d\n", pids[i] = pid);
    }

    static char request[1 << 18];
    for (;;) {
        if (answering)
            while (held_count > 0) {
                held_count--;
                answer_write(&held[held_count], held_sizes[held_count]);
            }
        if (held_count >= count && !said && !answering) {
            /* The request was sent before the wait for it began. */
            if (is_exec)
                usleep(100000);
            said = is_exec || all_wait(pids, count);
            if (said)
                printf("ready\n");
        }
        if (held_count >= count && !said && !answering) {
            struct pollfd asked = { .fd = fuse, .events = POLLIN };
            if (poll(&asked, 1, 50) == 0)
                continue;
        }
        /* Not PR_SET_PDEATHSIG: that comes with the end of the thread that started this program. */
        struct pollfd ends[2] = { { .fd = fuse, .events = POLLIN }, { .fd = STDIN_FILENO, .events = POLLIN } };
        if (poll(ends, 2, -1) > 0 && ends[1].revents != 0)
            return 0;
        if (ends[0].revents == 0)
            continue;
        ssize_t n = read(fuse, request, sizeof request);
        if (n > 0)
            serve(request);
        else if (n < 0 && errno == ENODEV)
            return 0;
        else if (n < 0 && errno != EINTR && errno != EAGAIN && errno != ENOENT)
            fail("/dev/fuse");
    }
}
