package io.foreguard.bulkhead;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.foreguard.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a {@link ThreadPoolBulkhead} and the tasks that wait for one.
 *
 * <p>A worker runs a task, completes the task's future (callbacks of the caller run then), or is
 * idle. A task goes to an idle worker, the last to become idle first so that the others age out, or
 * to a new one; it waits only when as many workers exist as may. Unlike {@link
 * java.util.concurrent.ThreadPoolExecutor} this starts threads before it queues, a change of size
 * acts on queued tasks and idle threads at once, and a task no longer counts once its result can be
 * seen.
 *
 * <p>Invariant, when the lock is free: {@code underWay.size() + idle.size() <= workers}, the
 * difference being workers that complete a future. All state is guarded by one lock, under which
 * nothing blocks and no foreign code runs. Thread-safe.
 */
final class WorkerPool {
  private final ReentrantLock lock = new ReentrantLock();
  private final ThreadFactory threads;
  private final Clock clock;

  @GuardedBy("lock")
  private final LinkedHashSet<PoolTask<?>> queue = new LinkedHashSet<>();

  @GuardedBy("lock")
  private final LinkedHashSet<PoolTask<?>> underWay = new LinkedHashSet<>();

  @GuardedBy("lock")
  private final ArrayDeque<Worker> idle = new ArrayDeque<>();

  @GuardedBy("lock")
  private ThreadPoolBulkheadConfig config;

  @GuardedBy("lock")
  private int workers;

  @GuardedBy("lock")
  private boolean sweepPending;

  @GuardedBy("lock")
  private boolean closed;

  WorkerPool(ThreadPoolBulkheadConfig config, ThreadFactory threads, Clock clock) {
    this.config = config;
    this.threads = threads;
    this.clock = clock;
  }

  /** Gives the task a thread or a place in the queue; null when it did, the reason otherwise. */
  @Nullable Refusal offer(PoolTask<?> task) {
    Worker worker;
    lock.lock();
    try {
      // Room to run that no thread can use yet, being busy with a callback, is room to wait.
      int spare = Math.max(0, config.maxThreads() - underWay.size());
      if (closed || queue.size() >= config.queueCapacity() + spare) {
        return new Refusal(closed, underWay.size(), config.maxThreads(), queue.size());
      }
      worker = assign(task);
      if (worker == null) {
        queue.add(task);
        return null;
      }
    } finally {
      lock.unlock();
    }
    worker.go();
    return null;
  }

  /** Takes a task out of the queue; does nothing when it is not there. */
  void remove(PoolTask<?> task) {
    lock.lock();
    try {
      queue.remove(task);
    } finally {
      lock.unlock();
    }
  }

  /** Says that a task's body has ended. Its worker has still to complete the future. */
  void ended(PoolTask<?> task) {
    lock.lock();
    try {
      underWay.remove(task);
    } finally {
      lock.unlock();
    }
  }

  /** Replaces the settings, which act on queued tasks and idle threads at once. */
  int reconfigure(ThreadPoolBulkheadConfig next) {
    List<Worker> toWake = new ArrayList<>();
    int before;
    lock.lock();
    try {
      before = config.maxThreads();
      config = next;
      sweepPending = false; // the one under way was timed by the old settings
      while (!queue.isEmpty()) {
        Worker worker = assign(queue.iterator().next());
        if (worker == null) {
          break;
        }
        queue.remove(worker.next);
        toWake.add(worker);
      }
      while (!idle.isEmpty() && workers > next.maxThreads()) {
        toWake.add(dismiss(idle.removeFirst()));
      }
    } finally {
      lock.unlock();
    }
    toWake.forEach(Worker::go);
    sweep();
    return before;
  }

  /** Refuses tasks from now on, lets idle threads go and returns the tasks queued and under way. */
  List<PoolTask<?>> close() {
    List<PoolTask<?>> unfinished = new ArrayList<>();
    List<Worker> toWake = new ArrayList<>();
    lock.lock();
    try {
      closed = true;
      unfinished.addAll(queue);
      unfinished.addAll(underWay);
      queue.clear();
      while (!idle.isEmpty()) {
        toWake.add(dismiss(idle.removeFirst()));
      }
    } finally {
      lock.unlock();
    }
    toWake.forEach(Worker::go);
    return unfinished;
  }

  ThreadPoolBulkheadConfig config() {
    lock.lock();
    try {
      return config;
    } finally {
      lock.unlock();
    }
  }

  /** Tasks whose body runs. */
  int running() {
    lock.lock();
    try {
      return underWay.size();
    } finally {
      lock.unlock();
    }
  }

  /** Tasks that wait for a thread. */
  int queued() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /** Threads, idle ones included. */
  int threads() {
    lock.lock();
    try {
      return workers;
    } finally {
      lock.unlock();
    }
  }

  /** A worker for the task, to be woken after the lock is released; null when none may run it. */
  @GuardedBy("lock")
  private @Nullable Worker assign(PoolTask<?> task) {
    Worker worker = idle.pollLast();
    if (worker == null) {
      if (workers >= config.maxThreads()) {
        return null;
      }
      worker = new Worker();
      workers++;
    }
    underWay.add(task);
    worker.next = task;
    return worker;
  }

  @GuardedBy("lock")
  private Worker dismiss(Worker worker) {
    workers--;
    worker.dismissed = true;
    return worker;
  }

  /** Gives a worker that has nothing to do the longest waiting task, a rest, or its notice. */
  private void settle(Worker worker) {
    lock.lock();
    try {
      if (closed || workers > config.maxThreads()) {
        dismiss(worker);
      } else if (!queue.isEmpty()) {
        PoolTask<?> longest = queue.iterator().next();
        queue.remove(longest);
        underWay.add(longest);
        worker.next = longest;
      } else if (keepNanos() == 0 && workers > core()) {
        dismiss(worker);
      } else {
        worker.next = null;
        worker.idleSince = clock.nanoTime();
        idle.addLast(worker);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets idle threads beyond the core go whose time is up, and comes back for the next one. */
  private void sweep() {
    List<Worker> toWake = new ArrayList<>();
    long nextIn = 0;
    lock.lock();
    try {
      long now = clock.nanoTime();
      while (!idle.isEmpty() && workers > core()) {
        long left = keepNanos() - (now - idle.getFirst().idleSince);
        if (left > 0) {
          nextIn = sweepPending ? 0 : left;
          break;
        }
        toWake.add(dismiss(idle.removeFirst()));
      }
      sweepPending |= nextIn > 0;
    } finally {
      lock.unlock();
    }
    toWake.forEach(Worker::go);
    if (nextIn > 0) {
      clock.schedule(this::sweepAgain, Duration.ofNanos(nextIn));
    }
  }

  private void sweepAgain() {
    lock.lock();
    try {
      sweepPending = false;
    } finally {
      lock.unlock();
    }
    sweep();
  }

  @GuardedBy("lock")
  private int core() {
    return config.virtualThreads() ? 0 : config.coreThreads();
  }

  /**
   * How long a worker beyond the core may be idle; a virtual thread costs less to make than keep.
   */
  @GuardedBy("lock")
  private long keepNanos() {
    return config.virtualThreads() ? 0 : config.keepAlive().toNanos();
  }

  /** Takes back an assignment whose thread could not be started, and tells the task. */
  private void startFailed(PoolTask<?> task, Throwable reason) {
    lock.lock();
    try {
      underWay.remove(task);
      workers--;
    } finally {
      lock.unlock();
    }
    task.completeExceptionally(reason);
  }

  /** Why a task was not taken, and how full the pool was. */
  record Refusal(boolean closed, int running, int maxThreads, int queued) {}

  /** One thread of the pool. */
  private final class Worker implements Runnable {
    /** The task to run next. Written under the lock. */
    volatile @Nullable PoolTask<?> next;

    /** Set when the worker no longer counts. Written under the lock. */
    volatile boolean dismissed;

    /** When the worker became idle. Read and written under the lock. */
    long idleSince;

    /** Written by the first {@link #go}, before anybody else knows this worker. */
    private @Nullable Thread thread;

    /** Starts the worker's thread, or wakes it. Called without the lock. */
    void go() {
      Thread started = thread;
      if (started != null) {
        LockSupport.unpark(started);
        return;
      }
      PoolTask<?> first = next;
      try {
        started = threads.newThread(this);
        thread = started;
        started.start();
      } catch (Throwable t) {
        if (first != null) {
          startFailed(first, t);
        }
      }
    }

    @Override
    public void run() {
      while (!dismissed) {
        PoolTask<?> task = next;
        if (task == null) {
          LockSupport.park(WorkerPool.this);
        } else {
          task.runOnce();
          settle(this);
          if (next == null && !dismissed) {
            sweep();
          }
        }
      }
    }
  }
}
