/* What is kept by name: the first few errors of each kind, and the largest files. All workers share them. */

#pragma once

#include <stdint.h>

#include "node.h"
#include "table.h"

#define LARGEST 20              /* as in usage/summary.py, like SAMPLES */
#define SAMPLES 3

typedef struct {
    u128 byte_seconds;
    uint64_t size;
    Bytes path;
} Entry;

typedef enum {
    UNREADABLE, VANISHED, SWAPPED, OTHER_FILE_SYSTEM, FAILED, EXCLUDED, ODD_TIME, HARD_LINKS, KINDS
} Kind;

extern const char *const KIND_NAMES[KINDS];

typedef struct {
    uint64_t count;
    Bytes samples[SAMPLES];     /* in the order of their bytes, all different */
} Errors;

typedef struct Worker Worker;

/* The kind of an errno. */
Kind kind_of(int code);

/* Count one error, at an entry of a directory or without a name at the directory itself. */
void note_error(Walk *walk, Kind kind, const Node *node, const char *name);

/* Count one error at a path, which is freed. */
void note_path(Walk *walk, Kind kind, Bytes path);

/* Keep a file if it is among the largest. */
void note_file(Worker *worker, const Node *node, const char *name, u128 byte_seconds, uint64_t size);
