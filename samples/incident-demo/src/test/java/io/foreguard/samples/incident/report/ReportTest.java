package io.foreguard.samples.incident.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.foreguard.samples.incident.raw.CallRow;
import io.foreguard.samples.incident.raw.EngineRow;
import io.foreguard.samples.incident.raw.LaneLog;
import io.foreguard.samples.incident.raw.Phase;
import io.foreguard.samples.incident.raw.RawLogs;
import io.foreguard.samples.incident.raw.Role;
import io.foreguard.samples.incident.raw.RunInfo;
import io.foreguard.samples.incident.raw.StateRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A lane of 400 calls, one every 10 ms. Healthy for 0.5 s; errors from then on, of which the caller
 * sees nothing; a hang from 2 s, late for 0.4 s and stale from then on; recovery from 3.5 s on,
 * fresh after 0.1 s.
 */
class ReportTest {

  private static final double NAN = Double.NaN;

  @TempDir Path folder;

  @BeforeEach
  void writeRawLogs() throws IOException {
    RawLogs raw = new RawLogs(folder.resolve("raw"));
    raw.write(
        new RunInfo(
            "2026-01-02T03:04:05Z",
            42,
            100,
            1,
            100,
            800,
            5000,
            200,
            500,
            1,
            400,
            "<Java & co>",
            List.of("one")));
    raw.write(lane(), engineLog(), 0);
  }

  private static LaneLog lane() {
    List<CallRow> calls = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      double ms = i * 10;
      boolean late = ms >= 2000 && ms < 2400;
      boolean stale = ms >= 2400 && ms < 3600;
      String decision = stale ? "rejected" : "sent";
      Boolean would = stale ? Boolean.valueOf(ms >= 3500) : null;
      Role role =
          ms < 500 ? Role.HEALTHY : ms < 2000 ? Role.ERRORS : ms < 3500 ? Role.HANG : Role.RECOVERY;
      calls.add(
          new CallRow(
              "c" + i,
              ms,
              ms,
              late ? 1500 : 20,
              200,
              stale ? "stale" : "fresh",
              0,
              "sent",
              decision,
              would,
              role));
    }
    List<Phase> phases =
        List.of(
            new Phase(Role.HEALTHY, 0, 500, 1, "mode=healthy"),
            new Phase(Role.ERRORS, 500, 2000, 501, "mode=fail"),
            new Phase(Role.HANG, 2000, 3500, 2001, "mode=hang"),
            new Phase(Role.RECOVERY, 3500, 5000, 3501, "mode=recover"));
    List<StateRow> states =
        List.of(
            new StateRow(0, "loyalty-lookup", "CLOSED", 1, 0.99, 0.9, 1, 0.5, 0, 0, 0, NAN, NAN),
            new StateRow(2500, "loyalty-lookup", "OPEN", 0, 0.1, 0, 0.2, 0.5, 0, 0, 0, NAN, NAN),
            new StateRow(2600, "call-routing", "<b>", 1, NAN, NAN, NAN, NAN, 0, 0, 0, NAN, NAN));
    return new LaneLog("one", phases, calls, List.of(), states);
  }

  private static String engineLog() {
    StringBuilder log = new StringBuilder();
    for (int i = 0; i < 290; i++) {
      EngineRow row = new EngineRow("c" + i, i * 10, 15, i < 100 ? 200 : 500, i >= 200);
      log.append(
          String.format(
              Locale.ROOT,
              "{\"id\":\"%s\",\"arrivedMs\":%.0f,\"durationMs\":15.0,\"status\":%d,\"abandoned\":%b}\n",
              row.id(),
              row.arrivedMs(),
              row.status(),
              row.abandoned()));
    }
    return log.toString();
  }

  private Report report() throws IOException {
    return Report.of(new RawLogs(folder.resolve("raw")));
  }

  @Test
  void computesEachMeasureAsByHand() throws IOException {
    // 1.6 s of 4 s are neither fresh nor in time: 40 late and 120 stale calls.
    assertThat(report().text().lines().map(line -> line.replaceAll("  +", "  ")))
        .contains(
            "inbound calls  400",
            "answered in time  360 (90.0 %)",
            "  fresh answers  240",
            "  stale answers  120",
            "  default answers  0",
            "answered late  40",
            "not answered  0",
            "requests that reached the engine  290",
            "calls wasted on a failing engine  190",
            "calls rejected by a guard  120",
            "would-be successes rejected  10",
            "caller's p50, ms  20",
            "caller's p99, ms  1500",
            "seconds to protect, errors  0.0",
            "seconds to protect, hang  0.4",
            "seconds to recover  0.1");
  }

  @Test
  void agreesWithAnIndependentComputation() throws Exception {
    assumeThat(Path.of("/usr/bin/awk")).exists();
    String program =
        "NR>1 && $5==200 && $4<=100 {n[$6]++} END {print n[\"fresh\"]+0, n[\"stale\"]+0, n[\"default\"]+0}";
    Process awk =
        new ProcessBuilder(
                "/usr/bin/awk", "-F,", program, folder.resolve("raw/one-calls.csv").toString())
            .start();

    assertThat(new String(awk.getInputStream().readAllBytes(), UTF_8).trim())
        .isEqualTo("240 120 0");
    assertThat(awk.waitFor()).isZero();
  }

  @Test
  void writesOnePageThatNeedsNothingElse() throws IOException {
    report().write(folder);

    String page = Files.readString(folder.resolve("report.html"));
    assertThat(page)
        .startsWith("<!DOCTYPE html>")
        .contains("<td>360 (90.0 %)</td>")
        .contains("<title id=\"one-latency-t\">Latency of the caller, lane one</title>")
        .doesNotContain("http://", "https://", "src=", "@import", "<script", "url(");
  }

  @Test
  void escapesWhatServicesAndMachineSay() throws IOException {
    report().write(folder);

    assertThat(Files.readString(folder.resolve("report.html")))
        .contains("&lt;Java &amp; co&gt;", "&lt;b&gt;")
        .doesNotContain("<b>", "<Java");
    assertThat(Html.escape("<a href=\"x\">'&amp;'</a>"))
        .isEqualTo("&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;&#39;&lt;/a&gt;");
  }

  @Test
  void writesTheSameFromTheSameLogs() throws IOException {
    report().write(folder.resolve("a"));
    report().write(folder.resolve("b"));

    for (String file : List.of("report.html", "table.md")) {
      assertThat(folder.resolve("a").resolve(file))
          .hasSameTextualContentAs(folder.resolve("b").resolve(file));
    }
  }

  @Test
  void definesEveryMeasureUnderTheTable() throws IOException {
    assertThat(report().text())
        .contains(
            "answered in time: status 200 within 100 ms",
            "seconds to protect: ",
            "seconds to recover: ");
  }
}
