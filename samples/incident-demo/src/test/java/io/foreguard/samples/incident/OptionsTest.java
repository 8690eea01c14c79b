package io.foreguard.samples.incident;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

  @Test
  void playsAllLanesWithFixedDefaults() {
    Options options = Options.parse();

    assertThat(options.play()).isTrue();
    assertThat(options.serve()).isFalse();
    assertThat(options.lanes())
        .containsExactly("none", "resilience4j-100", "resilience4j-10", "foreguard");
    assertThat(options.seed()).isEqualTo(42);
    assertThat(options.rate()).isEqualTo(60);
    assertThat(options.scale()).isEqualTo(1);
    assertThat(options.recompute()).isEmpty();
  }

  @Test
  void takesValuesAsTheNextWordOrBehindAnEqualsSign() {
    Options options =
        Options.parse(
            "--lanes", "foreguard,none", "--seed=-7", "--rate", "12.5", "--out=x", "--serve");

    assertThat(options.lanes()).containsExactly("foreguard", "none");
    assertThat(options.seed()).isEqualTo(-7);
    assertThat(options.rate()).isEqualTo(12.5);
    assertThat(options.out()).isEqualTo(Path.of("x"));
    assertThat(options.serve()).isTrue();
    assertThat(options.play()).isTrue();
  }

  @Test
  void servesWithoutPlayingWhenToldSo() {
    assertThat(Options.parse("--serve-only").play()).isFalse();
    assertThat(Options.parse("--serve-only").serve()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--speed 3          | argument must be one of those that --help lists, but was --speed",
        "--rate 0           | --rate must be in (0, 1000], but was 0",
        "--rate NaN         | --rate must be in (0, 1000], but was NaN",
        "--rate 1000.5      | --rate must be in (0, 1000], but was 1000.5",
        "--rate many        | --rate must be in (0, 1000], but was many",
        "--scale 0.09       | --scale must be in [0.1, 20], but was 0.09",
        "--scale 20.1       | --scale must be in [0.1, 20], but was 20.1",
        "--seed 1.5         | --seed must be a whole number, but was 1.5",
        "--lanes none,hope  | --lanes must be a list of none, resilience4j-100, resilience4j-10, foreguard,"
            + " but was none,hope",
        "--lanes none,none  | --lanes must be without repetitions, but was none,none",
        "--seed 1 --seed 2  | --seed must be given once, but was given again",
        "--serve=yes        | --serve must be without a value, but was yes",
        "--out=             | --out must be followed by a value, but was empty",
        "--out              | --out must be followed by a value, but was the last word",
      })
  void refusesWithNameRuleAndValue(String line, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse(line.split(" +", -1)))
        .withMessage(message);
  }

  @Test
  void endsWithTwoOnAWrongArgumentAndSaysWhich() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();

    int code =
        IncidentDemo.run(
            new PrintStream(new ByteArrayOutputStream()), new PrintStream(err), "--rate=-1");

    assertThat(code).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .isEqualToIgnoringNewLines("--rate must be in (0, 1000], but was -1");
  }

  @Test
  void endsWithOneWhenThereIsNothingToRecompute() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();

    int code =
        IncidentDemo.run(
            new PrintStream(new ByteArrayOutputStream()),
            new PrintStream(err),
            "--recompute",
            "no/such/folder");

    assertThat(code).isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("no run in").contains("run.json is missing");
  }
}
