/* Reading a directory to its end, alone or with others. In both the lock is held when they begin and end, and not
 * while the file system is asked. */

#pragma once

#include "walk.h"

/* Open and list a directory, to which the caller refers. */
void list_directory(Worker *worker, Node *node);

/* Look at a share of another worker's reading. */
void help_list(Worker *worker, Batch *batch);

/* Close what is no longer needed, now that the lock is not held. */
void close_pending(Worker *worker);
