/* What is left out: see ../exclude.py. */

#pragma once

#include "node.h"

/* Whether an entry of a directory is left out. */
bool is_excluded(const Walk *walk, const Node *node, const char *name);
