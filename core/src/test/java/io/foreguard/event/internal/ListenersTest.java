package io.foreguard.event.internal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.foreguard.event.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ListenersTest {
  private final Emitter<String> topic = new Emitter<>("test");
  private final List<String> heard = new ArrayList<>();

  @Test
  void deliversInTheOrderOfSubscription() {
    topic.subscribe(event -> heard.add("1" + event));
    topic.subscribe(event -> heard.add("2" + event));

    topic.publish("a");

    assertThat(heard).containsExactly("1a", "2a");
  }

  @Test
  void aListenerAddedTwiceIsCalledTwiceAndRemovedOnce() {
    Consumer<String> listener = heard::add;
    Subscription first = topic.subscribe(listener);
    topic.subscribe(listener);

    topic.publish("a");
    first.close();
    first.close();
    topic.publish("b");

    assertThat(heard).containsExactly("a", "a", "b");
  }

  @Test
  void whatAListenerThrowsGoesNoFurther() {
    topic.subscribe(
        event -> {
          throw new StackOverflowError();
        });
    topic.subscribe(heard::add);

    topic.publish("a");
    topic.publish("b");

    assertThat(heard).containsExactly("a", "b");
  }

  @Test
  void aListenerMaySubscribeAndUnsubscribeWhileItIsCalled() {
    Subscription[] self = new Subscription[1];
    self[0] =
        topic.subscribe(
            event -> {
              heard.add(event);
              self[0].close();
              topic.subscribe(heard::add);
            });

    topic.publish("a");
    topic.publish("b");

    assertThat(heard).containsExactly("a", "b");
  }

  @Test
  void isEmptyAgainOnceAllAreGone() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    AtomicInteger count = new AtomicInteger();
    try {
      CyclicBarrier together = new CyclicBarrier(4);
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        done.add(
            threads.submit(
                () -> {
                  together.await(30, SECONDS);
                  for (int i = 0; i < 1_000; i++) {
                    Subscription mine = topic.subscribe(event -> count.incrementAndGet());
                    topic.publish("x");
                    mine.close();
                  }
                  return null;
                }));
      }
      for (Future<?> future : done) {
        future.get(60, SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(topic.isEmpty()).isTrue();
    assertThat(count.get()).isGreaterThanOrEqualTo(4_000);
    assertThatNullPointerException().isThrownBy(() -> topic.subscribe(null));
  }
}
