/* Files that end whoever looks at them: "crash" by a fault of memory, "stuck" by never answering.
 *
 *     gcc -shared -fPIC tests/poison.c -o poison.so
 *     LD_PRELOAD=$PWD/poison.so COMMAND
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile int *volatile nowhere;

int statx(int at, const char *restrict path, int flags, unsigned mask, struct statx *restrict found)
{
    if (strcmp(path, "crash") == 0)
        *nowhere = 0;
    while (strcmp(path, "stuck") == 0)
        pause();
    return ((__typeof__(&statx))dlsym(RTLD_NEXT, "statx"))(at, path, flags, mask, found);
}
