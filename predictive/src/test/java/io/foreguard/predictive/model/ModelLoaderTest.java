package io.foreguard.predictive.model;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.predictive.SignalsFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class ModelLoaderTest {
  @TempDir Path folder;

  private final Logger logger = (Logger) LoggerFactory.getLogger(ModelLoader.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
    logger.setAdditive(false);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
    logger.setAdditive(true);
  }

  @Test
  void loadsAModel() throws Exception {
    Path file = folder.resolve("stump.fgm");
    TrainedForests.writeStump(file);

    LoadedModel loaded = ModelLoader.loadOrDefault(file);

    assertThat(loaded.forest()).isPresent();
    assertThat(loaded.problem()).isEmpty();
    assertThat(loaded.forDependency()).isInstanceOf(ForestModel.class);
  }

  @Test
  void aMissingFileIsSaidOnceLoudlyWithPathReasonAndRemedy() {
    Path file = folder.resolve("none.fgm");

    LoadedModel loaded = ModelLoader.loadOrDefault(file);
    SuccessModel model = loaded.forDependency();
    for (int i = 0; i < 10; i++) {
      assertThat(model.estimate(SignalsFixture.before(i)).isAbstention()).isTrue();
    }

    assertThat(model.estimate(SignalsFixture.before(0)).abstention())
        .contains(file.toString(), "missing");
    assertThat(log.list).hasSize(1);
    assertThat(log.list.get(0).getLevel()).isEqualTo(Level.ERROR);
    assertThat(log.list.get(0).getFormattedMessage())
        .contains(file.toString(), "missing", "default model", "Correct the path");
  }

  @Test
  void aBrokenFileNeverThrows() throws Exception {
    Path whole = folder.resolve("stump.fgm");
    TrainedForests.writeStump(whole);
    byte[] bytes = Files.readAllBytes(whole);
    Path broken = folder.resolve("broken.fgm");
    Files.write(broken, Arrays.copyOf(bytes, bytes.length - 7));

    assertThat(ModelLoader.loadOrDefault(broken).problem()).contains("truncated");
    bytes[60] ^= 1;
    Files.write(broken, bytes);
    assertThat(ModelLoader.loadOrDefault(broken).problem()).contains("corrupted");
    assertThat(ModelLoader.loadOrDefault(folder).problem()).contains("unreadable");
    assertThat(log.list).hasSize(3).allMatch(event -> event.getLevel() == Level.ERROR);
  }
}
