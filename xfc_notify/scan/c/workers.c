/* The workers of workers.h: each takes one thing to do after another until nothing is left or time is up. */

#include "workers.h"

#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "export.h"
#include "listing.h"
#include "orders.h"

#define STACK_BYTES (512 * 1024)

/* Wait until more workers are allowed; a call to work that came here goes to another one. */
static void park(Walk *walk)
{
    pthread_cond_signal(&walk->work);
    pthread_cond_wait(&walk->unparked, &walk->lock);
}

static void wait_for_work(Walk *walk)
{
    walk->idle++;
    pthread_cond_wait(&walk->work, &walk->lock);
    walk->idle--;
}

/* Do one thing, if there is any. Shares of what others list come first. The lock is held, here and there. */
static bool do_something(Worker *worker)
{
    Walk *walk = worker->walk;
    Node *node = NULL;
    if (!walk->batches && (!walk->remaining || is_spent(walk) || !(node = take_directory(walk))))
        return false;
    walk->active++;
    if (node)
        list_directory(worker, node);
    else
        help_list(worker, walk->batches);
    walk->active--;
    return true;
}

static void *work(void *argument)
{
    Worker *worker = argument;
    Walk *walk = worker->walk;
    worker->has_directory = unshare(CLONE_FS) == 0;  /* a container's filter may forbid it */
    lock(walk);
    while (!stopped(walk)) {
        if (worker->number >= walk->allowed)
            park(walk);
        else if (!do_something(worker)) {
            if (walk->active == 0)
                break;
            wait_for_work(walk);
        }
    }
    stop_walk(walk);
    pour_all(worker);
    unlock(walk);
    close_pending(worker);
    export_rest(worker);
    return NULL;
}

/* Start workers up to a number, or as many as there can be. */
static void start_workers(Walk *walk, int number)
{
    static const int FAULTS[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    pthread_attr_t small;
    sigset_t all, before;
    if (pthread_attr_init(&small))
        return;
    pthread_attr_setstacksize(&small, STACK_BYTES);
    sigfillset(&all);           /* signals are Python's, but for the faults of a thread itself */
    for (size_t i = 0; i < sizeof FAULTS / sizeof *FAULTS; i++)
        sigdelset(&all, FAULTS[i]);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (walk->started < number) {
        Worker *worker = &walk->workers[walk->started];
        *worker = (Worker){.walk = walk, .number = walk->started, .mask = walk->mask, .closing = -1,
                           .pending = EMPTY_TALLY, .here = EMPTY_TALLY};
        if (pthread_create(&worker->thread, &small, work, worker))
            break;
        walk->started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&small);
}

void allow_workers(Walk *walk, int number)
{
    number = number < walk->most_workers ? number : walk->most_workers;
    start_workers(walk, number);
    walk->allowed = number < walk->started ? number : walk->started;
    pthread_cond_broadcast(&walk->unparked);
    pthread_cond_broadcast(&walk->work);  /* those who are now too many park */
}
