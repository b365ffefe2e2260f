/*
 * flood: makes processes of which there is endlessly much to read, as anybody can for next to nothing, and holds them.
 *
 *     flood arguments BYTES CHILDREN PREFIX         a command line of so many bytes that begins with PREFIX; children that share it
 *     flood own-arguments BYTES CHILDREN PREFIX     the same, but every child's ends in another way
 *     flood variables BYTES CHILDREN                an environment of tiny variables; children that share it
 *     flood own-variable BYTES CHILDREN NAME        a variable of so many bytes, of which every child's ends in another way
 *     flood segments N CHILDREN BYTES PREFIX        N segments attached; children that share them; a command line as above
 *     flood descriptors N CHILDREN shared|own       N descriptors of a memfd with a written page, in one table that the children
 *                                                   share, or in tables of their own
 *     flood deep-mappings FOLDERS N PATH            N mappings of a file under so many nested folders, made (and removed) in PATH
 *
 * The first process has CHILDREN children. Standard output and the end are those of workload.c ("process PID", "ready" or
 * "failed ERRNO STEP: why"); a guard ends them all with its standard input.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/prctl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static size_t page;

static void say(const char *line)
{
    if (write(STDOUT_FILENO, line, strlen(line)) != (ssize_t)strlen(line)) {
        _exit(3);
    }
}

static void fail(const char *step)
{
    char line[256];
    int error = errno;
    snprintf(line, sizeof line, "failed %d %s: %s\n", error, step, strerror(error));
    say(line);
    _exit(1);
}

static void say_process(void)
{
    char line[32];
    snprintf(line, sizeof line, "process %d\n", getpid());
    say(line);
}

static char *room(size_t bytes)
{
    char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        fail("mmap");
    }
    return p;
}

/* Points the files cmdline and environ of this process at other memory (PR_SET_MM_MAP in prctl(2)). */
static void point_at(char *arguments, size_t argument_bytes, char *variables, size_t variable_bytes)
{
    unsigned long field[52] = {0};
    char text[4096];
    FILE *stat = fopen("/proc/self/stat", "r");
    if (stat == NULL || fgets(text, sizeof text, stat) == NULL) {
        fail("stat");
    }
    fclose(stat);
    int n = 3;
    for (char *at = strtok(strrchr(text, ')') + 2, " "); at != NULL && n < 52; at = strtok(NULL, " ")) {
        field[n++] = strtoul(at, NULL, 10);
    }
    struct prctl_mm_map map = {
        .start_code = field[26], .end_code = field[27], .start_stack = field[28], .start_data = field[45], .end_data = field[46],
        .start_brk = field[47], .brk = (unsigned long)sbrk(0),
        .arg_start = arguments != NULL ? (unsigned long)arguments : field[48], .arg_end = arguments != NULL ? (unsigned long)arguments + argument_bytes : field[49],
        .env_start = variables != NULL ? (unsigned long)variables : field[50], .env_end = variables != NULL ? (unsigned long)variables + variable_bytes : field[51],
        .exe_fd = -1,
    };
    if (prctl(PR_SET_MM, PR_SET_MM_MAP, &map, sizeof map, 0) != 0) {
        fail("mm-map");
    }
}

static void set_arguments(size_t bytes, const char *prefix, char **end)
{
    if (bytes == 0) {
        return;
    }
    char *text = room(bytes);
    memset(text, 'a', bytes - 1);
    memcpy(text, prefix, strlen(prefix));
    *end = text + bytes - 1;
    point_at(text, bytes, NULL, 0);
}

/* Makes the children, each with its number before the end of the text, if there is one; holds this process and them. */
static void children_as(long count, char *end, int flags)
{
    pid_t self = getpid();
    for (long i = 0; i < count; i++) {
        pid_t child = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
        if (child < 0) {
            fail("fork");
        }
        if (child == 0) {
            if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != self) {
                _exit(1);
            }
            if (end != NULL) {
                char number[32];
                snprintf(number, sizeof number, "%08ld", i);
                memcpy(end - 8, number, 8);
            }
            say_process();
            for (;;) {
                pause();
            }
        }
    }
    say("ready\n");
    for (;;) {
        pause();
    }
}

static void children(long count, char *end)
{
    children_as(count, end, 0);
}

static void variables(size_t bytes, long count)
{
    char *text = room(bytes + 32);
    size_t at = 0;
    for (unsigned i = 0; at + 16 < bytes; i++) {
        at += sprintf(text + at, "%x=", i) + 1;
    }
    point_at(NULL, 0, text, at);
    children(count, NULL);
}

static void own_variable(size_t bytes, long count, const char *name)
{
    char *text = room(bytes);
    memset(text, 'v', bytes - 1);
    memcpy(text, name, strlen(name));
    text[strlen(name)] = '=';
    point_at(NULL, 0, text, bytes);
    children(count, text + bytes - 1);
}

static void segments(long wanted, long count, size_t bytes, const char *prefix)
{
    char *end = NULL;
    for (long i = 0; i < wanted; i++) {
        int id = shmget(IPC_PRIVATE, page, IPC_CREAT | 0600);
        void *at = id < 0 ? (void *)-1 : shmat(id, NULL, 0);
        /* It goes with its last process. */
        if (id < 0 || at == (void *)-1 || shmctl(id, IPC_RMID, NULL) != 0) {
            fail("segments");
        }
    }
    set_arguments(bytes, prefix, &end);
    children(count, NULL);
}

static void descriptors(long wanted, long count, int flags)
{
    struct rlimit limit = { wanted + 100, wanted + 100 };
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
        fail("descriptors");
    }
    int file = memfd_create("flood", MFD_CLOEXEC);
    if (file < 0 || write(file, "x", 1) != 1) {
        fail("descriptors");
    }
    for (long i = 1; i < wanted; i++) {
        if (dup(file) < 0) {
            fail("descriptors");
        }
    }
    children_as(count, NULL, flags);
}

static void deep_mappings(long folders, long wanted, const char *path)
{
    char name[256];
    memset(name, 'd', 255);
    name[255] = 0;
    if (chdir(path) != 0) {
        fail("deep-mappings");
    }
    for (long i = 0; i < folders; i++) {
        if (mkdir(name, 0700) != 0 || chdir(name) != 0) {
            fail("deep-mappings");
        }
    }
    int file = open("f", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, 2 * page) != 0) {
        fail("deep-mappings");
    }
    for (long i = 0; i < wanted; i++) {
        /* The same page each time: neighbours do not become one mapping. */
        if (mmap(NULL, page, PROT_READ, MAP_SHARED, file, 0) == MAP_FAILED) {
            fail("deep-mappings");
        }
    }
    children(0, NULL);
}

static void run(int n, char **a)
{
    if (n == 4 && strcmp(a[0], "arguments") == 0) {
        char *end = NULL;
        set_arguments(strtoul(a[1], NULL, 0), a[3], &end);
        children(strtol(a[2], NULL, 0), NULL);
    } else if (n == 4 && strcmp(a[0], "own-arguments") == 0) {
        char *end = NULL;
        set_arguments(strtoul(a[1], NULL, 0), a[3], &end);
        children(strtol(a[2], NULL, 0), end);
    } else if (n == 3 && strcmp(a[0], "variables") == 0) {
        variables(strtoul(a[1], NULL, 0), strtol(a[2], NULL, 0));
    } else if (n == 4 && strcmp(a[0], "own-variable") == 0) {
        own_variable(strtoul(a[1], NULL, 0), strtol(a[2], NULL, 0), a[3]);
    } else if (n == 5 && strcmp(a[0], "segments") == 0) {
        segments(strtol(a[1], NULL, 0), strtol(a[2], NULL, 0), strtoul(a[3], NULL, 0), a[4]);
    } else if (n == 4 && strcmp(a[0], "descriptors") == 0) {
        descriptors(strtol(a[1], NULL, 0), strtol(a[2], NULL, 0), strcmp(a[3], "shared") == 0 ? CLONE_FILES : 0);
    } else if (n == 4 && strcmp(a[0], "deep-mappings") == 0) {
        deep_mappings(strtol(a[1], NULL, 0), strtol(a[2], NULL, 0), a[3]);
    }
    errno = EINVAL;
    fail(a[0]);
}

int main(int argc, char **argv)
{
    page = sysconf(_SC_PAGESIZE);
    if (argc < 2) {
        fprintf(stderr, "usage: flood MODE [ARGUMENT...]\n");
        return 2;
    }

    pid_t guard = getpid();
    pid_t child = fork();
    if (child < 0) {
        fail("fork");
    }
    if (child == 0) {
        setpgid(0, 0);
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != guard) {
            _exit(1);
        }
        say_process();
        run(argc - 1, argv + 1);
    }
    setpgid(child, child);
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0 || errno == EINTR) {
        errno = 0;
    }
    kill(-child, SIGKILL);
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
    }
    return 0;
}
