package io.foreguard.samples.pointsengine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Serves requests with a fixed number of workers behind a bounded queue, as the current fault has
 * it. Thread-safe.
 *
 * <p>The more workers are busy, the slower each of them is. A request whose client has gone is
 * served all the same: the engine cannot know.
 */
final class Engine implements AutoCloseable {
  private static final double COLD_READ_FACTOR = 4;
  private static final int CACHE_CAPACITY = 10_000;
  private static final int MAX_PARKED = 10_000;

  private final int workerCount;
  private final ThreadPoolExecutor workers;
  private final Executor releases;
  private final Time time;
  private final PointsCache cache = new PointsCache(CACHE_CAPACITY);
  private final RequestLog log = new RequestLog();
  private final Queue<Request> parked = new ConcurrentLinkedQueue<>();
  private final AtomicInteger parkedCount = new AtomicInteger();
  private final AtomicInteger busy = new AtomicInteger();
  private volatile Plan plan;

  /**
   * Creates an engine that is healthy.
   *
   * @param releases runs the answers to requests that hung until the mode changed
   */
  Engine(int workerCount, int queueCapacity, long seed, Time time, Executor releases) {
    this.workerCount = workerCount;
    this.time = time;
    this.releases = releases;
    this.plan = new Plan(Fault.healthy(), time.nanos(), seed);
    this.workers =
        new ThreadPoolExecutor(
            workerCount,
            workerCount,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queueCapacity),
            DaemonThreads.named("points-worker"));
  }

  /** Serves a request on a worker, or answers 503 at once when the queue is full. */
  void submit(String requestId, String customerId, Reply reply) {
    Request request = new Request(requestId, customerId, time.nanos(), time.epochMillis(), reply);
    try {
      workers.execute(() -> serve(request));
    } catch (RejectedExecutionException e) {
      finish(request, 503, Problems.json(503, "The queue of the points engine is full"));
    }
  }

  /** Puts a fault in force and lets go of every request that hung until now. */
  void inject(Fault fault) {
    if (fault.mode() == Mode.RECOVER) {
      cache.empty();
    }
    plan = new Plan(fault, time.nanos(), plan.seed());
    releaseParked();
  }

  /** Returns to the state after the start: healthy, warm, and with an empty log. */
  void reset(long seed) {
    plan = new Plan(Fault.healthy(), time.nanos(), seed);
    releaseParked();
    cache.warmUp();
    log.clear();
  }

  /** What would happen to a request sent now. Consumes nothing and changes nothing. */
  Forecast forecast(String requestId, @Nullable String customerId, long deadlineMs) {
    Plan now = plan;
    Fate fate = now.fateOf(requestId, time.nanos());
    int queued = workers.getQueue().size();
    boolean full = workers.getQueue().remainingCapacity() == 0;
    if (fate.hangs() || full) {
      return new Forecast(false, null);
    }
    boolean cold = customerId != null && !cache.contains(customerId);
    double service = fate.serviceMs() * loadFactor(busy.get() + 1) * (cold ? COLD_READ_FACTOR : 1);
    double latency = service + expectedWaitMs(now, queued);
    return new Forecast(!fate.fails() && latency <= deadlineMs, latency);
  }

  Map<String, Object> status() {
    Map<String, Object> status = new LinkedHashMap<>(plan.fault().toMap());
    status.put("seed", plan.seed());
    status.put("inFlight", busy.get());
    status.put("queueLength", workers.getQueue().size());
    status.put("hanging", parkedCount.get());
    status.put("counters", log.counters());
    return status;
  }

  RequestLog log() {
    return log;
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }

  private void serve(Request request) {
    Plan now = plan;
    Fate fate = now.fateOf(request.id(), time.nanos());
    if (fate.hangs()) {
      park(request, now);
      return;
    }
    double factor = loadFactor(busy.incrementAndGet());
    try {
      boolean cached = fate.fails() || cache.read(request.customerId());
      time.sleep(fate.serviceMs() * factor * (cached ? 1 : COLD_READ_FACTOR));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      finish(request, 503, Problems.json(503, "The points engine is shutting down"));
      return;
    } finally {
      busy.decrementAndGet();
    }
    if (fate.fails()) {
      finish(request, 500, Problems.json(500, "The points engine failed as it was told to"));
    } else {
      finish(request, 200, points(request.customerId()));
    }
  }

  /** Keeps a request without an answer and without a worker, as a lost packet or a lock would. */
  private void park(Request request, Plan observed) {
    if (parkedCount.incrementAndGet() > MAX_PARKED) {
      parkedCount.decrementAndGet();
      finish(request, 503, Problems.json(503, "Too many requests hang in the points engine"));
      return;
    }
    parked.add(request);
    if (!plan.equals(
        observed)) { // the mode changed meanwhile: its release may have missed this request
      releaseParked();
    }
  }

  private void releaseParked() {
    for (Request request = parked.poll(); request != null; request = parked.poll()) {
      parkedCount.decrementAndGet();
      Request released = request;
      releases.execute(
          () -> finish(released, 503, Problems.json(503, "The request hung in the points engine")));
    }
  }

  private void finish(Request request, int status, String json) {
    boolean delivered = request.reply().send(status, json);
    double durationMs = (time.nanos() - request.arrivedNanos()) / 1e6;
    log.add(
        new RequestLog.Entry(request.id(), request.arrivedMs(), durationMs, status, !delivered));
  }

  private double loadFactor(int busyWorkers) {
    return 1 + (busyWorkers - 1) / (double) workerCount;
  }

  private double expectedWaitMs(Plan now, int queued) {
    if (queued == 0 && busy.get() < workerCount) {
      return 0;
    }
    double meanServiceMs = now.medianMs(time.nanos()) * loadFactor(workerCount);
    return (queued + 1) * meanServiceMs / workerCount;
  }

  private static String points(String customerId) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("customerId", customerId);
    body.put("points", Fate.points(customerId));
    return Json.write(body);
  }

  /** Sends an answer; returns false when the client had gone. */
  @FunctionalInterface
  interface Reply {
    boolean send(int status, String json);
  }

  /** The expected end of a request; the latency is null when it would get no answer of its own. */
  record Forecast(boolean wouldSucceed, @Nullable Double latencyMs) {}

  private record Request(
      String id, String customerId, long arrivedNanos, long arrivedMs, Reply reply) {}

  private record Plan(Fault fault, long sinceNanos, long seed) {
    Fate fateOf(String requestId, long now) {
      return Fate.draw(fault, elapsedMs(now), seed, requestId);
    }

    double medianMs(long now) {
      return fault.medianMs(elapsedMs(now));
    }

    private long elapsedMs(long now) {
      return Math.max(0, now - sinceNanos) / 1_000_000;
    }
  }
}
