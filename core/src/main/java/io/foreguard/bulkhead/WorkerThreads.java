package io.foreguard.bulkhead;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;

/** The makers of threads for a pool. */
final class WorkerThreads {
  private WorkerThreads() {}

  /** Makes daemon threads, so that a forgotten pool keeps no JVM alive. */
  static ThreadFactory platform(String prefix) {
    AtomicLong number = new AtomicLong();
    return runnable -> {
      Thread thread = new Thread(runnable, prefix + '-' + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Makes virtual threads. By reflection: this library is compiled for a JVM that has none.
   *
   * @throws IllegalStateException if this JVM has none
   */
  static ThreadFactory virtual(String prefix) {
    try {
      Class<?> builderType = Class.forName("java.lang.Thread$Builder");
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      Method name = builderType.getMethod("name", String.class, long.class);
      Object named = name.invoke(builder, prefix + '-', 1L);
      return (ThreadFactory) builderType.getMethod("factory").invoke(named);
    } catch (ClassNotFoundException | NoSuchMethodException | IllegalAccessException e) {
      throw new IllegalStateException("This JVM has no virtual threads", e);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("Virtual threads cannot be made", e.getCause());
    }
  }
}
