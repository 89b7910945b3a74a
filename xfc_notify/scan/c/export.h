/* Lines of the export: see ../export.py, which writes them. */

#pragma once

#include <sys/stat.h>

#include "node.h"

typedef struct Worker Worker;

/* Begin lines of the entries of a directory. */
void export_in(Worker *worker, const Node *node);

/* A line for an entry of that directory, or without a name for the directory itself. */
void export_line(Worker *worker, const char *name, const struct statx *found);

/* Hand over what was not handed over yet. No lock is held. */
void export_rest(Worker *worker);
