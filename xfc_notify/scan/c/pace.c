/* The pace of pace.h. */

#include "pace.h"

#include <math.h>
#include <sched.h>
#include <sys/resource.h>

#include "workers.h"

#define SPARE_DESCRIPTORS 64    /* for the rest of the process */
#define MOST_CHOSEN 128         /* threads, when the walk chooses by itself */
#define FEW_CORES 4             /* it starts with at most so many */
#define LONG_PERIOD 0.5         /* a period lasts at most so long, where little happens */
#define PERIOD_LOOKS 16         /* entries that each thread should have looked at meanwhile */
#define FAST_GROWTH 4           /* times as many threads at a time, until that brings too little … */
#define GROWTH 2                /* … and then */
#define WORTH 0.15              /* threads are kept where throughput rises by this part of their increase */
#define HOLD_SECONDS 0.1        /* after the first attempt in vain; twice as long after each further one … */
#define LONGEST_HOLD 4.0        /* … and at most */

static uint64_t looked(const Walk *walk)
{
    uint64_t sum = 0;
    for (int i = 0; i < walk->started; i++)
        sum += atomic_load_explicit(&walk->workers[i].looked, memory_order_relaxed);
    return sum;
}

/* How many processors this process may use. */
static int cores(void)
{
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) ? 1 : CPU_COUNT(&allowed);
}

int most_workers(int wanted)
{
    struct rlimit limit;
    int most = wanted ? wanted : MOST_CHOSEN;
    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur == RLIM_INFINITY)
        return most;
    long long spare = (long long)limit.rlim_cur - MOST_RESTING - SPARE_DESCRIPTORS;
    long long enough_for = spare < 3 ? 1 : spare / 3;
    return most < enough_for ? most : (int)enough_for;
}

int first_workers(int wanted)
{
    int few = cores() < FEW_CORES ? cores() : FEW_CORES;
    return wanted ? wanted : few;
}

Pace first_pace(void)
{
    return (Pace){.since = monotonic(), .cpu_since = seconds_of(CLOCK_PROCESS_CPUTIME_ID), .hold = HOLD_SECONDS,
                  .growth = FAST_GROWTH, .cores = cores()};
}

/* Where the processors are busy, or workers wait for tasks, more of them cannot help. */
void adjust_pace(Walk *walk, Pace *pace)
{
    double now = monotonic(), seconds = now - pace->since;
    uint64_t total = looked(walk), more = total - pace->looked;
    if (seconds < PERIOD || (more < PERIOD_LOOKS * (uint64_t)walk->allowed && seconds < LONG_PERIOD))
        return;
    double cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID), rate = (double)more / seconds;
    bool busy = cpu - pace->cpu_since > 0.9 * seconds * pace->cores;
    if (pace->before && rate < pace->rate * (1 + WORTH * (walk->allowed - pace->before) / pace->before)) {
        allow_workers(walk, pace->before);
        if (pace->growth == GROWTH) {
            pace->hold_until = now + pace->hold;
            pace->hold = fmin(2 * pace->hold, LONGEST_HOLD);
        }
        pace->growth = GROWTH;
    }
    pace->before = 0;
    walk->settled = walk->allowed;
    if (!busy && walk->idle == 0 && now >= pace->hold_until && walk->allowed < walk->most_workers) {
        pace->before = walk->allowed;
        allow_workers(walk, pace->growth * walk->allowed);
    }
    pace->since = now;
    pace->cpu_since = cpu;
    pace->looked = total;
    pace->rate = rate;
}
