package io.foreguard.samples.incident.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  @Test
  void readsEveryKindOfValue() {
    JsonObject json =
        Json.object(
            " {\"s\":\"a\\\"\\\\\\n\\u00e9\", \"n\" : -1.5e2,\"t\":true,\"o\":{\"x\":0},\"l\":[\"a\",1,\"b\"],"
                + "\"z\":null,\"e\":{},\"el\":[] } ");

    assertThat(json.text("s")).isEqualTo("a\"\\\n\u00e9");
    assertThat(json.number("n")).isEqualTo(-150);
    assertThat(json.flag("t")).isTrue();
    assertThat(json.object("o").number("x")).isZero();
    assertThat(json.texts("l")).containsExactly("a", "b");
    assertThat(json.texts("el")).isEmpty();
  }

  @Test
  void readsWhatIsAbsentOrOfAnotherKindAsAbsent() {
    JsonObject json = Json.object("{\"s\":1,\"n\":\"1\",\"z\":null}");

    assertThat(json.text("s")).isEmpty();
    assertThat(json.number("n")).isNaN();
    assertThat(json.number("z")).isNaN();
    assertThat(json.flag("f")).isNull();
    assertThat(json.object("o").text("x")).isEmpty();
  }

  @Test
  void readsBackWhatItQuotes() {
    String text = "tab\t \"quoted\" \\ and \u0001";

    assertThat(Json.object("{\"a\":" + Json.quote(text) + "}").text("a")).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{\"a\"}",
        "{\"a\":1,}",
        "{\"a\":01}",
        "{\"a\":1} x",
        "{\"a\":tru}",
        "{\"a\":\"\\x\"}"
      })
  void refusesWhatIsNoObject(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Json.object(text))
        .withMessageContaining("JSON must");
  }

  @Test
  void refusesToNestWithoutEnd() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Json.object("{\"a\":" + "[".repeat(100_000)))
        .withMessageContaining("64 deep");
  }
}
