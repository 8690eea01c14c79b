package io.foreguard.predictive.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.foreguard.circuitbreaker.CircuitBreaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwapTest {
  @TempDir Path folder;

  private final TrustWorld world = new TrustWorld(1, p -> .9);
  private final List<Integer> used = new ArrayList<>();

  @Test
  void anotherModelAnswersAtOnceAndTheBreakersEvidenceStays() {
    SwappableModel model = SwappableModel.of(world.model);
    CircuitBreaker breaker = world.breaker(model);
    world.run(breaker, 200);
    long calls = breaker.metrics().calls();

    TrustWorld.Words next = world.new Words(p -> .8);
    next.version = "2";
    assertThat(model.swap(next)).isSameAs(world.model);
    world.run(breaker, 5);

    assertThat(breaker.estimate().probability()).isEqualTo(.8);
    assertThat(breaker.estimate().modelVersion()).isEqualTo("2");
    assertThat(breaker.metrics().calls()).isGreaterThan(calls);
  }

  @Test
  void aModelThatDoesNotAnswerIsRefusedAndTheOldOneStays() {
    SwappableModel model = SwappableModel.of(world.model);
    world.run(world.breaker(model), 20);
    TrustWorld.Words broken = world.new Words(p -> Double.NaN);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.swap(broken))
        .withMessageContaining("next must answer, but model words threw");
    assertThat(model.current()).isSameAs(world.model);
  }

  @Test
  void aFileThatChangesIsPutInForceAndABrokenOneIsNot() throws IOException {
    Path file = write("1");
    try (ModelWatch<Integer> watch = watch(file)) {
      world.clock.advance(Duration.ofSeconds(20));
      assertThat(used).isEmpty();
      write("22");
      world.clock.advance(Duration.ofSeconds(11));
      assertThat(used).containsExactly(22);
      write("broken");
      world.clock.advance(Duration.ofSeconds(30));
      Files.delete(file);
      world.clock.advance(Duration.ofSeconds(30));
      assertThat(used).containsExactly(22);
      write("4444");
      assertThat(watch.check()).isTrue();
      assertThat(used).containsExactly(22, 4444);
    }
    write("55555");
    world.clock.advance(Duration.ofSeconds(30));
    assertThat(used).containsExactly(22, 4444);
    assertThat(world.clock.pendingTasks()).isZero();
  }

  @Test
  void aModelThatIsRefusedByItsUserChangesNothing() throws IOException {
    Path file = write("1");
    try (ModelWatch<Integer> watch =
        new ModelWatch<>(
            file,
            f -> 1,
            i -> {
              throw new IllegalArgumentException("another interval");
            },
            Duration.ofSeconds(10),
            world.clock,
            Runnable::run)) {
      write("22");
      assertThat(watch.check()).isFalse();
    }
  }

  @Test
  void aSlotGivesWhatWasPutThereLast() {
    ModelSlot<String> slot = new ModelSlot<>("a");
    assertThat(slot.swap("b")).isEqualTo("a");
    assertThat(slot.get()).isEqualTo("b");
  }

  private ModelWatch<Integer> watch(Path file) {
    return new ModelWatch<>(
        file,
        f -> Integer.valueOf(Files.readString(f)),
        used::add,
        Duration.ofSeconds(10),
        world.clock,
        Runnable::run);
  }

  private Path write(String content) throws IOException {
    Path fresh = Files.writeString(folder.resolve("fresh"), content);
    return Files.move(fresh, folder.resolve("model"), StandardCopyOption.REPLACE_EXISTING);
  }
}
