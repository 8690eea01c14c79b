package io.foreguard.predictive.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import io.foreguard.predictive.feature.FeatureExtractor;
import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.predictive.file.ModelFileException.Reason;
import io.foreguard.predictive.forest.Forest;
import io.foreguard.predictive.forest.Forests;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {
  private static final FeatureSchema SCHEMA = FeatureExtractor.schema();

  @TempDir Path folder;

  private final Forest forest = Forests.random(SCHEMA.size(), 3, 2, 1);
  private final ModelHeader header =
      ModelHeader.builder(SCHEMA)
          .name("points engine")
          .interval(Duration.ofSeconds(30))
          .horizon(Duration.ofMinutes(10))
          .failureShare(0.4)
          .threshold(0.9)
          .dataSha256("ab".repeat(32))
          .origin("xgboost 1.7.4")
          .report("auc", "0.98")
          .build();
  private final byte[] bytes = ModelFile.toBytes(header, forest);

  @Test
  void readsBackWhatWasWritten() throws Exception {
    Path file = folder.resolve("model.fgm");
    ModelFile.write(file, header, Forests.random(SCHEMA.size(), 1, 1, 9));
    ModelFile.write(file, header, forest);

    ModelFile read = ModelFile.read(file, SCHEMA);

    assertThat(ModelFile.toBytes(read.header(), read.model())).isEqualTo(bytes);
    assertThat(read.header().name()).isEqualTo("points engine");
    assertThat(read.header().interval()).isEqualTo(Duration.ofSeconds(30));
    assertThat(read.header().threshold()).isEqualTo(0.9);
    assertThat(read.header().origin()).isEqualTo("xgboost 1.7.4");
    assertThat(read.header().report()).containsEntry("auc", "0.98");
    assertThat(read.header().references()).isEmpty();
    assertThat(read.sha256()).hasSize(64);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void saysThatAFileIsMissingOrNoFile() {
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> ModelFile.read(folder.resolve("none.fgm"), SCHEMA))
        .withMessageContaining("none.fgm: missing")
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.MISSING));
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> ModelFile.read(folder, SCHEMA))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNREADABLE));
  }

  @Test
  void saysThatAFileIsNoModel() {
    byte[] text = "time_ms,active_connections\n".getBytes(StandardCharsets.UTF_8);

    assertRefused(text, Reason.NOT_A_MODEL, 0, "expected 0x89, but was 0x74");
    assertRefused(new byte[0], Reason.TRUNCATED, 0, "at least 24 bytes, but has 0");
  }

  @Test
  void saysThatAFileIsTruncated() {
    byte[] half = Arrays.copyOf(bytes, bytes.length / 2);

    assertRefused(
        half,
        Reason.TRUNCATED,
        half.length,
        "must have at least " + bytes.length + " bytes, but has " + half.length);
  }

  @Test
  void saysThatAFileIsOfAnotherVersion() {
    byte[] newer = bytes.clone();
    ByteBuffer.wrap(newer).putInt(ModelFile.VERSION_AT, 3);
    byte[] older = bytes.clone();
    ByteBuffer.wrap(older).putInt(ModelFile.VERSION_AT, 1);
    byte[] none = bytes.clone();
    ByteBuffer.wrap(none).putInt(ModelFile.VERSION_AT, 0);

    assertRefused(newer, Reason.NEWER_VERSION, 8, "must be at most 2, but was 3");
    assertRefused(older, Reason.OLDER_VERSION, 8, "version must be 2, but was 1");
    assertRefused(none, Reason.CORRUPTED, 8, "must be at least 1, but was 0");
  }

  @Test
  void saysThatAFileIsCorrupted() {
    byte[] flipped = bytes.clone();
    flipped[bytes.length / 2] ^= 1;
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);

    assertRefused(flipped, Reason.CORRUPTED, bytes.length - 32, "checksum must be ");
    assertRefused(longer, Reason.CORRUPTED, 16, "but has " + longer.length);
  }

  @Test
  void saysThatAFileIsOfAnotherSchema() {
    assertRefused(
        withHeader(text -> text.replace("schema.version=1", "schema.version=7")),
        Reason.OTHER_SCHEMA,
        24,
        "must be foreguard.dependency-load version 1, but was foreguard.dependency-load version 7");
    assertRefused(
        withHeader(text -> text.replace("schema.id=foreguard.", "schema.id=theirs.")),
        Reason.OTHER_SCHEMA,
        24,
        "but was theirs.dependency-load version 1");
    assertRefused(
        withHeader(text -> text.replace("features=active", "features=inactive")),
        Reason.OTHER_SCHEMA,
        24,
        "features must be [active_connections");
  }

  @Test
  void saysWhatIsWrongInTheHeader() {
    assertHeaderRefused("threshold=0.9", "threshold=NaN", "threshold must be in (0, 1]");
    assertHeaderRefused("threshold=0.9", "threshold=x", "threshold must be a number");
    assertHeaderRefused("threshold=0.9\n", "", "key threshold must be there, but is missing");
    assertHeaderRefused("threshold=0.9", "name=again", "key must be there once");
    assertHeaderRefused("threshold=0.9", "mystery=1", "key must be one of");
    assertHeaderRefused(
        "report.auc",
        "reference.0=9.0 1.0 | 0.5 0.5 0.0\nreport.auc",
        "references must be none or one per feature (" + SCHEMA.size() + "), but was 1");
    assertHeaderRefused(
        "report.auc", "reference.0=9.0 1.0 | 0.5\nreport.auc", "2 shares more than edges");
    assertHeaderRefused("report.auc", "reference.1=9.0 | 1.0 0.0\nreport.auc", "numbered from 0");
    assertHeaderRefused(
        "kind=forest", "kind=jungle", "kind must be one of [forest, linear], but was \"jungle\"");
    assertHeaderRefused("name=points", "name=po\u0001nts", "name must be 1 to 4000 characters");
    assertHeaderRefused("interval.ms=30000", "interval.ms=3", "interval must be from PT1S");
    assertHeaderRefused("data.sha256=ab", "data.sha256=xx", "data.sha256 must be 64 hexadecimal");
    assertHeaderRefused("calibration=none", "calibration=x", "calibration must be one of [none");
    assertHeaderRefused("horizon.ms=600000\n", "", "horizon must be there exactly if interval is");
    assertHeaderRefused("origin=xgboost 1.7.4", "origin=", "origin must be 1 to 4000 characters");
    assertHeaderRefused("report.auc=0.98", "report.auc", "line must be key=value");
  }

  @Test
  void saysThatAFileIsOversizedBeforeItAllocates() throws Exception {
    Path huge = folder.resolve("huge.fgm");
    try (RandomAccessFile sparse = new RandomAccessFile(huge.toFile(), "rw")) {
      sparse.write(bytes);
      sparse.setLength(8L << 30);
    }
    long before = allocated();
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> ModelFile.read(huge, SCHEMA))
        .withMessageContaining("oversized")
        .withMessageContaining("at most 134217728 bytes, but has 8589934592");

    assertRefused(
        patched(at -> at.putInt(ModelFile.HEADER_LENGTH_AT, Integer.MAX_VALUE)),
        Reason.OVERSIZED,
        12,
        "but claims 2147483647");
    assertRefused(
        patched(at -> at.putLong(ModelFile.FILE_LENGTH_AT, Long.MAX_VALUE)),
        Reason.OVERSIZED,
        16,
        "but claims 9223372036854775807");
    assertRefused(
        patched(at -> at.putInt(treesAt(), 10_001)), Reason.OVERSIZED, treesAt(), "10000 trees");
    assertRefused(
        patched(at -> at.putInt(treesAt() + 4, Integer.MAX_VALUE)),
        Reason.OVERSIZED,
        treesAt() + 4,
        "at most 4000000 nodes, but claims 2147483647");
    assertRefused(
        patched(at -> at.putInt(treesAt() + 4, 3_999_999)),
        Reason.INVALID,
        treesAt() + 8,
        "3 trees and 3999999 nodes must end at byte");
    assertThat(allocated() - before).isLessThan(10 << 20);
  }

  @Test
  void saysWhichNodeIsHostileAndWhere() {
    assertRefused(
        patched(at -> at.putInt(nodeAt(0) + 4, 0)),
        Reason.INVALID,
        nodeAt(0) + 4,
        "false branch of node 0 must be in [2, 6], but was 0");
    assertRefused(
        patched(at -> at.putInt(nodeAt(8) + 4, 7)),
        Reason.INVALID,
        nodeAt(8) + 4,
        "false branch of node 8 must be in");
    assertRefused(
        patched(at -> at.putInt(nodeAt(1) + 4, Integer.MIN_VALUE)),
        Reason.INVALID,
        nodeAt(1) + 4,
        "but was -2147483648");
    assertRefused(
        patched(at -> at.putShort(nodeAt(1), (short) 14)),
        Reason.INVALID,
        nodeAt(1),
        "feature of node 1 must be in [-1, 13], but was 14");
    assertRefused(
        patched(at -> at.putDouble(nodeAt(1) + 8, Double.NaN)),
        Reason.INVALID,
        nodeAt(1) + 8,
        "threshold of node 1 must be a number, but was NaN");
    assertRefused(
        patched(at -> at.putDouble(nodeAt(2) + 16, 1.5e100)),
        Reason.INVALID,
        nodeAt(2) + 16,
        "value of node 2 must be at most 1.0E100 from 0, but was 1.5E100");
    assertRefused(
        patched(at -> at.putDouble(treesAt() + 8 + 12 + 4, Double.NaN)),
        Reason.INVALID,
        treesAt() + 24,
        "weight of tree 1 must be in [0, 1e9], but was NaN");
    assertRefused(
        patched(at -> at.putInt(treesAt() + 8 + 12, 8)), Reason.INVALID, nodeAt(7), "node 7");
  }

  @Test
  void saysWhereAForestsOwnFieldsAreHostile() {
    int at = sectionAt();
    assertRefused(
        patched(to -> to.putInt(at, 2)),
        Reason.INVALID,
        at,
        "aggregation must be 0 or 1, but was 2");
    assertRefused(
        patched(to -> to.putInt(at + 4, -1)),
        Reason.INVALID,
        at + 4,
        "precision must be 0 or 1, but was -1");
    assertRefused(
        patched(to -> to.putDouble(at + 8, Double.NaN)),
        Reason.INVALID,
        at + 8,
        "offset must be at most 1.0E100 from 0, but was NaN");
    assertRefused(
        patched(to -> to.putShort(nodeAt(0) + 2, (short) 7)),
        Reason.INVALID,
        nodeAt(0) + 2,
        "direction of a missing feature must be 0 or 1, but was 7");
    assertRefused(
        patched(to -> to.putShort(nodeAt(2) + 2, (short) 1)),
        Reason.INVALID,
        nodeAt(2) + 2,
        "must be 0 in a leaf, but was 1");
  }

  @Test
  void refusesToWriteAForestOfOtherFeatures() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelFile.toBytes(header, Forests.stump(2, 0, 1, 0, 1)))
        .withMessage("features of the scorer must be 14, but was 2");
  }

  private void assertHeaderRefused(String before, String after, String problem) {
    assertRefused(withHeader(text -> text.replace(before, after)), Reason.INVALID, -1, problem);
  }

  private static void assertRefused(byte[] content, Reason reason, long offset, String problem) {
    assertThatExceptionOfType(ModelFileException.class)
        .isThrownBy(() -> ModelFile.read(content, "model.fgm", SCHEMA))
        .withMessageStartingWith("model.fgm: ")
        .withMessageContaining(problem)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason))
        .satisfies(e -> assertThat(offset < 0 ? offset : e.offset()).isEqualTo(offset));
  }

  private byte[] patched(Consumer<ByteBuffer> patch) {
    byte[] copy = bytes.clone();
    patch.accept(ByteBuffer.wrap(copy));
    Mutations.sign(copy);
    return copy;
  }

  private byte[] withHeader(UnaryOperator<String> change) {
    int length = ByteBuffer.wrap(bytes).getInt(ModelFile.HEADER_LENGTH_AT);
    String text = new String(bytes, ModelFile.HEADER_AT, length, StandardCharsets.UTF_8);
    String changed = change.apply(text);
    assertThat(changed).isNotEqualTo(text);
    byte[] changedBytes = changed.getBytes(StandardCharsets.UTF_8);
    ByteBuffer copy = ByteBuffer.allocate(bytes.length - length + changedBytes.length);
    copy.put(bytes, 0, ModelFile.HEADER_AT).put(changedBytes);
    int after = ModelFile.HEADER_AT + length;
    copy.put(bytes, after, bytes.length - after);
    copy.putInt(ModelFile.HEADER_LENGTH_AT, changedBytes.length);
    copy.putLong(ModelFile.FILE_LENGTH_AT, copy.capacity());
    Mutations.sign(copy.array());
    return copy.array();
  }

  private int sectionAt() {
    return ModelFile.HEADER_AT + ByteBuffer.wrap(bytes).getInt(ModelFile.HEADER_LENGTH_AT);
  }

  private int treesAt() {
    return sectionAt() + 16;
  }

  private int nodeAt(int node) {
    return treesAt() + 8 + 3 * Section.TREE_BYTES + node * Section.NODE_BYTES;
  }

  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }
}
