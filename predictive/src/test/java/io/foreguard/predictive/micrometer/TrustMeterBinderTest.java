package io.foreguard.predictive.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.estimation.StatisticalModel;
import io.foreguard.predictive.micrometer.TrustMeterBinder.TrustMeter;
import io.foreguard.predictive.trust.TrustConfig;
import io.foreguard.predictive.trust.TrustedModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrustMeterBinderTest {
  private static final Path DOC = Path.of("..", "docs", "prediction-trust.md");

  private final TrustedModel model =
      TrustedModel.of("loyalty", StatisticalModel.instance(), TrustConfig.defaults());

  @Test
  void everyMeterOfTheTableIsThereWithoutNanAndGoesWhenClosed() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    TrustMeterBinder binder = TrustMeterBinder.of(model);
    binder.bindTo(meters);

    for (TrustMeter meter : TrustMeter.values()) {
      assertThat(meters.get(meter.meterName).tag("name", "loyalty").gauge().value()).isFinite();
    }
    assertThat(meters.getMeters()).hasSize(TrustMeter.values().length);
    binder.close();
    binder.bindTo(meters);
    assertThat(meters.getMeters()).isEmpty();
  }

  @Test
  void theDocumentedTableIsWhatIsEmitted() throws IOException {
    List<String> rows =
        Arrays.stream(TrustMeter.values())
            .map(m -> "| `" + m.meterName + "` | gauge | | " + m.description + " | `name` |")
            .toList();
    assertThat(Files.readString(DOC).lines().filter(l -> l.startsWith("| `foreguard.")).toList())
        .containsExactlyElementsOf(rows);
  }
}
