package io.foreguard.spring.endpoint;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * One page that is kept up to date by non-blocking writes: a client that reads slowly misses
 * snapshots and keeps nobody waiting. Thread-safe.
 *
 * <p>Whoever raises {@link #asked} from zero writes; others leave their wish there and go. A lock
 * would not do: the container calls {@link #onWritePossible} with a lock of its own, and takes that
 * one in {@link ServletOutputStream#isReady} too.
 */
final class LiveClient implements WriteListener, AsyncListener {
  private final AsyncContext context;
  private final ServletOutputStream out;
  private final Consumer<LiveClient> left;
  private final AtomicReference<Snapshot> next = new AtomicReference<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile boolean possible;
  private long seen; // these belong to whoever writes
  private boolean unflushed;
  private int snapshotsLeft; // belongs to the feed's thread

  /**
   * A client that has got nothing yet.
   *
   * @param snapshots after how many its stream ends
   * @param left hears of the end, perhaps more than once
   */
  LiveClient(AsyncContext context, int snapshots, Consumer<LiveClient> left) throws IOException {
    this.context = context;
    this.left = left;
    snapshotsLeft = snapshots;
    out = context.getResponse().getOutputStream();
    context.setTimeout(0);
  }

  /** Begins to write. On the thread of the request. */
  void start() {
    context.addListener(this);
    out.setWriteListener(this);
  }

  /** Sends the snapshot, unless a newer one comes before the client can take it. */
  void offer(Snapshot snapshot) {
    if (snapshotsLeft-- == 0) {
      end();
      return;
    }
    next.set(snapshot);
    write();
  }

  /** Ends the stream. Does nothing the second time. */
  void end() {
    left.accept(this);
    if (ended.compareAndSet(false, true)) {
      try {
        context.complete();
      } catch (IllegalStateException e) {
        // the container was faster: there is nothing left to end
      }
    }
  }

  @Override
  public void onWritePossible() {
    possible = true;
    write();
  }

  private void write() {
    if (!possible || asked.getAndIncrement() != 0) {
      return;
    }
    int wishes = 1;
    while (wishes != 0) {
      writeWhileReady();
      wishes = asked.addAndGet(-wishes);
    }
  }

  private void writeWhileReady() {
    try {
      while (!ended.get() && out.isReady()) {
        if (unflushed) {
          unflushed = false;
          out.flush();
          continue;
        }
        Snapshot snapshot = next.getAndSet(null);
        if (snapshot == null) {
          return;
        }
        out.write(snapshot.after(seen));
        seen = snapshot.version();
        unflushed = true;
      }
    } catch (IOException | IllegalStateException e) {
      end(); // the client has gone
    }
  }

  @Override
  public void onError(Throwable failure) {
    end();
  }

  @Override
  public void onError(AsyncEvent event) {
    end();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    end();
  }

  @Override
  public void onComplete(AsyncEvent event) {
    ended.set(true);
    left.accept(this);
  }

  @Override
  public void onStartAsync(AsyncEvent event) {}
}
