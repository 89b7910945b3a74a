/* The threads of a walk. */

#pragma once

#include "walk.h"

/* Let so many workers take tasks, or as many as there can be, and start those that are missing. The lock is held. */
void allow_workers(Walk *walk, int number);
