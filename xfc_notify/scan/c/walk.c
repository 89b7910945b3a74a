/* What all that walk is made of share: see walk.h. */

#include "walk.h"

#include <stdlib.h>

#define LOCK_ATTEMPTS 400       /* some microseconds, before a worker sleeps until the lock is free */

void walk_set_up(Walk *walk)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&walk->lock, NULL);
    pthread_mutex_init(&walk->links.lock, NULL);
    pthread_cond_init(&walk->work, NULL);
    pthread_cond_init(&walk->unparked, NULL);
    pthread_cond_init(&walk->over, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void free_workers(Walk *walk)
{
    for (int i = 0; i < walk->started; i++) {
        Worker *worker = &walk->workers[i];
        for (int table = 0; table < TABLES; table++)
            table_free(&worker->tables[table]);
        free(worker->found.data);
        free(worker->lines.data);
        free(worker->prefix.data);
        free(worker->batch);
    }
    free(walk->workers);
}

void walk_free(Walk *walk)
{
    while (walk->stack) {
        Node *node = walk->stack;
        walk->stack = node->under;
        drop_node(walk, node);
    }
    drop_node(walk, walk->ordered_parent);
    drop_node(walk, walk->root);
    for (int table = 0; table < TABLES; table++)
        table_free(&walk->tables[table]);
    for (size_t i = 0; i < walk->largest_count; i++)
        free(walk->largest[i].path.data);
    for (int kind = 0; kind < KINDS; kind++)
        for (size_t i = 0; i < SAMPLES; i++)
            free(walk->errors[kind].samples[i].data);
    free_workers(walk);
    links_free(&walk->links);
    free(walk->ordered);
    free(walk->excluded);
    pthread_mutex_destroy(&walk->lock);
    pthread_mutex_destroy(&walk->links.lock);
    pthread_cond_destroy(&walk->work);
    pthread_cond_destroy(&walk->unparked);
    pthread_cond_destroy(&walk->over);
}

static void breathe(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* The lock is held for less time than it takes to fall asleep and be woken. */
void lock(Walk *walk)
{
    for (int i = 0; i < LOCK_ATTEMPTS; i++) {
        if (pthread_mutex_trylock(&walk->lock) == 0)
            return;
        breathe();
    }
    pthread_mutex_lock(&walk->lock);
}

void unlock(Walk *walk)
{
    pthread_mutex_unlock(&walk->lock);
}

void stop_walk(Walk *walk)
{
    atomic_store(&walk->stopped, true);
    pthread_cond_broadcast(&walk->work);
    pthread_cond_broadcast(&walk->unparked);
    pthread_cond_signal(&walk->over);
}

void give_up(Walk *walk, int code)
{
    atomic_store(&walk->error, code);
    atomic_store(&walk->stopped, true);
}

void wake_workers(Walk *walk, size_t things)
{
    for (int i = 0; i < walk->idle && (size_t)i < things; i++)
        pthread_cond_signal(&walk->work);
}
