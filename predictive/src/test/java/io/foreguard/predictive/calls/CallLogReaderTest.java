package io.foreguard.predictive.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.foreguard.evidence.Outcome;
import io.foreguard.predictive.calls.CallRecord.Admission;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallLogReaderTest {
  private static final long SECOND = 1_000_000_000L;

  @TempDir Path directory;

  @Test
  void findsColumnsByTheirCommonNames() throws IOException {
    CallLog log =
        read("t,caller,callee,op,client_us,server_us,trace\n13939.21,front,cart,Get,5074,31,2\n");

    assertThat(log.calls())
        .containsExactly(
            CallRecord.of("front->cart", "Get", 13_939_210_000_000L, 5_074_000, Outcome.SUCCESS));
  }

  @Test
  void readsDatesAndStatusCodes() throws IOException {
    CallLog log =
        read(
            """
            Timestamp;Duration_ms;Status
            2026-01-31T12:00:00.5Z;1.5;200
            2026-01-31 12:00:01;2;503
            2026-01-31T14:00:02+02:00;3;404
            2026-01-31T12:00:03Z;4;504
            2026-01-31T12:00:04Z;5;500
            """);

    assertThat(log.calls())
        .extracting(CallRecord::outcome)
        .containsExactly(
            Outcome.SUCCESS,
            Outcome.REJECTED,
            Outcome.CALLER_FAULT,
            Outcome.TIMEOUT,
            Outcome.FAILURE);
    assertThat(log.calls().get(0).durationNanos()).isEqualTo(1_500_000);
    long noon = 1_769_860_800L * SECOND;
    assertThat(log.calls())
        .extracting(call -> call.startNanos() - noon)
        .containsExactly(SECOND / 2, SECOND, 2 * SECOND, 3 * SECOND, 4 * SECOND);
  }

  @Test
  void tellsTheUnitOfAMomentByItsSize() throws IOException {
    for (String moment :
        List.of("1700000000", "1700000000000", "1700000000000000", "1700000000000000000")) {
      assertThat(read("ts,latency_ms\n" + moment + ",1\n").calls().get(0).startNanos())
          .isEqualTo(1_700_000_000L * SECOND);
    }
  }

  @Test
  void takesErrorAndSuccessColumnsByTheirMeaning() throws IOException {
    assertThat(outcomes("ts,ms,error\n1,1,\n2,1,boom\n3,1,false\n4,1,1\n", "ms"))
        .containsExactly(Outcome.SUCCESS, Outcome.FAILURE, Outcome.SUCCESS, Outcome.FAILURE);
    assertThat(outcomes("ts,ms,success\n1,1,true\n2,1,false\n3,1,1\n4,1,0\n", "ms"))
        .containsExactly(Outcome.SUCCESS, Outcome.FAILURE, Outcome.SUCCESS, Outcome.FAILURE);
    assertThat(outcomes("ts,ms,grpc_status\n1,1,0\n2,1,14\n3,1,4\n4,1,5\n", "ms"))
        .containsExactly(Outcome.SUCCESS, Outcome.REJECTED, Outcome.TIMEOUT, Outcome.CALLER_FAULT);
    assertThat(outcomes("ts,ms,status\n1,1,OK\n2,1,Timed Out\n3,1,SLOW_SUCCESS\n", "ms"))
        .containsExactly(Outcome.SUCCESS, Outcome.TIMEOUT, Outcome.SLOW_SUCCESS);
  }

  @Test
  void followsTheMappingItIsGiven() throws IOException {
    CallLogFormat format =
        CallLogFormat.builder()
            .endTime("finished", TimeScale.MILLISECONDS)
            .latency("rt", TimeScale.SECONDS)
            .status("how")
            .statusWord("meh", Outcome.REJECTED)
            .dependencyColumns("from", "to", "zone")
            .key("tenant")
            .build();

    CallLog log = read("how,zone,to,from,rt,finished,tenant\nmeh,z,b,a,0.25,1000,x\n", format);

    assertThat(log.calls())
        .containsExactly(CallRecord.of("a->b->z", "x", 750_000_000, 250_000_000, Outcome.REJECTED));
  }

  @Test
  void quotesAsTheStandardSays() throws IOException {
    CallLog log =
        read(
            "ts,latency_ms,dependency,key\r\n"
                + "1,2,\"a, \"\"b\"\"\",\"line\nend\"\r\n"
                + "\r\n"
                + "2,2,in 5\" pipes,x\r\n");

    assertThat(log.calls().get(0).dependency()).isEqualTo("a, \"b\"");
    assertThat(log.calls().get(0).key()).isEqualTo("line\nend");
    assertThat(log.calls().get(1).dependency()).isEqualTo("in 5\" pipes");
  }

  @Test
  void readsJsonLinesOfAnyLog() throws IOException {
    CallLog log =
        read(
            """
            {"ts":1.5,"service":"a\\u0062\\n","duration_ms":2,"tags":{"x":["}",1]},"status":200}
            {"status":500,"later":true,"service":null,"duration_ms":"3","ts":2}
            """,
            CallLogFormat.builder().maximumSkippedShare(.5).build());

    assertThat(log.calls())
        .containsExactly(CallRecord.of("ab", 1_500_000_000L, 2_000_000, Outcome.SUCCESS));
    assertThat(log.summary().skipped()).isEqualTo(1);
    assertThat(log.summary().firstSkipped()).contains("line 2", "service", "missing");
  }

  @Test
  void sortsWhatIsOutOfOrderAndCountsIt() throws IOException {
    CallLog log = read("ts,latency_ms\n10,1\n8,1\n12,1\n12,1\n");

    assertThat(log.calls()).extracting(CallRecord::startNanos).isSorted();
    assertThat(log.summary()).isEqualTo(new CallLogSummary(4, 4, 0, "", 1, 1, 2 * SECOND, false));
    assertThat(log.summary().words()).contains("1 put into order, up to 2.000 s back");
    CallLogFormat dropping = CallLogFormat.builder().dropDuplicates(true).build();
    assertThat(read("ts,latency_ms\n10,1\n8,1\n10,1\n", dropping).calls()).hasSize(2);
  }

  @Test
  void passesOverAFewImpossibleRowsAndRefusesMany() throws IOException {
    StringBuilder text = new StringBuilder("ts,latency_ms\n");
    for (int i = 0; i < 200; i++) {
      text.append(i).append(i == 100 ? ",-5\n" : ",5\n");
    }

    CallLogSummary summary = read(text.toString()).summary();

    assertThat(summary.skipped()).isEqualTo(1);
    assertThat(summary.firstSkipped())
        .contains("line 102", "latency_ms", "from zero to one year", "\"-5\"");
    refuses("ts,latency_ms\n1,2\n2,NaN\n", 3, "latency_ms", "NaN");
    refuses("ts,latency_ms\n1,2\n,3\n", 3, "ts", "missing");
    refuses("ts,latency_ms,status\n1,2,what\n", 2, "status", "what");
    refuses("ts,latency_ms\n1,1e999999999\n", 2, "latency_ms");
  }

  @Test
  void refusesWhatBreaksARuleOfTheFormat() {
    refuses("", 1, "header");
    refuses("a,b\n1,2\n", 1, "time", "a, b");
    refuses("ts,latency\n1,2\n", 1, "unit", "latency");
    refuses("ts,latency_ms,ts\n1,2,3\n", 1, "two columns");
    refuses("ts,latency_ms\n1,2,3\n", 2, "2 columns", "had 3");
    refuses("ts,latency_ms\n1\n2,3\n", 2, "2 columns", "had 1");
    refuses("ts,latency_ms\n\"1\"2,3\n", 2, "quote");
    refuses("ts,latency_ms\n" + "1".repeat(70_000) + ",2\n", 2, "65536");
    refuses("{\"ts\":1,\"latency_ms\":2}\n{\"ts\":1,\n{}\n", 2, "JSON");
    refuses("# foreguard-calls 2\nstart_ns\n", 1, "foreguard-calls 1");
    refuses("{\"schema\":\"foreguard-calls\",\"version\":9}\n", 1, "version");
    assertThatExceptionOfType(CallLogException.class)
        .isThrownBy(() -> read("a\n", CallLogFormat.builder().status("s").build()))
        .withMessageContaining("time");
  }

  @Test
  void passesOverALastRowThatBreaksOff() throws IOException {
    CallLog log = read("ts,latency_ms\n1,2\n2");

    assertThat(log.calls()).hasSize(1);
    assertThat(log.summary().truncated()).isTrue();
    assertThat(read("{\"ts\":1,\"latency_ms\":2}\n{\"ts\":1,").summary().truncated()).isTrue();
    assertThat(read("ts,latency_ms\n1,2").summary().truncated()).isFalse();
  }

  @Test
  void refusesBytesThatAreNotText() throws IOException {
    Path file = directory.resolve("calls.csv");
    Files.write(file, "ts,latency_ms\n1,2\n\u00e9,3\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatExceptionOfType(CallLogException.class)
        .isThrownBy(() -> CallLogReader.read(file, CallLogFormat.detected()))
        .withMessageContaining("UTF-8");

    Path gz = directory.resolve("calls.csv.gz");
    Files.writeString(gz, "not compressed");
    assertThatExceptionOfType(CallLogException.class)
        .isThrownBy(() -> CallLogReader.read(gz, CallLogFormat.detected()))
        .withMessageContaining("gzip");
  }

  @Test
  void readsBackWhatWasWrittenBitForBit() throws IOException {
    List<CallRecord> calls = random(500);
    for (String name : List.of("a.csv", "a.csv.gz", "a.jsonl", "a.jsonl.gz")) {
      Path file = directory.resolve(name);
      try (CallLogWriter writer = CallLogWriter.create(file)) {
        for (CallRecord call : calls) {
          writer.write(call);
        }
      }
      assertThat(CallLogReader.read(file, CallLogFormat.detected()).calls())
          .as(name)
          .isEqualTo(calls);
    }
  }

  @Test
  void dropsTheEndOfOurOwnLogThatItsLineEndIsMissingOf() throws IOException {
    StringWriter out = new StringWriter();
    CallLogWriter.csv(out).write(random(2).get(0)).write(random(2).get(1));
    String text = out.toString();

    CallLog log = read(text.substring(0, text.length() - 1));

    assertThat(log.calls()).hasSize(1);
    assertThat(log.summary().truncated()).isTrue();
  }

  @Test
  void throwsNothingButItsOwnExceptionWhateverItReads() throws IOException {
    StringWriter csv = new StringWriter();
    StringWriter json = new StringWriter();
    CallLogWriter csvWriter = CallLogWriter.csv(csv);
    CallLogWriter jsonWriter = CallLogWriter.jsonLines(json);
    for (CallRecord call : random(5)) {
      csvWriter.write(call);
      jsonWriter.write(call);
    }
    String any =
        "ts;latency_ms;status;caller;callee\n1;2;200;\"a\";b\n2026-01-01T00:00:00Z;1;x;;\n";
    List<String> seeds = List.of(csv.toString(), json.toString(), any);
    SplittableRandom random = new SplittableRandom(11);
    int refused = 0;
    for (int i = 0; i < 6_000; i++) {
      String text = mutated(seeds.get(i % seeds.size()), random);
      try {
        CallLog log = read(text);
        assertThat(log.calls()).hasSizeLessThan(200);
      } catch (CallLogException e) {
        refused++;
        assertThat(e).hasMessageContaining("test");
      }
    }
    assertThat(refused).isBetween(1_000, 5_900);
  }

  @Test
  void takesDeadlinesFromHealthyCalls() {
    List<CallRecord> calls = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      calls.add(CallRecord.of("a", i * SECOND, i * 1_000L, Outcome.SUCCESS));
    }
    calls.add(CallRecord.of("a", 200 * SECOND, 500_000, Outcome.SUCCESS));
    calls.add(CallRecord.of("b", 1, 5, Outcome.SUCCESS));

    CallDeadlines deadlines =
        CallDeadlines.beyond(2, .99, calls, call -> call.startNanos() < 150 * SECOND);

    assertThat(deadlines.of("a")).contains(Duration.ofNanos(198_000));
    assertThat(deadlines.of("b")).isEmpty();
    assertThat(deadlines.judge(calls.get(100))).isEqualTo(Outcome.TIMEOUT);
    assertThat(deadlines.judge(calls.get(99))).isEqualTo(Outcome.SUCCESS);
    assertThat(CallDeadlines.of(Map.of("b", Duration.ofNanos(4))).apply(calls).get(101).outcome())
        .isEqualTo(Outcome.TIMEOUT);
  }

  private static String mutated(String seed, SplittableRandom random) {
    StringBuilder text = new StringBuilder(seed);
    String spice = "\"',;\n\r{}[]:\\-+.eE0129#\u0000\uFEFFaZ\uD800";
    for (int edits = 1 + random.nextInt(4); edits > 0 && text.length() > 0; edits--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(4)) {
        case 0 -> text.setCharAt(at, spice.charAt(random.nextInt(spice.length())));
        case 1 -> text.insert(at, spice.charAt(random.nextInt(spice.length())));
        case 2 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(20)));
        default -> text.insert(at, seed, 0, random.nextInt(seed.length()));
      }
    }
    return text.toString();
  }

  private static List<CallRecord> random(int calls) {
    SplittableRandom random = new SplittableRandom(5);
    List<CallRecord> all = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      Admission admission = Admission.values()[random.nextInt(4)];
      boolean made = admission != Admission.REJECTED;
      all.add(
          new CallRecord(
              random.nextBoolean() ? "plain" : "a,\"b\"\n\\c\u00e9",
              random.nextBoolean() ? "" : "k;" + i,
              i * SECOND + random.nextInt(1_000_000),
              made ? random.nextInt(1_000_000_000) : 0,
              made ? Outcome.values()[random.nextInt(7)] : Outcome.IGNORED,
              admission,
              1 - random.nextDouble(),
              random.nextBoolean() ? Double.NaN : random.nextDouble(),
              1 - random.nextDouble()));
    }
    return all;
  }

  private static List<Outcome> outcomes(String text, String latency) throws IOException {
    CallLogFormat format = CallLogFormat.builder().latency(latency, TimeScale.MILLISECONDS).build();
    return read(text, format).calls().stream().map(CallRecord::outcome).toList();
  }

  private static void refuses(String text, long line, String... words) {
    assertThatExceptionOfType(CallLogException.class)
        .isThrownBy(() -> read(text))
        .satisfies(e -> assertThat(e.getMessage()).contains(words))
        .satisfies(e -> assertThat(e.line()).isEqualTo(line));
  }

  private static CallLog read(String text) throws IOException {
    return read(text, CallLogFormat.detected());
  }

  private static CallLog read(String text, CallLogFormat format) throws IOException {
    return CallLogReader.read(new StringReader(text), "test", format);
  }
}
