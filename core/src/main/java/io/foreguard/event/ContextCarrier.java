package io.foreguard.event;

import io.foreguard.Incubating;
import io.foreguard.event.internal.CallerContext;
import java.util.concurrent.Executor;

/**
 * Takes what belongs to a caller's thread, such as its trace, to the threads on which its call goes
 * on: where an asynchronous call ends, where it is tried again, and where one starts that had to
 * wait. What listeners hear of the call they then hear in its caller's context. A body that a pool
 * of threads runs is not among them: see {@link
 * io.foreguard.bulkhead.ThreadPoolBulkheadConfig.Builder#contextPropagators}.
 *
 * <pre>{@code
 * ContextCarrier.install(
 *     () -> {
 *       Context caller = Context.current();
 *       return task -> caller.wrap(task).run();
 *     });
 * }</pre>
 *
 * <p>Implementations must be thread-safe.
 */
@FunctionalInterface
@Incubating(since = "0.1")
public interface ContextCarrier {
  /**
   * Captures the context of this thread, on the caller's path: be quick.
   *
   * @return runs each task that it is given at once, on the thread that gives it, in the captured
   *     context, and puts back what was there before
   */
  Executor capture();

  /**
   * Has {@code carrier} carry all calls that start from now on, in the whole process: threads
   * belong to no registry. Several carriers each carry their own. What a carrier throws reaches no
   * call; its first failure is logged at WARN, repeats at DEBUG.
   *
   * @return the handle that ends it; calls that are under way are still carried
   */
  static Subscription install(ContextCarrier carrier) {
    return CallerContext.install(carrier);
  }
}
