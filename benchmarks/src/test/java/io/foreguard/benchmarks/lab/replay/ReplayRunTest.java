package io.foreguard.benchmarks.lab.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.benchmarks.lab.LabLogs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole command. */
class ReplayRunTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream progress = new ByteArrayOutputStream();

  @Test
  void replaysAnIncidentFromCsv() throws IOException {
    Path log = write("calls.csv", LabLogs.csv(LabLogs.record("flapping", 0, "none")));
    Path current = write("application.properties", "foreguard.guards.lab.policy=classic\n");

    int status = run(log.toString(), "--current", current.toString());

    assertThat(progress()).contains("reading").contains("report: ");
    assertThat(status).isZero();
    assertThat(out())
        .contains("# Foreguard replay")
        .contains("### Recommended: ")
        .contains("Guard.builder(\"lab\")")
        .contains("| current |")
        .contains("| foreguard-tuned |")
        .contains("| resilience4j-time |")
        .contains("The search saw")
        .contains("### What is imagined");
    String html = Files.readString(folder.resolve("out/replay.html"));
    assertThat(html)
        .contains("<title>Foreguard replay</title>")
        .contains("<svg")
        .contains("class=\"latency\"")
        .doesNotContain("<script")
        .doesNotContain("http://")
        .doesNotContain("https://");
    assertThat(folder.resolve("out/replay.md")).content().contains("How it was done");
  }

  @Test
  void givesTheSameReportAgain() throws IOException {
    Path log = write("calls.csv", LabLogs.csv(LabLogs.record("flapping", 1, "none")));

    assertThat(run(log.toString(), "--threads", "1")).isZero();
    String first = Files.readString(folder.resolve("out/replay.html"));
    assertThat(run(log.toString(), "--threads", "2")).isZero();

    assertThat(folder.resolve("out/replay.html")).content().isEqualTo(first);
  }

  @Test
  void replaysEachDependencyOnItsOwn() throws IOException {
    StringBuilder csv = new StringBuilder("time_ms,latency_ms,status,service\n");
    for (int i = 0; i < 3_000; i++) {
      for (String service : List.of("a<b", "quiet", "other")) {
        boolean bad = !service.equals("quiet") && i > 1_000 && i < 1_300;
        csv.append(i * 10 + ",5," + (bad ? 500 : 200) + ',' + service + '\n');
      }
    }
    Path log = write("calls.csv", csv.toString());

    assertThat(run(log.toString(), "--busiest", "2", "--no-search")).isZero();

    assertThat(out())
        .contains("Of 3 dependencies, the 2 with most failures and refusals are here")
        .contains("## All together")
        .contains("## Calls to a<b")
        .contains("## Calls to other")
        .doesNotContain("## Calls to quiet")
        .doesNotContain("foreguard-tuned");
    assertThat(folder.resolve("out/replay.html")).content().contains("Calls to a&lt;b");

    assertThat(run(log.toString(), "--dependency", "quiet")).isZero();
    assertThat(out()).contains("## Calls to quiet").contains("There is no incident in this log");
  }

  @Test
  void readsColumnsByOtherNames() throws IOException {
    StringBuilder csv = new StringBuilder("wann;wie lange;was\n");
    for (int i = 0; i < 2_000; i++) {
      csv.append(i / 100. + ";0.005;" + (i > 800 && i < 900 ? "kaputt" : "gut") + '\n');
    }
    Path log = write("calls.csv", csv.toString());
    String[] columns = {
      log.toString(),
      "--time",
      "wann:s",
      "--latency",
      "wie lange:s",
      "--status",
      "was",
      "--status-word",
      "gut=success",
      "--status-word",
      "kaputt=failure",
      "--no-search"
    };

    assertThat(run(columns)).as(progress()).isZero();

    assertThat(out()).contains("2,000 calls in 20.0 s, 99 failed").contains("1 incident found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "time_ms,latency_ms,status\n",
        "no,columns,known\n1,2,3\n",
        "time_ms,latency_ms,status\nsoon,x,y\n",
        "\u0000\u0001\u0002"
      })
  void refusesALogThatMakesNoSense(String text) throws IOException {
    Path log = write("calls.csv", text);

    assertThat(run(log.toString())).isEqualTo(2);

    assertThat(progress()).contains("calls.csv").doesNotContain("Exception");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    Path log = write("calls.csv", "time_ms,latency_ms,status\n1,2,200\n");

    assertThat(run(folder.resolve("none.csv").toString())).isEqualTo(2);
    assertThat(progress()).contains("there is no file").contains("none.csv");
    assertThat(run(folder.toString())).isEqualTo(2);
    assertThat(progress()).contains("a log must be a file");
    assertThat(run(log.toString(), "--dependency", "b")).isEqualTo(2);
    assertThat(progress()).contains("--dependency must be one of").contains("but was b");
  }

  @Test
  void replaysALogOfASingleCall() throws IOException {
    Path log = write("calls.csv", "time_ms,latency_ms,status\n1,2,200\n");

    assertThat(run(log.toString())).as(progress()).isZero();

    assertThat(out()).contains("Recommended: foreguard");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private int run(String... args) {
    out.reset();
    progress.reset();
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--out", folder.resolve("out").toString()));
    return ReplayRun.run(
        all.toArray(new String[0]),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(progress, true, StandardCharsets.UTF_8));
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String progress() {
    return progress.toString(StandardCharsets.UTF_8);
  }
}
