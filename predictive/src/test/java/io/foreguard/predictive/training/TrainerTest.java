package io.foreguard.predictive.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.predictive.ConnectionExhaustion;
import io.foreguard.predictive.observation.Observation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TrainerTest {
  private static final List<String> PROGRESS = new ArrayList<>();
  private static Trainer.Result result;

  @BeforeAll
  static void train() throws Exception {
    List<Observation> log = ConnectionExhaustion.days(28, 7);
    result = new Trainer(TrainingConfig.defaults(), PROGRESS::add).train(List.of(log));
  }

  @Test
  void foreseesConnectionExhaustionOnLaterDays() {
    System.out.println(result.report().toMarkdown());
    assertThat(result.report().figure("held_out.forest.auc")).isGreaterThan(0.95);
  }
}
