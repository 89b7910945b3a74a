/* Which directory is next: one that was found, else one that was ordered. The lock is held. */

#pragma once

#include "walk.h"

/* A directory, referred to once; NULL without memory, which ends the walk. */
Node *take_directory(Walk *walk);

/* Whether the slice may end here: what remains has to fit into a message. */
bool is_spent(const Walk *walk);
