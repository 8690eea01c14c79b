package io.foreguard.samples.snippets;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.PredictivePolicy;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.event.Subscription;
import io.foreguard.guard.Guard;
import io.foreguard.predictive.calls.CallDeadlines;
import io.foreguard.predictive.calls.CallLog;
import io.foreguard.predictive.calls.CallLogFormat;
import io.foreguard.predictive.calls.CallLogReader;
import io.foreguard.predictive.calls.CallRecorder;
import io.foreguard.predictive.calls.TimeScale;
import io.foreguard.predictive.feature.FeatureSchema;
import io.foreguard.predictive.file.ModelFile;
import io.foreguard.predictive.imports.ImportedModel;
import io.foreguard.predictive.imports.ImportedModel.PositiveClass;
import io.foreguard.predictive.imports.ModelImport;
import io.foreguard.predictive.model.LoadedModel;
import io.foreguard.predictive.model.ModelLoader;
import io.foreguard.predictive.observation.ObservationRecorder;
import io.foreguard.predictive.observation.ObservationWriter;
import io.foreguard.predictive.online.OnlineLogisticModel;
import io.foreguard.predictive.scoring.CalibratedScorer;
import io.foreguard.predictive.training.CallRows;
import io.foreguard.predictive.training.LabelledRows;
import io.foreguard.predictive.trust.ShadowComparison;
import io.foreguard.predictive.trust.TrustConfig;
import io.foreguard.predictive.trust.TrustedModel;
import io.foreguard.predictive.watch.DependencyWatch;
import io.foreguard.predictive.watch.OutlookSignal;
import io.foreguard.predictive.watch.WatchConfig;
import io.foreguard.predictive.watch.WatchMeters;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** docs/prediction*.md and predictive/README.md. */
@SuppressWarnings("unused") // snippets end where the reader goes on
final class PredictionSnippets {
  private static final Logger log = LoggerFactory.getLogger(PredictionSnippets.class);

  private PredictionSnippets() {}

  static void readCalls() throws Exception {
    CallLog log = CallLogReader.read(Path.of("calls.csv.gz"), CallLogFormat.detected());
    System.out.println(log.summary().words());
  }

  static void formatOfCalls() {
    CallLogFormat format =
        CallLogFormat.builder()
            .endTime("finished_at", TimeScale.ISO_8601)
            .latency("rt", TimeScale.MILLISECONDS)
            .status("http")
            .dependencyColumns("caller", "callee")
            .build();
  }

  static void recordCalls(CircuitBreaker breaker) throws Exception {
    CallRecorder recorder = CallRecorder.builder(breaker, Path.of("calls.csv")).start();
  }

  static void rows(CallLog log, CallDeadlines deadlines) {
    LabelledRows rows = CallRows.builder().deadlines(deadlines).build().rows(log.calls());
  }

  static void importModel(double[] features) throws Exception {
    ImportedModel model =
        ModelImport.read(Path.of("model.ubj"))
            .withPositiveClass(PositiveClass.FAILURE)
            .mappedTo(FeatureSchema.calls());
    double pFailure = model.calibratedScorer().probability(features);
    model.notes();
  }

  static void onlineModel() {
    CircuitBreakerConfig.builder().model(OnlineLogisticModel.create()).build();
  }

  static void score(double[] features, double[] contributions) throws Exception {
    ModelFile file = ModelFile.read(Path.of("calls.fgm"), FeatureSchema.calls());
    CalibratedScorer model = file.model();
    double failure = model.probability(features);
    model.contributions(features, contributions);
  }

  static void watch(Guard guard, MeterRegistry meterRegistry) {
    DependencyWatch watch = DependencyWatch.start(guard.circuitBreaker(), WatchConfig.defaults());
    WatchMeters.of(watch).bindTo(meterRegistry);
    double callsPerSecondInTwoMinutes = watch.latest().value(OutlookSignal.ARRIVAL_RATE_FORECAST);
    watch
        .outlooks()
        .subscribe(
            outlook -> {
              if (outlook.anomaly().isUnusual()) log.info("{}", outlook.anomaly());
            });
  }

  static void trust(SuccessModel model) {
    TrustedModel trusted = TrustedModel.of("loyalty", model, TrustConfig.defaults());
    CircuitBreakerConfig.builder().model(trusted);
    trusted.changes().subscribe(change -> page(change.reason()));
  }

  static void shadow(
      SuccessModel champion,
      SuccessModel challenger,
      PredictivePolicy policy,
      CircuitBreaker breaker) {
    ShadowComparison shadow = ShadowComparison.of(champion, challenger, policy);
    breaker.reconfigure(breaker.config().toBuilder().model(shadow).build());
    Subscription rejections = shadow.attach(breaker);
    System.out.println(shadow.report().toMarkdown());
  }

  static void loadModel() {
    LoadedModel loaded = ModelLoader.loadOrDefault(Path.of("calls.fgm"));
    CircuitBreakerConfig.builder().model(loaded.forDependency()).build();
  }

  static void recordSamples(CircuitBreaker breaker) throws Exception {
    ObservationRecorder recorder =
        ObservationRecorder.builder(breaker::signals)
            .writer(ObservationWriter.create(Path.of("points.csv")))
            .start();
  }

  static void decideByFailureProbability() {
    LoadedModel loaded = ModelLoader.loadOrDefault(Path.of("points.fgm"));
    CircuitBreakerConfig.builder()
        .model(loaded.forDependency())
        .policy(PredictivePolicy.builder().minimumSuccessProbability(0.15).build())
        .build();
  }

  /** Whoever is on call hears of it. */
  private static void page(String message) {
    log.error(message);
  }
}
