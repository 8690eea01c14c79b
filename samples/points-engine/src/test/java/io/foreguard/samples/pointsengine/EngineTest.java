package io.foreguard.samples.pointsengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineTest {
  private final FakeTime time = new FakeTime();
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final Engine engine = new Engine(2, 3, 42, time, Runnable::run);

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void answersWithThePointsOfTheCustomerAfterTheServiceTime() throws Exception {
    double expected = Fate.draw(Fault.healthy(), 0, 42, "r1").serviceMs();

    Answer answer = send("r1", "C0001");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json())
        .isEqualTo("{\"customerId\":\"C0001\",\"points\":" + Fate.points("C0001") + "}");
    assertThat(time.lastSleepMs).isEqualTo(expected);
  }

  @Test
  void theFirstReadOfAKeyAfterRecoveryTakesFourTimesAsLong() throws Exception {
    engine.inject(Fault.parse(Map.of("mode", "recover")));

    send("r1", "C0001");
    double cold = time.lastSleepMs;
    send("r1", "C0001");
    double warm = time.lastSleepMs;

    assertThat(cold).isCloseTo(4 * warm, within(1e-9));
  }

  @Test
  void aFailedReadDoesNotFillTheCache() throws Exception {
    engine.inject(Fault.parse(Map.of("mode", "recover")));
    engine.inject(Fault.parse(Map.of("mode", "fail")));
    assertThat(send("r1", "C0001").status()).isEqualTo(500);
    double failed = time.lastSleepMs;
    engine.inject(Fault.parse(Map.of("mode", "healthy")));

    send("r1", "C0001");

    assertThat(time.lastSleepMs).isCloseTo(4 * failed, within(1e-9));
  }

  @Test
  void refusesWhenWorkersAndQueueAreFullAndSaysSoInTheForecast() throws Exception {
    time.hold();
    submit("busy1");
    submit("busy2");
    time.awaitSleepers(2);
    submit("queued1");
    submit("queued2");
    submit("queued3");
    assertThat(engine.forecast("x", null, 60_000).wouldSucceed()).isFalse();

    submit("overflow");

    Answer refused = next();
    assertThat(refused.id()).isEqualTo("overflow");
    assertThat(refused.status()).isEqualTo(503);
    time.letGo();
    for (int i = 0; i < 5; i++) {
      assertThat(next().status()).isEqualTo(200);
    }
  }

  @Test
  void aBusyEngineIsSlower() throws Exception {
    time.hold();
    submit("busy1");
    time.awaitSleepers(1);
    submit("busy2");
    time.awaitSleepers(2);

    double alone = Fate.draw(Fault.healthy(), 0, 42, "busy2").serviceMs();

    assertThat(time.lastSleepMs).isCloseTo(1.5 * alone, within(1e-9));
    time.letGo();
  }

  @Test
  void aHangOccupiesNoWorkerAndEndsWithTheMode() throws Exception {
    engine.inject(Fault.parse(Map.of("mode", "hang")));
    for (int i = 0; i < 10; i++) {
      submitWhenRoom("h" + i);
    }
    awaitHanging(10);
    assertThat(answers).isEmpty();
    assertThat(engine.forecast("x", null, 60_000)).isEqualTo(new Engine.Forecast(false, null));

    engine.inject(Fault.healthy());

    for (int i = 0; i < 10; i++) {
      assertThat(next().status()).isEqualTo(503);
    }
    assertThat(send("r1", "C0001").status()).isEqualTo(200);
  }

  @Test
  void theForecastTellsWhatThenHappensAndChangesNothing() throws Exception {
    engine.inject(Fault.parse(Map.of("mode", "fail", "errorRate", "0.5")));
    Map<String, Object> before = engine.status();

    for (int i = 0; i < 100; i++) {
      Engine.Forecast forecast = engine.forecast("c" + i, "C0001", 60_000);
      assertThat(engine.status()).isEqualTo(before);
      Answer answer = send("c" + i, "C0001");
      assertThat(answer.status() == 200).as("request %d", i).isEqualTo(forecast.wouldSucceed());
      assertThat(time.lastSleepMs).isEqualTo(forecast.latencyMs());
      awaitLogged(1); // the answer is out before its entry is in
      engine.log().clear();
    }
  }

  @Test
  void theForecastCountsALateAnswerAsNoSuccess() {
    double latencyMs = engine.forecast("r1", null, 60_000).latencyMs();

    assertThat(engine.forecast("r1", null, (long) latencyMs).wouldSucceed()).isFalse();
    assertThat(engine.forecast("r1", null, (long) latencyMs + 1).wouldSucceed()).isTrue();
  }

  @Test
  void theLogTellsWhenEachRequestCameHowLongItTookAndWhetherItsClientWasGone() throws Exception {
    send("r1", "C0001");
    CountDownLatch sent = new CountDownLatch(1);
    engine.submit(
        "gone",
        "C0001",
        (status, json) -> {
          sent.countDown();
          return false;
        });
    assertThat(sent.await(5, TimeUnit.SECONDS)).isTrue();
    engine.submit("r3", "C0001", reply("r3"));
    next();
    awaitLogged(3);

    List<RequestLog.Entry> entries = engine.log().entries();

    assertThat(entries)
        .extracting(RequestLog.Entry::id)
        .containsExactlyInAnyOrder("r1", "gone", "r3");
    assertThat(entries)
        .allSatisfy(e -> assertThat(e.abandoned()).isEqualTo(e.id().equals("gone")))
        .allSatisfy(e -> assertThat(e.arrivedMs()).isEqualTo(FakeTime.EPOCH_MS))
        .allSatisfy(e -> assertThat(e.status()).isEqualTo(200));
    assertThat(engine.log().counters())
        .containsEntry("abandoned", 1L)
        .containsEntry("succeeded", 3);
  }

  @Test
  void aResetForgetsFaultColdCacheAndLog() throws Exception {
    engine.inject(Fault.parse(Map.of("mode", "recover")));
    send("r1", "C0001");
    awaitLogged(1);

    engine.reset(7);
    send("r1", "C0002");

    assertThat(time.lastSleepMs).isEqualTo(Fate.draw(Fault.healthy(), 0, 7, "r1").serviceMs());
    assertThat(engine.status()).containsEntry("mode", "healthy").containsEntry("seed", 7L);
  }

  private Answer send(String requestId, String customerId) throws InterruptedException {
    engine.submit(requestId, customerId, reply(requestId));
    Answer answer = next();
    awaitIdle();
    return answer;
  }

  private void submit(String requestId) {
    engine.submit(requestId, "C0001", reply(requestId));
  }

  private void submitWhenRoom(String requestId) {
    int hanging = (int) engine.status().get("hanging");
    submit(requestId);
    awaitHanging(hanging + 1);
  }

  private Engine.Reply reply(String requestId) {
    return (status, json) -> answers.add(new Answer(requestId, status, json));
  }

  private Answer next() throws InterruptedException {
    Answer answer = answers.poll(5, TimeUnit.SECONDS);
    assertThat(answer).as("an answer within 5 s").isNotNull();
    return answer;
  }

  private void awaitHanging(int count) {
    Await.until(() -> engine.status().get("hanging").equals(count));
  }

  private void awaitLogged(int count) {
    Await.until(() -> engine.log().entries().size() == count);
  }

  private void awaitIdle() {
    Await.until(() -> engine.status().get("inFlight").equals(0));
  }

  private record Answer(String id, int status, String json) {}
}
