/* The number of threads: several times as many as long as that brings more. */

#pragma once

#include "walk.h"

#define PERIOD 0.01             /* seconds over which throughput is measured: judge so often */

typedef struct {
    double since, cpu_since;
    double hold, hold_until;    /* after the next attempt in vain; after the last one */
    uint64_t looked;
    double rate;                /* entries a second in the period before */
    int before;                 /* threads before the attempt that goes on; 0: none does */
    int growth;                 /* how many times as many to attempt */
    int cores;
} Pace;

/* How many workers there may be, by this pace and by the descriptors of this process, and how many to begin with. A
 * number that is wanted is what there should be; 0: the pace chooses. */
int most_workers(int wanted);
int first_workers(int wanted);

Pace first_pace(void);

/* Judge the attempt that goes on, if any, and perhaps begin another. The lock is held. */
void adjust_pace(Walk *walk, Pace *pace);
