package io.foreguard.spring.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class LiveClientTest {
  private final Out out = new Out();
  private final List<LiveClient> left = new ArrayList<>();
  private boolean completed;
  private LiveClient client;

  @BeforeEach
  void start() throws IOException {
    MockAsyncContext context =
        new MockAsyncContext(
            new MockHttpServletRequest(),
            new MockHttpServletResponse() {
              @Override
              public ServletOutputStream getOutputStream() {
                return out;
              }
            }) {
          @Override
          public void complete() {
            completed = true;
          }
        };
    client = new LiveClient(context, 5, left::add);
    client.start();
  }

  @Test
  void writesNothingBeforeTheContainerAllowsIt() {
    client.offer(snapshot(1));
    assertThat(out.text()).isEmpty();
    client.onWritePossible();
    assertThat(out.text()).isEqualTo("full 1");
    assertThat(out.flushed).isEqualTo(out.text());
  }

  @Test
  void aSlowClientGetsTheNewestSnapshotInFullOnceItCanTakeIt() {
    client.onWritePossible();
    client.offer(snapshot(1));
    client.offer(snapshot(2));
    assertThat(out.text()).isEqualTo("full 1, change 2");

    out.ready = false;
    client.offer(snapshot(3));
    client.offer(snapshot(4));
    assertThat(out.text()).isEqualTo("full 1, change 2");
    out.ready = true;
    client.onWritePossible();
    assertThat(out.text()).isEqualTo("full 1, change 2, full 4");
  }

  @Test
  void aClientThatHasGoneIsForgotten() {
    client.onWritePossible();
    out.broken = true;
    client.offer(snapshot(1));
    assertThat(left).contains(client);
    assertThat(completed).isTrue();
  }

  @Test
  void itsStreamEndsAfterSoManySnapshots() {
    client.onWritePossible();
    for (int version = 1; version <= 5; version++) {
      client.offer(snapshot(version));
    }
    assertThat(completed).isFalse();
    client.offer(snapshot(6));
    assertThat(completed).isTrue();
    assertThat(left).contains(client);
    assertThat(out.text()).endsWith("change 5");
  }

  @Test
  void anotherThreadsWishIsCarriedOutByWhoWrites() {
    client.onWritePossible();
    out.whileReady = () -> client.offer(snapshot(2));
    client.offer(snapshot(1));
    assertThat(out.text()).isEqualTo("full 2");
  }

  private static Snapshot snapshot(long version) {
    return new Snapshot(version, "full " + version, "change " + version);
  }

  /** What a container gives, ready or not as the test says. */
  private static final class Out extends ServletOutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean ready = true;
    private boolean broken;
    private Runnable whileReady = () -> {};
    private String flushed = "";

    String text() {
      return bytes
          .toString(UTF_8)
          .replaceAll("event: (full|change)\ndata: (.*)\n\n", "$2, ")
          .replaceFirst(", $", "");
    }

    @Override
    public boolean isReady() {
      Runnable once = whileReady;
      whileReady = () -> {};
      once.run();
      return ready;
    }

    @Override
    public void setWriteListener(WriteListener listener) {}

    @Override
    public void write(int b) throws IOException {
      if (broken) {
        throw new IOException("connection reset");
      }
      bytes.write(b);
    }

    @Override
    public void flush() {
      flushed = text();
    }
  }
}
