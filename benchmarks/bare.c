/* The system calls of a scan and nothing else: the limit for any scanner that looks at every entry.
 *
 *     gcc -O2 -pthread benchmarks/bare.c -o bare
 *     bare DIRECTORY THREADS
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct directory {
    struct directory *next;
    char path[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct directory *stack;
static int active;
static unsigned long long files, bytes;

static void push(const char *above, const char *name)
{
    size_t length = strlen(above) + strlen(name) + 2;
    struct directory *found = malloc(sizeof *found + length);
    snprintf(found->path, length, "%s/%s", above, name);
    pthread_mutex_lock(&lock);
    found->next = stack;
    stack = found;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
}

static void list(const char *path, unsigned long long *count, unsigned long long *size)
{
    static _Thread_local _Alignas(8) char entries[65536];
    struct statx found;
    ssize_t length;
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (directory < 0)
        return;
    statx(directory, "", AT_EMPTY_PATH, STATX_TYPE, &found);
    while ((length = getdents64(directory, entries, sizeof entries)) > 0)
        for (ssize_t at = 0; at < length;) {
            struct dirent64 *entry = (void *)(entries + at);
            at += entry->d_reclen;
            if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")
                || statx(directory, entry->d_name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, &found))
                continue;
            if (S_ISDIR(found.stx_mode))
                push(path, entry->d_name);
            ++*count;
            *size += found.stx_size;
        }
    close(directory);
}

static void *work(void *unused)
{
    unsigned long long count = 0, size = 0;
    pthread_mutex_lock(&lock);
    while (stack || active) {
        struct directory *taken = stack;
        if (!taken) {
            pthread_cond_wait(&changed, &lock);
            continue;
        }
        stack = taken->next;
        active++;
        pthread_mutex_unlock(&lock);
        list(taken->path, &count, &size);
        free(taken);
        pthread_mutex_lock(&lock);
        active--;
    }
    files += count;
    bytes += size;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return unused;
}

int main(int count, char **arguments)
{
    int threads = count > 2 ? atoi(arguments[2]) : 1;
    if (count < 2 || threads < 1 || threads > 256)
        return 2;
    pthread_t started[256];
    push(arguments[1], ".");
    for (int i = 0; i < threads; i++)
        if (pthread_create(&started[i], NULL, work, NULL))
            return 1;
    for (int i = 0; i < threads; i++)
        pthread_join(started[i], NULL);
    printf("%llu entries, %llu bytes\n", files, bytes);
    return 0;
}
