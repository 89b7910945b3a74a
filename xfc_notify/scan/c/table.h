/* Tallies, and tables of them: how many files with how many bytes have one key. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef unsigned __int128 u128;

/* 128 bits hold the bytes × seconds of 2^27 files of 2^63 bytes that are as old as a calendar can say. */
typedef struct {
    uint64_t files;
    u128 size, allocated, byte_seconds;
    int64_t oldest, newest;     /* arrival */
} Tally;

#define EMPTY_TALLY ((Tally){.oldest = INT64_MAX, .newest = INT64_MIN})

/* By what directories are weighed: bytes, bytes × seconds, files. A double is enough to compare. */
#define MEASURES 3
typedef struct {
    double of[MEASURES];
} Weight;

typedef struct {
    uint64_t hash;
    Tally tally;
    uint32_t length;
    char key[];
} Row;

/* Key → tally, by open addressing. */
typedef struct {
    Row **slots;
    size_t capacity;            /* a power of two, or 0 */
    size_t count;
    Row *recent;                /* what was asked for last: files of one directory are alike */
} Table;

/* The tables that there are, by number. */
enum { AGES, OWNERS, DIRECTORIES, TYPES, TABLES };

/* What tables are hashed with. Users choose names: without a secret they could choose those that all fall into
 * one slot. */
extern uint64_t table_seed;

static inline void tally_merge(Tally *tally, const Tally *other)
{
    tally->files += other->files;
    tally->size += other->size;
    tally->allocated += other->allocated;
    tally->byte_seconds += other->byte_seconds;
    tally->oldest = other->oldest < tally->oldest ? other->oldest : tally->oldest;
    tally->newest = other->newest > tally->newest ? other->newest : tally->newest;
}

/* The row of this key, made where there is none; NULL without memory. */
Row *table_row(Table *table, const char *key, size_t length);

/* The row of this key, else that of the names that were pooled, which is made where there is none. */
Row *table_row_or_pool(Table *table, int number, const char *key, size_t length);

/* Add all rows of one table to another and empty it; false without memory, then rows may be lost. */
bool table_pour(Table *from, Table *into);

/* Pool the smallest rows of the table with this number, where users choose its keys; false without memory. */
bool table_bound(Table *table, int number);

void table_free(Table *table);
