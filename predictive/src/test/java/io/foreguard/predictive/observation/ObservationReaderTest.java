package io.foreguard.predictive.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.foreguard.predictive.ConnectionExhaustion;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObservationReaderTest {
  private static final String HEADER =
      "time_ms,active_connections,p95_latency_s,transaction_rate_per_s,failure_share,requests\n";

  @TempDir Path folder;

  @Test
  void readsBackEveryBitOfWhatWasWritten() throws Exception {
    List<Observation> samples = ConnectionExhaustion.days(2, 5);
    StringWriter text = new StringWriter();
    try (ObservationWriter writer = new ObservationWriter(text)) {
      for (Observation sample : samples) {
        writer.write(sample);
      }
    }

    assertThat(ObservationReader.read(new StringReader(text.toString()), "log")).isEqualTo(samples);
    assertThat(text.toString()).startsWith("# foreguard-observations 1\n" + HEADER);
  }

  @Test
  void theLineWithTheSchemaMayBeMissing() throws Exception {
    assertThat(read(HEADER + "60000,1,0.1,2,0,120\n"))
        .containsExactly(new Observation(60_000, 1, 0.1, 2, 0, 120));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "1,2,0.1,3,0; line 3: must have 6 columns, but had 5",
        "1,2,0.1,3,0,1,9; line 3: must have 6 columns, but had 7",
        "x,2,0.1,3,0,1; line 3: column time_ms must be a whole number, but was \"x\"",
        "1,two,0.1,3,0,1; line 3: column active_connections must be a number, but was \"two\"",
        "1,2,NaN,3,0,1; line 3: column p95_latency_s must be zero or more, and finite, but was"
            + " \"NaN\"",
        "1,2,0.1,-3,0,1; line 3: column transaction_rate_per_s must be zero or more, and finite,"
            + " but was \"-3\"",
        "1,Infinity,0.1,3,0,1; line 3: column active_connections must be zero or more",
        "1,2,0.1,3,1.01,1; line 3: column failure_share must be in [0, 1], but was \"1.01\"",
        "1,2,0.1,3,0,-1; line 3: column requests must be zero or more, but was \"-1\"",
        "0,2,0.1,3,0,1; line 3: column time_ms must be later than the line before (0), but was",
        "-5,2,0.1,3,0,1; line 3: column time_ms must be later than the line before (0), but was",
        "''; line 3: must have 6 columns, but had 1"
      })
  void namesLineColumnRuleAndValue(String line, String message) {
    assertThatExceptionOfType(ObservationFormatException.class)
        .isThrownBy(() -> read(HEADER + "0,1,0.1,2,0,120\n" + line + "\n"))
        .withMessageStartingWith("log, ")
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.line()).isEqualTo(3));
  }

  @Test
  void refusesAMissingHeader() {
    assertThatExceptionOfType(ObservationFormatException.class)
        .isThrownBy(() -> read(""))
        .withMessageContaining("line 1: header must be \"time_ms,")
        .withMessageContaining("but was missing");
    assertThatExceptionOfType(ObservationFormatException.class)
        .isThrownBy(() -> read("0,1,0.1,2,0,120\n"))
        .withMessageContaining("but was \"0,1,0.1,2,0,120\"");
  }

  @Test
  void refusesAnotherSchema() {
    assertThatExceptionOfType(ObservationFormatException.class)
        .isThrownBy(() -> read("# foreguard-observations 2\n" + HEADER))
        .withMessageContaining("but was \"# foreguard-observations 2\"");
  }

  @Test
  void refusesBytesThatAreNotText() throws IOException {
    Path file = folder.resolve("log.csv");
    Files.write(file, new byte[] {'a', (byte) 0xC3, 0x28, '\n'});

    assertThatExceptionOfType(ObservationFormatException.class)
        .isThrownBy(() -> ObservationReader.read(file))
        .withMessageContaining("must be UTF-8 text");
  }

  private static List<Observation> read(String text) throws IOException {
    return ObservationReader.read(new StringReader(text), "log");
  }
}
