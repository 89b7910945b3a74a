/* Sums that do not overflow, and tables of them: how many files with how many bytes have one key. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef unsigned __int128 u128;

/* 192 bits: 2^64 files of 2^64 bytes and 2^64 seconds each do not overflow it. */
typedef struct {
    uint64_t word[3];           /* the least first */
} Sum;

typedef struct {
    uint64_t files;
    Sum size, allocated, byte_seconds;
    int64_t oldest;             /* arrival */
} Tally;

typedef struct {
    uint64_t hash;
    Tally tally;
    uint32_t links;
    uint32_t length;
    char key[];
} Row;

/* (key, links) → tally, by open addressing. */
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

static inline void sum_add(Sum *sum, u128 more)
{
    u128 low = ((u128)sum->word[1] << 64 | sum->word[0]) + more;
    sum->word[2] += low < more;
    sum->word[1] = (uint64_t)(low >> 64);
    sum->word[0] = (uint64_t)low;
}

static inline void sum_merge(Sum *sum, const Sum *other)
{
    sum_add(sum, (u128)other->word[1] << 64 | other->word[0]);
    sum->word[2] += other->word[2];
}

static inline void tally_merge(Tally *tally, const Tally *other)
{
    tally->files += other->files;
    sum_merge(&tally->size, &other->size);
    sum_merge(&tally->allocated, &other->allocated);
    sum_merge(&tally->byte_seconds, &other->byte_seconds);
    tally->oldest = other->oldest < tally->oldest ? other->oldest : tally->oldest;
}

/* The row of this key, made where there is none; NULL without memory. */
Row *table_row(Table *table, const char *key, size_t length, uint32_t links);

/* Add all rows of one table to another and empty it; false without memory, then rows may be lost. */
bool table_pour(Table *from, Table *into);

/* Pool the smallest rows of the table with this number, where users choose its keys; false without memory. */
bool table_bound(Table *table, int number);

void table_free(Table *table);
