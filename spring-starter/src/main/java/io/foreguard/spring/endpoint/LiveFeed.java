package io.foreguard.spring.endpoint;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpHeaders;

/**
 * Sends every open page a snapshot each second, made once for all of them, by one thread that never
 * waits for a client. While nobody looks, there is neither. A client is sent away after ten minutes
 * and comes back by itself, so that one that has lost the right to look is turned away.
 * Thread-safe.
 */
final class LiveFeed implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(LiveFeed.class);
  private static final long INTERVAL_MILLIS = 1_000;
  private static final int MOST_SNAPSHOTS = 600;

  private final Snapshots snapshots;
  private final Semaphore places;
  private final Set<LiveClient> clients = ConcurrentHashMap.newKeySet();
  private volatile boolean running;
  private boolean failed; // belongs to the thread that makes snapshots

  @GuardedBy("this")
  private @Nullable ScheduledThreadPoolExecutor thread;

  /**
   * A feed without clients.
   *
   * @param maxClients pages that are kept up to date at the same time
   */
  LiveFeed(Snapshots snapshots, int maxClients) {
    this.snapshots = snapshots;
    places = new Semaphore(maxClients);
  }

  /**
   * Keeps the client up to date, without a thread of its own; refuses it when there are too many.
   */
  void join(HttpServletRequest request, HttpServletResponse response) throws IOException {
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.setHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (!running || !places.tryAcquire()) {
      response.setHeader(HttpHeaders.RETRY_AFTER, "10");
      response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      return;
    }
    LiveClient client = null;
    try {
      response.setHeader("X-Accel-Buffering", "no"); // or a proxy would keep messages back
      response.setContentType("text/event-stream;charset=UTF-8");
      response.flushBuffer();
      client = new LiveClient(request.startAsync(request, response), MOST_SNAPSHOTS, this::leave);
    } finally {
      if (client == null) {
        places.release();
      }
    }
    keep(client);
    client.start();
    if (!running) {
      client.end();
    }
  }

  private synchronized void keep(LiveClient client) {
    clients.add(client);
    startThread();
  }

  private void leave(LiveClient client) {
    if (clients.remove(client)) {
      places.release();
    }
  }

  /** Pages that are kept up to date at the moment. */
  int clients() {
    return clients.size();
  }

  @GuardedBy("this")
  private void startThread() {
    if (thread != null) {
      return;
    }
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "foreguard-live-view");
              made.setDaemon(true);
              return made;
            });
    ScheduledFuture<?> unused =
        thread.scheduleWithFixedDelay(this::tell, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tell() {
    if (stopsWithoutClients()) {
      return;
    }
    try {
      Snapshot snapshot = snapshots.next();
      clients.forEach(client -> client.offer(snapshot));
      failed = false;
    } catch (RuntimeException e) {
      if (!failed) {
        log.warn("The live view cannot be brought up to date; repeats are not logged", e);
      }
      failed = true;
    }
  }

  private synchronized boolean stopsWithoutClients() {
    if (!clients.isEmpty() || thread == null) {
      return false;
    }
    thread.shutdown();
    thread = null;
    return true;
  }

  @Override
  public void start() {
    running = true;
  }

  /** Ends all streams before the web server waits for its requests to end. */
  @Override
  public void stop() {
    running = false;
    clients.forEach(LiveClient::end);
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
