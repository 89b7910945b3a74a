/* The counting of counting.h. */

#include "counting.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "walk.h"

#define DAY 86400               /* the bins of ages are those of usage/ages.py */
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
static int64_t asked_for(Clock clock, const struct statx *found, bool *born)
{
    *born = clock == ARRIVAL && is_born(found);
    return *born ? found->stx_btime.tv_sec : clock == MTIME ? found->stx_mtime.tv_sec : found->stx_ctime.tv_sec;
}

bool has_time(const Walk *walk, const struct statx *found)
{
    bool born;
    return asked_for(walk->clock, found, &born) >= walk->earliest;
}

/* Where the time that the clock asks for cannot be: the birth time, else the ctime, else now. */
static int64_t next_best(const Walk *walk, const struct statx *found)
{
    if (is_born(found) && found->stx_btime.tv_sec >= walk->earliest)
        return found->stx_btime.tv_sec;
    return found->stx_ctime.tv_sec >= walk->earliest ? found->stx_ctime.tv_sec : walk->now;
}

static uint64_t age_of(const Walk *walk, int64_t arrival)
{
    return arrival < walk->now ? (uint64_t)walk->now - (uint64_t)arrival : 0;
}

static void add_to(Worker *worker, int table, const void *key, size_t length, const Tally *one)
{
    Row *row = table_row(&worker->tables[table], key, length);
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
    add_to(worker, AGES, &alike->bin, sizeof alike->bin, sum);
    add_to(worker, OWNERS, &alike->owner, sizeof alike->owner, sum);
    add_to(worker, TYPES, alike->kind, alike->kind_length, sum);
    if (node->top)
        add_to(worker, DIRECTORIES, node->top->name, node->top->length, sum);
    else
        add_to(worker, DIRECTORIES, ".", 1, sum);
    tally_merge(&worker->here, sum);
    worker->pending = EMPTY_TALLY;
}

/* What a file with several names counts at one of them now: nothing, for it counts in the end, or its part where
 * there are too many of them. */
static void count_name(Worker *worker, const Node *node, const char *name, const struct statx *found, Tally *one)
{
    worker->linked.of[0] += (double)found->stx_size;
    worker->linked.of[1] += (double)one->byte_seconds;
    bool met = meet(worker, node, name, found, one->oldest);
    one->size = met ? 0 : one->size / found->stx_nlink;
    one->allocated = met ? 0 : one->allocated / found->stx_nlink;
    one->byte_seconds = met ? 0 : one->byte_seconds / found->stx_nlink;
    if (!met)
        note_error(worker->walk, HARD_LINKS, node, name);
}

void count_file(Worker *worker, const Node *node, const char *name, const struct statx *found)
{
    Walk *walk = worker->walk;
    bool born;
    int64_t arrival = asked_for(walk->clock, found, &born);
    if (arrival < walk->earliest) {
        arrival = next_best(walk, found);
        born = false;
        note_error(walk, ODD_TIME, node, name);
    }
    uint64_t age = age_of(walk, arrival);
    uint32_t links = found->stx_nlink ? found->stx_nlink : 1;
    u128 byte_seconds = (u128)found->stx_size * age;
    Alike alike = {.bin = age_bin(age), .owner = found->stx_uid};
    alike.kind_length = (uint32_t)file_type(alike.kind, name);
    if (memcmp(&alike, &worker->alike, sizeof alike)) {
        settle(worker, node);
        worker->alike = alike;
    }
    Tally one = {1, found->stx_size, (u128)found->stx_blocks * 512, byte_seconds, arrival, arrival};
    if (links > 1)
        count_name(worker, node, name, found, &one);
    tally_merge(&worker->pending, &one);

    worker->birth_times += born;
    count(&worker->files, 1);
    count(&worker->bytes, links > 1 ? found->stx_size / links : found->stx_size);
    if (links > 1)
        byte_seconds /= links;
    if (byte_seconds > worker->least_byte_seconds
        || (byte_seconds == worker->least_byte_seconds && found->stx_size >= worker->least_size))
        note_file(worker, node, name, byte_seconds, found->stx_size);
}

static void add_at_end(Walk *walk, int table, const void *key, size_t length, const Tally *one)
{
    Row *row = table_row_or_pool(&walk->tables[table], table, key, length);
    if (row)
        tally_merge(&row->tally, one);
    else
        give_up(walk, ENOMEM);
}

static Tally counted_of(const Walk *walk, const Link *link)
{
    uint32_t met = link->met < link->links ? link->met : link->links;
    uint32_t of = link->shared ? link->links : 1, part = link->shared ? met : 1;
    Tally one = EMPTY_TALLY;
    one.size = (u128)link->size * part / of;
    one.allocated = (u128)link->allocated * part / of;
    one.byte_seconds = (u128)link->size * age_of(walk, link->arrival) * part / of;
    return one;
}

/* `place` is where what lies in its directory counts. */
static void count_link(Walk *walk, const Link *link, Tally *place)
{
    const char *path = link->path.data, *name = memrchr(path, '/', link->path.length);
    const char *top = memchr(path, '/', link->path.length);
    uint32_t bin = age_bin(age_of(walk, link->arrival));
    char kind[sizeof((Alike *)0)->kind], base[256];
    Tally one = counted_of(walk, link);
    name = name ? name + 1 : path;
    size_t length = link->path.length - (size_t)(name - path);
    memcpy(base, name, length);
    base[length] = '\0';
    add_at_end(walk, AGES, &bin, sizeof bin, &one);
    add_at_end(walk, OWNERS, &link->owner, sizeof link->owner, &one);
    add_at_end(walk, TYPES, kind, file_type(kind, base), &one);
    add_at_end(walk, DIRECTORIES, top ? path : ".", top ? (size_t)(top - path) : 1, &one);
    tally_merge(place, &one);
    if (link->shared)
        note_path(walk, HARD_LINKS, copy_of(link->path));
}

void count_links(Walk *walk)
{
    Link **links = links_in_order(walk);
    if (!links) {
        give_up(walk, ENOMEM);
        return;
    }
    Bytes before = {NULL, 0};
    Tally *place = NULL;
    for (size_t i = 0; links[i]; i++) {
        Bytes path = links[i]->path;
        const char *slash = memrchr(path.data, '/', path.length);
        Bytes above = {path.data, slash ? (size_t)(slash - path.data) : 0};
        if (!place || compare_bytes(above, before))
            place = tally_at(walk, above.data, above.length);
        before = above;
        count_link(walk, links[i], place);
    }
    free(links);
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
