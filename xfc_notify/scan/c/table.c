/* The tables of table.h, by open addressing; and how they stay small, whatever names users choose. */

#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_DIRECTORIES 10000  /* as in usage/summary.py */
#define MOST_TYPES 1000

uint64_t table_seed;

static uint64_t hash_of(const char *key, size_t length)
{
    uint64_t hash = table_seed;
    while (length > 0) {
        uint64_t chunk = 0;
        size_t taken = length < sizeof chunk ? length : sizeof chunk;
        memcpy(&chunk, key, taken);
        hash = (hash ^ chunk) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
        key += taken;
        length -= taken;
    }
    return hash ^ hash >> 32;
}

static bool is_row(const Row *row, const char *key, size_t length)
{
    return row->length == length && memcmp(row->key, key, length) == 0;
}

static void table_put(Table *table, Row *row)
{
    size_t at = row->hash & (table->capacity - 1);
    while (table->slots[at])
        at = (at + 1) & (table->capacity - 1);
    table->slots[at] = row;
    table->count++;
}

static bool table_grow(Table *table)
{
    Table wider = {.capacity = table->capacity ? 2 * table->capacity : 64};
    wider.slots = calloc(wider.capacity, sizeof *wider.slots);
    if (!wider.slots)
        return false;
    for (size_t i = 0; i < table->capacity; i++)
        if (table->slots[i])
            table_put(&wider, table->slots[i]);
    free(table->slots);
    *table = wider;
    return true;
}

static Row *row_new(uint64_t hash, const char *key, size_t length)
{
    Row *row = calloc(1, sizeof *row + length);
    if (row) {
        row->hash = hash;
        row->tally = EMPTY_TALLY;
        row->length = (uint32_t)length;
        memcpy(row->key, key, length);
    }
    return row;
}

/* Where the row of this key is, or would be. There is a free place. */
static Row **find_slot(const Table *table, uint64_t hash, const char *key, size_t length)
{
    size_t at = hash & (table->capacity - 1);
    while (table->slots[at] && !(table->slots[at]->hash == hash && is_row(table->slots[at], key, length)))
        at = (at + 1) & (table->capacity - 1);
    return &table->slots[at];
}

Row *table_row(Table *table, const char *key, size_t length)
{
    if (table->recent && is_row(table->recent, key, length))
        return table->recent;
    uint64_t hash = hash_of(key, length);
    if (2 * table->count >= table->capacity && !table_grow(table))
        return NULL;
    Row **slot = find_slot(table, hash, key, length);
    if (!*slot) {
        if (!(*slot = row_new(hash, key, length)))
            return NULL;
        table->count++;
    }
    return table->recent = *slot;
}

/* Empty a table and return its rows, `count` of them; NULL without memory, then nothing has changed. */
static Row **table_take(Table *table, size_t *count)
{
    Row **rows = malloc((table->count + 1) * sizeof *rows);
    *count = 0;
    if (!rows)
        return NULL;
    for (size_t i = 0; i < table->capacity; i++)
        if (table->slots[i])
            rows[(*count)++] = table->slots[i];
    if (table->capacity)
        memset(table->slots, 0, table->capacity * sizeof *table->slots);
    table->count = 0;
    table->recent = NULL;
    return rows;
}

/* Add all rows of one table to another and empty it; false without memory, then rows may be lost. */
bool table_pour(Table *from, Table *into)
{
    size_t count;
    bool poured = true;
    Row **rows = table_take(from, &count);
    if (!rows)
        return false;
    for (size_t i = 0; i < count; i++) {
        Row *row = table_row(into, rows[i]->key, rows[i]->length);
        if (row)
            tally_merge(&row->tally, &rows[i]->tally);
        poured = poured && row;
        free(rows[i]);
    }
    free(rows);
    return poured;
}

void table_free(Table *table)
{
    for (size_t i = 0; i < table->capacity; i++)
        free(table->slots[i]);
    free(table->slots);
    *table = (Table){0};
}

/* Where names are pooled, and how many are kept. usage/summary.py says why. */
typedef struct {
    size_t most;
    const char *pool;
} Bound;

static const Bound BOUNDS[TABLES] = {
    [DIRECTORIES] = {MOST_DIRECTORIES, ""},
    [TYPES] = {MOST_TYPES, "(other)"},
};

Row *table_row_or_pool(Table *table, int number, const char *key, size_t length)
{
    const char *pool = BOUNDS[number].pool;
    bool named = !pool || (table->capacity && *find_slot(table, hash_of(key, length), key, length));
    return named ? table_row(table, key, length) : table_row(table, pool, strlen(pool));
}

static bool is_pool(const Row *row, const char *pool)
{
    return row->length == strlen(pool) && memcmp(row->key, pool, row->length) == 0;
}

static int by_size(const void *one, const void *other, void *pool)
{
    const Row *rows[2] = {*(Row *const *)one, *(Row *const *)other};
    double weight[2];
    for (int i = 0; i < 2; i++) {
        weight[i] = is_pool(rows[i], pool) ? INFINITY : (double)rows[i]->tally.size;
    }
    return (weight[0] < weight[1]) - (weight[0] > weight[1]);
}

/* Keep twice as many rows as will be kept in the end, and add the rest to the pool; false without memory.
 *
 * Done at twice that, so that up to then the end decides which names are kept, exactly as the Python walker. */
bool table_bound(Table *table, int number)
{
    const Bound *bound = &BOUNDS[number];
    size_t count, kept = 2 * bound->most;
    bool pooled = true;
    if (!bound->most || table->count <= 2 * kept)
        return true;
    Row **rows = table_take(table, &count);
    if (!rows)
        return false;
    qsort_r(rows, count, sizeof *rows, by_size, (void *)bound->pool);
    for (size_t i = 0; i < kept; i++)
        table_put(table, rows[i]);
    for (size_t i = kept; i < count; i++) {
        Row *row = table_row(table, bound->pool, strlen(bound->pool));
        if (row)
            tally_merge(&row->tally, &rows[i]->tally);
        pooled = pooled && row;
        free(rows[i]);
    }
    free(rows);
    return pooled;
}
