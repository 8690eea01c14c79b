package io.foreguard.bulkhead;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.foreguard.internal.Require;
import io.github.resilience4j.core.ContextPropagator;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Settings of a {@link ThreadPoolBulkhead}. Immutable. */
public final class ThreadPoolBulkheadConfig {
  private static final int FIRST_JVM_WITH_VIRTUAL_THREADS = 21;
  private static final ThreadPoolBulkheadConfig DEFAULTS = builder().build();

  private final int maxThreads;
  private final int coreThreads;
  private final int queueCapacity;
  private final Duration keepAlive;
  private final boolean virtualThreads;
  private final @Nullable String threadNamePrefix;
  private final List<ContextPropagator<?>> contextPropagators;

  private ThreadPoolBulkheadConfig(Builder builder) {
    maxThreads = builder.maxThreads;
    coreThreads = builder.coreThreads;
    queueCapacity = builder.queueCapacity;
    keepAlive = builder.keepAlive;
    virtualThreads = builder.virtualThreads;
    threadNamePrefix = builder.threadNamePrefix;
    contextPropagators = builder.contextPropagators;
  }

  /** The defaults: at most 10 platform threads, none kept idle for ever, and 100 places to wait. */
  public static ThreadPoolBulkheadConfig defaults() {
    return DEFAULTS;
  }

  /** A builder that starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these settings. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.maxThreads = maxThreads;
    builder.coreThreads = coreThreads;
    builder.queueCapacity = queueCapacity;
    builder.keepAlive = keepAlive;
    builder.virtualThreads = virtualThreads;
    builder.threadNamePrefix = threadNamePrefix;
    builder.contextPropagators = contextPropagators;
    return builder;
  }

  /** How many tasks may run at the same time, each on its own thread. */
  public int maxThreads() {
    return maxThreads;
  }

  /** How many idle threads are kept for ever. */
  public int coreThreads() {
    return coreThreads;
  }

  /** How many tasks may wait for a thread. */
  public int queueCapacity() {
    return queueCapacity;
  }

  /** How long an idle thread beyond the core is kept. */
  public Duration keepAlive() {
    return keepAlive;
  }

  /** Whether tasks run on virtual threads. */
  public boolean virtualThreads() {
    return virtualThreads;
  }

  /** What thread names start with, when set; the bulkhead's name otherwise. */
  public Optional<String> threadNamePrefix() {
    return Optional.ofNullable(threadNamePrefix);
  }

  /** What carries context from the submitting thread to the one that runs the task. */
  public List<ContextPropagator<?>> contextPropagators() {
    return contextPropagators;
  }

  @Override
  public String toString() {
    return "ThreadPoolBulkheadConfig[maxThreads="
        + maxThreads
        + ", coreThreads="
        + coreThreads
        + ", queueCapacity="
        + queueCapacity
        + ", keepAlive="
        + keepAlive
        + ", virtualThreads="
        + virtualThreads
        + ']';
  }

  /** Collects settings. Not thread-safe: owned by the code that builds. */
  public static final class Builder {
    private int maxThreads = 10;
    private int coreThreads;
    private int queueCapacity = 100;
    private Duration keepAlive = Duration.ofSeconds(60);
    private boolean virtualThreads;
    private @Nullable String threadNamePrefix;
    private List<ContextPropagator<?>> contextPropagators = List.of();

    private Builder() {}

    /**
     * Sets how many tasks may run at the same time, each on its own thread. Default 10. Threads are
     * started up to this number before a task has to wait.
     *
     * @throws IllegalArgumentException if outside {@code [1, 1,000,000]}
     */
    @CanIgnoreReturnValue
    public Builder maxThreads(int threads) {
      maxThreads = Require.inRange(threads, 1, Permits.MAX, "maxThreads");
      return this;
    }

    /**
     * Sets how many idle threads are kept for ever. Default 0: all go after {@code keepAlive}. Of
     * no effect with virtual threads, which are never kept.
     *
     * @throws IllegalArgumentException if outside {@code [0, 1,000,000]}
     */
    @CanIgnoreReturnValue
    public Builder coreThreads(int threads) {
      coreThreads = Require.inRange(threads, 0, Permits.MAX, "coreThreads");
      return this;
    }

    /**
     * Sets how many tasks may wait for a thread; those beyond are refused. Default 100; zero: none
     * waits.
     *
     * @throws IllegalArgumentException if outside {@code [0, 1,000,000]}
     */
    @CanIgnoreReturnValue
    public Builder queueCapacity(int tasks) {
      queueCapacity = Require.inRange(tasks, 0, Permits.MAX, "queueCapacity");
      return this;
    }

    /**
     * Sets how long an idle thread beyond the core is kept. Default 60 seconds; zero: not at all.
     *
     * @throws IllegalArgumentException if negative or longer than 73 years
     */
    @CanIgnoreReturnValue
    public Builder keepAlive(Duration keepAlive) {
      this.keepAlive = Require.notNegative(keepAlive, "keepAlive");
      return this;
    }

    /**
     * Sets whether tasks run on virtual threads, at most {@code maxThreads} at the same time.
     * Default false.
     *
     * @throws IllegalArgumentException if true on a JVM older than 21, which has none
     */
    @CanIgnoreReturnValue
    public Builder virtualThreads(boolean virtualThreads) {
      int jvm = Runtime.version().feature();
      Require.that(
          !virtualThreads || jvm >= FIRST_JVM_WITH_VIRTUAL_THREADS,
          "virtualThreads",
          "false on a JVM older than "
              + FIRST_JVM_WITH_VIRTUAL_THREADS
              + " (this one is "
              + jvm
              + ")",
          virtualThreads);
      this.virtualThreads = virtualThreads;
      return this;
    }

    /**
     * Sets what thread names start with; a hyphen and a number follow. Default: the bulkhead's
     * name.
     *
     * @throws IllegalArgumentException if blank or longer than 256 characters
     */
    @CanIgnoreReturnValue
    public Builder threadNamePrefix(String prefix) {
      threadNamePrefix = Require.name(prefix, "threadNamePrefix");
      return this;
    }

    /**
     * Sets what carries context from the submitting thread to the running one. Default: nothing.
     */
    @CanIgnoreReturnValue
    public Builder contextPropagators(List<? extends ContextPropagator<?>> propagators) {
      contextPropagators = List.copyOf(propagators);
      return this;
    }

    /**
     * The settings collected so far.
     *
     * @throws IllegalArgumentException if more threads are to be kept than there may be
     */
    public ThreadPoolBulkheadConfig build() {
      Require.that(
          coreThreads <= maxThreads,
          "coreThreads",
          "at most maxThreads (" + maxThreads + ")",
          coreThreads);
      return new ThreadPoolBulkheadConfig(this);
    }
  }
}
