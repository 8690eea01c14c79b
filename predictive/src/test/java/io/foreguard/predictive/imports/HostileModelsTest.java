package io.foreguard.predictive.imports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.foreguard.predictive.imports.ImportException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Broken, hostile and unsupported files are refused with a message that names the place. */
class HostileModelsTest {
  private static final String TREE = "learner.gradient_booster.model.trees[0]";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"left_children\":[1,3 | \"left_children\":[0,3 | INVALID | node 0",
        "\"left_children\":[1,3 | \"left_children\":[2,3 | INVALID | node 2",
        "\"left_children\":[1,3 | \"left_children\":[99,3 | INVALID | left_children[0]",
        "\"left_children\":[1,3 | \"left_children\":[-7,3 | INVALID | left_children[0]",
        "\"left_children\":[1,3 | \"left_children\":[1.5,3 | INVALID | left_children[0]",
        "\"split_conditions\":[ | \"split_conditions\":[NaN, | INVALID | split_conditions",
        "\"split_indices\":[ | \"split_indices\":[1000000, | INVALID | split_indices",
        "binary:logistic | multi:softprob | UNSUPPORTED | learner.objective.name",
        "binary:logistic | rank:pairwise | UNSUPPORTED | learner.objective.name",
        "\"num_class\":\"0\" | \"num_class\":\"3\" | UNSUPPORTED | num_class",
        "\"size_leaf_vector\":\"0\" | \"size_leaf_vector\":\"2\" | UNSUPPORTED | size_leaf_vector",
        "\"name\":\"gbtree\" | \"name\":\"gbforest\" | UNSUPPORTED | learner.gradient_booster.name",
        "\"split_type\":[0 | \"split_type\":[1 | UNSUPPORTED | split_type[0]",
        "\"categories_nodes\":[] | \"categories_nodes\":[0] | UNSUPPORTED | categories_nodes",
        "\"base_score\":\"5E-1\" | \"base_score\":\"[1E-1,2E-1]\" | INVALID | base_score",
        "\"base_score\":\"5E-1\" | \"base_score\":\"NaN\" | INVALID | base_score",
        "\"0\",\"num_feature\":\"6\",\"num_t | \"0\",\"num_feature\":\"2000000000\",\"num_t | OVERSIZED | num_feature",
        "\"learner\": | \"lerner\": | UNKNOWN_FORMAT | byte 0",
        "\"tree_info\":[0 | \"tree_info\":[1 | INVALID | tree_info[0]",
        "\"version\": | \"learner\": | MALFORMED | byte",
      })
  void refusesByName(String from, String to, Reason reason, String place) throws Exception {
    String good = new String(seed("XgboostJsonFuzz/gbtree"), UTF_8);
    assertThat(good).contains(from);

    assertRefused(good.replaceFirst(Pattern.quote(from), to).getBytes(UTF_8), reason)
        .withMessageContaining(place);
  }

  @Test
  void refusesASplitAtNan() throws Exception {
    String good = new String(seed("XgboostJsonFuzz/gbtree"), UTF_8);
    String bad = good.replaceFirst("\"split_conditions\":\\[[^,]*,", "\"split_conditions\":[NaN,");

    assertRefused(bad.getBytes(UTF_8), Reason.INVALID).withMessageContaining(TREE + ", node 0");
  }

  @Test
  void refusesDepth() {
    String deep = "{\"learner\":" + "[".repeat(100_000);

    assertRefused(deep.getBytes(UTF_8), Reason.OVERSIZED).withMessageContaining("byte 74");
  }

  @Test
  void refusesClaimedLengthsBeforeItAllocates() {
    ByteBuffer array =
        ByteBuffer.allocate(64).put("{i\1a[$d#L".getBytes(StandardCharsets.ISO_8859_1));
    array.putLong(Long.MAX_VALUE / 2);
    ByteBuffer negative = ByteBuffer.allocate(64).put("{L".getBytes(UTF_8)).putLong(-1);
    ByteBuffer onnx = ByteBuffer.allocate(32).put(new byte[] {8, 7, 58, -1, -1, -1, -1, 7});

    assertRefused(array.array(), Reason.MALFORMED)
        .withMessageContaining("must have at most 11 elements");
    assertRefused(negative.array(), Reason.MALFORMED).withMessageContaining("but was -1");
    assertRefused(onnx.array(), Reason.MALFORMED).withMessageContaining("2147483647 more bytes");
  }

  @Test
  void refusesOtherFormatsWithAdvice() {
    assertRefused(new byte[] {(byte) 0x80, 4, 95}, Reason.UNKNOWN_FORMAT)
        .withMessageContaining("foreguard_export.py");
    assertRefused("tree\nversion=v4".getBytes(UTF_8), Reason.UNKNOWN_FORMAT)
        .withMessageContaining("LightGBM");
    assertRefused(new byte[0], Reason.UNKNOWN_FORMAT);
    assertRefused(new byte[] {8}, Reason.UNKNOWN_FORMAT);
  }

  @Test
  void refusesEveryTruncation() throws Exception {
    for (String name : new String[] {"XgboostJsonFuzz/dart", "XgboostUbjsonFuzz/gblinear"}) {
      byte[] whole = seed(name);
      for (int length = 0; length < whole.length; length++) {
        byte[] part = Arrays.copyOf(whole, length);
        assertThatExceptionOfType(ImportException.class)
            .as("%s, %d bytes", name, length)
            .isThrownBy(() -> ModelImport.read(part, "part"));
      }
    }
  }

  private static ThrowableAssertAlternative<ImportException> assertRefused(
      byte[] bytes, Reason reason) {
    return assertThatExceptionOfType(ImportException.class)
        .isThrownBy(() -> ModelImport.read(bytes, "bad"))
        .satisfies(e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
  }

  private static byte[] seed(String name) throws Exception {
    try (var in = HostileModelsTest.class.getResourceAsStream("../fuzz/" + name)) {
      return in.readAllBytes();
    }
  }
}
