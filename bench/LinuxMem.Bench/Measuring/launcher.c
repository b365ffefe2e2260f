/*
 * launcher FILE [ARGUMENT]...: runs a program, then prints the largest resident size it had, in KiB, as a last line.
 *
 * The kernel counts towards a program's peak what the process held before it became that program. Started from
 * here that is next to nothing; started by the benchmark itself it would be the benchmark's own size.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **arguments)
{
    struct rusage usage;
    int status;
    if (count < 2) {
        return 125;
    }
    pid_t child = fork();
    if (child == 0) {
        execv(arguments[1], arguments + 1);
        perror(arguments[1]);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        perror("launcher");
        return 126;
    }
    printf("\n%ld\n", usage.ru_maxrss);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
