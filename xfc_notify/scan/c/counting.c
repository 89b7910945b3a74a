/* The counting of counting.h. */

#include "counting.h"

#include <errno.h>
#include <string.h>

#include "walk.h"

#define DAY 86400               /* the bins of ages are those of usage.py */
#define BIN_DAYS 400
#define WIDE_BIN_DAYS 30
#define LAST_BIN_DAYS 4000

#define POURED_FROM 256         /* rows that a worker gathers before it adds them to what all have */

/* An ASCII letter in lower case or a digit; NUL for anything else. */
static char lower(char letter)
{
    if (letter >= 'A' && letter <= 'Z')
        return (char)(letter - 'A' + 'a');
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') ? letter : '\0';
}

/* A lower-case suffix, NUL-terminated; "" for what is none. As _suffix of summary.py. */
static size_t suffix(char *kind, const char *from, const char *to)
{
    size_t length = 0;
    kind[0] = '\0';
    if (to - from > LONGEST_SUFFIX)
        return 0;
    for (; from < to; from++) {
        char letter = lower(*from);
        if (!letter) {
            kind[0] = '\0';
            return 0;
        }
        kind[length++] = letter;
    }
    kind[length] = '\0';
    return length;
}

static bool is_compression(const char *kind, size_t length)
{
    switch (length) {           /* most suffixes are told by that alone */
    case 2:
        return memcmp(kind, "gz", 2) == 0 || memcmp(kind, "xz", 2) == 0;
    case 3:
        return memcmp(kind, "bz2", 3) == 0 || memcmp(kind, "zst", 3) == 0 || memcmp(kind, "zip", 3) == 0;
    default:
        return false;
    }
}

/* The type of a file by its name, as file_type of summary.py; its length. */
static size_t file_type(char *kind, const char *name)
{
    char outer[LONGEST_SUFFIX + 1];
    kind[0] = '\0';
    while (*name == '.')
        name++;
    const char *end = name + strlen(name);
    const char *dot = memrchr(name, '.', (size_t)(end - name));
    if (!dot || dot == name)
        return 0;
    size_t length = suffix(outer, dot + 1, end), inner = 0;
    const char *before = is_compression(outer, length) ? memrchr(name, '.', (size_t)(dot - name)) : NULL;
    if (before && before > name && (inner = suffix(kind, before + 1, dot)) > 0)
        kind[inner++] = '.';
    memcpy(kind + inner, outer, length + 1);
    return inner + length;
}

static uint32_t age_bin(uint64_t age)
{
    uint64_t days = age / DAY;
    if (days < BIN_DAYS)
        return (uint32_t)days;
    if (days >= LAST_BIN_DAYS)
        return LAST_BIN_DAYS;
    return (uint32_t)(days - (days - BIN_DAYS) % WIDE_BIN_DAYS);
}

/* The time that the clock asks for, and whether it is a birth time. */
static int64_t arrival_of(Clock clock, const struct statx *found, bool *born)
{
    *born = clock == ARRIVAL && is_born(found);
    return *born ? found->stx_btime.tv_sec : clock == MTIME ? found->stx_mtime.tv_sec : found->stx_ctime.tv_sec;
}

static void add_to(Worker *worker, int table, const void *key, size_t length, uint32_t links, const Tally *one)
{
    Row *row = table_row(&worker->tables[table], key, length, links);
    if (row)
        tally_merge(&row->tally, one);
    else
        give_up(worker->walk, ENOMEM);
}

void settle(Worker *worker, const Node *node)
{
    const Alike *alike = &worker->alike;
    const Tally *sum = &worker->pending;
    if (!sum->files)
        return;
    add_to(worker, AGES, &alike->bin, sizeof alike->bin, alike->links, sum);
    add_to(worker, OWNERS, &alike->owner, sizeof alike->owner, alike->links, sum);
    add_to(worker, TYPES, alike->kind, alike->kind_length, alike->links, sum);
    if (node->top)
        add_to(worker, DIRECTORIES, node->top->name, node->top->length, alike->links, sum);
    else
        add_to(worker, DIRECTORIES, ".", 1, alike->links, sum);
    worker->pending = (Tally){.oldest = INT64_MAX};
}

void count_file(Worker *worker, const Node *node, const char *name, const struct statx *found)
{
    bool born;
    int64_t arrival = arrival_of(worker->walk->clock, found, &born);
    uint64_t age = arrival < worker->walk->now ? (uint64_t)worker->walk->now - (uint64_t)arrival : 0;
    uint32_t links = found->stx_nlink ? found->stx_nlink : 1;
    u128 byte_seconds = (u128)found->stx_size * age;
    Alike alike = {.links = links, .bin = age_bin(age), .owner = found->stx_uid};
    alike.kind_length = (uint32_t)file_type(alike.kind, name);
    if (memcmp(&alike, &worker->alike, sizeof alike)) {
        settle(worker, node);
        worker->alike = alike;
    }
    Tally *sum = &worker->pending;
    sum->files++;
    sum_add(&sum->size, found->stx_size);
    sum_add(&sum->allocated, (u128)found->stx_blocks * 512);
    sum_add(&sum->byte_seconds, byte_seconds);
    sum->oldest = arrival < sum->oldest ? arrival : sum->oldest;

    worker->birth_times += born;
    worker->oldest = arrival < worker->oldest ? arrival : worker->oldest;
    worker->newest = arrival > worker->newest ? arrival : worker->newest;
    count(&worker->files, 1);
    count(&worker->bytes, links > 1 ? found->stx_size / links : found->stx_size);
    if (links > 1)
        byte_seconds /= links;
    if (byte_seconds > worker->least_byte_seconds
        || (byte_seconds == worker->least_byte_seconds && found->stx_size >= worker->least_size))
        note_file(worker, node, name, byte_seconds, found->stx_size);
}

bool is_full(const Worker *worker)
{
    bool full = false;
    for (int i = 0; i < TABLES; i++)
        full = full || worker->tables[i].count >= POURED_FROM;
    return full;
}

/* Add tables of so many rows. */
static void pour_from(Worker *worker, size_t from)
{
    Walk *walk = worker->walk;
    for (int i = 0; i < TABLES; i++)
        if (worker->tables[i].count >= from
            && !(table_pour(&worker->tables[i], &walk->tables[i]) && table_bound(&walk->tables[i], i)))
            give_up(walk, ENOMEM);
}

void pour(Worker *worker)
{
    pour_from(worker, POURED_FROM);
}

void pour_all(Worker *worker)
{
    pour_from(worker, 1);
}
